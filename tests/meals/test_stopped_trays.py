"""A tray already gone: the nurse stops it at the bedside, the kitchen makes another, and both stay as they are afterwards."""

from dataclasses import replace
from typing import Any

import pytest

from shared.language.stay import view
from shared.language.tasks import Task
from tests.meals.trays import (
    REGULAR,
    Kitchen,
    admitted,
    asked,
    booked,
    diet,
    discharged,
    dish,
    done,
    iso,
    on,
    planned,
    scheduled,
    told,
)

STEW = dish("stew", contains=["milk"])
RICE = dish("rice")
LUNCH = "2026-11-25/lunch"
MILK = {"milk": {"severity": "mild", "status": "active"}}
PLAIN = booked(diet=REGULAR, arrives_on="2026-11-25")
HERE = admitted(on(25, "09:10"))  # too late for breakfast: lunch is the first meal


def kitchen(*facts: Any, dishes: Any = (STEW,), stage: str = "plated", at: Any = on(25, "12:12")) -> Kitchen:
    """Lunch on Wednesday is plated: a stew, which has milk in it."""
    here = Kitchen(PLAIN, HERE, *facts, dishes=list(dishes)).at(on(25, "09:10"))
    here.moved(here.task("tray", LUNCH), "in-progress", at, stage=stage)
    here.dishes = [*here.dishes, RICE]
    return here.at(at)


def of_lunch(here: Kitchen) -> dict[tuple[str, str], str]:
    found = here.open("tray", "stop-tray", "check-patient")
    return {key: status for key, status in found.items() if key[1].startswith(LUNCH)}


def milk(at: Any = on(25, "12:20")) -> Any:
    return diet(at, allergies=MILK)


def plate(task: Task) -> Any:
    return task.details["dish"]


def test_a_begun_tray_keeps_its_dish_while_it_is_safe():
    here = kitchen().at(on(25, "12:15"), told("stay-booked", on(25, "12:14"), profile={"diet": {"dislikes": ["milk"]}}))
    task = here.task("tray", LUNCH)
    assert (plate(task), task.status, task.holds) == ("stew", "in-progress", {})
    assert plate(here.task("tray", "2026-11-26/lunch")) == "rice"
    assert of_lunch(here) == {("tray", LUNCH): "in-progress"}


def test_an_allergy_told_after_plating_stops_the_tray_and_makes_another():
    here = kitchen().at(on(25, "12:20"), milk())
    assert of_lunch(here) == {
        ("tray", LUNCH): "in-progress", ("tray", f"{LUNCH}/2"): "requested", ("stop-tray", LUNCH): "requested"}
    old, new, stop = here.task("tray", LUNCH), here.task("tray", f"{LUNCH}/2"), here.task("stop-tray", LUNCH)
    assert list(old.holds) == ["recall"]
    assert (plate(new), new.due, new.details["late"], new.details["allergens"]) == ("rice", on(25, "12:50"), True, ["milk"])
    assert (stop.feed, stop.start, stop.accept_by, stop.due) == ("nursing", on(25, "12:20"), on(25, "12:21"), on(25, "12:25"))
    assert stop.details == {"for": "patient", "patient_ref": "P-7781", "wristband": "K7M4QX", "slot": LUNCH, "dish": "stew",
                            "what": "stop the lunch of the patient at the bedside: contains milk", "reasons": ["contains milk"]}
    assert here.how == ("at-risk", "stop the lunch of the patient at the bedside: contains milk")
    assert any(task.kind == "recalled" for task in here.tasks.values())


def test_a_stopped_tray_that_comes_back_to_the_kitchen_changes_nothing_more():
    here = kitchen().at(on(25, "12:20"), milk())
    before = of_lunch(here)
    here.moved(here.task("tray", LUNCH), "failed", on(25, "12:24"), reason="recalled")
    assert of_lunch(here) == {key: status for key, status in before.items() if key != ("tray", LUNCH)}
    here.moved(here.task("stop-tray", LUNCH), "completed", on(25, "12:25"))
    here.moved(here.task("tray", f"{LUNCH}/2"), "completed", on(25, "12:48"))
    assert of_lunch(here.at(on(25, "20:00"))) == {}
    assert len([task for task in here.tasks.values() if task.slot.startswith(LUNCH) and task.kind == "tray"]) == 2


