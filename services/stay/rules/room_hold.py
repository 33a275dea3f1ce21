"""What is held stays while it fits; what no longer fits is lost, and the reason stays written on the task."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, tzinfo

from services.stay.details import Moved, Slept
from services.stay.rules.placements import moved, placements, room_name
from services.stay.rules.room_book import Book, Wish, wish
from services.stay.rules.room_needs import in_words, listed
from services.stay.rules.room_words import moment
from shared.language.resources import Resource
from shared.language.tasks import Task


def keep(book: Book, held: Iterable[Task], zone: tzinfo) -> dict[str, str]:
    """Enters what is held and fits; returns the others: task_id -> why its room is lost. Only what is still to come counts:
    a guest who is gone by now takes nothing from who sleeps there. Of two that clash, the one whose terms changed last."""
    lost: dict[str, str] = {}
    for task in sorted(held, key=lambda t: (t.terms, *wish(t).order)):
        there, name = _since_the_move(task), room_name(task.resource or "")
        asked, room = there.since(book.now), book.rooms.get(name)
        if room is None:
            lost[task.task_id] = f"{name} is no longer a room of this house"
        elif book.takes(room, (asked,)):
            book.enter(name, there)
        else:
            lost[task.task_id] = _unfit(book, room, asked, zone)
    return lost


def _since_the_move(task: Task) -> Wish:
    return replace(wish(task), start=placements(task)[-1].start.astimezone(UTC))


def _unfit(book: Book, room: Resource, asked: Wish, zone: tzinfo) -> str:
    if lacking := sorted(asked.needs - room.features):
        return f"it does not have {listed([in_words(f) for f in lacking])}"
    if asked.beds > room.units:
        return f"{asked.beds} beds are needed, it has {room.units}"
    for window in sorted(room.out, key=lambda w: w.start):
        if window.meets(asked.start, asked.end):
            until = f" to {moment(window.end, zone)}" if window.end else " until further notice"
            reason = f" ({window.reason})" if window.reason and window.reason != "out of service" else ""
            return f"out of service from {moment(window.start, zone)}{until}{reason}"
    return "another stay that holds it is there at the same time"


def moved_out(task: Task, because: str, book: Book, zone: tzinfo) -> Moved:
    """The task's rooms so far, the one that it has just lost among them (if it was ever slept in)."""
    had = [Slept(room=p.room, from_=p.start.astimezone(zone), to=min(p.end, book.now).astimezone(zone))
           for p in placements(task)]
    return Moved(left=[p for p in had if p.from_ < p.to], because=f"moved from {room_name(task.resource or '')}: {because}")


def moved_in(before: Moved, asked: Wish, zone: tzinfo) -> Moved:
    """`asked` begins with the move, or with the stay where that has yet to begin."""
    return before.model_copy(update={"since": asked.start.astimezone(zone)})


def waiting_since_a_move(task: Task) -> Moved | None:
    """What was written when the task lost the room that it has not replaced yet."""
    return moved(task) if task.resource is None else None
