"""How the promise of meals stands: green only by what the kitchen did, red when somebody went without."""

from datetime import datetime
from typing import Any

from tests.meals.trays import REGULAR, Kitchen, admitted, booked, diet, discharged, dish, done, iso, left, on, scheduled, told

SHORT = booked(diet=REGULAR, leaves_on="2026-11-25", departure={"mode": "own", "at": iso(25, "09:00")})
TRAYS = ["2026-11-23/dinner", "2026-11-24/breakfast", "2026-11-24/lunch", "2026-11-24/dinner", "2026-11-25/breakfast"]
SERVED_AT = [on(23, "18:40"), on(24, "07:40"), on(24, "12:40"), on(24, "18:40"), on(25, "07:40")]


def here(*facts: Any) -> Kitchen:
    return Kitchen(SHORT, admitted(), *facts).at(on(23, "16:30"))


def serve(kitchen: Kitchen, first: int = 0, last: int = 5, but: tuple[int, ...] = ()) -> Kitchen:
    for number in range(first, last):
        if number not in but:
            kitchen.moved(kitchen.task("tray", TRAYS[number]), "completed", SERVED_AT[number])
    return kitchen


def test_planned_until_the_kitchen_takes_the_trays_and_confirmed_when_it_has():
    kitchen = here()
    assert kitchen.how == ("planned", "dinner on 23 November: the kitchen has not taken it yet")
    kitchen.moved(kitchen.task("tray", TRAYS[0]), "accepted", on(23, "16:40"))
    assert kitchen.how == ("confirmed", "dinner on 23 November: the kitchen is at it")
    kitchen.moved(kitchen.task("tray", TRAYS[0]), "completed", on(23, "18:40"))
    assert kitchen.how == ("confirmed", "dinner on 23 November: served")
    assert kitchen.promise and kitchen.promise.next_at == on(24, "07:30")
    assert kitchen.at(on(24, "07:10")).how == ("planned", "breakfast on 24 November: the kitchen has not taken it yet")


def test_a_tray_half_an_hour_late_is_at_risk_and_one_not_reported_for_a_day_is_broken():
    kitchen = here()
    assert kitchen.at(on(23, "18:59")).how[0] == "planned"
    assert kitchen.at(on(23, "19:00")).how == (
        "at-risk", "dinner on 23 November of the patient is late: nobody reports it served")
    broken = ("broken", "dinner on 23 November was not served to the patient: not reported")
    assert kitchen.at(on(24, "18:30")).how == broken


def test_who_went_without_and_has_eaten_since_is_fed_again_until_the_stay_is_over():
    kitchen = serve(here(), 0, 1)
    kitchen.moved(kitchen.task("tray", TRAYS[1]), "failed", on(24, "07:50"), reason="the lift stood still")
    assert kitchen.how == ("broken", "breakfast on 24 November was not served to the patient: the lift stood still")
    assert serve(kitchen, 2, 3).how == ("confirmed", "lunch on 24 November: served")
    serve(kitchen, 3)
    assert kitchen.at(on(25, "09:30"), discharged(on(25, "08:50"))).how == (
        "broken", "breakfast on 24 November was not served to the patient: the lift stood still")


def test_a_tray_that_was_waived_is_nobodys_fault():
    kitchen = serve(here(), 0, 1)
    kitchen.moved(kitchen.task("tray", TRAYS[1]), "failed", on(24, "07:50"), stage="waived", reason="not hungry")
    assert kitchen.how == ("confirmed", "dinner on 23 November: served")


def test_kept_when_the_stay_is_over_and_everybody_was_fed():
    kitchen = serve(here())
    assert kitchen.at(on(25, "09:30"), discharged(on(25, "08:50")), left(on(25, "09:10"))).how == (
        "kept", "5 trays served; nobody went without a meal that was owed")


def test_a_meal_in_a_fast_is_not_a_meal_that_was_owed():
    fast = scheduled(starts_at=iso(24, "09:00"), fasting={"solids_from": iso(24, "03:00"), "clear_fluids_from": iso(24, "07:00")})
    kitchen = here(fast, done(on(24, "09:55"), diet_after={"style": "light"}))
    serve(kitchen, but=(1,))
    assert kitchen.at(on(25, "09:30"), discharged(on(25, "08:50"))).how == (
        "kept", "4 trays served; nobody went without a meal that was owed")


def test_no_diet_is_a_risk_and_when_nobody_ever_tells_it_broken():
    unknown = booked(diet={"style": "regular"}, leaves_on="2026-11-25", departure={"mode": "own", "at": iso(25, "09:00")})
    kitchen = Kitchen(unknown, admitted()).at(on(23, "16:30"))
    assert kitchen.how == ("at-risk", "no tray for the patient: not known: which allergies there are")
    assert kitchen.at(on(25, "09:30"), discharged(on(25, "08:50"))).how == (
        "broken", "the patient was never fed: which allergies there are was not told")


def test_no_safe_dish_is_a_risk_at_once_and_a_procedure_ahead_is_none():
    vegan = booked(diet={**REGULAR, "style": "vegan"})
    kitchen = Kitchen(vegan, admitted(), dishes=[dish("steak")]).at(on(23, "16:30"))
    assert kitchen.how == ("at-risk", "dinner on 23 November of the patient: no dinner dish vegan")
    ahead = here(scheduled(on(23, "16:00"), starts_at=iso(24, "09:00"), fasting=None))
    assert ahead.how[0] == "planned"
    serve(ahead, 0, 1)
    assert ahead.at(on(24, "11:01")).how == (
        "at-risk", "lunch on 24 November of the patient: waiting for PR-1 to be reported done")


def test_a_stay_without_meals_needs_none_and_one_not_known_waits():
    visit = {"visit": "check-up", "arrives_on": "2026-11-26", "leaves_on": "2026-11-26",
             "arrival": {"mode": "own", "at": iso(26, "14:00")}, "departure": {"mode": "own", "at": iso(26, "15:00")}}
    def how(now: datetime, *facts: Any) -> Any:
        return Kitchen(*facts).at(now).how
    assert how(on(3), booked(**visit)) == ("not-needed", "no meal falls into the stay")
    assert how(on(3), booked(), told("stay-booked", on(3), withdrawn=True)) == ("not-needed", "the stay was cancelled")
    assert how(on(3), told("procedure-scheduled", on(2), procedure_id="PR-1")) == (
        "planned", "waiting to be told: who this is, and from when to when")
    assert how(on(3), told("stay-booked", on(2), site="atlantis")) == ("at-risk", "atlantis is none of our sites")
    assert how(on(3), told("stay-booked", on(2), profile={"diet": REGULAR})) == ("at-risk", "waiting to be told: arrives_on")
    assert how(on(2, month=12), booked()) == ("not-needed", "nobody was admitted")


def test_a_companions_missing_diet_is_a_risk_of_the_stay():
    kitchen = Kitchen(booked(companions={"C-1": {"diet": None}})).at(on(3))
    assert kitchen.how[0] == "at-risk" and "companion C-1" in kitchen.how[1]
    fed = told("stay-booked", on(4), profile={"companions": {"C-1": {"diet": REGULAR}}})
    assert kitchen.at(on(4), fed).how[0] == "planned"


def test_a_diet_that_is_taken_back_while_the_kitchen_is_at_it_calls_the_trays_back():
    kitchen = here()
    kitchen.moved(kitchen.task("tray", TRAYS[0]), "accepted", on(23, "17:00"))
    kitchen.at(on(23, "17:10"), diet(on(23, "17:10"), food="mash"))
    assert kitchen.open("tray") == {}
    assert kitchen.how[0] == "at-risk"