def test_a_tray_that_is_given_although_it_was_stopped_sends_the_nurse_to_the_patient():
    here = kitchen().at(on(25, "12:20"), milk())
    here.moved(here.task("tray", LUNCH), "completed", on(25, "12:33"))
    assert of_lunch(here) == {("check-patient", LUNCH): "requested", ("tray", f"{LUNCH}/2"): "requested"}
    check = here.task("check-patient", LUNCH)
    assert (check.start, check.due) == (on(25, "12:33"), on(25, "12:48"))
    assert here.how == ("broken", "lunch on 25 November reached the patient although it was not safe")
    here.moved(here.task("tray", f"{LUNCH}/2"), "completed", on(25, "12:50"))
    here.moved(check, "completed", on(25, "12:55"))
    assert of_lunch(here.at(on(26, "08:00"))) == {}


def test_an_allergy_told_after_the_meal_sends_the_nurse_for_half_a_day_and_makes_no_second_lunch():
    here = kitchen()
    here.moved(here.task("tray", LUNCH), "completed", on(25, "12:40"))
    here.at(on(25, "15:00"), milk(on(25, "15:00")))
    assert of_lunch(here) == {("check-patient", LUNCH): "requested"}
    assert here.how[0] == "at-risk"
    late = kitchen()
    late.moved(late.task("tray", LUNCH), "completed", on(25, "12:40"))
    assert of_lunch(late.at(on(26, "09:00"), milk(on(26, "09:00")))) == {}


def test_a_word_told_again_later_does_not_move_the_moment_it_was_known():
    here = kitchen().at(on(25, "12:20"), milk())
    here.at(on(25, "12:40"), diet(on(25, "12:40"), allergies={"milk": {"severity": "severe", "status": "active"}}))
    assert here.task("stop-tray", LUNCH).start == on(25, "12:20")


def test_an_allergy_refuted_before_anybody_acted_clears_the_recall():
    here = kitchen().at(on(25, "12:20"), milk())
    here.at(on(25, "12:21"), diet(on(25, "12:21"), allergies={"milk": {"status": "refuted", "by": "Dr Ilić"}}))
    assert of_lunch(here) == {("tray", LUNCH): "in-progress"}
    assert here.task("tray", LUNCH).holds == {}


def test_an_allergy_refuted_when_the_nurse_is_on_her_way_changes_nothing():
    here = kitchen().at(on(25, "12:20"), milk())
    before = of_lunch(here) | {("stop-tray", LUNCH): "in-progress"}
    here.moved(here.task("stop-tray", LUNCH), "in-progress", on(25, "12:21"))
    here.at(on(25, "12:22"), diet(on(25, "12:22"), allergies={"milk": {"status": "refuted", "by": "Dr Ilić"}}))
    assert of_lunch(here) == before


@pytest.mark.parametrize(("word", "reason"), [
    ({"food": "4"}, "made to IDDSI food 7, not 4"), ({"drinks": "2"}, "made to IDDSI drinks 0, not 2"),
    ({"style": "vegan"}, "is not vegan"), ({"allergies": {"sea things": {}}}, "not known: which allergy 'sea things' is"),
    ({"food": "mash"}, "not known: the texture of food (IDDSI)")])
def test_whatever_makes_it_wrong_stops_it(word: dict[str, Any], reason: str):
    here = kitchen().at(on(25, "12:20"), diet(on(25, "12:20"), **word))
    assert here.task("stop-tray", LUNCH).details["reasons"] == [reason]


def test_a_fast_told_after_plating_stops_the_tray_and_makes_no_other():
    here = kitchen().at(on(25, "12:20"), scheduled(on(25, "12:20"), starts_at=iso(25, "16:00"), fasting=None))
    assert of_lunch(here) == {("tray", LUNCH): "in-progress", ("stop-tray", LUNCH): "requested"}
    assert here.task("stop-tray", LUNCH).details["reasons"] == ["fasting for PR-1"]


def test_a_tray_still_on_its_way_when_the_fast_begins_is_stopped():
    here = kitchen(scheduled(starts_at=iso(25, "19:00"), fasting={"solids_from": iso(25, "13:00")}), stage="dispatched")
    assert of_lunch(here.at(on(25, "12:59"))) == {("tray", LUNCH): "in-progress"}
    assert of_lunch(here.at(on(25, "13:00"))) == {("tray", LUNCH): "in-progress", ("stop-tray", LUNCH): "requested"}
    assert here.task("stop-tray", LUNCH).start == on(25, "13:00")


