"""What turns out later of a tray that is gone: another harm, another texture, a meal that was off; and the tray in its place."""

from typing import Any

import pytest

from shared.language.stay import view
from tests.meals.lunch import HERE, LUNCH, MILK, PLAIN, STEW, given, kitchen, milk, of_lunch, plate
from tests.meals.trays import REGULAR, Kitchen, asked, booked, diet, dish, done, iso, on, planned, scheduled, told


def test_whoever_was_looked_after_is_looked_after_again_when_another_harm_is_told():
    here = given(dishes=[dish("stew", contains=["milk", "fish"])]).at(on(25, "13:00"), milk(on(25, "13:00")))
    here.moved(here.task("check-patient", LUNCH), "completed", on(25, "13:10"))
    assert of_lunch(here) == {}
    here.at(on(25, "14:00"), diet(on(25, "14:00"), allergies={"fish": {}}))
    assert of_lunch(here) == {("check-patient", f"{LUNCH}/again-1"): "requested"}
    again = here.task("check-patient", f"{LUNCH}/again-1")
    assert (again.start, again.details["reasons"], again.details["slot"]) == (on(25, "14:00"), ["contains fish"], LUNCH)
    here.moved(again, "in-progress", on(25, "14:02"))
    here.at(on(25, "14:03"), diet(on(25, "14:03"), allergies={"fish": {"status": "refuted", "by": "Dr Ilić"}}))
    assert here.task("check-patient", f"{LUNCH}/again-1").holds == {}, "whoever is on the way goes on"
    here.moved(here.task("check-patient", f"{LUNCH}/again-1"), "completed", on(25, "14:10"))
    assert of_lunch(here.at(on(25, "14:20"), diet(on(25, "14:20"), style="vegan"))) == {}, "against the will only"


def test_a_harm_told_when_the_meal_is_long_over_sends_nobody_again():
    here = given(dishes=[dish("stew", contains=["milk", "fish"])]).at(on(25, "13:00"), milk(on(25, "13:00")))
    here.moved(here.task("check-patient", LUNCH), "completed", on(25, "13:10"))
    assert of_lunch(here.at(on(26, "09:00"), diet(on(26, "09:00"), allergies={"fish": {}}))) == {}


def test_a_second_tray_is_made_to_the_diet_that_holds_when_it_is_served():
    """Light until 12:40; the second tray comes later than that."""
    plain = dish("bread", "lunch", "regular", "food:7")
    light = dish("broth", "lunch", "light", "regular", "food:7", contains=["milk"])
    here = kitchen(scheduled(), done(diet_after={"style": "light", "until": iso(25, "12:40")}), dishes=[light])
    here.dishes = [light, plain]
    here.at(on(25, "12:20"), milk())
    second = here.task("tray", f"{LUNCH}/2")
    assert (second.due, second.details["styles"], plate(second)) == (on(25, "12:50"), ["regular"], "bread")


def test_a_second_tray_waits_for_the_diet_after_what_happened_between_the_two():
    here = kitchen(told("procedure-scheduled", on(24), procedure_id="PR-2", starts_at=iso(25, "12:35"), sedation=False))
    odd = told("procedure-done", on(25, "12:40"), procedure_id="PR-2", done_at=iso(25, "12:40"), diet_after={"style": "mush"})
    here.at(on(25, "12:41"), odd, milk(on(25, "12:41")))
    assert here.task("tray", f"{LUNCH}/2").holds == {"plan": "no diet told after PR-2"}


@pytest.mark.parametrize(("needs", "now", "reason"), [
    ({"food": "4"}, {"foods": ("7",)}, "stew is not made to IDDSI food 4"),
    ({"drinks": "2"}, {"drinks": ["0"]}, "stew is not made to IDDSI drinks 2"),
    ({"drinks": "2"}, {"drinks": None}, "stew is not made to IDDSI drinks 2")])
