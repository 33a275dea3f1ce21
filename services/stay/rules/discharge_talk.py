"""Nobody goes home without having been told in words that he understands what to take, what to do and what to watch for."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from services.stay.rules.interpreter_need import asked_in_general
from services.stay.rules.talk import Talk, first_told, in_time, ride
from shared.language.stay import Stay
from shared.service import Around

KEY = ("interpret", "patient", "discharge")


def discharge_talk(stay: Stay, around: Around, site: str, arrived: datetime | None) -> Iterator[Talk]:
    """60 min from 09:00 of the day of departure, never before the arrival talk is over; whoever is sent home before that
    day has it at the discharge. Nobody is called away from a talk because meanwhile the day has changed."""
    if not asked_in_general(stay):
        return
    gone, told, begun = stay.discharged_at, first_told(stay, around.now), around.begun.get(KEY)
    if begun and begun.status == "in-progress":
        yield Talk("discharge", "discharge", begun.start.astimezone(UTC), begun.due.astimezone(UTC), told)
        return
    lasts = around.clinic.minutes("stay", "interpreter_discharge_minutes", 60)
    start = _morning(stay, around, site, lasts)
    if start and arrived:
        start = max(start, arrived)
    zone = around.clinic.zone(site)
    if gone and (start is None or start.astimezone(zone).date() > gone.astimezone(zone).date()):
        start, told = gone.astimezone(UTC), (stay.known.told("discharge", "discharged_at") or told).astimezone(UTC)
    if start:
        yield from in_time(Talk("discharge", "discharge", start, start + lasts, told, _turns(stay, around, site)))


def _morning(stay: Stay, around: Around, site: str, lasts: timedelta) -> datetime | None:
    """The day before, where the journey begins too early for it; for an overstayer the next morning, until he leaves."""
    day, clinic = _departs_on(stay, around, site), around.clinic
    if day is None:
        return None
    hour = time.fromisoformat(clinic.setting("stay", "interpreter_discharge_at", "09:00"))
    start, home = clinic.at(site, day, hour).astimezone(UTC), stay.departure
    if day == stay.profile.leaves_on and home and home.at and home.at.astimezone(UTC) - ride(home, clinic) < start + lasts:
        return clinic.at(site, day - timedelta(days=1), hour).astimezone(UTC)
    return start


def _departs_on(stay: Stay, around: Around, site: str) -> date | None:
    """`leaves_on`; for who is still there after its check-out, the day of the next check-out."""
    leaves, clinic = stay.profile.leaves_on, around.clinic
    if leaves is None or stay.phase == "booked":
        return leaves
    here = stay.discharged_at or around.now
    today = here.astimezone(clinic.zone(site)).date()
    return max(leaves, today + timedelta(days=int(here >= clinic.check_out(site, today))))


def _turns(stay: Stay, around: Around, site: str) -> datetime | None:
    day = _departs_on(stay, around, site)
    return around.clinic.check_out(site, day) if day and stay.phase == "admitted" else None