def test_a_done_that_is_taken_back_after_plating_stops_the_tray():
    here = kitchen(scheduled(), done(diet_after={"style": "regular"}))
    here.at(on(25, "12:20"), told("procedure-done", on(25, "12:20"), procedure_id="PR-1", withdrawn=True))
    assert here.task("stop-tray", LUNCH).details["reasons"] == ["waiting for PR-1 to be reported done"]
    second = here.task("tray", f"{LUNCH}/2")
    assert (second.holds, plate(second)) == ({"plan": "waiting for PR-1 to be reported done"}, None)


def test_a_recipe_that_the_cook_changes_stops_the_trays_it_makes_unsafe():
    here = kitchen(milk(on(24)), dishes=[dish("stew")])
    here.dishes = [dish("stew", contains=["milk"]), RICE]
    assert of_lunch(here.at(on(25, "12:20"))) == {
        ("tray", LUNCH): "in-progress", ("tray", f"{LUNCH}/2"): "requested", ("stop-tray", LUNCH): "requested"}
    assert here.task("stop-tray", LUNCH).start == on(25, "12:10")  # nobody told since when: since it was plated
    assert plate(here.task("tray", "2026-11-26/lunch")) == "rice"


def test_a_recipe_that_says_since_when_is_believed():
    here = kitchen(milk(on(24)), dishes=[dish("stew")])
    here.dishes = [dish("stew", contains=["milk"], changed_at=iso(25, "12:18")), RICE]
    assert here.at(on(25, "12:20")).task("stop-tray", LUNCH).start == on(25, "12:18")
    here.moved(here.task("tray", LUNCH), "completed", on(25, "12:30"))
    assert of_lunch(here) == {("check-patient", LUNCH): "requested", ("tray", f"{LUNCH}/2"): "requested"}


def test_a_recipe_changed_on_another_day_says_nothing_about_a_meal_long_eaten():
    here = kitchen(milk(on(24)), dishes=[dish("stew")])
    here.moved(here.task("tray", LUNCH), "completed", on(25, "12:40"))
    here.dishes = [dish("stew", contains=["milk"]), RICE]
    assert of_lunch(here.at(on(26, "09:00"))) == {}


def test_what_was_plated_counts_even_when_the_recipe_is_another_one_now():
    here = kitchen()
    here.dishes = [dish("stew"), RICE]
    assert here.at(on(25, "12:20"), milk()).task("stop-tray", LUNCH).details["reasons"] == ["contains milk"]


def test_a_second_tray_that_becomes_unsafe_is_followed_by_a_third():
    here = kitchen().at(on(25, "12:20"), milk())
    here.dishes = [RICE]
    here.at(on(25, "12:21")).moved(here.task("tray", f"{LUNCH}/2"), "in-progress", on(25, "12:30"))
    here.dishes = [RICE, dish("toast", ingredients=["bread"])]
    here.at(on(25, "12:35"), diet(on(25, "12:35"), allergies={"other:rice": {}}))
    assert of_lunch(here) == {("tray", LUNCH): "in-progress", ("stop-tray", LUNCH): "requested",
                              ("tray", f"{LUNCH}/2"): "in-progress", ("stop-tray", f"{LUNCH}/2"): "requested",
                              ("tray", f"{LUNCH}/3"): "requested"}
    assert plate(here.task("tray", f"{LUNCH}/3")) == "toast"


def test_a_tray_dropped_before_its_time_is_made_again_with_what_is_safe_now():
    here = kitchen()
    here.moved(here.task("tray", LUNCH), "failed", on(25, "12:15"), reason="dropped")
    again = here.at(on(25, "12:20"), milk()).task("tray", LUNCH)
    assert (again.attempt, again.status, plate(again)) == (2, "requested", "rice")
    assert ("stop-tray", LUNCH) not in of_lunch(here)


def test_a_discharge_before_lunch_calls_the_tray_back_without_alarm():
    here = kitchen().at(on(25, "12:20"), discharged(on(25, "12:20")))
    assert of_lunch(here) == {("tray", LUNCH): "in-progress"}
    assert list(here.task("tray", LUNCH).holds) == ["recall"]


def test_a_ticket_that_nobody_can_read_is_not_served_to_anybody():
    here = kitchen()
    task = here.task("tray", LUNCH)
    here.tasks[task.task_id] = replace(task, details={"dish": "stew"})
    assert here.at(on(25, "12:20")).task("stop-tray", LUNCH).details["reasons"] == ["what is on it is not known"]


def given(*facts: Any, dishes: Any = (STEW,)) -> Kitchen:
    """Lunch was eaten at 12:40."""
    here = kitchen(*facts, dishes=dishes)
    return here.moved(here.task("tray", LUNCH), "completed", on(25, "12:40"))


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
