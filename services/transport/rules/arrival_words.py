"""What the others are told of an arrival: when the patient will be at the clinic, and why. It moves with the flight, by ten minutes
or not at all, and is the same whoever drives."""

from datetime import datetime, timedelta

from services.transport.rules.flight_following import best_time, flight_of, shown_status
from services.transport.rules.ride_times import Wanted
from services.transport.rules.roads import CLINIC, clock, drive
from services.transport.rules.wanted_rides import wanted
from shared.language.facts.intake import Journey
from shared.language.stay import Stay
from shared.service import Around, Told


def arrival_expected(stay: Stay, around: Around) -> list[Told]:
    """Nothing for who is cancelled, and nothing while no arrival is known: what was told is taken back then."""
    site, journey = around.clinic.site_of(stay.site), stay.arrival
    if site is None or journey is None or journey.at is None or stay.phase not in ("booked", "admitted", "discharged"):
        return []
    flight, zone = flight_of(journey, around), around.clinic.zone(site)
    at = _at_the_door(stay, around, site, journey)
    if at is None:
        return []
    status = shown_status(flight, journey)
    if flight is None:
        cause = f"{journey.flight or journey.mode or 'arrival'} as booked, {clock(journey.at, zone)}"
    elif status in ("cancelled", "diverted"):
        cause = f"{flight.number} is {status}"
    else:
        shown = flight.expected(journey.at) or journey.at
        cause = f"{flight.number} {'landed' if flight.landed else 'estimated'} {clock(shown, zone)}"
    return [Told("arrival-expected", {"expected_at": at.astimezone(zone).isoformat(), "status": status, "cause": cause})]


def _at_the_door(stay: Stay, around: Around, site: str, journey: Journey) -> datetime | None:
    """Handed over by our ride; by themselves, the road alone: a car says itself when it is here."""
    ride = wanted(stay, around, "in")
    if isinstance(ride, Wanted):
        return ride.over
    at = best_time(stay, "in", journey, flight_of(journey, around))
    rides = journey.mode in ("flight", "train") or journey.flight
    return at and at + (drive(around.clinic, site, CLINIC, journey.place or "") if rides else timedelta())
