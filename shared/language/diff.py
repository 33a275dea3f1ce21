"""diff makes what exists agree with what is owed: it amends, cancels, recalls and asks again; it never moves for people."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from operator import attrgetter
from zoneinfo import ZoneInfo

from shared.language.facts.base import Json
from shared.language.tasks import MATERIAL, Origin, Owed, Task, altered, held_by, moved_by, task_id

_EPOCH = datetime.fromtimestamp(0, UTC)
_BLANK = Task(task_id="", owner="", subject="", kind="", feed=None, start=_EPOCH, due=_EPOCH)
_TIMES = ("start", "due", "accept_by", "hold_from")
NO_LONGER_OWED = "no longer owed; whoever is at it closes it"


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose tasks diff makes: the owner, the subject, and the zone in which its people read the clock."""

    owner: str
    subject: str
    zone: ZoneInfo


def diff(owed: Iterable[Owed], tasks: Sequence[Task], desk: Desk, origin: Origin = "plan") -> tuple[Task, ...]:
    """All tasks of the subject, those of `origin` as the table of lawful changes has them; the others untouched."""
    wished, ordered = list(owed), sorted(tasks, key=attrgetter("attempt"))
    if not wished and all(task.origin != origin for task in ordered):
        return tuple(ordered)
    latest: dict[tuple[str, str, str], Task] = {}
    rest: list[Task] = []
    for task in ordered:
        if task.origin != origin:
            rest.append(task)
            continue
        key = task.key
        if key in latest:
            rest.append(latest[key])
        latest[key] = task
    out = list(rest)
    wishes = {wish.key: wish for wish in wished}
    if len(wishes) < len(wished):
        twice = sorted(key for key, times in Counter(wish.key for wish in wished).items() if times > 1)
        raise ValueError(f"planned twice, so that two tasks would have one id: {' '.join(map(repr, twice))}")
    for key, wish in wishes.items():
        planned = _planned(wish, desk.zone)
        existing = latest.pop(key, None)
        if existing is None:
            out.append(_made(wish, planned, desk, origin, 1))
        elif _owed_again(existing, planned["due"]):
            out += [existing, _made(wish, planned, desk, origin, existing.attempt + 1)]
        else:
            out.append(_amended(existing, planned, wish.hold))
    out += [_ended(task) for task in latest.values()]
    return tuple(out)


def _planned(wish: Owed, zone: ZoneInfo) -> Json:
    """The fields of a task that are plan's, with the times as the people of the zone read them."""
    planned = {**wish.__dict__, "start": _local(wish.start, zone), "due": _local(wish.due, zone),
               "accept_by": wish.accept_by and _local(wish.accept_by, zone),
               "hold_from": wish.hold_from and _local(wish.hold_from, zone)}
    del planned["hold"]
    return planned


def _made(wish: Owed, planned: Json, desk: Desk, origin: Origin, attempt: int) -> Task:
    ref = task_id(desk.owner, desk.subject, wish.kind, wish.person, wish.slot, attempt)
    return altered(_BLANK, task_id=ref, owner=desk.owner, subject=desk.subject, origin=origin, attempt=attempt,
                   holds={"plan": wish.hold} if wish.hold else {}, chosen={}, declined={}, **planned)


def _owed_again(task: Task, due: datetime) -> bool:
    """A failed task is owed again when it is due after the failure, unless somebody waived it."""
    return bool(task.status == "failed" and task.stage != "waived" and task.moved_at and due > task.moved_at)


def _amended(task: Task, planned: Json, hold: str | None) -> Task:
    if task.status in ("completed", "failed"):
        return task
    there = task.__dict__
    changes: Json = {name: wanted for name, wanted in planned.items() if there[name] != wanted}
    if "site" in changes:  # equal times may be told by another clock
        changes |= {name: planned[name] for name in _TIMES}
    if task.holds.get("plan") != hold:
        changes["holds"] = held_by(task.holds, "plan", hold)
    new = altered(task, **changes) if changes else task
    if task.status == "cancelled":
        return altered(new, status="requested", stage=None, reason=None, moved_at=None, assignee=None, resource=None,
                       why=None, chosen={}, holds={"plan": hold} if hold else {},
                       declined=_still_declined(new))
    if "recall" in new.holds:
        new = altered(new, holds=held_by(new.holds, "recall", None))
    if not changes:
        return new
    if task.status == "in-progress":
        return altered(new, amended=task.revision + 1)
    new = altered(new, declined=_still_declined(new))
    if task.status == "accepted" and (why := _moved(new)):
        assignee = new.assignee if new.pool else None
        return altered(new, status="requested", stage="offered", reason=why, assignee=assignee)
    return new


def _moved(task: Task) -> str | None:
    """The reason for which an acceptance no longer stands: start or place are not those that were agreed."""
    start, place, _ = task.agreed
    if start is None:
        return None  # nothing was agreed yet
    if moved_by(start, task.start) >= MATERIAL:
        return f"the start moved from {start:%d %b %H:%M} to {task.start:%d %b %H:%M}"
    return f"the place changed from {place} to {task.place}" if place != task.place else None


def _still_declined(task: Task) -> dict[str, datetime]:
    """A decline holds until the start has moved by two hours."""
    return {who: start for who, start in task.declined.items() if abs(task.start - start).total_seconds() < 7200}


def _ended(task: Task) -> Task:
    if task.status in ("requested", "accepted"):
        return altered(task, status="cancelled", holds={})
    if task.status == "in-progress" and "recall" not in task.holds:
        return altered(task, holds=held_by(task.holds, "recall", NO_LONGER_OWED))
    return task


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    """With the offset, not the zone: in the hour that an autumn night repeats, a zoned instant equals nothing but itself
    (PEP 495), so that a task would be amended by every pass."""
    return _local_of(at.astimezone(UTC), zone)


@lru_cache(maxsize=8192)  # meals and shifts of many stays are at the same times
def _local_of(at: datetime, zone: ZoneInfo) -> datetime:
    local = at.astimezone(zone)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta(0)), fold=0)