def test_a_texture_that_was_not_true_stops_the_tray(needs: Any, now: Any, reason: str):
    def stew(foods: Any = ("4", "7"), drinks: Any = ("0", "2")) -> Any:
        return dish("stew", "lunch", "regular", *(f"food:{food}" for food in foods), drinks=drinks)
    here = kitchen(diet(on(24), **needs), dishes=[stew()])
    here.dishes = [stew(**now)]
    assert here.at(on(25, "12:20")).task("stop-tray", LUNCH).details["reasons"] == [reason]


def test_a_softer_dish_than_was_said_harms_nobody_who_eats_everything():
    here = kitchen(dishes=[dish("stew", "lunch", "regular", "food:7")])
    here.dishes = [dish("stew", "lunch", "regular", "food:4", drinks=["2"])]
    assert of_lunch(here.at(on(25, "12:20"))) == {("tray", LUNCH): "in-progress"}


@pytest.mark.parametrize("days", [{"leaves_on": "2028-11-30"}, {"leaves_on": "2025-11-30"}, {"arrives_on": "2026-11-27"}])
def test_a_day_mistyped_with_the_allergy_does_not_hide_it(days: Any):
    """The booking alone says the days: nobody has reported the admission."""
    both = told("stay-booked", on(25, "12:20"), profile={**days, "diet": {"allergies": MILK}})
    here = Kitchen(booked(diet=REGULAR, arrives_on="2026-11-24"), dishes=[STEW]).at(on(25, "09:00"))
    here.moved(here.task("tray", LUNCH), "in-progress", on(25, "12:12")).at(on(25, "12:20"), both)
    assert here.task("stop-tray", LUNCH).details["reasons"] == ["contains milk"]
    assert here.how == ("at-risk", "stop the lunch of the patient at the bedside: contains milk")
    here.moved(here.task("tray", LUNCH), "completed", on(25, "12:25"))
    assert of_lunch(here) == {("check-patient", LUNCH): "requested"}
    assert here.how == ("broken", "lunch on 25 November reached the patient although it was not safe")


def test_a_companion_whose_days_end_early_is_looked_after_all_the_same():
    here = Kitchen(booked(diet=REGULAR, arrives_on="2026-11-25", companions={"C-1": {"diet": REGULAR}}), HERE, dishes=[STEW])
    here.at(on(25, "09:10")).moved(here.task("tray", LUNCH, "C-1"), "completed", on(25, "12:40"))
    says = {"companions": {"C-1": {"until": "2026-11-25", "diet": {"allergies": MILK}}}}
    here.at(on(25, "12:50"), told("stay-booked", on(25, "12:50"), profile=says))
    check = here.task("check-patient", LUNCH, "C-1")
    assert (check.status, check.details["for"], check.details["reasons"]) == ("requested", "companion C-1", ["contains milk"])


def test_a_tray_of_a_meal_that_is_off_and_harms_nobody_is_only_called_back():
    both = told("stay-booked", on(25, "12:20"), profile={"arrives_on": "2026-11-27", "diet": {"style": "vegan"}})
    here = Kitchen(booked(diet=REGULAR, arrives_on="2026-11-24"), dishes=[STEW]).at(on(25, "09:00"))
    here.moved(here.task("tray", LUNCH), "in-progress", on(25, "12:12")).at(on(25, "12:20"), both)
    assert of_lunch(here) == {("tray", LUNCH): "in-progress"}
    assert list(here.task("tray", LUNCH).holds) == ["recall"]


def test_who_is_to_leave_later_today_is_still_asked_about():
    ahead = told("discharged", on(25, "09:30"), discharged_at=iso(25, "17:00"))
    facts = PLAIN, HERE, diet(on(25, "09:20"), food="mash"), ahead
    assert [wish.person for wish in asked(planned(view("ADA", facts), on(25, "10:00")), "ask-diet")] == ["patient"]
    assert asked(planned(view("ADA", facts), on(25, "17:00")), "ask-diet") == []
