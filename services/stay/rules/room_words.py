"""What the choice of a room says to people: why this room, or which need cannot be met and from when to when."""

from dataclasses import replace
from datetime import datetime, tzinfo

from services.stay.rules.room_book import Book, Wish, most_beds
from services.stay.rules.room_needs import in_words, listed, short
from shared.language.resources import Resource

NAMED = 3  # rooms that a sentence names; more are counted


def moment(at: datetime, zone: tzinfo) -> str:
    """27 November 08:00"""
    local = at.astimezone(zone)
    return f"{local.day} {local:%B %H:%M}"


def why(book: Book, wish: Wish) -> str:
    """204: ceiling hoist, roll-in shower; tightest fit"""
    room = book.where[wish.task_id]
    asked = [short(f) for f in sorted(wish.needs)] + ([f"{wish.beds} beds"] if wish.beds > 1 else [])
    fit = "shared with the party" if any(book.where[m.task_id] == room for m in book.mates((wish,))) else "tightest fit"
    return f"{room}: {', '.join(asked) or 'no special needs'}; {fit}"


def no_room(book: Book, wish: Wish, zone: tzinfo) -> str:
    """no room with a ceiling hoist from 23 to 30 November: 201 is taken and 304 is out of service then"""
    days, wish = _days(wish, zone), wish.since(book.now)
    if mates := book.mates((wish,)):
        needs = sorted(wish.needs.union(*(m.needs for m in mates)))
        asked = [f"{most_beds([wish], mates)} beds", *(in_words(f) for f in needs)]
        return f"no room takes the party together {days}: it needs {listed(asked)}"
    rooms = list(book.rooms.values())
    if nowhere := [f for f in sorted(wish.needs) if not any(f in room.features for room in rooms)]:
        return f"no room with {listed([in_words(f) for f in nowhere])} {days}: the house has none"
    suited = [room for room in rooms if wish.needs <= room.features and wish.beds <= room.units]
    if not rooms:
        return f"no room {days}: the house has none"
    if not suited:
        return f"no room with {listed(_asked(wish, sorted(wish.needs)))} {days}: no one room has all of it"
    scarce = [f for f in sorted(wish.needs) if _free(book, replace(wish, needs=wish.needs - {f}))]
    if wish.beds > 1 and _free(book, replace(wish, beds=1)):
        named = _asked(wish, scarce)
    else:
        named = [in_words(f) for f in scarce] if scarce else _asked(wish, sorted(wish.needs))
    return f"no room{f' with {listed(named)}' if named else ''} {days}: {_who_has_it(suited, wish)}"


def _asked(wish: Wish, features: list[str]) -> list[str]:
    return [in_words(f) for f in features] + ([f"{wish.beds} beds"] if wish.beds > 1 else [])


def _free(book: Book, wish: Wish) -> bool:
    return any(book.takes(room, (wish,)) for room in book.rooms.values())


def _who_has_it(suited: list[Resource], wish: Wish) -> str:
    out = [room.name for room in suited if not room.usable(wish.start, wish.end)]
    taken = [room.name for room in suited if room.name not in out]
    said = [_state(names, state) for names, state in ((taken, "taken"), (out, "out of service")) if names]
    return f"{' and '.join(said)} then"


def _state(names: list[str], state: str) -> str:
    counted = listed(names) if len(names) <= NAMED else f"{len(names)} rooms"
    return f"{counted} {'is' if len(names) == 1 else 'are'} {state}"


def _days(wish: Wish, zone: tzinfo) -> str:
    """from 23 to 30 November"""
    first, last = wish.start.astimezone(zone).date(), wish.end.astimezone(zone).date()
    begin = str(first.day)
    if (first.year, first.month) != (last.year, last.month):
        begin += f" {first:%B}" + (f" {first.year}" if first.year != last.year else "")
    return f"from {begin} to {last.day} {last:%B}" + (f" {last.year}" if first.year != last.year else "")
