"""Times, days and lengths of time as people read them, on the wall clock of the house."""

from datetime import date, datetime, timedelta, tzinfo

_STEPS = tuple(timedelta(minutes=m) for m in (1, 2, 5, 10, 20, 30))  # so that a silence is told anew seldom, not each minute


def day(on: date) -> str:
    """Mon 23 Nov"""
    return f"{on:%a} {on.day} {on:%b}"


def moment(at: datetime, zone: tzinfo) -> str:
    """Mon 23 Nov 16:20"""
    local = at.astimezone(zone)
    return f"{day(local.date())} {local:%H:%M}"


def at_least(length: timedelta) -> str:
    """5 min, 3 h, 2 days: the largest round length that has passed."""
    if length >= timedelta(days=2):
        return f"{length.days} days"
    if length >= timedelta(hours=1):
        return f"{int(length / timedelta(hours=1))} h"
    passed = max((step for step in _STEPS if step <= length), default=timedelta())
    return f"{passed // timedelta(minutes=1)} min"


def name(path: str) -> str:
    """`transfer-in` and `leaves_on` as words."""
    return path.replace("-", " ").replace("_", " ")
