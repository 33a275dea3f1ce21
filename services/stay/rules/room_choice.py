"""Who gets which room: in the order of booking, each stay the tightest room that is free, each party one room together.

A stay is placed only if everybody booked before it keeps a room: a later booking may change which room, never whether.
"""

from collections.abc import Iterable, Sequence

from services.stay.rules.room_book import Book, Wish


def choose(book: Book, wishes: Iterable[Wish]) -> Book:
    """The book with every wish that finds a room. Those in the book before are settled: nobody moves them."""
    placed: list[Wish] = []
    refused: list[Wish] = []
    for wish in sorted(wishes, key=lambda w: w.order):
        if settle(book, (wish,)):
            placed.append(wish)
        elif moved := _with_its_party(book, wish, placed):
            book = moved
            placed.append(wish)
            while freed := next((w for w in refused if settle(book, (w,))), None):  # a party that moved left a room
                refused.remove(freed)
                placed.append(freed)
        else:
            refused.append(wish)
    return book


def settle(book: Book, group: Sequence[Wish]) -> bool:
    """Enters the group into one room: that of the party if some of it are there already, else the tightest. Where none is
    free for all of the time, from now on will do."""
    for asked in (group, [wish.since(book.now) for wish in group]):
        rooms = {book.where[mate.task_id] for mate in book.mates(asked)}
        if len(rooms) > 1 or any(w.start >= w.end for w in asked):
            continue
        among = [book.rooms[name] for name in rooms or book.rooms if name in book.rooms]
        if room := book.tightest(asked, among):
            book.enter(room.name, *group)
            return True
    return False


def _with_its_party(book: Book, wish: Wish, placed: Sequence[Wish]) -> Book | None:
    """The book in which the party of the wish is together: it alone moved, or else everybody placed afresh after it. None if
    that would take the room from anybody."""
    if not book.mates((wish,)):
        return None
    party = [*_party_of(wish, [w for w in placed if wish.shares(w)]), wish]
    others = [w for w in placed if w not in party]
    for moved, afresh in ((party[:-1], [party]), (placed, [party, *_parties(others)])):
        attempt = book.copy()
        attempt.strike(moved)
        if all(settle(attempt, group) for group in afresh):
            return attempt
    return None


def _party_of(wish: Wish, others: Sequence[Wish]) -> list[Wish]:
    """Those who are there at the same time as the wish, or as one of those, and so on."""
    together, rest = [wish], list(others)
    for one in together:  # grows while it is read
        together += [w for w in rest if one.meets(w)]
        rest = [w for w in rest if not one.meets(w)]
    return together[1:]


def _parties(wishes: Sequence[Wish]) -> list[list[Wish]]:
    """The groups that want one room each, by the earliest booking in each of them."""
    groups: list[list[Wish]] = []
    rest = sorted(wishes, key=lambda w: w.order)
    while rest:
        first, *rest = rest
        party = _party_of(first, [w for w in rest if first.shares(w)])
        groups.append([first, *party])
        rest = [w for w in rest if w not in party]
    return groups
