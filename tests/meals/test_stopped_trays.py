"""A tray already gone: the nurse stops it at the bedside, the kitchen makes another, and both stay as they are afterwards."""

from dataclasses import replace
from typing import Any

import pytest

from tests.meals.lunch import LUNCH, RICE, kitchen, milk, of_lunch, plate
from tests.meals.trays import diet, discharged, dish, done, iso, on, scheduled, told


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
