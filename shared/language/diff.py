"""diff makes what exists agree with what is owed: it amends, cancels, recalls and asks again; it never moves for people."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from shared.language.tasks import MATERIAL, PLANNED, Origin, Owed, Task, moved_by, task_id

NO_LONGER_OWED = "no longer owed; whoever is at it closes it"


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose tasks diff makes: the owner, the subject, and the zone in which its people read the clock."""

    owner: str
    subject: str
    zone: ZoneInfo


def diff(owed: Iterable[Owed], tasks: Sequence[Task], desk: Desk, origin: Origin = "plan") -> tuple[Task, ...]:
    """All tasks of the subject, those of `origin` as the table of lawful changes has them; the others untouched."""
    latest: dict[tuple[str, str, str], Task] = {}
    rest: list[Task] = []
    for task in sorted(tasks, key=lambda t: t.attempt):
        if task.origin != origin:
            rest.append(task)
            continue
        if task.key in latest:
            rest.append(latest[task.key])
        latest[task.key] = task
    out = list(rest)
    wishes = list(owed)
    if twice := [key for key, times in Counter(wish.key for wish in wishes).items() if times > 1]:
        raise ValueError(f"planned twice, so that two tasks would have one id: {' '.join(map(repr, sorted(twice)))}")
    for wish in wishes:
        wish = _in_zone(wish, desk.zone)
        existing = latest.pop(wish.key, None)
        if existing is None:
            out.append(_made(wish, desk, origin, 1))
        elif _owed_again(existing, wish):
            out += [existing, _made(wish, desk, origin, existing.attempt + 1)]
        else:
            out.append(_amended(existing, wish))
    out += [_ended(task) for task in latest.values()]
    return tuple(out)


def _made(wish: Owed, desk: Desk, origin: Origin, attempt: int) -> Task:
    fields = {name: getattr(wish, name) for name in PLANNED}
    ref = task_id(desk.owner, desk.subject, wish.kind, wish.person, wish.slot, attempt)
    return Task(task_id=ref, owner=desk.owner, subject=desk.subject, origin=origin, attempt=attempt,
                holds={"plan": wish.hold} if wish.hold else {}, **fields)


def _owed_again(task: Task, wish: Owed) -> bool:
    """A failed task is owed again when it is due after the failure, unless somebody waived it."""
    return bool(task.status == "failed" and task.stage != "waived" and task.moved_at and wish.due > task.moved_at)


def _amended(task: Task, wish: Owed) -> Task:
    if task.status in ("completed", "failed"):
        return task
    changes = {name: getattr(wish, name) for name in PLANNED if getattr(task, name) != getattr(wish, name)}
    if task.holds.get("plan") != wish.hold:
        others = {k: v for k, v in task.holds.items() if k != "plan"}
        changes["holds"] = {**others, "plan": wish.hold} if wish.hold else others
    new = replace(task, **changes) if changes else task
    if task.status == "cancelled":
        return replace(new, status="requested", stage=None, reason=None, moved_at=None, assignee=None, resource=None,
                       why=None, chosen={}, holds={"plan": wish.hold} if wish.hold else {},
                       declined=_still_declined(new))
    if "recall" in new.holds:
        new = replace(new, holds={k: v for k, v in new.holds.items() if k != "recall"})
    if not changes:
        return new
    if task.status == "in-progress":
        return replace(new, amended=task.revision + 1)
    new = replace(new, declined=_still_declined(new))
    if task.status == "accepted" and (why := _moved(new)):
        assignee = new.assignee if new.pool else None
        return replace(new, status="requested", stage="offered", reason=why, assignee=assignee)
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
        return replace(task, status="cancelled", holds={})
    if task.status == "in-progress" and "recall" not in task.holds:
        return replace(task, holds={**task.holds, "recall": NO_LONGER_OWED})
    return task


def _in_zone(wish: Owed, zone: ZoneInfo) -> Owed:
    return replace(wish, start=_local(wish.start, zone), due=_local(wish.due, zone),
                   accept_by=wish.accept_by and _local(wish.accept_by, zone),
                   hold_from=wish.hold_from and _local(wish.hold_from, zone))


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    """With the offset, not the zone: in the hour that an autumn night repeats, a zoned instant equals nothing but itself
    (PEP 495), so that a task would be amended by every pass."""
    local = at.astimezone(zone)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta(0)), fold=0)
