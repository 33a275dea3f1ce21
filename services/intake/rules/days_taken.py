"""The days that a stay takes of its patient's calendar: as booked, no longer than until the discharge, none if cancelled."""

from zoneinfo import ZoneInfo

from services.intake.rules.stay_overlap import Days
from shared.language.stay import Stay


def days_taken(stay: Stay, zone: ZoneInfo) -> Days | None:
    """`zone` tells on which day the patient was discharged. None, too, where a day is not known."""
    first, last = stay.profile.arrives_on, stay.profile.leaves_on
    if stay.phase == "nothing" or first is None or last is None:
        return None
    if stay.discharged_at:
        last = min(last, stay.discharged_at.astimezone(zone).date())
    return first, max(first, last)
