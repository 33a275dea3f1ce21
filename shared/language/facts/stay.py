"""What the stay service tells: which room a stay has, from when to when, and why."""

from pydantic import Field

from shared.language.facts.base import ENVELOPE, Kind, Says, stay_named, without
from shared.language.facts.intake import Told
from shared.language.words import Instant


class Placement(Says):
    room: str | None = None
    from_: Instant | None = Field(default=None, alias="from")
    to: Instant | None = None


class RoomAssigned(Told):
    placements: list[Placement] | None = None
    why: str | None = None


KINDS = (
    Kind("room-assigned", "stay", "stay", RoomAssigned, "all placements: room, from, to; why",
         lambda told: {"room": without(told, *ENVELOPE)}, stay_named),
)
