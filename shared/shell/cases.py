"""What an attempt works on: one subject in its pass, and what was read and planned of the same subjects before."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.language.stay import Stay, view
from shared.language.tasks import Task
from shared.shell import passes
from shared.shell.documents import Doc, facts_of

REMEMBERED = 1024  # stays of a process, some 20 kB each


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


class Stays:
    """The stays that this process has read last: one is read again only when its facts are others."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[list[Doc], Stay]] = {}

    def of(self, subject: Doc) -> Stay:
        name, facts = subject["_id"], subject["facts"]
        before = self._read.get(name)
        if before is not None and before[0] == facts:
            return before[1]
        stay = view(name.partition(":")[2], facts_of(subject))
        self._read.pop(name, None)
        if len(self._read) >= REMEMBERED:
            del self._read[next(iter(self._read))]
        self._read[name] = facts, stay
        return stay
