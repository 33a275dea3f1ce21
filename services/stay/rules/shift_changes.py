"""When the nurses of a house change: where a shift of its rota begins, by the clock on its wall.

The rota is that of the clinic file, not what was told of one nurse since: a handoff that was asked for stays asked for.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from services.stay.rules.ward import ward_of
from shared.language.clinic import Clinic
from shared.language.shifts import shifts

MINUTE = timedelta(minutes=1)


def shift_changes(clinic: Clinic, site: str, after: datetime, until: datetime) -> list[datetime]:
    """The changes in (after, until], in UTC. A house without a rota changes at 07:00 and 19:00, or as `shift_changes` says."""
    nurses, zone = ward_of(clinic.resources(site, "nurse"), site, clinic.zone(site)).nurses, clinic.zone(site)
    first, last = after.astimezone(UTC), until.astimezone(UTC)
    if any(dict(nurse.as_told.details)["shifts"] for nurse in nurses):
        begins = {a.astimezone(UTC) for n in nurses for a, _ in shifts(n.as_told, zone, first, last + MINUTE)}
    else:
        begins = set(_by_the_clock(clinic, site, first, last))
    return sorted(at for at in begins if first < at <= last)


def next_change(clinic: Clinic, site: str, after: datetime) -> datetime | None:
    """None: the rota of the coming eight days has none."""
    return next((change for days in (1, 8) for change in shift_changes(clinic, site, after, after + timedelta(days=days))), None)


def _by_the_clock(clinic: Clinic, site: str, first: datetime, last: datetime) -> Iterator[datetime]:
    zone = clinic.zone(site)
    day = first.astimezone(zone).date()
    hours = [time.fromisoformat(hour) for hour in clinic.setting("stay", "shift_changes", ("07:00", "19:00"))]
    while day <= last.astimezone(zone).date():
        yield from (clinic.at(site, day, hour).astimezone(UTC) for hour in hours)
        day += timedelta(days=1)
