"""The book of a house's rooms: a room is one party's at a time, with the turnover gap between parties, and never more
sleepers than beds at any moment. Nothing enters the book without `takes`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from services.stay.details import RoomDemand
from shared.language.resources import Resource
from shared.language.tasks import Task, once


@dataclass(frozen=True, slots=True)
class Wish:
    """What one stay asks for [start, end), in UTC. `party`: with whom it shares one room; None: with nobody."""

    task_id: str
    booked_at: str
    needs: frozenset[str]
    beds: int
    party: str | None
    start: datetime
    end: datetime

    @property
    def order(self) -> tuple[str, str]:
        """Canonical: by when it was booked (ISO in UTC, so it sorts as text), then by id."""
        return self.booked_at, self.task_id

    def meets(self, other: "Wish") -> bool:
        return self.start < other.end and other.start < self.end

    def shares(self, other: "Wish") -> bool:
        return self.party is not None and self.party == other.party

    def since(self, now: datetime) -> "Wish":
        """What is still to come of it."""
        return self if self.start >= now else replace(self, start=min(now, self.end))


@once
def wish(task: Task) -> Wish:
    asked = RoomDemand.model_validate(task.details)
    return Wish(task.task_id, asked.booked_at, frozenset(asked.needs), asked.beds, asked.party,
                task.start.astimezone(UTC), task.due.astimezone(UTC))


@dataclass(slots=True)
class Book:
    """`rooms` by name; `there`: room -> task_id -> the wish as it stands in the book; `where`: task_id -> room."""

    rooms: Mapping[str, Resource]
    gap: timedelta
    now: datetime
    there: dict[str, dict[str, Wish]] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    _orders: dict[frozenset[str], Sequence[str]] = field(default_factory=dict)

    def copy(self) -> "Book":
        return replace(self, there={room: dict(w) for room, w in self.there.items()}, where=dict(self.where))

    def enter(self, room: str, *group: Wish) -> None:
        for w in group:
            self.there.setdefault(room, {})[w.task_id] = w
            self.where[w.task_id] = room

    def strike(self, group: Iterable[Wish]) -> None:
        for w in group:
            del self.there[self.where.pop(w.task_id)][w.task_id]

    def takes(self, room: Resource, group: Sequence[Wish]) -> bool:
        """Whether the room takes all of the group (one stay, or stays of one party) beside those who have it."""
        if not all(w.needs <= room.features and w.beds <= room.units and room.usable(w.start, w.end) for w in group):
            return False
        party, mates = group[0].party, []
        nearly = [(w.start - self.gap, w.end + self.gap) for w in group]
        for other in self.there.get(room.name, {}).values():
            if party is not None and party == other.party:
                mates.append(other)
                continue
            for start, end in nearly:
                if start < other.end and other.start < end:
                    return False
        return most_beds(group, mates) <= room.units

    def tightest(self, group: Sequence[Wish], among: Iterable[Resource]) -> Resource | None:
        """Of the rooms that take the group: the fewest superfluous features, then the fewest beds, then the name."""
        asked = frozenset[str]().union(*(w.needs for w in group))
        names = {r.name for r in among}
        return next((r for name in self._fitting(asked) if name in names and self.takes(r := self.rooms[name], group)), None)

    def _fitting(self, asked: frozenset[str]) -> Sequence[str]:
        """The rooms with all that is asked, the tightest first; worked out once for each set of needs."""
        if asked not in self._orders:
            fit = [(len(r.features - asked), r.units, name) for name, r in self.rooms.items() if asked <= r.features]
            self._orders[asked] = [name for *_, name in sorted(fit)]
        return self._orders[asked]

    def mates(self, group: Sequence[Wish]) -> list[Wish]:
        """Those of the same party in the book who are there at the same time as somebody of the group."""
        if group[0].party is None:
            return []
        inside = {w.task_id for w in group}
        return [o for wishes in self.there.values() for o in wishes.values()
                if o.task_id not in inside and group[0].shares(o) and any(w.meets(o) for w in group)]


def most_beds(group: Sequence[Wish], mates: Sequence[Wish]) -> int:
    """The beds that are slept in at the fullest moment at which one of the group is there."""
    if len(group) == 1 and not mates:
        return group[0].beds
    together = [*group, *mates]
    moments = {w.start for w in together if any(g.start <= w.start < g.end for g in group)}
    return max((sum(w.beds for w in together if w.start <= at < w.end) for at in moments), default=0)
