"""Whether a vehicle can carry these rides at once: places, people, kilograms, luggage. A person in his own chair takes a
wheelchair place and nothing else will do; a wheelchair place takes two seats away, a stretcher three."""

from collections.abc import Sequence
from typing import Any

from services.transport.rules.fleet_trips import Wish
from shared.language.resources import Resource

SEATS_PER_CHAIR = 2
SEATS_PER_STRETCHER = 3


def unfit(vehicle: Resource, wishes: Sequence[Wish]) -> str | None:
    """The first thing that the vehicle lacks, in words that follow "it has"; None if it carries all of them."""
    asked = [w.asked for w in wishes]
    chairs, stretchers = sum(a.wheelchairs for a in asked), sum(a.stretchers for a in asked)
    seats = capacity(vehicle, "seats") - SEATS_PER_CHAIR * chairs - SEATS_PER_STRETCHER * stretchers
    lacks = (
        (stretchers > (capacity(vehicle, "stretchers") if "stretcher" in vehicle.features else 0), "no stretcher place"),
        (chairs > (capacity(vehicle, "wheelchairs") if takes_chairs(vehicle) else 0), "too few wheelchair places"),
        (bool(chairs) and max(a.kg for a in asked) > capacity(vehicle, "kg"), "too weak a ramp or lift"),
        (sum(a.seats for a in asked) > max(0, seats), "too few seats"),
        (sum(a.people for a in asked) > vehicle.units, "too few places"),
        (sum(a.luggage for a in asked) > capacity(vehicle, "luggage"), "too little room for luggage"),
    )
    return next((what for lacking, what in lacks if lacking), None)


def takes_chairs(vehicle: Resource) -> bool:
    return "tie-downs" in vehicle.features and bool({"ramp", "lift"} & vehicle.features)


def tightness(vehicle: Resource) -> tuple[int, int, int, int, str]:
    """The scarcest last: stretchers, wheelchair places, what these carry, seats; then the name."""
    return (capacity(vehicle, "stretchers"), capacity(vehicle, "wheelchairs"), capacity(vehicle, "kg"),
            capacity(vehicle, "seats"), vehicle.name)


def capacity(vehicle: Resource, name: str) -> int:
    """What was told of the vehicle, where that is a number."""
    told: Any = dict(vehicle.details).get(name, 0)
    return int(told) if isinstance(told, int | float) and told == told and abs(told) < 1e6 else 0
