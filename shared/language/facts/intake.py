"""What intake and the staff apps tell of a stay: booking, admission, procedures, discharge, leaving the building."""

from typing import Annotated, Any

from pydantic import Field

from shared.language.facts.base import ENVELOPE, Json, Kind, Says, canonical, stay_named, without
from shared.language.words import (
    Allergen,
    Assistance,
    Day,
    Drinks,
    Food,
    Instant,
    Language,
    Mobility,
    Mode,
    Severity,
    Style,
    Visit,
)

Minutes = Annotated[int, Field(ge=0, le=7 * 24 * 60)]


class Journey(Says):
    """A way in or out; fields that do not belong to its mode are ignored by `of_its_mode`."""

    mode: Mode | None = None
    flight: str | None = None
    on: Day | None = None
    place: str | None = None
    at: Instant | None = None
    assistance: Assistance | None = None
    transfer: bool | None = None
    may_share: bool | None = None  # a vehicle with other patients

    def of_its_mode(self) -> "Journey":
        foreign = {"flight": (), "own": ("flight", "on", "assistance", "place", "transfer", "may_share")}.get(
            self.mode or "flight", ("flight", "on", "assistance"))
        return self.model_copy(update=dict.fromkeys(foreign))


class Chair(Says):
    powered: bool | None = None
    kg: Annotated[float, Field(gt=0, le=500)] | None = None
    battery: str | None = None


class Allergy(Says):
    """Ends only by `status` "refuted" with the clinician who says so in `by`."""

    severity: Severity | None = None
    status: str | None = None
    by: str | None = None


class Diet(Says):
    style: Style | None = None
    food: Food | None = None
    drinks: Drinks | None = None
    allergies_asked: bool | None = None
    dislikes: list[str] | None = None
    allergies: dict[Allergen, Allergy] | None = None


class Care(Says):
    level: str | None = None
    dysreflexia_risk: bool | None = None
    systolic_baseline: Annotated[int, Field(ge=40, le=260)] | None = None  # mmHg
    turns_every_minutes: Minutes | None = None
    anticoagulant: str | None = None


class Companion(Says):
    role: str | None = None
    bed: bool | None = None
    from_: Day | None = Field(default=None, alias="from")
    until: Day | None = None
    diet: Diet | None = None


class Party(Says):
    ref: str | None = None
    share_room: bool | None = None


class Profile(Says):
    patient_ref: str | None = None
    wristband: str | None = None
    visit: Visit | None = None
    arrives_on: Day | None = None
    leaves_on: Day | None = None
    arrival: Journey | None = None
    departure: Journey | None = None
    mobility: Mobility | None = None
    own_chair: Chair | None = None
    room_needs: list[str] | None = None
    languages: list[Language] | None = None
    interpreter: bool | None = None
    diet: Diet | None = None
    care: Care | None = None
    companions: dict[str, Companion] | None = None
    party: Party | None = None


class Told(Says):
    """The envelope of every fact about a stay."""

    stay_id: str | None = None
    told_at: Instant | None = None
    told_by: str | None = None


class StayBooked(Told):
    site: str | None = None
    withdrawn: bool | None = None
    profile: Profile | None = None


class PatientAdmitted(StayBooked):
    admitted_at: Instant | None = None


class Fasting(Says):
    solids_from: Instant | None = None
    clear_fluids_from: Instant | None = None


class DietAfter(Says):
    style: Style | None = None
    until: Instant | None = None


class ProcedureScheduled(Told):
    procedure_id: str | None = None
    kind: str | None = None
    starts_at: Instant | None = None
    minutes: Minutes | None = None
    interpreter: bool | None = None
    sedation: bool | None = None
    fasting: Fasting | None = None
    withdrawn: bool | None = None


class ProcedureDone(Told):
    procedure_id: str | None = None
    done_at: Instant | None = None
    diet_after: DietAfter | None = None
    rest_until: Instant | None = None
    observe_every_minutes: Minutes | None = None
    observe_until: Instant | None = None
    mobility_after: Mobility | None = None
    withdrawn: bool | None = None


class Discharged(Told):
    discharged_at: Instant | None = None
    onward: Journey | None = None
    home_care_weeks: Annotated[int, Field(ge=0, le=52)] | None = None
    check_up_after_months: Annotated[int, Field(ge=0, le=24)] | None = None
    withdrawn: bool | None = None


class PatientLeft(Told):
    """`back_at` is when the person is due back from an outing (HL7 A21, A22); null: gone for good."""

    person: str | None = None
    left_at: Instant | None = None
    back_at: Instant | None = None


def _under(name: str) -> Any:
    def place(told: Json) -> Json:
        placed: Json = {name: without(told, *ENVELOPE, "site", "profile")}
        return placed | {k: told[k] for k in ("site", "profile") if k in told}
    return place


def _procedure(told: Json) -> Json:
    return {"procedures": {told["procedure_id"]: without(told, *ENVELOPE, "procedure_id")}}


def _procedure_done(told: Json) -> Json:
    """Taking back *done* must not take back the schedule: its `withdrawn` has a name of its own."""
    says = without(told, *ENVELOPE, "procedure_id", "withdrawn")
    if "withdrawn" in told:
        says["done_withdrawn"] = told["withdrawn"]
    return {"procedures": {told["procedure_id"]: says}}


def _left(told: Json) -> Json:
    """Without a person it is the patient; a person that is no word is kept under its own JSON."""
    said = told.get("person")
    person = "patient" if said is None else said if isinstance(said, str) else canonical(said)
    return {"left": {person: without(told, *ENVELOPE, "person")}}


def _procedure_named(told: Json) -> str | None:
    return stay_named(told) if isinstance(told.get("procedure_id"), str) and told["procedure_id"] else None


_STAFF = ("staff apps",)
KINDS = (
    Kind("stay-booked", "intake", "stay", StayBooked, "the profile, before arrival", _under("booking"), stay_named),
    Kind("patient-admitted", "intake", "stay", PatientAdmitted,
         "`admitted_at`, and of the profile what it knows", _under("admission"), stay_named, _STAFF),
    Kind("procedure-scheduled", "intake", "stay", ProcedureScheduled,
         "procedure or therapy, start, length, sedation, fasting, interpreter wanted",
         _procedure, _procedure_named, _STAFF),
    Kind("procedure-done", "intake", "stay", ProcedureDone,
         "when, diet after, rest until, observation, mobility after", _procedure_done, _procedure_named, _STAFF),
    Kind("discharged", "intake", "stay", Discharged,
         "when, onward journey, home-care and check-up terms", _under("discharge"), stay_named, _STAFF),
    Kind("patient-left", "intake", "stay", PatientLeft,
         "who left the building, when, and `back_at` for an outing (HL7 A21, A22)", _left, stay_named, _STAFF),
)
