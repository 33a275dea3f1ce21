"""Resources and their bookings: half-open intervals, whole units, and never more units than there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.language.facts import Fact
from shared.language.facts.resources import ResourceStatus
from shared.language.known import Known, in_order
from shared.language.lenient import read


@dataclass(frozen=True, slots=True)
class Window:
    """[start, end); `end` None: until further notice."""

    start: datetime
    end: datetime | None
    reason: str = ""

    def meets(self, start: datetime, end: datetime) -> bool:
        return self.start < end and (self.end is None or max(start, self.start) < self.end)


@dataclass(frozen=True, slots=True)
class Resource:
    """`id` is site/kind/name; `units` is how much of it there is (beds, seats); `out`: when it cannot be used; `changed_at`: when
    its features or details were last told; `unreadable`: what was told of it that nobody can read."""

    id: str
    features: frozenset[str] = frozenset()
    units: int = 1
    out: tuple[Window, ...] = ()
    on_duty: bool | None = None
    details: tuple[tuple[str, Any], ...] = ()
    changed_at: datetime | None = None
    unreadable: tuple[str, ...] = ()
    duty: tuple[tuple[datetime, bool], ...] = ()  # every word of coming on and going off duty: (told at, on)

    @property
    def name(self) -> str:
        return self.id.rsplit("/", 1)[-1]

    def usable(self, start: datetime, end: datetime) -> bool:
        return not any(window.meets(start, end) for window in self.out)


@dataclass(frozen=True, slots=True)
class Booking:
    """`units` of one resource for [start, end), for `by`."""

    resource: str
    start: datetime
    end: datetime
    units: int
    by: str


@dataclass(frozen=True, slots=True)
class Full:
    """Why a booking cannot be: what is free, and what was asked."""

    reason: str


def free(resource: Resource, bookings: Iterable[Booking], start: datetime, end: datetime) -> int:
    """The units that nobody has at any moment of [start, end)."""
    if end <= start:
        return 0
    there = [b for b in bookings if b.resource == resource.id and b.start < end and start < b.end]
    moments = [start, *(b.start for b in there if b.start > start)]
    taken = max(sum(b.units for b in there if b.start <= at < b.end) for at in moments)
    return max(0, resource.units - taken) if resource.usable(start, end) else 0


def book(resource: Resource, bookings: Sequence[Booking], wish: Booking) -> tuple[Booking, ...] | Full:
    """The bookings with the wish among them, or why not."""
    if wish.resource != resource.id or wish.units < 1 or wish.end <= wish.start:
        return Full(f"a booking of {wish.resource} needs at least one unit and an end after its start")
    there = free(resource, bookings, wish.start, wish.end)
    if wish.units > there:
        return Full(f"{resource.name} has {there} of {resource.units} free, {wish.units} asked")
    return (*bookings, wish)


def duty_of(facts: Iterable[Fact]) -> tuple[tuple[datetime, bool], ...]:
    """Every word of coming on and going off duty, in the order in which they were told."""
    return tuple((fact.told_at, said) for fact, patch in in_order(facts) if isinstance(said := patch.get("on_duty"), bool))


def with_status(resource: Resource, known: Known, duty: tuple[tuple[datetime, bool], ...] = ()) -> Resource:
    """The resource as the clinic file has it, with what was told of it since; out without a `from`: since that was told."""
    told, unreadable = read(ResourceStatus, {k: v for k, v in known.data.items() if k != "resource"})
    windows = tuple(Window(since, out.to, out.reason or "out of service")
                    for ref, out in sorted((told.out or {}).items())
                    if (since := out.from_ or known.told("out", ref) or known.first_told))
    details: Mapping[str, Any] = dict(resource.details) | (told.details or {})
    return Resource(
        id=resource.id, features=frozenset(told.features) if told.features is not None else resource.features,
        units=resource.units if told.units is None else told.units, out=resource.out + windows,
        on_duty=told.on_duty, details=tuple(sorted(details.items())), duty=duty, unreadable=tuple(u.path for u in unreadable),
        changed_at=max((at for at in (known.told("features"), known.told("details")) if at), default=None))
