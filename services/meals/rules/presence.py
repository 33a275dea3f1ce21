"""Who is in the house from when to when: everybody is fed from the first meal after the arrival to the last before leaving.

An overstayer is fed to the end of tomorrow; who is out for some hours is not; a companion comes and goes with the patient
unless other days were told.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from services.meals.rules.house import House
from shared.language.facts.intake import Companion
from shared.language.stay import Stay

AT_THE_DOOR = ("own", "car", "ambulance")  # without our transfer these say when they are at the clinic, not at a station
DOGS = ("dog", "guide-dog", "guide_dog", "guide dog")
LONGEST = 400  # days that a stay may be planned for: a mistyped year must not cook for ever


@dataclass(frozen=True, slots=True)
class Presence:
    """[start, end) in UTC; `away`: outings, [left, back), `back` None when nobody can read it; `open_end`: what is missing."""

    start: datetime
    end: datetime
    away: tuple[tuple[datetime, datetime | None], ...] = ()
    again_at: datetime | None = None
    open_end: str | None = None


@dataclass(frozen=True, slots=True)
class Absent:
    """Nobody to feed; `needed`: there might be, if only we were told."""

    reason: str
    needed: bool = False


def presence(stay: Stay, house: House, now: datetime) -> Presence | Absent:
    """The patient's."""
    start = _start(stay, house)
    if start is None:
        return Absent("waiting to be told: arrives_on", needed=True)
    planned, missing = _planned_end(stay, house, start)
    end, again_at = planned, None
    if stay.discharged_at:
        end, missing = stay.discharged_at.astimezone(UTC), None
    elif stay.phase == "admitted":
        if missing or now >= end:
            end, again_at = house.midnight_after(now, days=2), house.midnight_after(now)
        else:
            again_at = end
    end = min(end, _gone(stay, "patient", start) or end)
    if end <= start or (end - start).days > LONGEST:
        return Absent("no meal falls into the stay" if end <= start else "the stay is too long to plan: which day is right?",
                      needed=end > start)
    return Presence(start, end, _away(stay, "patient"), again_at, missing)


def companion_presence(stay: Stay, ref: str, companion: Companion, patient: Presence, house: House) -> Presence | Absent:
    """Who comes on the patient's day comes with the patient; who leaves on the patient's last day, too."""
    if (companion.role or "").strip().lower() in DOGS:
        return Absent("a dog is not fed from the kitchen")
    start, end = patient.start, patient.end
    if companion.from_ and companion.from_ not in (stay.profile.arrives_on, house.day(patient.start)):
        start = house.clinic.check_in(house.site, companion.from_).astimezone(UTC)
    if companion.until and companion.until != stay.profile.leaves_on:
        end = min(end, house.clinic.check_out(house.site, companion.until).astimezone(UTC))
    end = min(end, _gone(stay, ref, start) or end)
    if end <= start or (end - start).days > LONGEST:
        return Absent("no meal falls into the companion's days")
    return Presence(start, end, _away(stay, ref), patient.again_at)


def _start(stay: Stay, house: House) -> datetime | None:
    """What happened beats what was expected: the admission, else transport's word, else the journey, else check-in."""
    if stay.phase == "admitted" or (stay.phase == "discharged" and stay.admitted_at):
        admitted = stay.admitted_at or stay.known.topics.get("patient-admitted")
        if admitted:
            return admitted.astimezone(UTC)
    if told := stay.words.arrival_expected.expected_at:
        return told.astimezone(UTC)
    arrival, day = stay.arrival, stay.profile.arrives_on
    if arrival and arrival.at:
        rides = arrival.transfer or arrival.mode not in AT_THE_DOOR
        at = arrival.at.astimezone(UTC)
        return at + house.minutes("transfer_minutes", 75) if rides else at
    return house.clinic.check_in(house.site, day).astimezone(UTC) if day else None


def _planned_end(stay: Stay, house: House, start: datetime) -> tuple[datetime, str | None]:
    """When the patient leaves our door by the booking: for the journey of the last day, else at check-out; and what is
    missing where that is not known (then the day of the arrival, and day by day for who is here)."""
    day, journey = stay.profile.leaves_on, stay.profile.departure and stay.profile.departure.of_its_mode()
    leaves = journey.at.astimezone(UTC) - house.leaves_before(journey.mode) if journey and journey.at else None
    if leaves and leaves > start and (day is None or house.day(leaves) == day):
        return leaves, None
    if day is None:
        return house.midnight_after(start), None if stay.profile.visit == "check-up" else "leaves_on"
    if day == house.day(start):  # a day visit
        return house.midnight_after(start), None
    return house.clinic.check_out(house.site, day).astimezone(UTC), None


def _gone(stay: Stay, person: str, start: datetime) -> datetime | None:
    left = stay.left_for_good(person)
    return left.astimezone(UTC) if left and left.astimezone(UTC) > start else None


def _away(stay: Stay, person: str) -> tuple[tuple[datetime, datetime | None], ...]:
    left = stay.words.left.get(person)
    if left is None or left.left_at is None or stay.left_for_good(person):
        return ()
    return ((left.left_at.astimezone(UTC), left.back_at and left.back_at.astimezone(UTC)),)
