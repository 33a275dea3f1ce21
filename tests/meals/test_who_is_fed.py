"""From the first meal after the arrival to the last before leaving, by the clock of the house."""

from datetime import timedelta
from typing import Any

import pytest

from shared.language.tasks import Owed
from tests.meals.trays import REGULAR, ada, admitted, booked, discharged, dish, iso, left, on, planned, scheduled, told, trays

RICE = [dish(f"rice-at-{meal}", meal, "halal", "regular", "food:7") for meal in ("breakfast", "lunch", "dinner")]
THREE = ["breakfast", "lunch", "dinner"]


def slots(*facts: Any, now: Any = on(3), person: str = "patient") -> list[str]:
    return [slot.removeprefix("2026-11-") for slot in trays(planned(ada(*facts), now), person)]


def days(first: int, last: int) -> list[str]:
    return [f"{day}/{meal}" for day in range(first, last + 1) for meal in THREE]


def test_a_ticket_says_all_that_must_be_right_on_the_tray():
    plan = planned(ada(booked(), admitted()), on(23, "17:00"), RICE)
    assert trays(plan)["2026-11-24/lunch"] == Owed(
        kind="tray", feed="kitchen", slot="2026-11-24/lunch", start=on(24, "12:10"), due=on(24, "12:30"),
        accept_by=on(24, "11:00"), site="belgrade", place=None,
        details={"for": "patient", "patient_ref": "P-7781", "wristband": "K7M4QX", "period": "lunch",
                 "serving_at": iso(24, "12:30"), "late": False, "dish": "rice-at-lunch", "styles": ["halal"], "food": "7",
                 "drinks": "0", "allergens": ["peanuts"], "dislikes": [], "identify": None,
                 "recipe": {"suits": ["regular", "halal"], "contains": [], "may_contain": [], "ingredients": ["rice"]}})


def test_booked_is_fed_from_check_in_to_check_out_where_no_journey_is_told():
    assert slots(booked()) == ["23/dinner", *days(24, 29), "30/breakfast"]


def test_who_lands_at_noon_eats_from_dinner_on_and_who_flies_in_the_afternoon_has_no_lunch_on_the_last_day():
    flights = {"arrival": {"mode": "flight", "at": iso(23, "11:00")}, "departure": {"mode": "flight", "at": iso(30, "15:20")}}
    assert slots(booked(**flights)) == ["23/lunch", "23/dinner", *days(24, 29), "30/breakfast"]
    late = {**flights, "departure": {"mode": "flight", "at": iso(30, "17:20")}}
    assert slots(booked(**late))[-1] == "30/lunch"


def test_transport_knows_better_when_the_patient_comes_and_the_admission_best():
    delayed = told("arrival-expected", on(23, "12:00"), expected_at=iso(24, "00:30"))
    assert slots(booked(), delayed)[0] == "24/breakfast"
    assert slots(booked(), delayed, admitted(on(23, "17:00")), now=on(23, "18:00"))[0] == "23/dinner"


@pytest.mark.parametrize(("comes", "served"), [
    ("18:10", "18:30"), ("18:20", "18:35"), ("19:10", "19:25"), ("19:55", "20:10"), ("20:05", None)])
def test_who_comes_during_dinner_or_half_an_hour_after_it_is_served_a_quarter_of_an_hour_later(comes: str, served: str | None):
    plan = planned(ada(booked(), admitted(on(23, comes))), on(23, "20:06"))
    first = trays(plan).get("2026-11-23/dinner")
    assert (first.due, first.details["late"]) == (on(23, served), served != "18:30") if served and first else served is None


def test_a_day_visit_has_its_lunch():
    visit = {"visit": "check-up", "arrives_on": "2026-11-26", "leaves_on": "2026-11-26",
             "arrival": {"mode": "own", "at": iso(26, "09:30")}, "departure": {"mode": "own", "at": iso(26, "15:00")}}
    assert slots(booked(**visit)) == ["26/lunch"]


def test_an_overstayer_is_fed_to_the_end_of_tomorrow_and_looked_at_again_at_midnight():
    stay = ada(booked(), admitted())
    plan = planned(stay, on(30, "14:00"))
    assert list(trays(plan))[-1] == "2026-12-01/dinner"
    assert plan.again_at == on(1, "00:00", month=12)
    assert planned(stay, on(29)).again_at == on(30, "11:00")


def test_a_patient_of_whom_only_the_admission_is_known_is_fed_day_by_day():
    unknown = told("patient-admitted", on(25, "21:40"), admitted_at=iso(25, "21:35"), profile={"diet": REGULAR})
    assert slots(unknown, now=on(25, "22:00")) == days(26, 26)


def test_after_the_discharge_nothing_more_is_owed_and_what_was_before_stays():
    facts = booked(), admitted(), discharged(on(27, "10:20"))
    assert slots(*facts, now=on(27, "10:30")) == ["23/dinner", *days(24, 26), "27/breakfast"]


def test_who_has_left_for_good_is_not_fed_and_who_is_out_has_no_tray_until_he_is_back():
    gone = left(on(26, "10:00"))
    assert slots(booked(), admitted(), gone, now=on(26))[-1] == "26/breakfast"
    out = left(on(26, "12:00"), back_at=iso(26, "18:30"))
    assert slots(booked(), admitted(), out, now=on(26)) == ["23/dinner", *days(24, 25), "26/breakfast", "26/dinner",
                                                            *days(27, 29), "30/breakfast"]


