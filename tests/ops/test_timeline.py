"""The timeline says who said what, when it was so and how late it was told; and shows only what was thought about."""

from dataclasses import replace
from datetime import timedelta

from pydantic import BaseModel

from services.ops.rules.shown_fields import PATHS, shown
from services.ops.rules.timeline import Entry, in_words, timeline
from shared.language.facts import FACTS
from shared.language.facts.intake import Allergy, Care, Companion, Diet, Journey, Profile
from tests.ops.ada import BELGRADE, ada, admitted, booked, on, told


def test_the_words_are_in_the_order_in_which_they_count_with_who_said_them_and_how_late() -> None:
    late = told("procedure-done", on(25, "09:55"), stamped=on(25, "10:13"), told_by="ward-app", procedure_id="PR-1",
                done_at=on(25, "09:55").isoformat(), observe_every_minutes=60)
    found = timeline(ada(late, booked(on(2), interpreter=True, languages=["en", "sr"])), BELGRADE)
    assert [(e.topic, e.told_by, e.told_at, e.late_seconds) for e in found] == [
        ("stay-booked", "intake", on(2), 0), ("procedure-done", "ward-app", on(25, "09:55"), 18 * 60)]
    assert found[1] == Entry("procedure-done", "ward-app", on(25, "09:55"), on(25, "10:13"), 1080,
                             (("procedure id", "PR-1"), ("done at", "Wed 25 Nov 09:55"), ("observe every minutes", "60")), ())
    assert dict(found[0].says) == {
        "site": "belgrade", "patient ref": "P-7781", "visit": "treatment", "arrives on": "Mon 23 Nov",
        "leaves on": "Mon 30 Nov", "interpreter": "yes", "languages": "en, sr"}


def test_what_was_taken_back_is_said_as_taken_away() -> None:
    found = timeline(ada(booked(), told("patient-admitted", on(23), admitted_at=None, profile={"arrival": {"flight": None}})),
                     BELGRADE)
    assert found[1].says == (("admitted at", "taken away"), ("arrival flight", "taken away"))


def test_a_fact_without_a_stamp_says_no_lag() -> None:
    assert timeline(ada(replace(booked(), stamped=None)), BELGRADE)[0].late_seconds is None


def test_a_teller_whose_clock_is_ahead_is_not_late() -> None:
    assert timeline(ada(told("stay-booked", on(2), stamped=on(2) - timedelta(seconds=30))), BELGRADE)[0].late_seconds == 0


def test_what_is_nursings_alone_and_what_nobody_knows_is_named_and_not_shown() -> None:
    entry = timeline(ada(admitted(
        name="Ada Byron", diagnosis={"icd": "G82.2"}, room=[{"x": "CANARY"}],
        profile={"care": {"level": "T4", "anticoagulant": "warfarin"}, "wristband": "K7M4QX", "languages": ["en", {"x": "CANARY"}],
                 "arrival": {"mode": "flight", "phone": "+44 20"}, "diet": {"style": {"x": "CANARY"}}})), BELGRADE)[0]
    assert entry.says == (("admitted at", "Mon 23 Nov 16:20"), ("arrival mode", "flight"))
    assert entry.unsaid == ("name", "diagnosis", "room", "care", "wristband", "languages", "arrival phone", "diet style")


def test_allergies_companions_and_placements_are_said_one_by_one() -> None:
    says, unsaid = shown({"stay_id": "ADA", "told_by": "x", "placements": [{"room": "204", "from": "a", "to": "b"}], "profile": {
        "diet": {"allergies": {"peanuts": {"severity": "anaphylaxis"}}}, "companions": {"C-1": {"role": "family", "bed": True}}}})
    assert (says, unsaid) == ([("placements 1 room", "204"), ("placements 1 from", "a"), ("placements 1 to", "b"),
                               ("diet allergies peanuts severity", "anaphylaxis"), ("companions C-1 role", "family"),
                               ("companions C-1 bed", True)], [])


def paths_of(model: type[BaseModel], under: str = "") -> set[str]:
    """Every path that the language knows below a model; `*` for a name that the teller chooses."""
    inner = {"profile": (Profile, ""), "arrival": (Journey, ""), "departure": (Journey, ""), "onward": (Journey, ""),
             "diet": (Diet, ""), "allergies": (Allergy, ".*"), "companions": (Companion, ".*"), "care": (Care, "")}
    found = set()
    for name, field in model.model_fields.items():
        said = field.alias or name
        of = inner.get(name)
        if of is None and name in ("own_chair", "party", "fasting", "diet_after", "placements"):
            nested = next(t for t in _models_in(field.annotation))
            of = (nested, ".*" if name == "placements" else "")
        found |= paths_of(of[0], f"{under}{said}{of[1]}.") if of else {under + said}
    return found


def _models_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]


def test_every_field_of_the_language_is_either_shown_or_left_out_on_purpose() -> None:
    """A field that is added to the language fails here until somebody has decided."""
    known = set().union(*(paths_of(kind.model) for kind in FACTS.values() if kind.subject == "stay"))
    assert known - PATHS == {
        "stay_id", "told_at", "told_by",  # the envelope, said otherwise
        "profile.wristband",  # the second identifier at the bedside
        "profile.care.level", "profile.care.dysreflexia_risk", "profile.care.systolic_baseline",
        "profile.care.turns_every_minutes", "profile.care.anticoagulant"}  # nursing's alone
    assert PATHS - known == {"reason"}  # intake says why; no model has it


def test_words_are_as_people_read_them() -> None:
    said = [None, True, False, 60, "halal", [], ["a", "b"], "2026-11-23", "2026-13-45", "2026-11-23T15:20:00+00:00",
            "2026-11-23T15:20:00", "x" * 500]
    assert [in_words(word, BELGRADE) for word in said] == [
        "taken away", "yes", "no", "60", "halal", "none", "a, b", "Mon 23 Nov", "2026-13-45", "Mon 23 Nov 16:20",
        "2026-11-23T15:20:00", "x" * 300]
