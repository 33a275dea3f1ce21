"""How intake's promises speak of time: on the wall clock of the house, to the minute."""

from datetime import datetime, tzinfo


def moment(at: datetime, zone: tzinfo) -> str:
    """27 November 08:00"""
    local = at.astimezone(zone)
    return f"{local.day} {local:%B %H:%M}"
