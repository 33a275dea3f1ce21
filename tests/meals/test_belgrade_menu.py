"""The demo's kitchen: enough for the styles, textures and allergies of the people who come, and honest about what is in it."""

from itertools import pairwise, product
from typing import Any

import pytest

from services.meals.rules.dishes import FOODS, STYLES, dishes
from shared.language.overdue import Step
from tests.meals.trays import REGULAR, ada, booked, house, menu, on, planned, trays

MEALS = ("breakfast", "lunch", "dinner")
DEMO = {
    "0412": {"style": "halal", "allergies": {"peanuts": {}}, "dislikes": ["mushrooms"]}, "0413": {"food": "5", "drinks": "2"},
    "0414": {"food": "4", "drinks": "3", "allergies": {"milk": {}}}, "0416": {"style": "halal", "allergies": {"sesame": {}}},
    "0417": {"style": "vegetarian"}, "0418": {"allergies": {"nuts:hazelnut": {}}}, "0419": {"style": "pescatarian"},
    "0422": {"food": "3", "drinks": "4"}, "0423": {"style": "diabetic"}, "0424": {"style": "vegan", "allergies": {"soy": {}}},
    "C-2": {"style": "kosher"}, "0425": {"allergies": {"other:latex": {}}}}


def fed(**diet: Any) -> list[str | None]:
    return [tray.hold for tray in trays(planned(ada(booked(diet={**REGULAR, **diet})))).values()]


@pytest.mark.parametrize("diet", DEMO.values(), ids=DEMO)
def test_everybody_of_the_demo_eats_at_every_meal(diet: dict[str, Any]):
    assert set(fed(**diet)) == {None}


@pytest.mark.parametrize("style", STYLES)
def test_every_style_is_cooked_in_every_texture_at_every_meal(style: str):
    known = dishes(menu()).values()
    lacking = [(food, meal) for food, meal in product(FOODS, MEALS)
               if not any({style, meal} <= dish.features and food in dish.foods for dish in known)]
    assert lacking == []


@pytest.mark.parametrize("style", STYLES)
def test_after_a_procedure_there_is_something_light_for_every_style(style: str):
    assert [meal for meal in MEALS if not any({style, "light", meal} <= d.features or ({"light", meal} <= d.features
                                              and style == "regular") for d in dishes(menu()).values())] == []


def test_of_every_dish_everything_is_known():
    for dish in dishes(menu()).values():
        assert None not in (dish.recipe.contains, dish.recipe.may_contain, dish.recipe.ingredients, dish.drinks), dish.name
        assert dish.foods and dish.recipe.suits and set(MEALS) & dish.features, dish.name


def test_nobody_has_the_same_lunch_two_days_running():
    lunches = [t.details["dish"] for slot, t in trays(planned(ada(booked()))).items() if "lunch" in slot]
    assert all(one != two for one, two in pairwise(lunches)) and len(set(lunches)) >= 5


def test_two_people_of_one_diet_need_not_eat_the_same():
    guests = planned(ada(booked(diet=REGULAR, companions={"C-1": {"diet": REGULAR}})))
    assert {slot for slot, tray in trays(guests).items() if trays(guests, "C-1")[slot].details["dish"] != tray.details["dish"]}


def test_a_tray_that_nobody_stops_rings_the_doctor_within_five_minutes():
    steps = house().ladder["stop-tray"]
    assert [(step.after, step.wait.total_seconds() / 60, step.role) for step in steps] == [
        ("accept_by", 0, "charge-nurse"), ("due", 0, "doctor"), ("due", 5, "manager")]
    assert all(isinstance(step, Step) for kind in ("tray", "check-patient", "ask-diet", "diet-after", "no-safe-dish",
                                                   "insulin-plan", "confirm-fasting") for step in house().ladder[kind])


def test_on_the_third_of_november_the_whole_stay_is_planned():
    assert len(trays(planned(ada(booked()), on(3)))) == 20
