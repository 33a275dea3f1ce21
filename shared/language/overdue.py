"""Overdue: from a task's times and the ladder of its kind come the desk tasks owed now, and the time of the next step.

A step's task is named by (task, step, due): it fires once, whoever looks and however often, and again when `due` changes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Literal

from shared.language.tasks import Owed, Task

REARM = timedelta(minutes=30)  # an acknowledgement without a resolution stops the ladder for so long
ANSWER = timedelta(minutes=30)  # a desk task is due so long after its step fired
UNREPORTED = timedelta(hours=24)
_ALWAYS, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """`wait` after `accept_by` (while nobody has accepted) or after `due` (while it is not done): who is told, and how."""

    after: Literal["accept_by", "due"]
    wait: timedelta
    role: str
    channel: str


Ladders = Mapping[str, Sequence[Step]]


def overdue(tasks: Iterable[Task], ladders: Ladders, now: datetime) -> tuple[list[Owed], datetime | None]:
    """The desk tasks that overdue, recalled and amended tasks owe now; when to look again."""
    all_tasks = list(tasks)
    fired = {t.slot: t for t in sorted((t for t in all_tasks if t.origin == "overdue"), key=attrgetter("attempt"))}
    climbing = {slot.rsplit("/", 2)[0] for slot in fired}
    owed: list[Owed] = []
    later: list[datetime] = []
    for task in all_tasks:
        if task.origin == "overdue" or not task.open:
            continue
        if task.amended or "recall" in task.holds:
            owed += _told_of_changes(task, fired)
        ladder = ladders.get(task.kind)
        steps = _steps(task, ladder) if ladder else []
        first = min([at for _, _, at in steps], default=now)
        if first > now and task.task_id not in climbing:  # the most of them: no step has fired that could move this one
            later.append(first)
            continue
        for number, step, at in steps:
            slot = _slot(task, number)
            at = max(at, fired[slot].start if slot in fired else _quiet_until(task, number, fired))
            if at <= now:
                owed.append(_climbed(task, number, step, at, slot))
            elif at < _NEVER:
                later.append(at)
    return owed, min(later, default=None)


def _steps(task: Task, ladder: Sequence[Step]) -> list[tuple[int, Step, datetime]]:
    if task.feed is None and not task.held:
        return []  # a demand that has its place is nobody's to accept
    since = {"due": task.due, "accept_by": task.accept_by if task.status == "requested" else None}
    return [(number, step, at + step.wait) for number, step in enumerate(ladder, 1) if (at := since[step.after])]


def _slot(task: Task, number: int) -> str:
    return f"{task.task_id}/{number}/{task.due.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def _quiet_until(task: Task, number: int, fired: Mapping[str, Task]) -> datetime:
    """Acknowledged: quiet for REARM. Resolved: quiet for good, until `due` changes."""
    quiet = _ALWAYS
    for earlier in range(1, number):
        told = fired.get(_slot(task, earlier))
        if told and told.status == "completed":
            return _NEVER
        if told and told.status in ("accepted", "in-progress") and told.moved_at:
            quiet = max(quiet, told.moved_at + REARM)
    return quiet


def _climbed(task: Task, number: int, step: Step, at: datetime, slot: str) -> Owed:
    what = "nobody has accepted" if step.after == "accept_by" else "not done"
    if task.held:
        what = "; ".join(task.holds.values())
    return Owed(kind="overdue", feed="desk", slot=slot, person=task.person, start=at, due=at + ANSWER, site=task.site,
                place=task.place, details={"of": task.kind, "task_id": task.task_id, "feed": task.feed,
                                           "step": number, "role": step.role, "channel": step.channel, "what": what})


def _told_of_changes(task: Task, fired: Mapping[str, Task]) -> Iterator[Owed]:
    """What changed under the hands of somebody who is at it: the desk is told, once for each change."""
    def since(slot: str) -> datetime:  # of what the desk has been told; later moves of the task do not move that
        told = fired.get(slot)
        return told.start if told and told.status != "cancelled" else task.moved_at or task.start

    about = {"of": task.kind, "task_id": task.task_id, "feed": task.feed, "assignee": task.assignee}
    if "recall" in task.holds:
        at = since(task.task_id)
        yield Owed(kind="recalled", feed="desk", slot=task.task_id, person=task.person, start=at, due=at + ANSWER,
                   site=task.site, place=task.place, details={**about, "what": task.holds["recall"]})
    elif task.amended:
        at = since(slot := f"{task.task_id}/{task.amended}")
        yield Owed(kind="amended", feed="desk", slot=slot, person=task.person, start=at, due=at + ANSWER,
                   site=task.site, place=task.place,
                   details={**about, "what": f"changed while in progress, at revision {task.amended}"})


def unreported(tasks: Iterable[Task], now: datetime) -> tuple[tuple[Task, ...], datetime | None]:
    """A task that nobody moved for 24 h after it was due has failed: not reported. And when the next one will.

    Not the desk's: a question stays open until it is answered, however old it is."""
    out: list[Task] = []
    later: list[datetime] = []
    for task in tasks:
        if not task.open or task.feed in (None, "desk"):
            out.append(task)
        elif now < (end := max(task.due, task.moved_at or task.due) + UNREPORTED):
            later.append(end)
            out.append(task)
        else:
            out.append(replace(task, status="failed", stage="not-reported", reason="not reported", holds={},
                               moved_at=end.astimezone(task.due.tzinfo)))
    return tuple(out), min(later, default=None)
