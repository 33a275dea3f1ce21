"""What flight adapters and dispatchers tell of one flight on one day (`on`: the local date of departure)."""

from datetime import date

from shared.language.facts.base import Json, Kind, Says, without
from shared.language.words import Day, FlightState, Instant


class FlightStatus(Says):
    flight: str | None = None
    on: Day | None = None
    told_at: Instant | None = None
    told_by: str | None = None
    scheduled: Instant | None = None
    estimated: Instant | None = None
    actual: Instant | None = None
    status: FlightState | None = None
    terminal: str | None = None
    place: str | None = None


def flight_key(flight: str, on: str) -> str:
    """`LH 1406` and `lh1406` are one flight."""
    return f"{''.join(flight.split()).upper()}/{on}"


def flight_subject(flight: str, on: date) -> str:
    """The subject that a stay names when it names a flight and its local day of departure."""
    return f"flight:{flight_key(flight, on.isoformat())}"


def _named(told: Json) -> str | None:
    flight, on = told.get("flight"), told.get("on")
    if not isinstance(flight, str) or not flight.strip() or len(flight) > 20 or not isinstance(on, str):
        return None
    try:
        return flight_key(flight, FlightStatus(on=on).on.isoformat())  # type: ignore[union-attr]
    except ValueError:
        return None


KINDS = (
    Kind("flight-status", "flights", "flight", FlightStatus, "estimated, actual, status, terminal",
         lambda told: without(told, "flight", "on", "told_at", "told_by"), _named, ("flight adapter", "dispatchers")),
)
