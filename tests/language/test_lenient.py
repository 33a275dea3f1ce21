"""A word that is not in its list makes that one field unknown, and the rest of the fact counts."""

import json
from typing import Any

import pytest

from shared.language.facts.intake import Allergy, Chair, Companion, Diet, Profile
from shared.language.lenient import Unreadable, read
from tests.language.telling import ada, booked, tell

STYLES = ("Input should be 'regular', 'light', 'vegetarian', 'vegan', 'halal', 'kosher', 'pescatarian' or 'diabetic'")
ALLERGENS = ("one of gluten, crustaceans, eggs, fish, peanuts, soy, milk, nuts, celery, mustard, sesame, sulphites, lupin, "
             "molluscs, a species like nuts:hazelnut, or other:<name>")
OBJECT = "Input should be a valid dictionary or instance of Diet"


def test_a_jain_diet_makes_the_style_unknown_and_nothing_else():
    stay = ada(booked(mobility="walking", diet={"style": "jain", "food": "7", "allergies": {"milk": {}}}))
    assert stay.profile == Profile(mobility="walking", diet=Diet(food="7", allergies={"milk": Allergy(status="active")}))
    assert stay.unreadable == (Unreadable("profile.diet.style", "'jain'", STYLES),)


def test_corrected_it_is_known_again():
    stay = ada(booked(diet={"style": "jain"}), booked("02 09:00", diet={"style": "vegetarian"}))
    assert (stay.profile.diet, stay.unreadable) == (Diet(style="vegetarian"), ())


def test_a_bad_element_makes_its_whole_list_unknown():
    assert read(Profile, {"languages": ["en", "no such tongue", 5], "room_needs": ["ceiling-hoist"]}) == (
        Profile(room_needs=["ceiling-hoist"]),
        (Unreadable("languages", "'no such tongue'", "a BCP 47 language tag, like en, sr-Latn or pt-BR"),))


def test_an_allergen_that_nobody_knows_is_left_out_by_itself():
    assert read(Diet, {"allergies": {"kiwi": {}, "milk": {"severity": "lethal"}, "other:kiwi": {}}}, "profile.diet") == (
        Diet(allergies={"milk": Allergy(), "other:kiwi": Allergy()}),
        (Unreadable("profile.diet.allergies.kiwi", "'kiwi'", ALLERGENS),
         Unreadable("profile.diet.allergies.milk.severity", "'lethal'",
                    "Input should be 'mild', 'moderate', 'severe' or 'anaphylaxis'")))


def test_an_allergen_whose_name_and_whose_word_are_both_unknown_is_one_fault():
    assert read(Diet, {"style": "halal", "allergies": {"kiwi": {"severity": "lethal", "status": 5}}}) == (
        Diet(style="halal", allergies={}), (Unreadable("allergies.kiwi", "'kiwi'", ALLERGENS),))


@pytest.mark.parametrize("name", ["[key]", "", "a.b", "0", "🥜"])
def test_odd_names_in_a_map_harm_only_themselves(name: str):
    assert read(Diet, {"allergies": {name: {"severity": "lethal"}, "milk": {}}})[0] == Diet(allergies={"milk": Allergy()})
    read_companions, unreadable = read(Profile, {"companions": {name: {"role": 5, "bed": True}, "C-1": {"bed": False}}})
    assert read_companions == Profile(companions={name: Companion(bed=True), "C-1": Companion(bed=False)})
    assert unreadable == (Unreadable(f"companions.{name}.role", "5", "Input should be a valid string"),)


def test_a_scalar_where_an_object_belongs_is_one_fault():
    assert read(Profile, {"visit": "harvest", "diet": "halal"}) == (
        Profile(visit="harvest"), (Unreadable("diet", "'halal'", OBJECT),))


@pytest.mark.parametrize("kg", [10**4000, -(10**4000), 0, -1, 501, "heavy", [], {}])
def test_no_number_is_too_odd_to_be_called_unknown(kg: Any):
    model, [fault] = read(Chair, {"powered": True, "kg": kg})
    assert (model, fault.path, fault.said) == (Chair(powered=True), "kg", repr(kg)[:80])


def test_the_whole_of_a_stay_may_be_unreadable():
    odd = {"procedure_id": "P.1", "starts_at": 5, "minutes": "long", "fasting": [], "withdrawn": "perhaps"}
    stay = ada(tell("procedure-scheduled", "01 09:00", **odd),
               tell("procedure-done", "01 09:00", procedure_id="P.1", done_at={}, diet_after=5),
               tell("discharged", "01 09:00", onward=[], profile=[], site=5),
               tell("room-assigned", "01 09:00", placements=[{"room": 204}]),
               tell("patient-left", "01 09:00", left_at="now"))
    assert [word.path for word in stay.unreadable] == [
        "discharge.onward", "left.patient.left_at", "procedures.P.1.diet_after", "procedures.P.1.done_at",
        "procedures.P.1.fasting", "procedures.P.1.minutes", "procedures.P.1.starts_at", "procedures.P.1.withdrawn",
        "profile", "room.placements", "site"]


def test_what_was_read_is_not_changed_by_reading_it():
    told = {"diet": {"style": "jain", "allergies": {"kiwi": {}}}}
    before = json.dumps(told)
    read(Profile, told)
    assert json.dumps(told) == before
