"""The way home is unclear when a patient is discharged, no onward journey was told, and the booked one is another day's.

More than a day before the discharge counts as well: that flight has gone.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from services.intake.rules.unreadable_words import asked_already
from shared.language.stay import Stay

A_DAY = timedelta(days=1)


def unclear(stay: Stay, zone: ZoneInfo) -> bool:
    """Compared with the booked departure where its instant is known, else with the last day of the stay."""
    if stay.discharged_at is None or stay.left_for_good():
        return False
    if stay.words.discharge.onward or asked_already(stay, "discharge.onward"):
        return False
    if stay.departure and stay.departure.at:
        return abs(stay.departure.at - stay.discharged_at) > A_DAY
    if stay.profile.leaves_on:
        return abs(stay.profile.leaves_on - stay.discharged_at.astimezone(zone).date()) > A_DAY
    return False
