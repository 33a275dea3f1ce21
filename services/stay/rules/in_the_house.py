"""From when to when a patient is nursed: from the admission until the discharge, or until he has left for good before it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from services.stay.rules.room_times import left_at
from shared.language.stay import Stay


@dataclass(frozen=True, slots=True)
class InTheHouse:
    """`since`: the admission, in UTC; `told`: when the ward could first know of it; `until`: None while he is here."""

    since: datetime
    told: datetime
    until: datetime | None


def in_the_house(stay: Stay) -> InTheHouse | None:
    """None: not admitted, as far as we know. An admission without its time is one from when it was told."""
    told = stay.known.topics.get("patient-admitted")
    if stay.phase not in ("admitted", "discharged") or told is None or stay.admission_withdrawn:
        return None
    since = stay.admitted_at or told
    ends = [at.astimezone(UTC) for at in (stay.discharged_at, left_at(stay)) if at]
    return InTheHouse(since.astimezone(UTC), told.astimezone(UTC), min(ends, default=None))
