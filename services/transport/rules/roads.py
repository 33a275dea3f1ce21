"""How long the road takes, and how long it takes to get in and out: minutes of the clinic file, the house's own practice.

`settings.transport.travel_minutes` is site -> place -> minutes from the clinic; from one place to another it leads over the clinic.
"""

from datetime import UTC, datetime, timedelta, tzinfo

from shared.language.clinic import Clinic

CLINIC = "clinic"
FAR = 45  # minutes to a place that the clinic file does not name
LOADING = {"walking": 5, "wheelchair-transfer": 10, "wheelchair-seated": 15, "stretcher": 25}  # in and out together


def drive(clinic: Clinic, site: str, one: str, other: str) -> timedelta:
    """Between two places; none where they are the same."""
    if one == other:
        return timedelta()
    there, far = _told(clinic, site)
    return timedelta(minutes=sum(float(there.get(place, far)) for place in (one, other) if place != CLINIC))


def farthest(clinic: Clinic, site: str) -> timedelta:
    """From one place to the clinic and on to another takes no longer, wherever they are."""
    there, far = _told(clinic, site)
    return timedelta(minutes=2 * max(float(minutes) for minutes in (far, *there.values())))


def _told(clinic: Clinic, site: str) -> tuple[dict[str, float], float]:
    return (clinic.setting("transport", "travel_minutes", {}).get(site, {}),
            clinic.setting("transport", "travel_default_minutes", FAR))


def loading(clinic: Clinic, mobility: str | None) -> timedelta:
    """15 min for who stays in his own chair, 25 on a stretcher; these two are paratransit practice."""
    name = mobility or "wheelchair-seated"
    return clinic.minutes("transport", f"load_minutes_{name.replace('-', '_')}", LOADING[name])


def ready(clinic: Clinic) -> timedelta:
    """A driver checks ramp, straps and fuel so long before he leaves: 10 min."""
    return clinic.minutes("transport", "ready_minutes", 10)


def moment(at: datetime, zone: tzinfo) -> str:
    """27 November 08:00"""
    local = at.astimezone(zone)
    return f"{local.day} {local:%B %H:%M}"


def clock(at: datetime, zone: tzinfo) -> str:
    """08:00"""
    return f"{at.astimezone(zone):%H:%M}"


def utc(at: datetime) -> datetime:
    """Arithmetic on zoned instants is of the wall clock; here it is of time."""
    return at.astimezone(UTC)
