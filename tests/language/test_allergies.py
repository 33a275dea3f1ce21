"""An allergy is never lost by silence or null: only a clinician's `refuted` ends it."""

from typing import Any

import pytest

from shared.language.facts.intake import Allergy, Diet, Profile
from shared.language.known import merge
from shared.language.lenient import Unreadable
from tests.language.telling import ada, booked, tell

ACTIVE = {"severity": "severe", "status": "active"}


def peanuts(*words: Any) -> Any:
    """What is known of the peanuts when these were said of them, one day after the other."""
    facts = [booked(f"{day:02} 09:00", diet={"allergies": {"peanuts": word}}) for day, word in enumerate(words, 1)]
    return merge(facts).allergies.get("patient", {}).get("peanuts")


@pytest.mark.parametrize("silence", [
    None, "none", {"allergies": None}, {"allergies": {}}, {"allergies": []}, {"allergies": "none"},
    {"allergies": {"peanuts": None}}, {"allergies": {"peanuts": {}}}, {"allergies": {"peanuts": False}},
    {"allergies": {"peanuts": "refuted"}}, {"allergies": {"peanuts": {"severity": None, "status": None}}},
    {"allergies": {"peanuts": {"status": "refuted"}}}, {"allergies": {"peanuts": {"status": "resolved"}}},
])
def test_no_silence_and_no_null_ends_it(silence: Any):
    stay = ada(booked(diet={"allergies": {"peanuts": ACTIVE}}), booked("02 09:00", diet=silence))
    assert stay.profile.diet and stay.profile.diet.allergies
    assert stay.profile.diet.allergies["peanuts"] == Allergy(severity="severe", status="active")


def test_a_profile_that_is_cleared_does_not_clear_it():
    told = booked(diet={"style": "halal", "allergies": {"peanuts": ACTIVE}})
    stay = ada(told, tell("discharged", "02 09:00", profile=None))
    assert stay.profile == Profile(diet=Diet(allergies={"peanuts": Allergy(severity="severe", status="active")}))


def test_the_clinicians_word_ends_it():
    assert peanuts(ACTIVE, {"status": "refuted", "by": "Dr Ilić"}) == {
        "severity": "severe", "status": "refuted", "by": "Dr Ilić"}


@pytest.mark.parametrize("by", [None, "", "  ", True, 7, {"name": "Dr Ilić"}])
def test_a_refutation_by_nobody_is_none(by: Any):
    assert peanuts(ACTIVE, {"status": "refuted", "by": by})["status"] == "active"


def test_the_clinician_may_be_named_later_but_not_before():
    assert peanuts(ACTIVE, {"status": "refuted"}, {"by": "Dr Ilić"})["status"] == "refuted"
    assert peanuts(ACTIVE, {"by": "Dr Ilić"}, {"status": "refuted"})["status"] == "active"


def test_who_says_how_bad_it_is_does_not_sign_that_there_is_none():
    assert peanuts(ACTIVE, {"status": "refuted"}, {"severity": "severe", "by": "Nurse Savić"})["status"] == "active"
    assert peanuts(ACTIVE, {"severity": "severe", "status": "refuted", "by": "Dr Ilić"})["status"] == "refuted"


def test_told_active_again_it_is_active_again():
    refuted = {"status": "refuted", "by": "Dr Ilić"}
    assert peanuts(refuted, {"status": "active"})["status"] == "active"
    assert peanuts(refuted, {"status": "active"}, {"status": "refuted"})["status"] == "active"


def test_a_null_for_what_was_never_told_is_no_allergy():
    assert peanuts(None, None) is None
    assert peanuts(None, {}) == {"status": "active"}


def test_what_is_said_of_it_is_laid_over_what_was_said():
    assert peanuts({"seen": {"skin": True, "breath": False}, "note": "mild"}, {"seen": {"skin": None, "pulse": 1}},
                   {"note": {"of": "1999"}}, {"note": None, "seen": None}) == {
        "status": "active", "seen": {"skin": True, "breath": False, "pulse": 1}, "note": {"of": "1999"}}
    assert peanuts("severe", {"severity": "severe"}) == {"said_as": "severe", "severity": "severe", "status": "active"}


def allergies(said: Any) -> Any:
    return merge([booked(diet={"allergies": said})]).allergies.get("patient", {})


def test_a_list_or_a_bare_word_says_which():
    assert allergies(["peanuts", "milk"]) == {"peanuts": {"status": "active"}, "milk": {"status": "active"}}
    assert allergies("peanuts") == {"peanuts": {"status": "active"}}
    assert [allergies(nothing) for nothing in ([], {}, "", None, False, 0, [None, "", {}])] == [{}] * 7


def test_a_list_of_objects_is_not_lost_when_another_allergy_is_known():
    """Nobody can read it, so somebody has to be asked: it must not vanish behind what can be read."""
    stay = ada(booked(diet={"allergies": {"milk": {}}}), booked("02 09:00", diet={"allergies": [{"name": "peanuts"}]}))
    assert [word.path for word in stay.unreadable] == ['profile.diet.allergies.{"name":"peanuts"}']
    assert stay.profile.diet == Diet(allergies={"milk": Allergy(status="active")})


@pytest.mark.parametrize(("said", "path"), [
    ({"diet": "halal, no eggs"}, "profile.diet"),
    ({"companions": {"C-1": {"diet": ["kosher"]}}}, "profile.companions.C-1.diet")])
def test_a_word_that_an_allergy_pushes_aside_is_still_asked_about(said: dict[str, Any], path: str):
    milk = {"allergies": {"milk": {}}}
    stay = ada(booked(diet=milk, companions={"C-1": {"diet": milk}}), booked("02 09:00", **said))
    odd = said.get("diet") or said["companions"]["C-1"]["diet"]
    assert stay.unreadable == (Unreadable(path, repr(odd), "Input should be a valid dictionary"),)


def test_a_companion_has_allergies_of_their_own():
    stay = ada(booked(companions={"C-1": {"bed": True, "diet": {"allergies": {"eggs": {}}}}}),
               booked("02 09:00", companions={"C-1": {"diet": None}}))
    assert stay.profile.diet is None
    companion = (stay.profile.companions or {})["C-1"]
    assert (companion.bed, companion.diet) == (True, Diet(allergies={"eggs": Allergy(status="active")}))


def test_a_companion_who_does_not_come_needs_no_diet_and_is_remembered_when_he_does():
    told = booked(companions={"C-1": {"diet": {"allergies": {"eggs": {}}}}})
    gone = booked("02 09:00", companions={"C-1": None})
    assert ada(told, gone).profile.companions == {}
    back = ada(told, gone, booked("03 09:00", companions={"C-1": {"bed": True}})).profile.companions or {}
    assert back["C-1"].diet == Diet(allergies={"eggs": Allergy(status="active")})
