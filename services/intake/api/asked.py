"""What may be asked over HTTP, field by field."""

from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from shared.language.facts import Json
from shared.language.facts.base import Says
from shared.language.facts.intake import DietAfter, Fasting, Journey, Minutes, Profile
from shared.language.words import Instant, Mobility, says_it_is_a_subject


def _id(value: str) -> str:
    if not says_it_is_a_subject(value):
        raise ValueError("1 to 128 printable characters without a space")
    return value


Id = Annotated[str, AfterValidator(_id)]
Teller = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
STAY = "/stays/{stay_id:path}"
StayId = Annotated[str, Path(description="the stay", examples=["BEG-2026-0412"])]
ProcedureId = Annotated[str, Path(description="a procedure of the stay", examples=["PR-1"])]
Why = Annotated[Reason, Query(description="why; it is told, so without a name", examples=["the wrong patient"])]
ToldBy = Annotated[Teller | None, Query(description="who says so; `intake` where nobody is named", examples=["ward-app"])]
PATCH = "a merge patch (RFC 7386) of the `profile` that a booking has: null takes a word away, lists are replaced whole"


class Asked(Says):
    model_config = ConfigDict(extra="forbid")
    told_by: Teller | None = Field(None, description="who says so; `intake` where nobody is named", examples=["ward-app"])

    def told(self) -> Json:
        """As JSON, with what was said and nothing else."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)

    def says(self) -> Json:
        """What goes into the fact: its envelope is ours."""
        return {name: word for name, word in self.told().items() if name != "told_by"}


Label = Annotated[str, StringConstraints(pattern=r"^[\w -]{1,40}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Contact = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
PROFILE = {
    "patient_ref": "P-7781", "visit": "treatment", "arrives_on": "2026-11-23", "leaves_on": "2026-11-30",
    "arrival": {"mode": "flight", "flight": "LH1406", "on": "2026-11-23", "place": "BEG",
                "at": "2026-11-23T13:40:00+01:00", "assistance": "WCHC", "transfer": True},
    "mobility": "wheelchair-seated", "languages": ["en"], "interpreter": True,
    "diet": {"style": "halal", "allergies_asked": True, "allergies": {"peanuts": {"severity": "anaphylaxis"}}}}


class Book(Asked):
    """A stay of 0 to 30 nights. Name and contacts are kept here and told to nobody."""

    site: str | None = Field(None, description="one of the clinic's; needed where there are several", examples=["belgrade"])
    stay_id: Id | None = Field(None, description="the hospital's own; else the next number", examples=["BEG-2026-0412"])
    name: Name = Field(examples=["Ada Byron"])
    contacts: dict[Label, Contact] = Field({}, max_length=20, examples=[{"phone": "+44 20 7946 0000", "sister": "…0001"}])
    profile: Profile = Field(description="what the house must know; all of it may be amended later", examples=[PROFILE])


class Admit(Asked):
    admitted_at: Instant | None = Field(None, description="now, if not said", examples=["2026-11-23T16:20:00+01:00"])
    site: str | None = Field(None, description="where, if it is not as booked")
    profile: dict[str, Any] | None = Field(None, description=PATCH, examples=[{"wristband": "K7M4QX"}])


class Schedule(Asked):
    """A new procedure or therapy; with a `procedure_id` that is known, only what changes."""

    procedure_id: Id | None = Field(None, description="else the next: PR-1, PR-2, …", examples=["PR-1"])
    kind: Teller | None = Field(None, description="needed when it is new", examples=["intrathecal-administration"])
    starts_at: Instant | None = Field(None, description="needed when it is new", examples=["2026-11-25T09:00:00+01:00"])
    minutes: Minutes | None = Field(None, description="how long", examples=[50])
    interpreter: bool | None = None
    sedation: bool | None = None
    fasting: Fasting | None = Field(None, description="a later start moves windows that are not said again")
    withdrawn: bool | None = Field(None, description="true takes the procedure back")
    reason: Reason | None = None


class Done(Asked):
    done_at: Instant | None = Field(None, description="now, if not said", examples=["2026-11-25T09:55:00+01:00"])
    diet_after: DietAfter | None = None
    rest_until: Instant | None = None
    observe_every_minutes: Minutes | None = None
    observe_until: Instant | None = None
    mobility_after: Mobility | None = None
    withdrawn: bool | None = Field(None, description="true: it was not done")
    reason: Reason | None = None


class Discharge(Asked):
    discharged_at: Instant | None = Field(None, description="now, if not said", examples=["2026-11-30T10:20:00+01:00"])
    onward: Journey | None = Field(None, description="the way home, where it is not the departure that was booked")
    home_care_weeks: Annotated[int, Field(ge=0, le=52)] | None = None
    check_up_after_months: Annotated[int, Field(ge=0, le=24)] | None = None


class Cancel(Asked):
    reason: Reason | None = Field(None, description="it is told, so without a name", examples=["the treatment was put off"])


class Departure(Asked):
    person: Teller = Field("patient", description="`patient`, or a companion of the stay", examples=["C-1"])
    left_at: Instant | None = Field(None, description="now, if not said", examples=["2026-11-30T11:05:00+01:00"])
    back_at: Instant | None = Field(None, description="due back from an outing; not said or null: gone for good")


class Taken(BaseModel):
    """It cannot be lost now. A warning was taken, too, and is for people to look at."""

    stay_id: str
    procedure_id: str | None = None
    warnings: list[dict[str, str]] = Field(
        examples=[[{"field": "profile.leaves_on", "detail": "a treatment takes 5 to 9 nights"}]])
