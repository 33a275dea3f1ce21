"""When somebody works: the shifts of the clinic file by local time, and over them what was told of coming and going.

A resource's `details.shifts` is a list of {"days": ["mon", …] (all days when left out), "from": "19:00", "to": "07:00"}; a
shift that ends before it begins ends the next morning. A word of duty holds until that person's next shift begins or ends.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from shared.language.resources import Resource

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Shift = tuple[datetime, datetime]
Entry = tuple[tuple[bool, ...], time, time, timedelta]  # on which days of the week, from, to, and so many days later


def shifts(resource: Resource, zone: ZoneInfo, start: datetime, end: datetime) -> list[Shift]:
    """The shifts of the clinic file that meet [start, end), in order; a night of the clock change has 11 or 13 hours."""
    return _meeting(_rota(resource), zone, start, end)


def _meeting(rota: tuple[Entry, ...], zone: ZoneInfo, start: datetime, end: datetime) -> list[Shift]:
    first, last = start.astimezone(zone).date() - timedelta(days=1), end.astimezone(zone).date()
    found = [shift for day in _days(first, last) for shift in _on(rota, zone, day)] if rota else []
    return sorted((a, b) for a, b in found if a < end and start < b)


def on_duty(resource: Resource, at: datetime, zone: ZoneInfo) -> bool:
    """At this moment: by the last word since the last turn of the rota, else by the rota; never while out."""
    if not resource.usable(at, at + timedelta(microseconds=1)):
        return False
    word = max(((told, on) for told, on in resource.duty if told <= at), default=None, key=lambda pair: pair[0])
    near = shifts(resource, zone, at - timedelta(days=8), at + timedelta(days=1))
    turned = max((moment for shift in near for moment in shift if moment <= at), default=None)
    if word and (turned is None or word[0] >= turned):
        return word[1]
    return any(a <= at < b for a, b in near)


def works(resource: Resource, start: datetime, end: datetime, zone: ZoneInfo, now: datetime) -> bool:
    """All of [start, end): on shift by the rota without a gap, and not out; a shift in which somebody was told off is over."""
    if not resource.usable(start, end):
        return False
    if resource.duty and not on_duty(resource, now, zone):
        return _covers([(a, b) for a, b in shifts(resource, zone, start, end) if not a <= now < b], start, end)
    return _rota_covers(_rota(resource), zone, start.astimezone(UTC), end.astimezone(UTC))


@lru_cache(maxsize=16_384)  # in UTC: an hour that a night repeats is two; a pool asks it again whenever somebody joins it
def _rota_covers(rota: tuple[Entry, ...], zone: ZoneInfo, start: datetime, end: datetime) -> bool:
    return _covers(_meeting(rota, zone, start, end), start, end)


def _covers(found: Iterable[Shift], start: datetime, end: datetime) -> bool:
    covered = start
    for a, b in found:
        if a <= covered:
            covered = max(covered, b)
    return covered >= end


def turns(resources: Iterable[Resource], zone: ZoneInfo, after: datetime, days: int = 8) -> datetime | None:
    """The next moment after `after` at which the rota or an absence of any of them turns."""
    moments = []
    for resource in resources:
        moments += [m for shift in shifts(resource, zone, after, after + timedelta(days=days)) for m in shift]
        moments += [m for window in resource.out for m in (window.start, window.end) if m]
    return min((m for m in moments if m > after), default=None)


def _rota(resource: Resource) -> tuple[Entry, ...]:
    """Of the clinic file. An entry that nobody can read is no shift: one odd word must not take away the rota of the others."""
    told = next((said for name, said in resource.details if name == "shifts"), None)
    found = []
    for entry in told if isinstance(told, list | tuple) else ():
        try:
            days = tuple(day in entry.get("days", DAYS) for day in DAYS)
            begins, ends = (on_the_clock(entry[name]) for name in ("from", "to"))
            found.append((days, begins, ends, timedelta(days=0 if ends > begins else 1)))
        except (AttributeError, KeyError, TypeError, ValueError):
            continue
    return tuple(found)


def on_the_clock(said: str) -> time:
    """By the wall of the house: a shift is not told in the time of another place."""
    found = time.fromisoformat(said)
    if found.tzinfo:
        raise ValueError(f"a time of the house's own clock like 19:00, not {said}")
    return found


@lru_cache(maxsize=16_384)
def _on(rota: tuple[Entry, ...], zone: ZoneInfo, day: date) -> tuple[Shift, ...]:
    found = []
    for days, begins, ends, over_night in rota:
        if days[day.weekday()]:
            found.append((datetime.combine(day, begins, zone), datetime.combine(day + over_night, ends, zone)))
    return tuple(found)


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
