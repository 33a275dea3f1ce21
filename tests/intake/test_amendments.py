"""An amendment is a merge patch: it may clear words, but no allergy, and answers only for what it makes worse."""

from typing import Any

from services.intake.rules.amendments import REFUTE, amended, check_patch
from services.intake.rules.booking_checks import Checked
from services.intake.rules.strict_reading import Problem
from shared.language.facts import Json
from tests.intake.ada import BELGRADE, PROFILE, profile


def patched(patch: Json, present: Json = PROFILE) -> Checked:
    return check_patch(present, patch, BELGRADE, "belgrade")


def refused(patch: Json, present: Json = PROFILE) -> dict[str, str]:
    return {problem.field: problem.detail for problem in patched(patch, present).problems}


def test_a_fragment_is_laid_over_what_is_on_file_and_null_takes_away() -> None:
    assert amended({"a": {"b": 1, "c": [1, 2]}, "d": 1}, {"a": {"b": None, "c": [3]}, "e": {"f": None}}) == {
        "a": {"c": [3]}, "d": 1, "e": {}}


def test_a_flight_that_changes_its_time_is_one_word() -> None:
    assert patched({"arrival": {"at": "2026-11-23T17:40:00+01:00"}}) == Checked()


def test_a_stay_that_moves_by_a_week_must_take_its_flights_along() -> None:
    moved = {"arrives_on": "2026-11-30", "leaves_on": "2026-12-07", "companions": None}
    assert sorted(refused(moved)) == ["profile.arrival.at", "profile.arrival.on", "profile.departure.at",
                                      "profile.departure.on"]
    assert patched({**moved, "arrival": None, "departure": None}) == Checked()


def test_a_word_may_be_cleared_but_not_the_patient() -> None:
    assert patched({"wristband": None, "own_chair": None, "companions": {"C-1": None}}) == Checked()
    assert refused({"patient_ref": None}) == {"profile.patient_ref": "a booking needs it"}


def test_an_allergy_is_not_cleared_by_null_at_whatever_level() -> None:
    nulls: list[tuple[str, Json]] = [
        ("profile.diet", {"diet": None}), ("profile.diet.allergies", {"diet": {"allergies": None}}),
        ("profile.diet.allergies.peanuts", {"diet": {"allergies": {"peanuts": None}}}),
        ("profile.diet.allergies.peanuts.severity", {"diet": {"allergies": {"peanuts": {"severity": None}}}})]
    assert [refused(patch) for _, patch in nulls] == [{field: REFUTE} for field, _ in nulls]


def test_nor_is_a_companions() -> None:
    guest: dict[str, Any] = {"C-1": {"diet": {"style": "regular", "allergies": {"milk": {"severity": "mild"}}}}}
    assert refused({"companions": {"C-1": {"diet": None}}}, profile(companions=guest)) == {
        "profile.companions.C-1.diet": REFUTE}


def test_a_diet_without_an_allergy_may_be_cleared() -> None:
    assert patched({"diet": None}, profile(diet={"style": "halal"})) == Checked()


def test_an_allergy_is_refuted_by_a_clinician_in_the_same_word() -> None:
    assert patched({"diet": {"allergies": {"peanuts": {"status": "refuted", "by": "dr-popov"}}}}) == Checked()
    known = profile(diet={"allergies": {"peanuts": {"status": "active", "by": "dr-popov"}}})
    assert refused({"diet": {"allergies": {"peanuts": {"status": "refuted"}}}}, known) == {
        "profile.diet.allergies.peanuts.by": "the clinician who refutes it, told together with the status"}


def test_unknown_words_and_fields_of_a_fragment_are_refused() -> None:
    assert refused({"mobility": "flying", "companions": {"C-2": {"rle": "family"}}, "diet": None}) == {
        "profile.mobility": "'walking', 'wheelchair-transfer', 'wheelchair-seated' or 'stretcher'; not 'flying'",
        "profile.companions.C-2.rle": "no such field; did you mean role?", "profile.diet": REFUTE}
    nulls = {"nickname": None, "own_chair": {"wheels": None}}
    assert list(refused(nulls)) == ["profile.nickname", "profile.own_chair.wheels"]


def test_a_new_allergy_is_taken_on_a_stay_that_was_wrong_before_and_the_rest_is_a_warning() -> None:
    sloppy = {"mobility": "flying", "nickname": "Ada", "arrival": {"mode": "train", "transfer": True, "place": "Prokop"},
              "arrives_on": "2026-11-23", "leaves_on": "2026-11-30"}
    assert patched({"diet": {"allergies": {"milk": {"severity": "severe"}}}}, sloppy) == Checked((), (
        Problem("profile.patient_ref", "a booking needs it"), Problem("profile.arrival.at", "a transfer needs it")))
