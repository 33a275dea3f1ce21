"""HTTP refuses every unknown word and every unknown field, names it, and says what would be right."""

from typing import Any

from services.intake.rules.strict_reading import Problem, read_strictly
from shared.language.facts.intake import ProcedureScheduled, Profile, StayBooked
from tests.intake.ada import PROFILE, profile


def refused(**changes: Any) -> dict[str, str]:
    read = read_strictly(StayBooked, {"site": "belgrade", "profile": profile(**changes)})
    assert isinstance(read, tuple)
    return {problem.field: problem.detail for problem in read}


def test_what_is_right_is_read() -> None:
    assert read_strictly(StayBooked, {"site": "belgrade", "profile": PROFILE}) == StayBooked(
        site="belgrade", profile=Profile.model_validate(PROFILE))


def test_a_word_that_is_not_in_its_list_is_refused_with_the_list() -> None:
    assert refused(mobility="flying", diet={"allergies": {"kiwi": {}}}, languages=["en", "Serbian!"]) == {
        "profile.mobility": "'walking', 'wheelchair-transfer', 'wheelchair-seated' or 'stretcher'; not 'flying'",
        "profile.diet.allergies.kiwi": "one of gluten, crustaceans, eggs, fish, peanuts, soy, milk, nuts, celery, mustard, "
                                       "sesame, sulphites, lupin, molluscs, a species like nuts:hazelnut, or "
                                       "other:<name>; not 'kiwi'",
        "profile.languages.1": "a BCP 47 language tag, like en, sr-Latn or pt-BR; not 'Serbian!'"}


def test_a_field_that_nobody_knows_is_refused_at_any_depth() -> None:
    assert refused(leave_on="2026-11-30", companions={"C-1": {"from_": "2026-11-23", "diet": {"stile": "halal"}}},
                   party={"x": 1}) == {
        "profile.leave_on": "no such field; did you mean leaves_on?",
        "profile.companions.C-1.from_": "no such field; did you mean from?",
        "profile.companions.C-1.diet.stile": "no such field; did you mean style?",
        "profile.party.x": "no such field; there is ref, share_room"}


def test_unknown_words_and_unknown_fields_are_told_together() -> None:
    assert list(refused(visit="party", nickname="Ada", care={"systolic_baseline": 20})) == [
        "profile.care.systolic_baseline", "profile.nickname", "profile.visit"]


def test_a_number_out_of_range_and_a_day_misspelt_say_what_would_be_right() -> None:
    assert refused(arrives_on="23.11.2026", own_chair={"kg": 900}) == {
        "profile.arrives_on": "a day like 2026-11-23; not '23.11.2026'",
        "profile.own_chair.kg": "less than or equal to 500; not 900"}


def test_an_instant_without_its_offset_is_refused() -> None:
    assert read_strictly(ProcedureScheduled, {"fasting": {"solids_from": "2026-11-25T03:00:00"}}) == (
        Problem("fasting.solids_from",
                "an instant needs its offset, like 2026-11-23T16:20:00+01:00; not '2026-11-25T03:00:00'"),)


def test_what_is_no_object_is_refused_whole() -> None:
    assert read_strictly(Profile, ["en"]) == (Problem("", "a JSON object; not ['en']"),)
    assert read_strictly(Profile, "Ada", under="profile") == (Problem("profile", "a JSON object; not 'Ada'"),)
