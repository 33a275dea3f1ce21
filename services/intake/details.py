"""The details of intake's tasks: each says in one sentence what to do, and names only what its reader needs for it."""

from pydantic import BaseModel, ConfigDict

from shared.language.facts import Json


class _Details(BaseModel):
    """`what` is the sentence for people; the rest is for programs. Instants and days are ISO 8601."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: str

    def as_json(self) -> Json:
        return self.model_dump(mode="json")


class UnknownStay(_Details):
    stay_id: str
    heard: list[str]  # topics


class MissingWords(_Details):
    fields: dict[str, str]  # dotted path -> the same for people


class UnreadableWord(_Details):
    """`said` is null where it may hold a name or a diagnosis: the fact itself has it."""

    path: str
    said: str | None
    right: str


class WithdrawnButAdmitted(_Details):
    admitted_at: str | None


class AdmittedAfterDischarge(_Details):
    admitted_at: str
    discharged_at: str


class OnwardUnclear(_Details):
    discharged_at: str
    departure_at: str | None
    leaves_on: str | None


class SiteUnknown(_Details):
    told: str | None
    sites: list[str]


class _AtHome(_Details):
    """For who keeps in touch after the discharge. No name: name and contacts are behind intake's own door, by `stay_id`."""

    patient_ref: str | None
    languages: list[str]  # BCP 47; empty: not told


class FollowUpCall(_AtHome):
    """Week `week` of `of`; `ask`: in plain words, in this order."""

    week: int
    of: int
    ask: list[str]


class CheckUpInvitation(_AtHome):
    check_up_on: str
    after_months: int
