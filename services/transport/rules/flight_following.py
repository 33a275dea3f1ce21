"""What a flight does to a ride: when the patient is really there, and what people decide. Nothing is cancelled by itself."""

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Literal

from services.transport.details import Direction
from services.transport.rules.roads import moment, utc
from shared.language.facts.intake import Journey
from shared.language.flight import NET, Flight
from shared.language.known import Path
from shared.language.stay import Stay
from shared.service import Around

LATE = 240  # minutes after which rooms, meals and shifts change too, and the manager decides


@dataclass(frozen=True, slots=True)
class Trouble:
    """`since` it was told; `hold`: why the ride cannot go on, None where it can."""

    kind: Literal["flight-cancelled", "flight-diverted", "flight-late"]
    since: datetime
    what: str
    hold: str | None
    role: str = "desk"


def flight_of(journey: Journey, around: Around) -> Flight | None:
    """None also where nobody has said anything about it: a silent flight is as booked."""
    if journey.flight is None or journey.on is None:
        return None
    flight = around.flights.get((journey.flight, journey.on))
    return flight if flight and flight.known.first_told else None


def place_in_known(stay: Stay, direction: Direction) -> Path:
    if direction == "in":
        return "profile", "arrival"
    return ("discharge", "onward") if stay.discharged_at and stay.words.discharge.onward else ("profile", "departure")


def best_time(stay: Stay, direction: Direction, journey: Journey, flight: Flight | None) -> datetime | None:
    """As booked, or as the flight is shown. Once a diverted patient's new place was told, the time told with it."""
    if journey.at is None or flight is None or _answered(stay, direction, flight):
        return journey.at and utc(journey.at)
    return utc(flight.expected(journey.at) or journey.at)


def trouble(stay: Stay, direction: Direction, journey: Journey, around: Around, zone: tzinfo) -> Trouble | None:
    flight = flight_of(journey, around)
    if flight is None or journey.at is None:
        return None
    told = flight.known.told("status") or flight.known.first_told or journey.at
    new = "arrival" if direction == "in" else "departure"
    if flight.cancelled:
        return Trouble("flight-cancelled", told, f"{flight.number} of {moment(journey.at, zone)} is cancelled: find out the new "
                       f"{new}, and tell it", f"{flight.number} is cancelled: a new {new} is to be told")
    if direction == "in" and flight.diverted and not _answered(stay, direction, flight):
        to = f" to {flight.status.place}" if flight.status.place and flight.status.place != journey.place else ""
        return Trouble("flight-diverted", told, f"{flight.number} is diverted{to}: find out where and when the patient is to be "
                       "fetched, and tell it", f"{flight.number} is diverted{to}: where to fetch the patient is to be told")
    if since := _late_since(flight, journey.at, around, zone):
        at = flight.expected(journey.at) or journey.at
        return Trouble("flight-late", since, f"{flight.number} comes late, {moment(at, zone)} instead of "
                       f"{moment(journey.at, zone)}: room, meals and staff are to be decided", None, role="manager")
    return None


def shown_status(flight: Flight | None, journey: Journey) -> str:
    """The one word that `arrival-expected` carries."""
    if flight is None or journey.at is None:
        return "on-time"
    if flight.cancelled or flight.diverted:
        return "cancelled" if flight.cancelled else "diverted"
    moved = utc(flight.expected(journey.at) or journey.at) - utc(journey.at)
    return "delayed" if moved >= NET else "early" if -moved >= NET else "on-time"


def _answered(stay: Stay, direction: Direction, flight: Flight) -> bool:
    """Where a diverted patient is to be fetched was told after the diversion."""
    told = stay.known.told(*place_in_known(stay, direction), "place")
    diverted = flight.known.told("status")
    return bool(flight.diverted and told and diverted and told > diverted)


def _late_since(flight: Flight, booked: datetime, around: Around, zone: tzinfo) -> datetime | None:
    """The word since which it has been shown more than four hours late, or on a later day, without a break."""
    limit = around.clinic.minutes("transport", "late_flight_minutes", LATE)
    since = None
    for number, (told, _) in enumerate(flight.words, 1):
        at = utc(replace(flight, words=flight.words[:number]).expected(booked) or booked)
        late = at - utc(booked) > limit or at.astimezone(zone).date() > booked.astimezone(zone).date()
        since = (since or told) if late else None
    return since
