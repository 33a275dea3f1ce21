"""Without a known diet there is no tray, and the nurse is told; every allergy counts until a clinician has refuted it."""

from typing import Any

import pytest

from services.meals.details import Recipe
from services.meals.rules.allergens import clashes
from services.meals.rules.house import LATEX
from shared.language.tasks import Owed
from tests.meals.trays import HALAL, PROFILE, REGULAR, ada, admitted, asked, booked, diet, dish, iso, menu, on, planned, told, trays


def lunch(*facts: Any, dishes: Any = None) -> Owed | None:
    return trays(planned(ada(*facts), on(24, "08:00"), dishes)).get("2026-11-25/lunch")


def chosen(*facts: Any, dishes: Any = None) -> Any:
    tray = lunch(*facts, dishes=dishes)
    return tray and (tray.details["dish"] or tray.hold)


def recipe(contains: Any = (), may: Any = (), ingredients: Any = ("rice",)) -> Recipe:
    return Recipe(contains=contains, may_contain=may, ingredients=ingredients)


@pytest.mark.parametrize(("told_diet", "asks"), [
    (None, ["the style of diet", "which allergies there are"]),
    ({"allergies_asked": True}, ["the style of diet"]),
    ({"style": "jain", "allergies_asked": True}, ["the style of diet"]),
    ({"style": "halal"}, ["which allergies there are"]),
    ({"style": "halal", "allergies_asked": False}, ["which allergies there are"]),
    ("halal, no eggs", ["the style of diet", "which allergies there are", "the texture of food (IDDSI)",
                        "the thickness of drinks (IDDSI)"]),
    ({**REGULAR, "food": "soft"}, ["the texture of food (IDDSI)"]),
    ({**REGULAR, "drinks": 2}, ["the thickness of drinks (IDDSI)"]),
    ({**REGULAR, "allergies": {"penuts": {}}}, ["which allergy 'penuts' is"]),
    ({**REGULAR, "allergies": ["Milk"]}, ["which allergy 'Milk' is"]),
])
def test_without_a_known_diet_there_is_no_tray_and_the_nurse_is_asked(told_diet: Any, asks: list[str]):
    plan = planned(ada(booked(diet=told_diet)))
    assert trays(plan) == {}
    assert [(wish.feed, wish.details["asks"]) for wish in asked(plan, "ask-diet")] == [("nursing", asks)]


def test_the_question_is_one_for_each_person_and_due_before_the_first_meal_is_decided():
    plan = planned(ada(told("stay-booked", on(2), profile={k: v for k, v in PROFILE.items() if k != "diet"})))
    assert asked(plan, "ask-diet") == [Owed(
        kind="ask-diet", feed="nursing", start=on(22, "17:00"), due=on(23, "17:00"), accept_by=on(23, "05:00"),
        site="belgrade", details={"what": "ask for the diet and allergies of the patient: no tray until they are known",
                                  "for": "patient", "asks": ["the style of diet", "which allergies there are"]})]


def test_a_diet_that_becomes_unknown_later_is_another_question():
    odd = diet(on(25, "09:00"), food="mashed")
    plan = planned(ada(booked(), admitted(), odd), on(25, "09:01"))
    assert [(wish.slot, wish.start, wish.due) for wish in asked(plan, "ask-diet")] == [
        ("2026-11-25T08:00Z", on(25, "09:00"), on(25, "10:00"))]
    assert trays(plan) == {}


def test_a_texture_that_was_told_once_is_not_forgotten_by_a_null():
    assert trays(planned(ada(booked(diet={**REGULAR, "food": "4"}), diet(on(3), food=None)))) == {}
    assert trays(planned(ada(booked(diet={**REGULAR, "drinks": "2"}), told("stay-booked", on(3), profile={"diet": None}),
                             diet(on(4), **REGULAR)))) == {}
    never = lunch(booked(diet=REGULAR))
    assert never and (never.details["food"], never.details["drinks"]) == ("7", "0")


