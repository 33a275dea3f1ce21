"""What a stay owes of the fleet: the ride in, the ride out, and the questions that only a person can answer."""

from services.transport.details import Direction
from services.transport.rules.desk_questions import questions
from services.transport.rules.ride_demand import rides
from services.transport.rules.ride_times import DIRECTIONS, Wanted
from services.transport.rules.wanted_rides import NoRide, wanted
from shared.language.stay import Stay
from shared.language.tasks import Owed
from shared.service import Around, Plan


def plan(stay: Stay, around: Around) -> Plan:
    """The answer changes by itself only when the departure of somebody who is still here passes."""
    found: dict[Direction, Wanted | NoRide] = {direction: wanted(stay, around, direction) for direction in DIRECTIONS}
    owed: list[Owed] = []
    for ride in found.values():
        if isinstance(ride, Wanted):
            owed += rides(stay, around, ride)
    owed += questions(stay, around, found)
    home = found["out"]
    leaves = home.journey_at if isinstance(home, Wanted) and stay.phase == "admitted" else None
    return Plan(owed, leaves if leaves and leaves > around.now else None)
