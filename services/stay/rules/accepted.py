"""What the handoff tasks say: which there are, who accepted them and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from services.stay.rules.responsible import Handoff
from shared.language.overdue import UNREPORTED
from shared.language.tasks import Task

TAKEN = ("accepted", "in-progress", "completed")


@dataclass(frozen=True, slots=True)
class Asked:
    """The handoff at `change`, its latest attempt; `accepted`: by whom and when, whether that counts or not."""

    task: Task
    change: datetime
    accepted: Handoff | None


def asked(tasks: Iterable[Task]) -> list[Asked]:
    """By their change."""
    latest = {t.slot: t for t in sorted(tasks, key=lambda t: t.attempt)
              if t.kind == "handoff" and t.origin == "plan" and t.status != "cancelled"}
    return sorted((_asked(task) for task in latest.values()), key=lambda one: (one.change, one.task.slot))


def _asked(task: Task) -> Asked:
    change = datetime.fromisoformat(task.details["at"]).astimezone(UTC)
    at = _accepted_at(task)
    return Asked(task, change, Handoff(change, at, task.assignee.rsplit("/", 1)[-1]) if at and task.assignee else None)


def _accepted_at(task: Task) -> datetime | None:
    """A task tells when it was last moved: one that was closed since counts as accepted then."""
    if task.moved_at is None:
        return None
    if task.status == "failed" and task.stage == "not-reported":  # by the clock, so long after people last moved it
        return task.moved_at.astimezone(UTC) - UNREPORTED
    return task.moved_at.astimezone(UTC) if task.status in TAKEN else None
