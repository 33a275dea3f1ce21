"""The interpreters' diary: nobody is in two places, with the way between them; what stands against somebody has one name."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from services.stay.details import Interpret
from services.stay.rules.interpreter_need import primary
from shared.language.resources import Resource
from shared.language.shifts import works
from shared.language.tasks import Task, once

Obstacle = Literal["gone", "language", "medical", "declined", "out", "shift", "taken"]


@dataclass(frozen=True, slots=True)
class Engagement:
    """What one engagement asks for [start, end), in UTC; `tags`: primary subtag -> the patient's own tag, best known first."""

    task_id: str
    stay: str
    start: datetime
    end: datetime
    tags: Mapping[str, str]
    medical: bool
    declined: frozenset[str]

    @property
    def order(self) -> tuple[datetime, str]:
        """Canonical: by start, then by id."""
        return self.start, self.task_id


@once
def asked(task: Task) -> Engagement:
    wish = Interpret.model_validate(task.details)
    tags: dict[str, str] = {}
    for tag in wish.languages:
        tags.setdefault(primary(tag), tag)
    return Engagement(task.task_id, task.subject.removeprefix("stay:"), task.start.astimezone(UTC), task.due.astimezone(UTC), tags,
                wish.medical, frozenset(task.declined))


@dataclass(slots=True)
class Diary:
    """`people` by name, sorted; `gap`: between two stays, none within one; `there`: name -> the talks of that person."""

    people: Mapping[str, Resource]
    zone: ZoneInfo
    gap: timedelta
    now: datetime
    there: dict[str, list[Engagement]] = field(default_factory=dict)
    _days: Counter[tuple[str, date]] = field(default_factory=Counter)
    _spoken: dict[str, Sequence[str]] = field(default_factory=dict)
    _worked: dict[tuple[str, datetime, datetime], bool] = field(default_factory=dict)
    _day_of: dict[datetime, date] = field(default_factory=dict)

    def enter(self, name: str, talk: Engagement) -> None:
        self.there.setdefault(name, []).append(talk)
        self._days[name, self._day(talk)] += 1

    def others(self, name: str, talk: Engagement) -> int:
        """How many talks that person has on the day of this one."""
        return self._days[name, self._day(talk)]

    def language(self, name: str, talk: Engagement) -> str | None:
        """The patient's best known of those that this person speaks."""
        return next((tag for spoken, tag in talk.tags.items() if spoken in self.speaks(name)), None)

    def speaks(self, name: str) -> Sequence[str]:
        if name not in self._spoken:
            told = dict(self.people[name].details).get("languages")
            tags = [tag for tag in told if isinstance(tag, str)] if isinstance(told, list) else []
            self._spoken[name] = tuple(dict.fromkeys(primary(tag) for tag in tags))
        return self._spoken[name]

    def clash(self, name: str, talk: Engagement) -> Engagement | None:
        """The first talk for which that person cannot come to this one; only what is still to come of both counts."""
        start = max(talk.start, self.now)
        for other in self.there.get(name, ()):
            gap = timedelta() if other.stay == talk.stay else self.gap
            if start < other.end + gap and max(other.start, self.now) < talk.end + gap:
                return other
        return None

    def obstacle(self, name: str, talk: Engagement) -> Obstacle | None:
        """What stands against this person, the lasting before the passing; None: nothing."""
        if name not in self.people:
            return "gone"
        if self.language(name, talk) is None:
            return "language"
        if talk.medical and "medical" not in self.people[name].features:
            return "medical"
        if name in talk.declined:
            return "declined"
        start = min(max(talk.start, self.now), talk.end)
        if not self.people[name].usable(start, talk.end):
            return "out"
        if not self._works(name, start, talk.end):
            return "shift"
        return "taken" if self.clash(name, talk) else None

    def _works(self, name: str, start: datetime, end: datetime) -> bool:
        """Worked out once: whether somebody was told off duty is by far the slowest to ask."""
        there = (name, start, end)
        if there not in self._worked:
            self._worked[there] = works(self.people[name], start, end, self.zone, self.now)
        return self._worked[there]

    def _day(self, talk: Engagement) -> date:
        day = self._day_of.get(talk.start)
        return day or self._day_of.setdefault(talk.start, talk.start.astimezone(self.zone).date())


