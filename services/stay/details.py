"""The details of stay's tasks: a housekeeper reads how many beds and by when, and nothing about the patient."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.language.facts import Json


class _Details(BaseModel):
    """`kind` is the task's own; the record of a task adds it, so it is left out of what is stored. Instants are ISO 8601."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def as_json(self) -> Json:
        return self.model_dump(mode="json", by_alias=True, exclude={"kind"})


class RoomDemand(_Details):
    """What one stay asks of the rooms. `needs`: hard features, sorted; `beds`: people who sleep there; `booked_at` in UTC;
    `party`: with whom the room may be shared, null for nobody."""

    kind: Literal["room"] = "room"
    needs: list[str]
    beds: int = Field(ge=1)
    booked_at: str
    party: str | None


class Prepare(_Details):
    """`beds` to make up; the patient is expected at `expected_at`, or moves in then from another room."""

    kind: Literal["prepare"] = "prepare"
    beds: int
    expected_at: str


class Turnover(_Details):
    """The room was left, by the patient who went home or by one who was moved to another room."""

    kind: Literal["turnover"] = "turnover"
    left_at: str


class Slept(_Details):
    """A room that the patient had until a move: [from, to)."""

    room: str
    from_: datetime = Field(alias="from")
    to: datetime


class Moved(_Details):
    """What assign writes as chosen when a held room was lost: the rooms had before, why the last was lost, and since when
    there is another (null while there is none)."""

    left: list[Slept]
    because: str
    since: datetime | None = None


class Interpret(_Details):
    """A talk to interpret: what for (never which procedure), between Serbian and one of `languages`, the best known first.
    `medical`: only for who is certified for it. Who is assigned reads beside it the `language` that was chosen."""

    kind: Literal["interpret"] = "interpret"
    purpose: Literal["arrival", "procedure", "discharge"]
    languages: list[str]
    medical: bool
    patient_ref: str | None


class Fast(_Details):
    """Nothing to eat, and nothing to drink, from when until the procedure begins."""

    solids_from: str | None
    clear_fluids_from: str | None
    until: str | None


class Due(_Details):
    """A procedure or therapy of the coming shift, as it is planned."""

    procedure: str | None
    starts_at: str
    minutes: int | None
    sedation: bool | None


class Handoff(_Details):
    """What the receiving nurse reads first: the patient by two identifiers (a room is none), what could harm, what is due
    from `at` to `until`. `allergies`: the active ones, null while nobody has asked; `systolic_baseline` in mmHg."""

    kind: Literal["handoff"] = "handoff"
    at: str
    until: str | None
    patient_ref: str | None
    wristband: str | None
    room: str | None
    mobility: str | None
    languages: list[str]
    interpreter: bool | None
    allergies: list[str] | None
    dysreflexia_risk: bool | None
    systolic_baseline: int | None
    turns_every_minutes: int | None
    fasting: list[Fast]
    procedures: list[Due]
