"""What a stay owes of this house: a room, somebody responsible at every moment, and an interpreter where words matter."""

from services.stay.rules.engagements import engagements
from services.stay.rules.handoffs import handoffs
from services.stay.rules.room_demand import rooms
from shared.language.stay import Stay
from shared.service import Around, Plan


def plan(stay: Stay, around: Around) -> Plan:
    found = [owed(stay, around) for owed in (rooms, handoffs, engagements)]
    times = [each.again_at for each in found if each.again_at]
    return Plan([task for each in found for task in each.owed], min(times, default=None))
