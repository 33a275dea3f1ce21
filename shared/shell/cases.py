"""What an attempt works on: one subject in its pass, and what attempts at the same subjects have planned before."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.language.stay import Stay
from shared.language.tasks import Task
from shared.shell import passes
from shared.shell.documents import Doc


@dataclass(slots=True)
class Case:
    """A stay or a pool in its pass: as it was read, with what people have just moved, and what comes of it."""

    subject: str
    states: list[Doc]
    stored: list[Task]
    moved: list[Task]
    again: Doc | None
    outcome: passes.Outcome = field(default_factory=passes.Outcome)


@dataclass(slots=True)
class Plans:
    """What attempts at the same subjects have planned, all of them as of `now`, each with what was read for it: after a conflict
    only who is no longer as he was read is planned again."""

    now: datetime
    made: dict[str, tuple[Any, passes.Outcome]] = field(default_factory=dict)
    views: dict[tuple[str, int | None], Stay] = field(default_factory=dict)  # by subject and version
