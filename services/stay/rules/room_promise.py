"""How the promise of a room stands. Confirmed only by a housekeeper who made the room ready, or by the patient in it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any

from services.stay.rules.placements import Placement, placements
from services.stay.rules.room_times import Nights, NoNight, left_at, nights
from services.stay.rules.room_words import moment
from shared.language.promises import Promise, Standing
from shared.language.stay import Stay
from shared.language.tasks import Task
from shared.service import Around, Told, Verdict


def room_promise(stay: Stay, tasks: Sequence[Task], around: Around) -> Verdict:
    """The promise `room`, and `room-assigned` with every room that the stay had and has, once the pool has answered."""
    found = nights(stay, around.clinic, around.now)
    rooms = [t for t in tasks if t.kind == "room" and t.origin == "plan"]
    task = next((t for t in rooms if t.open), None)
    if isinstance(found, NoNight):
        how = _without_a_night(stay, found)
        facts = [Told("room-assigned", {"placements": [], "why": how.reason})] if rooms else []
    else:
        how = _standing(stay, found, task, tasks, around)
        facts = _facts(task, found, around) if task else []
    ahead = how.next_at if how.next_at and how.next_at > around.now else None
    return Verdict((Promise(stay.id, "room", "stay", how.state, how.reason, ahead),), tuple(facts), how.again_at)


def _without_a_night(stay: Stay, found: NoNight) -> Standing:
    if not found.needed:
        return Standing("not-needed", found.reason)
    if stay.phase == "discharged" and stay.known.topics.keys() & {"stay-booked", "patient-admitted"}:
        return Standing("broken", f"discharged without a room; {found.reason}")
    return Standing("at-risk", found.reason)


def _standing(stay: Stay, found: Nights, task: Task | None, tasks: Sequence[Task], around: Around) -> Standing:
    if task is None or task.resource is None:
        return _unplaced(stay, found, task, around.now)
    room, zone = placements(task)[-1], around.clinic.zone(found.site)
    if found.end <= around.now:
        came = "; nobody was admitted" if stay.phase == "booked" else ""
        return Standing("kept", f"{room.room} was kept until {moment(found.end, zone)}{came}")
    end = None if stay.phase == "admitted" and not left_at(stay) else found.end 
    if stay.phase != "booked" and not room.moved_in:
        since = f" since {moment(stay.admitted_at, zone)}" if stay.admitted_at else ""
        return Standing("confirmed", f"in {room.room}{since}", found.end, end)
    how = _made_ready(task, room, _prepare(tasks, room), around.now, zone)
    return replace(how, again_at=min((at for at in (how.again_at, end) if at), default=None))


def _unplaced(stay: Stay, found: Nights, task: Task | None, now: datetime) -> Standing:
    """`broken` is the pool's word: while it has not answered, a stay that has begun is at risk."""
    hold = "; ".join(task.holds.values()) if task else ""
    begun = found.start <= now
    if stay.phase == "discharged":
        return Standing("broken", f"discharged without a room: {hold}" if hold else "discharged without a room")
    if hold:
        return Standing("broken", hold) if begun else Standing("at-risk", hold, found.start, found.start)
    return Standing("at-risk" if begun else "planned", "a room has not been chosen yet", found.start,
                     None if begun else found.start)


def _made_ready(task: Task, room: Placement, prepare: Task | None, now: datetime, zone: tzinfo) -> Standing:
    """How the room stands before the patient is in it."""
    if prepare is None:
        return Standing("planned", task.why or f"{room.room} is chosen", room.start)
    if prepare.status == "completed":
        at = f" at {moment(prepare.moved_at, zone)}" if prepare.moved_at else ""
        return Standing("confirmed", f"{room.room} was made ready{at}", room.start)
    if prepare.status == "failed" and prepare.stage != "waived":
        return Standing("at-risk", f"{room.room} was not made ready: {prepare.reason or 'no reason told'}", room.start)
    if prepare.open and prepare.due <= now:
        reason = f"{room.room} is not ready; it was due at {moment(prepare.due, zone)}"
        return Standing("at-risk", reason, room.start)
    again_at = prepare.due if prepare.open else None
    return Standing("planned", task.why or f"{room.room} is chosen", prepare.due, again_at)


def _prepare(tasks: Sequence[Task], room: Placement) -> Task | None:
    """The latest word about this room's preparation."""
    about = [t for t in tasks if t.kind == "prepare" and t.slot == room.slot and t.status != "cancelled"]
    return max(about, key=lambda t: t.attempt, default=None)


def _facts(task: Task, found: Nights, around: Around) -> list[Told]:
    why = "; ".join([*((task.why,) if task.resource and task.why else ()), *task.holds.values()])
    if task.resource is None and not task.holds:
        return []
    zone = around.clinic.zone(found.site)
    had: list[dict[str, Any]] = [{"room": p.room, "from": p.start.astimezone(zone).isoformat(),
                                  "to": p.end.astimezone(zone).isoformat()} for p in placements(task)]
    return [Told("room-assigned", {"placements": had, "why": why})]
