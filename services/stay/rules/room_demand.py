"""A stay owes a place to sleep, and once there is one, its preparation and, when it was left, its turnover.

The room itself is a demand on the pool `rooms` (no feed); what housekeepers see follows from the room that was assigned.
"""

from datetime import UTC, timedelta

from services.stay.details import RoomDemand
from services.stay.rules.housekeeping import prepare, turnovers
from services.stay.rules.placements import placements
from services.stay.rules.room_needs import beds, needs
from services.stay.rules.room_times import Nights, NoNight, nights
from shared.language.clinic import Clinic
from shared.language.stay import Stay
from shared.language.tasks import Owed
from shared.service import Around, Plan

SECURED = timedelta(hours=48)  # before the arrival; also what airlines ask for assistance (Reg. (EC) 1107/2006, art. 7)
ROOM = ("room", "patient", "")


def rooms(stay: Stay, around: Around) -> Plan:
    """What the stay owes of rooms and housekeeping; it changes by itself at the check-out, and at each midnight while an
    overstayer is there."""
    found = nights(stay, around.clinic, around.now)
    if isinstance(found, NoNight):
        return Plan()
    room = _room(stay, around.clinic, found)
    task = around.assigned.get(ROOM)
    had = placements(task)
    owed = [room]
    if had and task and task.resource:
        owed += prepare(stay, around.clinic, found, had[-1], room.details["beds"])
    owed += turnovers(stay, around.clinic, found, had, lost=task is None or task.resource is None)
    return Plan(owed, found.again_at)


def _room(stay: Stay, clinic: Clinic, found: Nights) -> Owed:
    """Once its time has begun the room is held: it is not changed without need. After the discharge nobody need secure it."""
    zone = clinic.zone(found.site)
    first, last = found.start.astimezone(zone).date(), found.end.astimezone(zone).date()
    secured = found.start.astimezone(UTC) - SECURED
    booked, party = stay.booked_at or found.start, stay.profile.party
    details = RoomDemand(needs=needs(stay.profile), beds=beds(stay, first, last),
                         booked_at=booked.astimezone(UTC).isoformat(),
                         party=party.ref if party and party.share_room else None)
    return Owed(kind="room", feed=None, pool="rooms", site=found.site, start=found.start, due=found.end,
                accept_by=None if stay.discharged_at else max(stay.first_told or secured, secured),
                hold_from=found.start, details=details.as_json())
