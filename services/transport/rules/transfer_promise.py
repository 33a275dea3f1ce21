"""How the promise of a transfer stands. Confirmed only by a driver who accepted or is at it; a silent one leaves green in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from services.transport.details import Direction
from services.transport.rules.fleet_trips import chosen
from services.transport.rules.ride_demand import ALONG
from services.transport.rules.ride_times import CREW, KINDS, Wanted
from services.transport.rules.roads import moment
from services.transport.rules.wanted_rides import NoRide, wanted
from shared.language.promises import Promise, Standing, State
from shared.language.stay import Stay
from shared.language.tasks import Task
from shared.service import Around

GREEN_BEFORE = timedelta(hours=1)  # before the pick-up: an answer older than the window no longer counts
WINDOW = 720  # minutes for which an answer of a driver counts
SET_OUT = timedelta(minutes=10)  # after the start: then somebody who has not set out is late
GIVEN_UP = 60  # minutes after the pick-up without a driver: broken
WORST: tuple[State, ...] = ("broken", "at-risk", "planned", "confirmed", "kept", "not-needed")


@dataclass(frozen=True, slots=True)
class _Moment:
    around: Around
    zone: tzinfo

    @property
    def now(self) -> datetime:
        return self.around.now

    def said(self, at: datetime | None) -> str:
        return f" at {moment(at, self.zone)}" if at else ""


def transfer_promise(stay: Stay, tasks: Sequence[Task], around: Around, direction: Direction) -> Promise:
    here = _Moment(around, around.clinic.zone(around.clinic.site_of(stay.site)))
    how = _standing(stay, _latest(tasks, direction), wanted(stay, around, direction), here)
    ahead = how.next_at if how.next_at and how.next_at > around.now else None
    return Promise(stay.id, "transfer-in" if direction == "in" else "transfer-out", "transport", how.state, how.reason, ahead)


def _latest(tasks: Sequence[Task], direction: Direction) -> list[Task]:
    """The newest attempt of each task of this direction that is not cancelled; the patient's ride only once, by the newest
    word about it, should the journey have had other names before."""
    kinds = {*KINDS[direction].values(), CREW}
    there = [t for t in tasks if t.origin == "plan" and t.kind in kinds and t.slot == direction and t.status != "cancelled"]
    newest: dict[tuple[bool, str], Task] = {}
    for task in sorted(there, key=lambda t: (t.open, t.status == "completed", t.attempt, t.kind)):
        newest[task.kind == CREW, task.person] = task
    return list(newest.values())


def _standing(stay: Stay, tasks: Sequence[Task], ride: Wanted | NoRide, here: _Moment) -> Standing:
    its = next((t for t in tasks if t.person == "patient" and t.kind != CREW), None)
    if stay.phase in ("nothing", "unknown") and isinstance(ride, NoRide):
        return Standing(ride.state, ride.reason)
    if its and its.status == "failed":
        return _failed(its, here)
    if its is None or (isinstance(ride, NoRide) and its.status != "completed"):
        return _without(its, ride)
    about = [t for t in tasks if t.kind != CREW or its.open]
    found = [_failed(t, here) if t.status == "failed" else _of(stay, t, here) for t in about]
    worst = min(found, key=lambda how: WORST.index(how.state))
    times = [how.next_at for how in found if how.next_at and how.next_at > here.now]
    return Standing(worst.state, worst.reason, min(times, default=None))


def _without(its: Task | None, ride: Wanted | NoRide) -> Standing:
    if isinstance(ride, Wanted):
        return Standing("planned", "a ride is asked for", ride.due)
    if its and its.status == "in-progress":
        return Standing("at-risk", f"{its.assignee} is at a ride that is no longer owed: {ride.reason}")
    return Standing(ride.state, ride.reason, ride.again_at)


def _failed(task: Task, here: _Moment) -> Standing:
    reason = task.reason or "no reason told"
    if task.stage in ("arrived-otherwise", "waived"):
        return Standing("not-needed", f"{'arrived otherwise' if task.stage == 'arrived-otherwise' else 'waived'}: {reason}")
    if task.stage == "not-reported":
        return Standing("broken", f"nobody has reported the ride of {moment(task.due, here.zone)}")
    return Standing("broken", f"{task.kind} failed{here.said(task.moved_at)}: {reason}")


def _of(stay: Stay, task: Task, here: _Moment) -> Standing:
    who = task.assignee or "somebody"
    if task.status == "completed" or task.stage == "handed-over":
        return Standing("kept", f"{who} handed over{here.said(task.moved_at)}")
    if task.status == "in-progress":
        return _under_way(task, who, here)
    given_up = task.due + here.around.clinic.minutes("transport", "given_up_minutes", GIVEN_UP)
    if "plan" in task.holds:
        return Standing("at-risk", "; ".join(task.holds.values()), task.due)
    if task.slot == "in" and stay.admitted_at and stay.phase != "booked" and (
            stay.admitted_at >= task.due or here.now < given_up):
        return _came_without(stay, task, given_up, here)
    if here.now >= given_up:
        return Standing("broken", f"nobody has set out for the pick-up of {moment(task.due, here.zone)}{_held(task)}")
    if task.holds:
        return Standing("at-risk", "; ".join(task.holds.values()), _next(here, task.due, given_up))
    return _accepted(task, who, given_up, here) if task.status == "accepted" else _offered(task, given_up, here)


def _came_without(stay: Stay, task: Task, given_up: datetime, here: _Moment) -> Standing:
    came = f"admitted{here.said(stay.admitted_at)}"
    if stay.admitted_at and stay.admitted_at >= task.due:
        return Standing("broken", f"{came} without our ride: nobody has reported the pick-up of {moment(task.due, here.zone)}")
    return Standing("at-risk", f"{came}, before the pick-up: did the patient arrive otherwise?", given_up)


def _under_way(task: Task, who: str, here: _Moment) -> Standing:
    if doubt := chosen(task).doubt or "; ".join(task.holds.values()):
        return Standing("at-risk", f"{who} is under way, but {doubt}")
    stage = f" ({task.stage})" if task.stage else ""
    return Standing("confirmed", f"{who} is under way{stage}, heard{here.said(task.moved_at)}", _next(here, task.due))


def _accepted(task: Task, who: str, given_up: datetime, here: _Moment) -> Standing:
    late, silent = task.start + SET_OUT, task.due - GREEN_BEFORE
    said = f"{who} accepted{here.said(task.moved_at)}"
    if here.now >= late:
        return Standing("at-risk", f"{said}, and has not set out; the pick-up is {moment(task.due, here.zone)}", given_up)
    window = here.around.clinic.minutes("transport", "answer_window_minutes", WINDOW)
    old = task.moved_at is None or silent - task.moved_at > window
    if old and here.now >= silent:
        return Standing("planned", f"{said}, and has not been heard since", _next(here, late, given_up))
    return Standing("confirmed", said, _next(here, *((silent,) if old else ()), task.start, late, given_up))


def _offered(task: Task, given_up: datetime, here: _Moment) -> Standing:
    must = min(task.accept_by or task.start, task.due - GREEN_BEFORE)
    if here.now >= must:
        asked = f"{task.assignee} was asked" if task.assignee else "a vehicle has not been chosen yet"
        return Standing("at-risk", f"nobody has accepted; {asked}", _next(here, task.due, given_up))
    if task.assignee is None:
        return Standing("planned", "a vehicle has not been chosen yet", must)
    also = " for the stretcher" if task.kind == CREW else " for what goes along" if task.person == ALONG else ""
    return Standing("planned", f"{task.resource} with {task.assignee}{also}, not accepted yet", must)


def _held(task: Task) -> str:
    return f": {'; '.join(task.holds.values())}" if task.holds else ""


def _next(here: _Moment, *moments: datetime) -> datetime | None:
    return min((at for at in moments if at > here.now), default=None)
