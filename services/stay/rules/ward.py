"""The ward: which nurses are on duty at a moment, who of them is in charge, and when that turns.

A break is an absence whose reason begins with "break": the nurse is not on duty during it, and yet has not left.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from shared.language.resources import Resource, Window
from shared.language.shifts import DAYS, on_duty, on_the_clock, shifts

MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Nurse:
    """`steady`: the same nurse, had there been no breaks."""

    as_told: Resource
    steady: Resource

    @property
    def name(self) -> str:
        return self.as_told.name

    @property
    def in_charge(self) -> bool:
        """May be in charge of the ward."""
        return "charge-nurse" in self.as_told.features

    @property
    def breaks(self) -> tuple[Window, ...]:
        return tuple(w for w in self.as_told.out if w not in self.steady.out)


@dataclass(frozen=True, slots=True)
class Ward:
    """The nurses of one house: who may be in charge first, then by name; so the first of several is the same for everybody."""

    nurses: tuple[Nurse, ...]
    zone: ZoneInfo

    def nurse(self, name: str | None) -> Nurse | None:
        return next((nurse for nurse in self.nurses if nurse.name == name), None)

    def on(self, nurse: Nurse, at: datetime) -> bool:
        return on_duty(nurse.as_told, at.astimezone(UTC), self.zone)

    def there(self, nurse: Nurse, at: datetime) -> bool:
        """On duty, or on a break from it."""
        return on_duty(nurse.steady, at.astimezone(UTC), self.zone)

    def first_on(self, at: datetime) -> Nurse | None:
        """Whoever is in charge at this moment: of those on duty the charge nurse, else any."""
        return next((nurse for nurse in self.nurses if self.on(nurse, at)), None)

    def left(self, nurse: Nurse, since: datetime, until: datetime) -> datetime | None:
        """When the nurse, on duty at `since`, first went off duty up to `until`, breaks aside; None: not since then."""
        return next((at for at in self.turns(since, until, (nurse,)) if not self.there(nurse, at)), None)

    def turns(self, start: datetime, end: datetime, nurses: Sequence[Nurse] | None = None) -> list[datetime]:
        """The moments of (start, end] at which somebody may come or go, in order and in UTC."""
        whose = self.nurses if nurses is None else nurses
        return sorted({at for nurse in whose for at in self._edges(nurse, start, end) if start < at <= end})

    def next_turn(self, after: datetime) -> datetime | None:
        """None: nobody comes or goes in the coming eight days."""
        return next((at for days in (1, 8) for at in self.turns(after, after + timedelta(days=days))), None)

    def _edges(self, nurse: Nurse, start: datetime, end: datetime) -> Iterator[datetime]:
        for shift in shifts(nurse.as_told, self.zone, start.astimezone(UTC) - MOMENT, end.astimezone(UTC) + MOMENT):
            yield from (at.astimezone(UTC) for at in shift)
        for window in nurse.as_told.out:
            yield from (at.astimezone(UTC) for at in (window.start, window.end) if at)
        yield from (told.astimezone(UTC) for told, _ in nurse.as_told.duty)

    def unwatched(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """The spans of [start, end) in which nobody was on duty."""
        moments = [start.astimezone(UTC), *self.turns(start, end - MOMENT), end.astimezone(UTC)] if start < end else []
        found: list[tuple[datetime, datetime]] = []
        for a, b in pairwise(moments):
            if self.first_on(a) is None:
                found.append((found.pop()[0], b) if found and found[-1][1] == a else (a, b))
        return found


@dataclass(frozen=True, slots=True)
class _Of:
    """What a ward is made from; told from others by the names, and compared whole only with those of the same names."""

    resources: tuple[Resource, ...]
    site: str
    zone: ZoneInfo

    def __hash__(self) -> int:
        return hash((self.site, tuple(resource.id for resource in self.resources)))


def ward_of(resources: Iterable[Resource], site: str, zone: ZoneInfo) -> Ward:
    return _ward(_Of(tuple(resources), site, zone))


@lru_cache(maxsize=32)  # of each site: by the clinic file, as it is now, and before the last words of its nurses
def _ward(of: _Of) -> Ward:
    nurses = [_nurse(r) for r in of.resources if r.id.split("/")[:2] == [of.site, "nurse"]]
    return Ward(tuple(sorted(nurses, key=lambda nurse: (not nurse.in_charge, nurse.name))), of.zone)


def _nurse(told: Resource) -> Nurse:
    readable = replace(told, details=(("shifts", _readable(dict(told.details).get("shifts"))),))
    return Nurse(readable, replace(readable, out=tuple(w for w in told.out if not w.reason.lower().startswith("break"))))


def _readable(rota: Any) -> list[Any]:
    """Those shifts that can be read; of one that cannot, only words of duty tell."""
    return [entry for entry in rota if _is_shift(entry)] if isinstance(rota, list | tuple) else []


def _is_shift(entry: Any) -> bool:
    try:
        _ = on_the_clock(entry["from"]), on_the_clock(entry["to"])
        return all(day in DAYS for day in entry.get("days", DAYS))
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