def test_only_a_clinician_ends_an_allergy():
    milk = [dish("pudding", contains=["milk"])]
    told_once = booked(diet={**REGULAR, "allergies": {"milk": {"severity": "mild"}}})
    assert chosen(told_once, dishes=milk) == "no lunch dish without milk, regular"
    assert chosen(told_once, diet(on(3), allergies=None), dishes=milk) == "no lunch dish without milk, regular"
    refuted = diet(on(3), allergies={"milk": {"status": "refuted", "by": "Dr Ilić"}})
    assert chosen(told_once, refuted, dishes=milk) == "pudding"
    odd = booked(diet={**REGULAR, "allergies": {"Milk": {}}})
    assert chosen(odd, diet(on(3), allergies={"Milk": {"status": "refuted", "by": "Dr Ilić"}}), dishes=milk) == "pudding"


@pytest.mark.parametrize(("allergy", "dish_recipe", "reasons"), [
    ("peanuts", recipe(["peanuts"]), ["contains peanuts"]),
    ("peanuts", recipe((), ["peanuts"]), ["may contain peanuts"]),
    ("nuts:hazelnut", recipe(["nuts"]), ["contains nuts"]),
    ("nuts:hazelnut", recipe(["nuts:hazelnut"]), ["contains hazelnut"]),
    ("nuts:hazelnut", recipe(["nuts:almond"]), []),
    ("fish:salmon", recipe(["fish:Atlantic salmon"]), ["contains Atlantic salmon"]),
    ("fish:Atlantic salmon", recipe(["fish:salmon"]), ["contains salmon"]),
    ("other:cr\u00e8me", recipe((), (), ["cre\u0300me brulee"]), ["contains cre\u0300me brulee"]),
    ("other:kiwi", recipe((), (), ["\uff2b\uff49\uff57\uff49"]), ["contains \uff2b\uff49\uff57\uff49"]),
    ("nuts", recipe((), ["nuts:almond"]), ["may contain almond"]),
    ("nuts", recipe(["peanuts"]), []),
    ("gluten:wheat", recipe(["gluten:rye"]), []),
    ("milk", recipe((), (), ["rice", "butter milk"]), ["contains butter milk"]),
    ("milk", recipe(None), ["what is in it is not known"]),
    ("milk", recipe((), None), ["what is in it is not known"]),
    ("milk", recipe((), (), None), ["what is in it is not known"]),
    ("milk", None, ["what is in it is not known"]),
    ("other:kiwi", recipe((), (), ["kiwifruit", "rice"]), ["contains kiwifruit"]),
    ("other:strawberries", recipe((), (), ["strawberry"]), ["contains strawberry"]),
    ("other:Tomato", recipe((), (), ["tomatoes"]), ["contains tomatoes"]),
    ("other:kiwi", recipe(["other:kiwi"]), ["contains kiwi"]),
    ("other:kiwi", recipe((), (), ["rice"]), []),
    ("other:latex", recipe((), (), ["avocado"]), ["contains avocado, which latex reacts with"]),
    ("other:latex", recipe(["nuts:hazelnut"]), []),
    ("other:latex", recipe(["nuts"]), ["contains nuts, which latex reacts with"]),
    ("other:nuts", recipe(["nuts:almond"]), ["contains nuts"]),
    ("other:latex", recipe(["nuts:chestnut"]), ["contains chestnut, which latex reacts with"]),
    ("other:natural rubber latex", recipe((), (), ["bananas"]), ["contains bananas, which natural rubber latex reacts with"]),
])
def test_an_allergy_meets_what_is_in_a_dish_and_what_may_be(allergy: str, dish_recipe: Any, reasons: list[str]):
    assert clashes([allergy], dish_recipe, LATEX) == reasons


def test_a_dish_of_which_nobody_knows_what_is_in_it_is_for_people_without_allergies():
    for unknown in ({"contains": None}, {"may_contain": "milk"}, {"ingredients": []}, {"contains": ["penuts"]}):
        stew = [dish("stew", **unknown)]
        assert chosen(booked(), dishes=stew) == "no lunch dish without peanuts, halal"
        assert chosen(booked(diet={**REGULAR}), dishes=stew) == "stew"


@pytest.mark.parametrize(("food", "made"), [("4", ("5", "7")), ("7-easy", ("7", "6")), ("7", ("7-easy", "6"))])
def test_a_softer_food_is_not_allowed_by_itself(food: str, made: tuple[str, ...]):
    stew = [dish("stew", "lunch", "regular", *(f"food:{level}" for level in made))]
    needs = "regular" + (f", IDDSI food {food}" if food != "7" else "")
    assert chosen(booked(diet={**REGULAR, "food": food}), dishes=stew) == f"no lunch dish {needs}"


