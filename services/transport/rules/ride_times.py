"""When a ride is: from the landing to the door, or from the door to the departure, by the minutes of the clinic file."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.transport.details import Direction
from services.transport.rules.flight_following import best_time, flight_of
from services.transport.rules.ride_needs import mobility_of
from services.transport.rules.roads import CLINIC, drive, loading, ready
from shared.language.facts.intake import Journey
from shared.language.stay import Stay
from shared.language.tasks import Task
from shared.service import Around

KINDS: dict[Direction, dict[str, str]] = {
    "in": {"flight": "airport-pickup", "train": "station-pickup", "other": "pickup"},
    "out": {"flight": "airport-ride", "train": "station-ride", "other": "ride"},
}
DIRECTIONS: tuple[Direction, ...] = ("in", "out")
CREW = "crew"
LATE_OFF = ("WCHC", "STCR")  # carried off the aircraft last


@dataclass(frozen=True, slots=True)
class Wanted:
    """All instants in UTC. `start`: the driver makes ready; `due`: at the meeting point; `over`: handed over; `journey_at`:
    the landing or departure as it is shown."""

    direction: Direction
    kind: str
    site: str
    journey: Journey
    mobility: str | None
    start: datetime
    due: datetime
    load: timedelta
    road: timedelta
    journey_at: datetime

    @property
    def over(self) -> datetime:
        return self.due + self.load + self.road

    @property
    def ends(self) -> tuple[str, str]:
        """From where to where, as the roads know them."""
        far = self.journey.place or ""
        return (far, CLINIC) if self.direction == "in" else (CLINIC, far)

    @property
    def signs(self) -> tuple[str, str]:
        """The same for people: BEG arrivals, BEG departures."""
        far = self.journey.place or ""
        if by(self.journey) == "flight":
            far = f"{far} {'arrivals' if self.direction == 'in' else 'departures'}"
        return (far, CLINIC) if self.direction == "in" else (CLINIC, far)


def by(journey: Journey) -> str:
    if journey.mode == "flight" or (journey.mode is None and journey.flight):
        return "flight"
    return "train" if journey.mode == "train" else "other"


def begun_ride(around: Around, direction: Direction) -> Task | None:
    """The patient's ride that somebody has begun, whatever it was called: what is done or under way is not asked for again
    under another name because the journey has another mode now."""
    order = {"in-progress": 0, "completed": 1, "failed": 2}
    there = [t for kind in KINDS[direction].values() if (t := around.begun.get((kind, "patient", direction)))]
    return min(there, key=lambda t: (order[t.status], t.kind), default=None)


def ride_at(stay: Stay, around: Around, direction: Direction, site: str, journey: Journey) -> Wanted | None:
    """None where no time was told."""
    clinic, mobility = around.clinic, mobility_of(stay, direction)
    at = best_time(stay, direction, journey, flight_of(journey, around))
    if at is None:
        return None
    load, road = loading(clinic, mobility), drive(clinic, site, CLINIC, journey.place or "")
    if direction == "in":
        due = at + _buffer(around, journey)
        start = due - road - ready(clinic)
    else:
        due = at - _lead(around, journey) - road - load
        start = due - ready(clinic)
    begun = begun_ride(around, direction)
    kind = begun.kind if begun and begun.status != "failed" else KINDS[direction][by(journey)]
    return Wanted(direction, kind, site, journey, mobility, start, due, load, road, at)


def _buffer(around: Around, journey: Journey) -> timedelta:
    """From the landing to the meeting point: 60 min for passport, bags and customs, 30 more for who is carried off last;
    from a train 15 min."""
    minutes = around.clinic.minutes
    if by(journey) != "flight":
        return minutes("transport", "train_buffer_minutes", 15) if by(journey) == "train" else timedelta()
    last_off = minutes("transport", "assisted_buffer_minutes", 30) if journey.assistance in LATE_OFF else timedelta()
    return minutes("transport", "flight_buffer_minutes", 60) + last_off


def _lead(around: Around, journey: Journey) -> timedelta:
    """Before the departure: 180 min at an airport, 45 at a station."""
    names = {"flight": ("airport_lead_minutes", 180), "train": ("station_lead_minutes", 45)}
    return around.clinic.minutes("transport", *names[by(journey)]) if by(journey) in names else timedelta()
