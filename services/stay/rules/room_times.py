"""From when to when a stay needs its room, or why it needs none: the one place that reads the days of a stay for a room."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from shared.language.clinic import Clinic
from shared.language.stay import Stay

AFTER_DISCHARGE = timedelta(hours=1)  # to dress, pack and leave, where the house's check-out is already past


@dataclass(frozen=True, slots=True)
class Nights:
    """[start, end) at `site`; `again_at`: when the end moves by itself, because the patient is still there."""

    site: str
    start: datetime
    end: datetime
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoNight:
    """No room is owed; `needed`: one would be, if only we were told."""

    reason: str
    needed: bool = False


def nights(stay: Stay, clinic: Clinic, now: datetime) -> Nights | NoNight:
    """From check-in (or the admission, where that is earlier) to check-out, the departure, or tomorrow's check-out."""
    if stay.phase == "nothing":
        return NoNight("the stay was cancelled" if stay.booking_withdrawn else "the admission was taken back")
    if stay.phase == "unknown":
        return NoNight("waiting to be told: who this is, and from when to when", needed=True)
    if (site := clinic.site_of(stay.site)) is None:
        return NoNight(f"{stay.site} is none of our sites" if stay.site else "waiting to be told: site", needed=True)
    zone = clinic.zone(site)
    arrives, leaves, admitted = stay.profile.arrives_on, stay.profile.leaves_on, stay.admitted_at
    first = arrives or (admitted and admitted.astimezone(zone).date())
    if (leaves is None and stay.profile.visit == "check-up") or (first is not None and first == leaves):
        return NoNight("a day visit has no night, and so no room")
    if leaves is None or first is None:
        missing = [name for name, day in (("arrives_on", first), ("leaves_on", leaves)) if day is None]
        return NoNight(f"waiting to be told: {', '.join(missing)}", needed=True)
    if leaves < first:
        return NoNight(f"leaves_on {leaves} is before the arrival on {first}: which is right?", needed=True)
    start = min(at for at in (clinic.check_in(site, arrives) if arrives else None, admitted) if at)
    end, again_at = _end(stay, clinic, site, leaves, now)
    if end <= start:
        return NoNight("the patient left before the room was due")
    return Nights(site, start, end, again_at)


def _end(stay: Stay, clinic: Clinic, site: str, leaves: date, now: datetime) -> tuple[datetime, datetime | None]:
    if left := left_at(stay):
        return left, None
    zone, out = clinic.zone(site), clinic.check_out(site, leaves)
    if gone := stay.discharged_at:
        return max(clinic.check_out(site, gone.astimezone(zone).date()), gone.astimezone(UTC) + AFTER_DISCHARGE), None
    if stay.phase != "admitted":
        return out, None
    if now < out:
        return out, out
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return clinic.check_out(site, tomorrow), midnight_after(clinic, site, now)


def left_at(stay: Stay) -> datetime | None:
    """When the patient left the building for good, after coming: an admission after it is another coming."""
    left = stay.left_for_good() if stay.phase in ("admitted", "discharged") else None
    return left if left and (stay.admitted_at is None or left > stay.admitted_at) else None


def midnight_after(clinic: Clinic, site: str, at: datetime) -> datetime:
    """The first local midnight after `at`."""
    return clinic.at(site, at.astimezone(clinic.zone(site)).date() + timedelta(days=1), time(0))