def test_soup_and_ice_cream_meet_the_level_of_the_drinks():
    thick = booked(diet={**REGULAR, "drinks": "3"})
    assert chosen(thick, dishes=[dish("soup", drinks=["0", "1"])]) == "no lunch dish regular, IDDSI drinks 3"
    assert chosen(thick, dishes=[dish("soup", drinks=["0", "3"])]) == "soup"
    assert chosen(thick, dishes=[dish("rice", drinks=[])]) == "rice"
    assert chosen(booked(diet=REGULAR), dishes=[dish("soup", drinks=None)]) == "no lunch dish regular"


def test_dislikes_are_avoided_where_that_is_possible():
    both = [dish("mushroom-rice", ingredients=["mushroom", "rice"]), dish("plain-rice")]
    disliking = booked(diet={**REGULAR, "dislikes": ["mushrooms", ""]})
    found = trays(planned(ada(disliking), dishes=both))
    assert {tray.details["dish"] for slot, tray in found.items() if "lunch" in slot} == {"plain-rice"}
    assert chosen(disliking, dishes=both[:1]) == "mushroom-rice"


def test_where_no_dish_is_safe_the_tray_is_held_and_the_nurse_told_once_a_day():
    strict = booked(diet={**REGULAR, "style": "vegan", "food": "4", "allergies": {"peanuts": {}, "milk": {}}})
    plan = planned(ada(strict), dishes=[dish("steak")])
    assert trays(plan)["2026-11-25/lunch"].hold == "no lunch dish without milk and peanuts, vegan, IDDSI food 4"
    day = next(wish for wish in asked(plan, "no-safe-dish") if wish.slot == "2026-11-25")
    assert (day.start, day.due, len(day.details["meals"])) == (on(24, "06:00"), on(25, "06:00"), 3)
    assert [wish.slot for wish in asked(plan, "no-safe-dish")] == [f"2026-11-{day}" for day in range(23, 31)]


def test_a_dish_that_is_out_is_not_cooked_then_and_one_that_the_cook_changes_is_replaced_at_once():
    one = lunch(booked())
    assert one is not None
    name = one.details["dish"]
    swapped = [r if r.name != name else dish(name, *r.features, contains=["peanuts"]) for r in menu()]
    assert chosen(booked(), dishes=swapped) not in (name, None)
    others = trays(planned(ada(booked()), on(24, "08:00"), swapped))
    before = trays(planned(ada(booked()), on(24, "08:00")))
    assert len([slot for slot in before if before[slot].details["dish"] == others[slot].details["dish"]]) > 5


def test_a_companion_eats_by_a_diet_of_their_own():
    guests = {"C-1": {"diet": {**REGULAR, "allergies": {"eggs": {}}}}, "C-2": {"diet": None}}
    plan = planned(ada(booked(companions=guests)))
    assert trays(plan, "C-1")["2026-11-25/lunch"].details["allergens"] == ["eggs"]
    assert trays(plan, "C-2") == {}
    assert [wish.person for wish in asked(plan, "ask-diet")] == ["C-2"]


def test_two_identifiers_stand_on_the_ticket_and_the_nurse_is_asked_for_what_is_missing():
    early = trays(planned(ada(booked(wristband=None))))["2026-11-25/lunch"]
    assert early.details["identify"] == "wristband not told yet"
    plan = planned(ada(booked(wristband=None), admitted()), on(23, "16:30"))
    assert [(wish.due, wish.details["asks"]) for wish in asked(plan, "ask-identifiers")] == [(on(23, "16:50"), ["wristband"])]
    assert asked(planned(ada(booked(), admitted()), on(23, "16:30")), "ask-identifiers") == []


def test_a_kitchen_ticket_names_nobody_and_no_diagnosis():
    tray = lunch(booked(diet=HALAL, care={"level": "T4"}), told("procedure-scheduled", on(4), procedure_id="PR-1",
                                                             kind="intrathecal", starts_at=iso(24, "09:00"), sedation=True))
    assert tray is not None and not {"T4", "intrathecal", "ADA"} & {str(value) for value in tray.details.values()}
