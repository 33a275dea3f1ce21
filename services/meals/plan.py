"""What a stay owes of meals: a tray for every meal of everybody, what has to be stopped, and what nurses have to ask first.

Nothing that was due before the stay was first told; after the discharge only the trays of before it, and who must be looked after.
"""

from services.meals.rules.presence import Absent
from services.meals.rules.questions import questions
from services.meals.rules.table import table
from shared.language.stay import Stay
from shared.service import Around, Plan


def plan(stay: Stay, around: Around) -> Plan:
    found = table(stay, around)
    if isinstance(found, Absent):
        return Plan()
    owed = [wish for care in found.care for wish in care.owed]
    if not found.absent and (stay.phase != "discharged" or around.now < found.guests[0].presence.end):
        owed += questions(found)
    return Plan([wish for wish in owed if stay.first_told is None or wish.due >= stay.first_told], found.again_at)
