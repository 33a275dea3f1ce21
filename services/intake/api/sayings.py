"""From what was asked to what is told: a fact's own words, given what is known. Pure; instants not said are `now`."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from services.intake.api.asked import (
    Admit,
    Departure,
    Discharge,
    Done,
    Schedule,
)
from services.intake.api.strictly import as_json, refused
from services.intake.rules.amendments import amended
from services.intake.rules.journey_checks import journey_problems
from services.intake.rules.strict_reading import Problem
from shared.language.facts import Json
from shared.language.facts.intake import Profile
from shared.language.lenient import read
from shared.language.stay import Stay
from shared.shell.engine import NotFound

CALENDAR = {"patient_ref", "arrives_on", "leaves_on"}


@dataclass(frozen=True, slots=True)
class Saying:
    """`topic` None: it is so already, and nothing is told. `may_clash`: other stays of the patient are no matter."""

    topic: str | None
    says: Json = field(default_factory=dict)
    warnings: list[dict[str, str]] = field(default_factory=list)
    answer: Json = field(default_factory=dict)
    may_clash: bool = True


def admitted(stay: Stay, body: Admit, warnings: list[dict[str, str]], now: datetime) -> Saying:
    said = {name: word for name, word in body.says().items() if word}
    says = _at("admitted_at", said, stay.admitted_at, now) | _valid_again(stay.words.admission.withdrawn)
    return Saying("patient-admitted", says, warnings, may_clash=not CALENDAR & set(body.profile or {}))


def not_admitted(stay: Stay, reason: str) -> Saying:
    return _taken_back(stay, "patient-admitted", stay.admission_withdrawn, reason)


def discharged(stay: Stay, body: Discharge, zone: ZoneInfo, now: datetime) -> Saying:
    """A way home that is incomplete is no reason to refuse: the desk finds it out."""
    says = _at("discharged_at", body.says(), stay.discharged_at, now) | _valid_again(stay.words.discharge.withdrawn)
    return Saying("discharged", says, as_json(_of_the_way_home(stay, says, zone)))


def _of_the_way_home(stay: Stay, says: Json, zone: ZoneInfo) -> list[Problem]:
    if not says.get("onward"):
        return []
    onward = amended(stay.known.at("discharge", "onward"), says["onward"])
    wrong = journey_problems(read(Profile, {"departure": onward})[0], zone)
    return [Problem(problem.field.replace("profile.departure", "onward"), problem.detail) for problem in wrong]


def not_discharged(stay: Stay, reason: str) -> Saying:
    is_so = stay.words.discharge.withdrawn is True and stay.discharged_at is None
    return _taken_back(stay, "discharged", is_so, reason)


def scheduled(stay: Stay, body: Schedule) -> Saying:
    there = _procedures(stay)
    ref = body.procedure_id or next(name for turn in range(1, len(there) + 2) if (name := f"PR-{turn}") not in there)
    if ref not in there and (lacks := [name for name in ("kind", "starts_at") if not getattr(body, name)]):
        raise refused(Problem(name, f"a new procedure needs it; {_known(there)}") for name in lacks)
    says = {**body.says(), "procedure_id": ref}
    if body.starts_at and body.withdrawn is None:
        says |= _valid_again(stay.known.at("procedures", ref, "withdrawn"))
    return Saying("procedure-scheduled", says, answer={"procedure_id": ref})


def done(stay: Stay, ref: str, body: Done, now: datetime) -> Saying:
    there = _procedures(stay)
    if ref not in there:
        raise NotFound(f"no procedure {ref} was scheduled for {stay.id}; {_known(there)}")
    says = {**body.says(), "procedure_id": ref}
    if not body.withdrawn:
        procedure = stay.procedures.get(ref)
        says = _at("done_at", says, procedure.done_at if procedure else None, now)
        if says.get("done_at"):
            says |= _valid_again(stay.known.at("procedures", ref, "done_withdrawn"))
    return Saying("procedure-done", says, answer={"procedure_id": ref})


def left(stay: Stay, body: Departure, now: datetime) -> Saying:
    people = ["patient", *sorted(stay.profile.companions or {})]
    at = body.left_at or now
    wrong = [Problem("person", f"one of {', '.join(people)}; not {body.person!r}")] if body.person not in people else []
    if body.back_at and body.back_at <= at:
        wrong.append(Problem("back_at", f"after left_at, {at.isoformat()}; not {body.back_at.isoformat()}"))
    if wrong:
        raise refused(wrong)
    back = body.back_at and body.back_at.isoformat()
    return Saying("patient-left", {"person": body.person, "left_at": at.isoformat(), "back_at": back})


def _at(name: str, says: Json, known: datetime | None, now: datetime) -> Json:
    """The key instant is never cleared, and set to `now` only where it is not known: a later word would move it."""
    if says.get(name) is not None:
        return says
    rest = {other: word for other, word in says.items() if other != name}
    return rest if known else {**rest, name: now.isoformat()}


def _valid_again(withdrawn: object) -> Json:
    return {"withdrawn": False, "reason": None} if withdrawn is True else {}


def _taken_back(stay: Stay, topic: str, is_so: bool, reason: str) -> Saying:
    if topic not in stay.known.topics:
        raise NotFound(f"of {stay.id} no {topic} was told: there is nothing to take back")
    return Saying(None) if is_so else Saying(topic, {"withdrawn": True, "reason": reason})


def _procedures(stay: Stay) -> list[str]:
    there = stay.known.at("procedures")
    return sorted(there) if isinstance(there, dict) else []


def _known(procedures: list[str]) -> str:
    return f"known are {', '.join(procedures)}" if procedures else "none is known"
