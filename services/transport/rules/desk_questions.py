"""What transport asks of the desk: what a flight leaves open, a departure that has passed, and the papers for a flight home."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from services.transport.details import STRETCHER, Direction, Question
from services.transport.rules.flight_following import trouble
from services.transport.rules.ride_times import DIRECTIONS, Wanted, begun_ride
from services.transport.rules.roads import moment, utc
from services.transport.rules.wanted_rides import NoRide
from shared.language.stay import Stay
from shared.language.tasks import Owed
from shared.service import Around

ACCEPT = timedelta(minutes=15)
ANSWER = timedelta(hours=1)
PAPERS = timedelta(hours=48)  # before the flight: what airlines ask for a medical form and for assistance


def questions(stay: Stay, around: Around, found: dict[Direction, Wanted | NoRide]) -> Iterator[Owed]:
    """Each begins when the facts raised it, or when the stay was first told; it ends with the word that answers it."""
    told = utc(stay.first_told) if stay.first_told else None
    if told is None:
        return
    for direction in DIRECTIONS:
        ride = found[direction]
        if isinstance(ride, Wanted):
            yield from _flight(stay, around, ride, told)
        elif ride.stays_on:
            at = max(told, utc(ride.stays_on))
            yield _asked(around, stay, "departure-open", direction, at, at + ANSWER, Question(
                what=f"{ride.reason}: ask how and when the patient goes home"))
    home = found["out"]
    if isinstance(home, Wanted) and home.journey.flight:
        yield _papers(stay, around, home, told)


def _flight(stay: Stay, around: Around, ride: Wanted, told: datetime) -> Iterator[Owed]:
    begun = begun_ride(around, ride.direction)
    here = ride.direction == "in" and begun is not None and begun.status in ("completed", "failed")
    trouble_now = trouble(stay, ride.direction, ride.journey, around, around.clinic.zone(ride.site))
    if trouble_now is None or here:
        return
    at = max(told, utc(trouble_now.since))
    yield _asked(around, stay, trouble_now.kind, ride.direction, at, at + ANSWER,
                 Question(what=trouble_now.what, role=trouble_now.role))


def _papers(stay: Stay, around: Around, home: Wanted, told: datetime) -> Owed:
    """Due 48 h before the flight; for a stay told of later than that, an hour after."""
    asked = ["the fit-to-fly sign-off"]
    treated = any(p.done_at for p in stay.procedures.values())
    if home.mobility == STRETCHER or treated:
        asked.append("the airline's clearance" + (" of a stretcher" if home.mobility == STRETCHER else " after a procedure"))
    if chair := stay.profile.own_chair:
        battery = f" and its battery ({chair.battery})" if chair.battery else ""
        asked.append(f"the declaration of the chair{battery}")
    due = max(told + ANSWER, home.journey_at - PAPERS)
    start = max(told, due - timedelta(days=1))
    what = f"before the flight of {moment(home.journey_at, around.clinic.zone(home.site))}: {', '.join(asked)}"
    return _asked(around, stay, "flight-papers", "out", start, due, Question(what=what), due)


def _asked(around: Around, stay: Stay, kind: str, slot: str, start: datetime, due: datetime, question: Question,
           accept_by: datetime | None = None) -> Owed:
    return Owed(kind=kind, feed="desk", slot=slot, start=start, due=due, accept_by=accept_by or start + ACCEPT,
                site=around.clinic.site_of(stay.site), details=question.as_json())
