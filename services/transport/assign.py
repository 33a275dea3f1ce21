"""The fleet of a site: what is held keeps its vehicle and driver, the others come by their start, each to the tightest fit.

The answer depends on what is held and on the set of those who wait, never on their order, and given again it is the same.
"""

from collections.abc import Mapping
from dataclasses import replace

from services.transport.details import Trip
from services.transport.rules.fleet_book import Book
from services.transport.rules.fleet_choice import choose
from services.transport.rules.fleet_hold import Lost, before, doubt, keep, under_way
from services.transport.rules.fleet_trips import Run, Wish, wishes_of
from services.transport.rules.fleet_words import no_vehicle, why, why_crew
from services.transport.rules.roads import utc
from shared.language.resources import Resource
from shared.language.tasks import Task
from shared.service import Assigned, Contest


def assign(contest: Contest) -> Mapping[str, Assigned]:
    """task_id -> vehicle (`resource`), driver (`assignee`), why, and `details.Trip` as chosen; or the hold that names the need
    which cannot be met. The two tasks of a stretcher's crew are answered together."""
    book = Book(contest.clinic, contest.site, utc(contest.now), _of_kind(contest, "vehicle"), _of_kind(contest, "driver"))
    held = {t.task_id for t in contest.held}
    tasks = sorted((*contest.held, *contest.waiting), key=lambda t: t.task_id)
    wishes = list(wishes_of(tasks))
    settled = [w for w in wishes if any(t.task_id in held for t in w.tasks)]
    lost = keep(book, settled, lambda task: task.task_id in held)
    kept = {w.ride.task_id for w in settled} - lost.keys()
    choose(book, [_knowing(w) if w.ride.task_id in lost else w for w in wishes if w.ride.task_id not in kept])
    answers = {t.task_id: _alone(t, t.task_id in held) for t in tasks}
    for wish in wishes:
        answers |= _answers(book, wish, lost.get(wish.ride.task_id), held if wish.ride.task_id in kept else set())
    return answers


def _of_kind(contest: Contest, kind: str) -> dict[str, Resource]:
    return {r.name: r for r in sorted(contest.resources, key=lambda r: r.id) if r.id.split("/")[1:2] == [kind]}


def _knowing(wish: Wish) -> Wish:
    """Who accepted a ride whose vehicle is lost takes it in another, if he can."""
    return replace(wish, knew=(wish.ride.assignee, wish.crew.assignee if wish.crew else None))


def _alone(task: Task, held: bool) -> Assigned:
    """A second of a crew whose ride is over: what he has he keeps."""
    if held:
        return Assigned(task.resource, task.assignee, task.why, task.chosen)
    return Assigned(hold="there is no open ride with a stretcher for this")


def _answers(book: Book, wish: Wish, lost: Lost | None, kept: set[str]) -> dict[str, Assigned]:
    run = book.run_of(wish)
    zone = book.clinic.zone(book.site)
    if run is None or (not run.driver):
        hold = no_vehicle(book, wish, zone)
        return {t.task_id: _unplaced(t, lost, hold) for t in wish.tasks}
    answers = {wish.ride.task_id: _placed(book, run, wish, wish.ride, run.driver, lost, kept)}
    if wish.crew:
        if run.crew:
            answers[wish.crew.task_id] = _placed(book, run, wish, wish.crew, run.crew, lost, kept)
        else:
            answers[wish.crew.task_id] = _unplaced(wish.crew, lost, "no second driver trained for stretchers is free")
    return answers


def _unplaced(task: Task, lost: Lost | None, hold: str) -> Assigned:
    left = lost or before(task)
    if left is None:
        return Assigned(hold=hold)
    return Assigned(why=left.sentence, chosen=Trip(left=left.of, because=left.because).as_json(), hold=f"{left.sentence}; {hold}")


def _placed(book: Book, run: Run, wish: Wish, task: Task, who: str, lost: Lost | None, kept: set[str]) -> Assigned:
    left = lost or before(task)
    if left and left.of in (run.vehicle, *run.people):
        left = None
    against = doubt(book, run) if under_way(wish) else None
    trip = Trip(trip_id=run.id, pick_up_at=run.pick_up_at.astimezone(book.clinic.zone(book.site)).isoformat(),
                left=left and left.of, because=left and left.because, doubt=against)
    if task.task_id in kept:
        return Assigned(run.vehicle, who, task.why, trip.as_json())
    reason = why(book, run, wish) if task is wish.ride else why_crew(run)
    return Assigned(run.vehicle, who, f"{left.sentence}; {reason}" if left else reason, trip.as_json())
