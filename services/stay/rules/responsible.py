"""At every moment at which anybody is on duty, an admitted patient has exactly one responsible nurse, who is on duty then.

It is whoever accepted the latest handoff, as long as she has not gone off duty since; a break is covered and comes back by
itself. Otherwise it is the charge nurse, from that very moment; without one, the first of those who are there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.stay.rules.ward import Nurse, Ward


@dataclass(frozen=True, slots=True, order=True)
class Handoff:
    """`change`: of the shift, or the admission; `at`: when it was accepted, `by` whom."""

    change: datetime
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Responsible:
    """`handoff`: the last one that counts; `gone`: when its nurse went off duty, None while she has not."""

    nurse: Nurse
    handoff: Handoff | None = None
    gone: datetime | None = None

    @property
    def accepted(self) -> bool:
        """By her own word, and not in somebody's place."""
        return self.handoff is not None and self.gone is None and self.handoff.by == self.nurse.name

    @property
    def covers(self) -> bool:
        """The break of the one who accepted."""
        return self.handoff is not None and self.gone is None and self.handoff.by != self.nurse.name


def counts_from(handoff: Handoff, ward: Ward) -> datetime | None:
    """Since when it counts: once accepted by a nurse who is on duty. Accepted before the change, it is for one who is on duty
    at the change, and counts from then if her duty begins with it. None: it does not count."""
    nurse = ward.nurse(handoff.by)
    if nurse is None or not ward.there(nurse, max(handoff.at, handoff.change)):
        return None
    return handoff.at if ward.there(nurse, handoff.at) else handoff.change


def responsible(handoffs: Iterable[Handoff], ward: Ward, at: datetime) -> Responsible | None:
    """Who is responsible at this moment; None: nobody is on duty at all. Of two handoffs that of the later change wins: an old
    one that is accepted late takes nobody's patient away."""
    for handoff in sorted(handoffs, reverse=True):
        since, giver = counts_from(handoff, ward), ward.nurse(handoff.by)
        if giver and since and since <= at:
            gone = ward.left(giver, since, at)
            nurse = giver if gone is None and ward.on(giver, at) else ward.first_on(at)
            return Responsible(nurse, handoff, gone) if nurse else None
    first = ward.first_on(at)
    return Responsible(first) if first else None


def since_when(handoffs: Iterable[Handoff], ward: Ward, at: datetime, first: datetime) -> datetime:
    """Since when it has been the same nurse, or nobody; looked back to `first`, before `at`, at most."""
    told = list(handoffs)
    taken = [since for handoff in told if (since := counts_from(handoff, ward)) and first < since <= at]
    now, same = _name(told, ward, at), at
    for moment in sorted({first, *taken, *ward.turns(first, at)}, reverse=True):
        if _name(told, ward, moment) != now:
            break
        same = moment
    return same


def _name(handoffs: list[Handoff], ward: Ward, at: datetime) -> str | None:
    found = responsible(handoffs, ward, at)
    return found.nurse.name if found else None
