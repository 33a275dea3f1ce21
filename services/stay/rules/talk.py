"""A talk is from when to when somebody must interpret, and since when that could be known."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from services.stay.rules.housekeeping import AT_THE_DOOR
from shared.language.clinic import Clinic
from shared.language.facts.intake import Journey
from shared.language.stay import Stay

Purpose = Literal["arrival", "procedure", "discharge"]


@dataclass(frozen=True, slots=True)
class Talk:
    """[start, due) in UTC; `told`: since when it could be known; `again_at`: when it moves by itself."""

    slot: str
    purpose: Purpose
    start: datetime
    due: datetime
    told: datetime
    again_at: datetime | None = None

    @property
    def name(self) -> str:
        """the arrival talk, the talk for PR-1"""
        ref = self.slot.partition("/")[2]
        return f"the talk for {ref}" if ref else f"the {self.purpose} talk"


def in_time(talk: Talk) -> Iterator[Talk]:
    """Nobody is asked for a talk that was over before anybody told of it."""
    if talk.due >= talk.told:
        yield talk


def first_told(stay: Stay, otherwise: datetime) -> datetime:
    return (stay.first_told or otherwise).astimezone(UTC)


def ride(journey: Journey, clinic: Clinic) -> timedelta:
    """Between the clinic's door and the place and time of the journey: 75 min, none for who goes from door to door."""
    rides = journey.transfer or journey.mode not in AT_THE_DOOR
    return clinic.minutes("stay", "transfer_minutes", 75) if rides else timedelta()
