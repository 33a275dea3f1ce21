"""A trip is one vehicle with its crew and one or more rides: where it must be when, and when it is over.

All of it grows with the rides of the trip and never shrinks, so that who fits together still fits when one of them is gone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from services.transport.details import RideDetails, Trip
from services.transport.rules.ride_times import CREW
from services.transport.rules.roads import utc
from shared.language.tasks import Task


@dataclass(frozen=True)
class Wish:
    """One ride, with the second of its crew where it takes two; `knew`: who drove it and who was second, until it was lost."""

    ride: Task
    crew: Task | None = None
    knew: tuple[str | None, str | None] = (None, None)

    @cached_property
    def asked(self) -> RideDetails:
        return RideDetails.model_validate(self.ride.details)

    @cached_property
    def order(self) -> tuple[bool, datetime, str]:
        """Canonical: by start, then by id; who waits for a word comes after those who are ready to go."""
        return "plan" in self.ride.holds, utc(self.ride.start), self.ride.task_id

    @cached_property
    def due(self) -> datetime:
        return utc(self.ride.due)

    @cached_property
    def load(self) -> timedelta:
        return timedelta(minutes=self.asked.load_minutes)

    @property
    def tasks(self) -> tuple[Task, ...]:
        return (self.ride, self.crew) if self.crew else (self.ride,)

    @property
    def stretcher(self) -> bool:
        return self.asked.crew > 1

    def may_ride_with(self, other: "Wish") -> bool:
        """Both said so, or are of one party; nobody beside a stretcher."""
        mine, theirs = self.asked, other.asked
        agreed = (mine.may_share and theirs.may_share) or (mine.party is not None and mine.party == theirs.party)
        same_way = (mine.direction, mine.from_place, mine.to_place) == (theirs.direction, theirs.from_place, theirs.to_place)
        return agreed and same_way and not (self.stretcher or other.stretcher)


@dataclass(frozen=True)
class Run:
    """`crew` is None where none is needed, and while one is looked for."""

    id: str
    vehicle: str
    driver: str | None
    wishes: tuple[Wish, ...]
    crew: str | None = None

    @property
    def from_place(self) -> str:
        return self.wishes[0].asked.from_place

    @property
    def to_place(self) -> str:
        return self.wishes[0].asked.to_place

    @property
    def people(self) -> frozenset[str]:
        return frozenset(name for name in (self.driver, self.crew) if name)

    @cached_property
    def at(self) -> datetime:
        """The vehicle stands at the meeting point. On the way out everybody has to be in before the first of them must go."""
        if self.wishes[0].asked.direction == "in":
            return min(w.due for w in self.wishes)
        return min(w.due + w.load for w in self.wishes) - self._loading

    @cached_property
    def pick_up_at(self) -> datetime:
        return max(w.due for w in self.wishes) if self.wishes[0].asked.direction == "in" else self.at

    @cached_property
    def start(self) -> datetime:
        """The driver begins: at the clinic, with all of the way before him."""
        return self.at - max(w.due - utc(w.ride.start) for w in self.wishes)

    @cached_property
    def over(self) -> datetime:
        road = max(timedelta(minutes=w.asked.ride_minutes) for w in self.wishes)
        if self.wishes[0].asked.direction == "in":
            return self.pick_up_at + self._loading + road
        return max(w.due + w.load for w in self.wishes) + road

    @cached_property
    def longest_wait(self) -> timedelta:
        """Of somebody who is ready, or at the airport too early, because of the others."""
        return max(w.due for w in self.wishes) - self.at

    @cached_property
    def _loading(self) -> timedelta:
        return sum((w.load for w in self.wishes), timedelta())

    def with_wish(self, wish: Wish) -> "Run":
        return replace(self, wishes=tuple(sorted((*self.wishes, wish), key=lambda w: w.order)))

    def without(self, wish: Wish) -> "Run | None":
        rest = tuple(w for w in self.wishes if w is not wish)
        return replace(self, wishes=rest) if rest else None


def wishes_of(tasks: Iterable[Task]) -> Iterator[Wish]:
    """Each ride with the second of its crew; a crew whose ride is over is nobody's."""
    there = sorted(tasks, key=lambda t: t.task_id)
    crews = {(t.subject, t.slot): t for t in there if t.kind == CREW}
    for task in there:
        if task.kind != CREW:
            wish = Wish(task)
            yield replace(wish, crew=crews.pop((task.subject, task.slot), None)) if wish.stretcher else wish


def chosen(task: Task) -> Trip:
    """What assign wrote on the task before."""
    return Trip.model_validate(task.chosen)
