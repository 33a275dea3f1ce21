"""A meal is owed by what was known while it could be served: no word told later makes up a tray for a meal that is over.

A diet told in the afternoon brings no lunch, and a procedure put off to Friday gives nobody back Wednesday's breakfast.
"""

from datetime import datetime

from services.meals.rules.diet_orders import Unknown
from services.meals.rules.diet_safety import History
from services.meals.rules.fasting import fasts
from services.meals.rules.guests import Guest, guests
from services.meals.rules.house import House
from services.meals.rules.presence import Absent
from services.meals.rules.sittings import NotServed, Sitting, sitting
from shared.language.stay import Stay

GONE = ("nothing", "unknown")


def by_what_was_known(history: History, house: House, guest: Guest, asked: Sitting | NotServed,
                      now: datetime) -> Sitting | NotServed:
    """What was asked, or that it was not owed while its meal lasted."""
    last = max(asked.meal.closes, asked.serve)
    if isinstance(asked, NotServed) or isinstance(guest.order, Unknown) or history.told_by(last):
        return asked
    if _owed(history.at(last), house, guest.person, asked.meal.slot, min(now, last)):
        return asked
    return NotServed(asked.meal, asked.serve, "told after the meal")


def _owed(stay: Stay, house: House, person: str, slot: str, now: datetime) -> bool:
    found = guests(stay, house, now) if stay.phase not in GONE else Absent("")
    guest = None if isinstance(found, Absent) else next((one for one in found if one.person == person), None)
    if guest is None or isinstance(guest.order, Unknown):
        return False
    return isinstance(sitting(stay, guest, house, fasts(stay, house) if person == "patient" else (), slot), Sitting)
