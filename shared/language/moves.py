"""What people may do to a task: one table of data. Only diff cancels; people waive."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from shared.language.tasks import Status, Task

LAWFUL: dict[Status, tuple[Status, ...]] = {
    "requested": ("accepted", "requested", "in-progress", "failed"),
    "accepted": ("in-progress", "completed", "requested", "failed"),
    "in-progress": ("in-progress", "completed", "failed"),
    "completed": (),
    "failed": (),
    "cancelled": (),
}
# What diff and the clock do; people cannot. For the diagram in docs/, beside LAWFUL.
BY_ITSELF: tuple[tuple[Status, Status, str], ...] = (
    ("requested", "cancelled", "no longer owed"),
    ("accepted", "cancelled", "no longer owed"),
    ("accepted", "requested", "start or place moved"),
    ("accepted", "requested", "somebody else was assigned"),
    ("cancelled", "requested", "owed again"),
    ("requested", "failed", "not reported for 24 h"),
    ("accepted", "failed", "not reported for 24 h"),
    ("in-progress", "failed", "not reported for 24 h"),
)

Code = Literal["unlawful", "older-terms", "not-yours", "on-hold", "reason-missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """`revision` is the one the mover saw; `at` the device's time; `dispatcher` may act for anybody."""

    to: Status
    by: str | None = None
    stage: str | None = None
    revision: int | None = None
    at: datetime | None = None
    reason: str | None = None
    dispatcher: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal is data: what is wrong, in a sentence for the person who moved."""

    code: Code
    detail: str


def apply(task: Task, move: Move, now: datetime) -> Task | Refused:
    """The task after the move. The same move told twice is one move: a second tap is always stale."""
    if _is_second_tap(task, move):
        return task
    if refused := _refusal(task, move):
        return refused
    at = min(move.at, now).astimezone(task.start.tzinfo) if move.at else now.astimezone(task.start.tzinfo)
    moved = replace(task, status=move.to, stage=move.stage, reason=move.reason, moved_at=at, amended=None)
    if move.to == "requested":
        who = task.assignee if move.dispatcher else move.by or task.assignee
        declined = {**task.declined, who: task.start} if who else dict(task.declined)
        return replace(moved, stage="declined", declined=declined, assignee=task.assignee if task.pool else None)
    if move.by and task.pool is None and task.assignee is None:
        moved = replace(moved, assignee=move.by)  # where no pool assigns, whoever takes it has it
    if move.to in ("completed", "failed"):
        moved = replace(moved, holds={})
    return moved


def _is_second_tap(task: Task, move: Move) -> bool:
    if move.to == "requested":
        who = task.assignee if move.dispatcher else move.by
        return task.stage == "declined" and (who is None or who in task.declined)
    mine = move.by is None or move.dispatcher or task.assignee in (None, move.by)
    return task.status == move.to and mine and (move.stage is None or task.stage == move.stage)


def _refusal(task: Task, move: Move) -> Refused | None:
    if move.to not in LAWFUL.get(task.status, ()):
        may = ", ".join(LAWFUL.get(task.status, ())) or "nothing: it is closed"
        return Refused("unlawful", f"a task that is {task.status} cannot become {move.to}; lawful: {may}")
    if move.by and task.assignee not in (None, move.by) and not move.dispatcher:
        return Refused("not-yours", f"this task is {task.assignee}'s, not {move.by}'s")
    takes = task.status == "requested" and move.to in ("accepted", "in-progress")  # to begin unasked is to accept
    if takes and move.revision is not None and move.revision < task.terms:
        return Refused("older-terms", f"start, place or assignee changed at revision {task.terms}; "
                                      f"what was accepted is revision {move.revision}")
    if task.held and move.to in ("accepted", "in-progress") and not (move.to == task.status == "in-progress"):
        return Refused("on-hold", "; ".join(task.holds.values()))
    if move.to == "failed" and not move.reason:
        return Refused("reason-missing", "a task that failed or is waived needs a `reason`")
    return None