def test_an_outing_of_which_nobody_can_read_the_end_holds_the_trays():
    plan = planned(ada(booked(), admitted(), left(on(26, "12:00"), back_at="tonight")), on(26))
    tray = trays(plan)["2026-11-26/lunch"]
    assert (tray.hold, tray.details["dish"]) == ("waiting to be told when the patient is back", None)


def test_nothing_that_was_due_before_the_stay_was_first_told_is_owed():
    assert slots(booked(on(25, "13:00")), admitted(on(25, "13:01"), admitted_at=iso(23, "16:20")), now=on(25, "13:02"))[0] \
        == "25/dinner"


def test_a_cancelled_stay_and_one_of_whom_nobody_knows_who_it_is_owe_nothing():
    assert planned(ada(booked(), told("stay-booked", on(20), withdrawn=True)), on(21)).owed == ()
    assert planned(ada(told("procedure-scheduled", on(20), procedure_id="PR-1")), on(21)).owed == ()
    assert planned(ada(booked(), told("stay-booked", on(20), site="atlantis")), on(21)).owed == ()


def test_the_clock_change_does_not_move_a_meal():
    over = booked(on(1, month=10), arrives_on="2026-10-23", leaves_on="2026-10-27")
    breakfasts = {slot: tray.due for slot, tray in trays(planned(ada(over), on(2, month=10))).items() if "breakfast" in slot}
    assert [f"{due.astimezone(on(3).tzinfo):%d %H:%M}" for due in breakfasts.values()] == [
        "24 07:30", "25 07:30", "26 07:30", "27 07:30"]
    assert breakfasts["2026-10-25/breakfast"] - breakfasts["2026-10-24/breakfast"] == timedelta(hours=25)


def companions(**of: Any) -> Any:
    return booked(companions={"C-1": {"diet": REGULAR, **of}})


def test_a_companion_comes_and_goes_with_the_patient_unless_other_days_were_told():
    both = {"from": "2026-11-23", "until": "2026-11-30"}
    assert slots(companions(**both), person="C-1") == slots(companions(), person="C-1") == slots(companions())
    delayed = told("arrival-expected", on(23, "12:00"), expected_at=iso(24, "00:30"))
    assert slots(companions(**both), delayed, person="C-1")[0] == "24/breakfast"
    other = companions(**{"from": "2026-11-25", "until": "2026-11-27"})
    assert slots(other, person="C-1") == ["25/dinner", *days(26, 26), "27/breakfast"]
    assert slots(companions(), admitted(), left(on(26, "10:00"), person="C-1"), now=on(26), person="C-1")[-1] == "26/breakfast"


def test_a_companion_of_whom_nothing_can_be_read_is_asked_about_and_a_dog_is_not():
    odd = booked(companions={"C-1": "his sister", "patient": {"diet": REGULAR}, "D-1": {"role": "guide-dog"}})
    plan = planned(ada(odd))
    assert [(wish.kind, wish.person) for wish in plan.owed if wish.kind != "tray"] == [("ask-diet", "C-1")]
    assert {wish.person for wish in plan.owed if wish.kind == "tray"} == {"patient"}


def test_the_room_on_the_ticket_is_that_of_the_serving_time():
    moved = told("room-assigned", on(24), placements=[
        {"room": "107", "from": iso(23, "14:00"), "to": iso(25, "07:30")},
        {"room": "204", "from": iso(25, "07:30"), "to": iso(30, "11:00")}])
    found = trays(planned(ada(booked(), admitted(), moved), on(24)))
    assert [found[f"2026-11-{meal}"].place for meal in ("24/dinner", "25/breakfast", "30/breakfast")] == [
        "room 107", "room 204", "room 204"]


def test_no_word_told_later_makes_up_a_tray_for_a_meal_that_is_over():
    no_diet = booked(diet=None), admitted()
    told_late = told("stay-booked", on(25, "15:00"), profile={"diet": REGULAR})
    assert slots(*no_diet, told_late, now=on(25, "15:00"))[0] == "25/dinner"
    assert slots(*no_diet, told("stay-booked", on(25, "13:15"), profile={"diet": REGULAR}), now=on(25, "13:15"))[0] == "25/lunch"
    put_off = told("procedure-scheduled", on(25, "10:00"), procedure_id="PR-1", starts_at=iso(27, "09:00"))
    found = slots(booked(), admitted(), scheduled(), put_off, now=on(25, "10:00"))
    assert [slot for slot in found if "breakfast" in slot] == [
        "24/breakfast", "26/breakfast", "28/breakfast", "29/breakfast", "30/breakfast"]
    twice = left(on(24, "12:00"), back_at=iso(24, "17:00")), left(on(26, "12:00"), back_at=iso(26, "17:00"))
    assert not {"24/lunch", "26/lunch"} & set(slots(booked(), admitted(), *twice, now=on(26)))
    back = told("discharged", on(26, "16:00"), withdrawn=True)
    kept = slots(booked(), admitted(), discharged(on(26, "10:20")), back, now=on(26, "16:00"))
    assert "26/lunch" not in kept and "26/dinner" in kept
