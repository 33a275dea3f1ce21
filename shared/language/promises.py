"""A promise is what was sold, and how it stands, as its keeper tells it. Nothing is green because it was planned."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.language.facts.base import Json

State = Literal["not-needed", "planned", "confirmed", "at-risk", "broken", "kept"]

KEEPERS = {
    "room": "stay", "nursing": "stay", "interpreter": "stay", "transfer-in": "transport", "transfer-out": "transport",
    "meals": "meals", "procedures": "intake", "follow-up": "intake",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a promise stands: what its keeper works out before it tells. `next_at`: the next milestone; `again_at`: when the state
    changes by itself."""

    state: State
    reason: str
    next_at: datetime | None = None
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """`next_at` is the next milestone; `confirmed` means that a person or a device has answered for it."""

    stay_id: str
    promise: str
    keeper: str
    state: State
    reason: str
    next_at: datetime | None = None

    @property
    def key(self) -> str:
        return f"{self.stay_id}/{self.promise}"

    def record(self) -> Json:
        return {"stay_id": self.stay_id, "promise": self.promise, "keeper": self.keeper, "state": self.state,
                "reason": self.reason, "next_at": self.next_at.isoformat() if self.next_at else None}
