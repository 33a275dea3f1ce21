"""A patient is in the house once: two stays share no night, none is visited by day from inside another.

By nights, half-open: a stay may begin on the day on which another ends.
"""

from collections.abc import Mapping
from datetime import date

Days = tuple[date, date]  # arrives_on, leaves_on; equal for a day visit


def overlapping(stays: Mapping[str, Days], wish: Days) -> str | None:
    """The first of the patient's other stays that the wish would overlap, by day and id."""
    clashes = [(days, ref) for ref, days in stays.items() if _overlap(days, wish)]
    return min(clashes)[1] if clashes else None


def _overlap(one: Days, other: Days) -> bool:
    """Two visits on one day share no night, and yet they overlap."""
    same_visit = one == other and one[0] == one[1]
    return same_visit or (one[0] < other[1] and other[0] < one[1])
