"""How one talk stands: done, begun, taken, or with nobody; nothing counts as taken until its interpreter has accepted it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from services.stay.rules.room_words import moment
from services.stay.rules.talk import Talk
from shared.language.tasks import Task

How = Literal["broken", "at-risk", "asked", "accepted", "done"]

UNBEGUN = timedelta(minutes=30)  # past its start without anybody at it, a talk has not been kept
UNACCEPTED = timedelta(hours=4)  # before its start; then a video interpreter is still to be had
SOON = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Standing:
    """`talk` with the last word on it; `turns`: the moments at which `how` may change by itself."""

    talk: Talk
    how: How
    reason: str
    turns: tuple[datetime, ...] = ()


def standing(talk: Talk, tasks: Sequence[Task], here: bool, now: datetime, zone: ZoneInfo) -> Standing:
    """`tasks`: all attempts at the talk, the last one last; `here`: the patient is known to have come."""
    when, task = f"{talk.name} on {moment(talk.start, zone)}", tasks[-1] if tasks else None
    if task and (task.status == "completed" or task.stage == "waived"):
        return Standing(talk, "done", f"{when} was {'waived' if task.stage == 'waived' else f'interpreted by {_who(task)}'}")
    turns = tuple(talk.start + wait for wait in (-SOON, -UNACCEPTED, UNBEGUN))
    if task and task.status == "in-progress":
        return Standing(talk, "accepted", f"{_who(task)} is interpreting {when}", turns)
    if task and task.status == "failed":
        return _missed(talk, f"{when} had no interpreter: {task.reason or 'no reason told'}", here, turns)
    if now >= talk.start + UNBEGUN:
        return _missed(talk, f"nobody has begun {when}", here, turns)
    if task is None or (task.assignee is None and not task.holds):
        return Standing(talk, "asked", f"nobody has been chosen yet for {when}", turns)
    if task.holds or task.assignee is None:
        return Standing(talk, "at-risk", "; ".join(task.holds.values()), turns)
    if task.status == "accepted":
        return Standing(talk, "accepted", f"{task.assignee} has accepted {when}", turns)
    waits = f"{task.assignee} has not accepted {when}"
    if len(tasks) > 1:
        return Standing(talk, "at-risk", f"{_who(tasks[-2])} did not: {tasks[-2].reason or 'no reason told'}; {waits}", turns)
    return Standing(talk, "at-risk" if now >= talk.start - UNACCEPTED else "asked", waits, turns)


def _missed(talk: Talk, reason: str, here: bool, turns: tuple[datetime, ...]) -> Standing:
    """Where nobody has come for whom to interpret, nothing is broken yet."""
    return Standing(talk, "broken", reason, turns) if here else Standing(
        talk, "at-risk", f"{reason}; the patient has not been admitted", turns)


def _who(task: Task) -> str:
    return task.assignee or "somebody"
