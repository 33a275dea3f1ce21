"""The rooms of a site: what is held keeps its room, who sleeps in the house comes next, then the others by their booking.
The interpreters: what is held keeps its interpreter, then the others by their start.

The answer depends on what is held and on the set of those who wait, never on their order, and given again it is the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo

from services.stay.details import Moved
from services.stay.rules import interpreter_choice
from services.stay.rules.housekeeping import turnover_gap
from services.stay.rules.interpreter_diary import Diary, asked
from services.stay.rules.placements import room_name
from services.stay.rules.room_book import Book, Wish, wish
from services.stay.rules.room_choice import choose
from services.stay.rules.room_hold import keep, moved_in, moved_out, waiting_since_a_move
from services.stay.rules.room_words import no_room, why
from shared.language.tasks import Task
from shared.service import Assigned, Contest


@dataclass(frozen=True, slots=True)
class _Demands:
    """The tasks of a contest, by what they are owed: a room they keep, one they get first, one in their turn."""

    over: list[Task]  # the room they had is history
    held: list[Task]
    here: list[Task]  # sleep in the house and have no room
    coming: list[Task]


def assign(contest: Contest) -> Mapping[str, Assigned]:
    """task_id -> the room, by its name, and why; or the hold that names the need which cannot be met. A task that lost its
    room carries `details.Moved` as chosen, with or without another room: the shell writes it in both cases."""
    zone = contest.clinic.zone(contest.site)
    rooms = {r.name: r for r in contest.resources if r.id.split("/")[1:2] == ["room"]}
    book = Book(dict(sorted(rooms.items())), turnover_gap(contest.clinic), contest.now.astimezone(UTC))
    demands = _sorted_out(contest)
    lost = keep(book, demands.held, zone)
    for task in demands.over:
        book.enter(room_name(task.resource or ""), wish(task))
    away = {t.task_id: moved_out(t, lost[t.task_id], book, zone) for t in demands.held if t.task_id in lost}
    away |= {t.task_id: left for t in demands.here if (left := waiting_since_a_move(t))}
    here = [wish(t) for t in demands.here if t.task_id not in away]
    here += [wish(t).since(book.now) for t in (*demands.here, *demands.held) if t.task_id in away]
    coming = [wish(t) for t in demands.coming]
    book = choose(choose(book, here), coming)
    kept = (t for t in (*demands.over, *demands.held) if t.task_id not in lost)
    answers = {t.task_id: Assigned(t.resource, t.assignee, t.why, t.chosen) for t in kept}
    return answers | {w.task_id: _answer(book, w, away.get(w.task_id), zone) for w in (*here, *coming)}


def _sorted_out(contest: Contest) -> _Demands:
    demands = _Demands([], [], [], [])
    held = {t.task_id for t in contest.held}
    for task in (*contest.held, *contest.waiting):
        slept = task.task_id in held or (task.hold_from is not None and task.hold_from <= contest.now)
        if slept and task.resource:
            (demands.over if task.due <= contest.now else demands.held).append(task)
        else:
            (demands.here if slept or waiting_since_a_move(task) else demands.coming).append(task)
    return demands


def _answer(book: Book, asked: Wish, away: Moved | None, zone: tzinfo) -> Assigned:
    placed = asked.task_id in book.where
    reason = why(book, asked) if placed else no_room(book, asked, zone)
    if away is None:
        return Assigned(resource=book.where[asked.task_id], why=reason) if placed else Assigned(hold=reason)
    if not placed:
        return Assigned(why=away.because, chosen=away.as_json(), hold=f"{away.because}; {reason}")
    chosen = moved_in(away, asked, zone).as_json()
    return Assigned(resource=book.where[asked.task_id], why=f"{away.because}; {reason}", chosen=chosen)


def assign_interpreters(contest: Contest) -> Mapping[str, Assigned]:
    """task_id -> the interpreter, by name, in which language and why; or the hold that names the language and who is taken.
    Between the talks of two stays lie 15 min."""
    people = {r.name: r for r in contest.resources if r.id.split("/")[1:2] == ["interpreter"]}
    gap = contest.clinic.minutes("stay", "interpreter_buffer_minutes", 15)
    diary = Diary(dict(sorted(people.items())), contest.clinic.zone(contest.site), gap, contest.now.astimezone(UTC))
    lost = interpreter_choice.keep(diary, contest.held)
    kept = {t.task_id: interpreter_choice.here(diary, interpreter_choice.who(t), asked(t), t.why)
            for t in contest.held if t.task_id not in lost}
    waiting = [*contest.waiting, *(t for t in contest.held if t.task_id in lost)]
    return kept | interpreter_choice.choose(diary, waiting, lost)
