"""Arrival and admission are one talk: whoever receives the patient at the door stays for the admission."""

from collections.abc import Iterator
from datetime import UTC, datetime

from services.stay.rules.interpreter_need import asked_in_general
from services.stay.rules.talk import Talk, first_told, in_time, ride
from shared.language.clinic import Clinic
from shared.language.stay import Stay


def arrival_talk(stay: Stay, clinic: Clinic, site: str) -> Iterator[Talk]:
    """60 min from the arrival at the clinic, and until 60 min after the admission. A patient who was admitted before it, or
    when it was over, is received then."""
    expected = arrives_at(stay, clinic, site)
    if expected is None or not asked_in_general(stay):
        return
    lasts = clinic.minutes("stay", "interpreter_arrival_minutes", 60)
    start, admitted = expected.astimezone(UTC), (stay.admitted_at or expected).astimezone(UTC)
    if not start <= admitted < start + lasts:
        start = admitted
    yield from in_time(Talk("arrival", "arrival", start, admitted + lasts, first_told(stay, start)))


def arrives_at(stay: Stay, clinic: Clinic, site: str) -> datetime | None:
    """As transport tells, else the arrival of the journey and the ride, else the admission, else check-in of the day."""
    journey, day = stay.arrival, stay.profile.arrives_on
    if told := stay.words.arrival_expected.expected_at:
        return told
    if journey and journey.at:
        return journey.at.astimezone(UTC) + ride(journey, clinic)
    return stay.admitted_at or (clinic.check_in(site, day) if day else None)
