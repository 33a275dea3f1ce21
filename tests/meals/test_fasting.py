"""Nothing is served inside a fast, and after it nothing until the procedure is done and a diet is told."""

from typing import Any

import pytest

from tests.meals.trays import (
    REGULAR,
    Kitchen,
    ada,
    admitted,
    asked,
    booked,
    diet,
    done,
    iso,
    kinds,
    on,
    planned,
    scheduled,
    told,
    trays,
)

HERE = (booked(), admitted())
LIGHT = {"style": "light", "until": iso(25, "21:00")}


def holds(*facts: Any, now: Any = on(24), first: int = 24, last: int = 26) -> dict[str, Any]:
    """Of these days: slot -> why it is held, or the styles that it meets."""
    found = trays(planned(ada(*HERE, *facts), now))
    return {slot.removeprefix("2026-11-"): tray.hold or " ".join(tray.details["styles"]) for slot, tray in found.items()
            if first <= int(slot[8:10]) <= last}


def served(*facts: Any, **days: int) -> list[str]:
    return list(holds(*facts, **days))


def test_nothing_is_served_from_the_last_solids_to_the_planned_end():
    assert served(scheduled(), first=25, last=25) == ["25/lunch", "25/dinner"]
    long = scheduled(starts_at=iso(25, "12:00"), minutes=60)
    assert served(long, first=25, last=25) == ["25/dinner"]


def test_nothing_is_served_that_could_not_be_eaten_before_the_fast_begins():
    def from_(hour: str) -> Any:
        return scheduled(starts_at=iso(25, "14:30"), fasting={"solids_from": iso(25, hour)})
    assert "25/breakfast" in served(from_("08:00"))
    assert "25/breakfast" not in served(from_("07:59"))


def test_fasts_that_overlap_are_one_and_a_moved_start_takes_its_fast_along():
    second = scheduled(procedure_id="PR-2", starts_at=iso(25, "15:00"), minutes=60, fasting={"solids_from": iso(25, "09:00")})
    assert served(scheduled(), second, first=25, last=25) == ["25/dinner"]
    moved = told("procedure-scheduled", on(24, "10:00"), procedure_id="PR-1", starts_at=iso(26, "09:00"))
    assert "25/breakfast" in served(scheduled(), moved) and "26/breakfast" not in served(scheduled(), moved)


def test_a_withdrawn_procedure_has_no_fast():
    gone = told("procedure-scheduled", on(24, "10:00"), procedure_id="PR-1", withdrawn=True)
    assert holds(scheduled(), gone, first=25, last=25) == dict.fromkeys(("25/breakfast", "25/lunch", "25/dinner"), "halal")


def test_a_puncture_without_sedation_asks_for_no_fast():
    therapy = told("procedure-scheduled", on(24), procedure_id="PR-1", starts_at=iso(25, "09:00"), sedation=False)
    assert holds(therapy, first=25, last=25) == dict.fromkeys(("25/breakfast", "25/lunch", "25/dinner"), "halal")


@pytest.mark.parametrize("words", [
    {"fasting": None}, {"fasting": {}}, {"fasting": "from midnight"}, {"fasting": {"solids_from": "midnight"}},
    {"fasting": {"solids_from": iso(25, "13:00")}}, {"fasting": {"clear_fluids_from": iso(25, "10:00")}, "sedation": False},
    {"fasting": None, "sedation": "a little"}])
def test_a_sedation_without_a_readable_fast_has_six_hours_and_the_nurse_confirms(words: Any):
    noon = scheduled(starts_at=iso(25, "12:00"), minutes=None, **words)
    assert served(noon, first=25, last=25) == ["25/dinner"]
    question, = asked(planned(ada(*HERE, noon), on(24)), "confirm-fasting")
    assert (question.slot, question.due, question.details["solids_from"], question.details["what"]) == (
        "PR-1/2026-11-25T11:00Z", on(25, "06:00"), iso(25, "06:00"),
        "confirm the fast for PR-1: nobody told it; 6 h without solids and 2 h without clear fluids are kept")


def test_a_fast_that_moved_with_its_start_is_confirmed_for_each_start():
    def moved(at: Any, hour: str) -> Any:
        return told("procedure-scheduled", at, procedure_id="PR-1", starts_at=iso(25, hour))
    assert asked(planned(ada(*HERE, scheduled()), on(24)), "confirm-fasting") == []
    once = planned(ada(*HERE, scheduled(), moved(on(24, "10:00"), "11:30")), on(24))
    assert [wish.slot for wish in asked(once, "confirm-fasting")] == ["PR-1/2026-11-25T10:30Z"]
    again = planned(ada(*HERE, scheduled(), moved(on(24, "10:00"), "11:30"), moved(on(24, "11:00"), "12:00")), on(24))
    assert [wish.slot for wish in asked(again, "confirm-fasting")] == ["PR-1/2026-11-25T11:00Z"]


def test_a_procedure_without_a_start_holds_the_trays_from_its_fast_on():
    undated = scheduled(starts_at=None)
    assert holds(undated, first=24, last=25) == {
        **dict.fromkeys(("24/breakfast", "24/lunch", "24/dinner"), "halal"),
        **dict.fromkeys(("25/breakfast", "25/lunch", "25/dinner"), "waiting for PR-1 to be given a start, or reported done")}


def test_a_long_fast_is_questioned_and_so_are_two_that_make_one():
    long = scheduled(fasting={"solids_from": iso(24, "22:30"), "clear_fluids_from": iso(25, "07:00")})
    question, = asked(planned(ada(*HERE, long), on(24)), "long-fast")
    assert question.details["what"] == "a long fast, 10.5 h without solids: ask whether it can be shorter"
    assert question.due == on(24, "22:30")
    second = scheduled(procedure_id="PR-2", starts_at=iso(25, "13:30"), fasting={"solids_from": iso(25, "07:30"),
                                                                               "clear_fluids_from": iso(25, "11:30")})
    two, = asked(planned(ada(*HERE, scheduled(), second), on(24)), "long-fast")
    assert two.details["procedures"] == ["PR-1", "PR-2"]
    assert "long-fast" not in kinds(planned(ada(*HERE, scheduled()), on(24)))


def test_the_insulin_plan_of_a_diabetic_stands_before_the_fast_begins():
    sweet = booked(diet={**REGULAR, "style": "diabetic"})
    question, = asked(planned(ada(sweet, admitted(), scheduled()), on(24)), "insulin-plan")
    assert (question.feed, question.due, question.details["solids_from"]) == ("nursing", on(25, "03:00"), iso(25, "03:00"))
    assert "insulin-plan" not in kinds(planned(ada(*HERE, scheduled()), on(24)))


def test_until_the_procedure_is_reported_done_the_trays_after_it_wait():
    assert holds(scheduled(), now=on(25, "10:30"), first=25, last=25) == dict.fromkeys(
        ("25/lunch", "25/dinner"), "waiting for PR-1 to be reported done")


def test_once_done_the_diet_after_holds_beside_the_usual_one_until_its_end():
    facts = scheduled(), done(diet_after=LIGHT)
    assert holds(*facts, first=25) == {"25/lunch": "halal light", "25/dinner": "halal light", "26/breakfast": "halal",
                                      "26/lunch": "halal", "26/dinner": "halal"}
    endless = scheduled(), done(diet_after={"style": "light"})
    assert set(holds(*endless, first=25, last=30).values()) == {"halal light"}


def test_a_regular_patient_eats_light_and_nothing_else():
    plan = planned(ada(booked(diet=REGULAR), admitted(), scheduled(), done(diet_after=LIGHT)), on(25))
    assert trays(plan)["2026-11-25/lunch"].details["styles"] == ["light"]


@pytest.mark.parametrize("after", [{}, {"diet_after": None}, {"diet_after": {"until": iso(25, "21:00")}},
                                   {"diet_after": {"style": "clear-liquids"}}])
def test_the_old_diet_is_not_taken_up_by_itself(after: Any):
    facts = scheduled(), done(**after)
    assert set(holds(*facts, first=25).values()) == {"no diet told after PR-1"}
    question, = asked(planned(ada(*HERE, *facts), on(25)), "diet-after")
    assert (question.start, question.due) == (on(25, "09:55"), on(25, "10:25"))
    later = done(on(25, "11:00"), done_at=iso(25, "09:55"), diet_after=LIGHT)
    assert holds(*facts, later, first=25, last=25) == dict.fromkeys(("25/lunch", "25/dinner"), "halal light")
    assert "diet-after" not in kinds(planned(ada(*HERE, *facts, later), on(25)))


def test_a_procedure_without_a_fast_needs_no_diet_after():
    wound = told("procedure-scheduled", on(24), procedure_id="PR-1", starts_at=iso(25, "09:00"))
    assert set(holds(wound, done()).values()) == {"halal"}
    assert set(holds(wound, done(diet_after={"style": "mush"}), first=25).values()) == {"halal", "no diet told after PR-1"}


def test_a_done_of_an_earlier_day_is_not_the_done_of_the_new_start():
    again = told("procedure-scheduled", on(26), procedure_id="PR-1", starts_at=iso(27, "09:00"))
    facts = scheduled(), done(diet_after=LIGHT), again
    assert holds(*facts, first=27, last=27) == dict.fromkeys(("27/lunch", "27/dinner"), "waiting for PR-1 to be reported done")


def test_a_done_that_was_taken_back_holds_the_trays_again():
    back = told("procedure-done", on(25, "10:10"), procedure_id="PR-1", withdrawn=True)
    assert holds(scheduled(), done(diet_after=LIGHT), back, first=25, last=25) == dict.fromkeys(
        ("25/lunch", "25/dinner"), "waiting for PR-1 to be reported done")


def test_a_procedure_that_takes_longer_makes_a_late_tray_and_none_when_the_next_meal_is_there():
    def lunch(ended: str) -> Any:
        facts = scheduled(starts_at=iso(25, "11:00")), done(on(25, ended), diet_after=LIGHT)
        return trays(planned(ada(*HERE, *facts), on(25, ended))).get("2026-11-25/lunch")
    tray = lunch("13:00")
    assert (tray.due, tray.details["late"], tray.hold) == (on(25, "13:30"), True, None)
    assert lunch("18:10") is None


def test_a_tray_not_yet_taken_when_the_fast_begins_is_not_served_any_more():
    kitchen = Kitchen(*HERE, scheduled(starts_at=iso(25, "14:00"), fasting={"solids_from": iso(25, "08:00")}))
    kitchen.at(on(25, "07:50"))
    assert ("tray", "2026-11-25/breakfast") in kitchen.open("tray")
    kitchen.at(on(25, "08:00"))
    assert kitchen.task("tray", "2026-11-25/breakfast").status == "cancelled"
    assert kitchen.at(on(25, "23:00")).task("tray", "2026-11-25/breakfast").status == "cancelled"


def test_a_companion_does_not_fast():
    both = booked(companions={"C-1": {"diet": REGULAR}})
    plan = planned(ada(both, admitted(), scheduled()), on(24))
    assert trays(plan, "C-1")["2026-11-25/breakfast"].hold is None


def test_no_diet_known_and_a_fast_together_still_ask():
    facts = booked(diet={"style": "diabetic"}), admitted(), scheduled(fasting=None), diet(on(23, "18:00"), food="x")
    plan = planned(ada(*facts), on(24))
    assert {"ask-diet", "confirm-fasting", "insulin-plan"} <= kinds(plan) and not trays(plan)


def test_a_start_that_nobody_can_read_any_more_does_not_take_the_fast_away():
    noon = scheduled(starts_at=iso(25, "12:00"), fasting=None)
    odd = told("procedure-scheduled", on(24, "10:00"), procedure_id="PR-1", starts_at="Wednesday, late")
    facts = noon, odd
    assert holds(*facts, first=24, last=25) == {
        **dict.fromkeys(("24/breakfast", "24/lunch", "24/dinner"), "halal"),
        **dict.fromkeys(("25/breakfast", "25/lunch", "25/dinner"), "waiting for PR-1 to be given a start, or reported done")}
    assert asked(planned(ada(*HERE, *facts), on(24)), "confirm-fasting")
    put_off = told("procedure-scheduled", on(24, "10:00"), procedure_id="PR-1", starts_at=None)
    assert set(holds(noon, put_off, first=25, last=25).values()) == {"halal"}


def test_a_diet_told_after_a_later_procedure_releases_the_meal_only_from_then_on():
    """PR-1 was done at 9:55 and nobody told a diet; PR-2's is told at 13:00: lunch comes after it, and light."""
    second = told("procedure-done", on(25, "13:00"), procedure_id="PR-2", done_at=iso(25, "12:30"), diet_after=LIGHT)
    tray = trays(planned(ada(*HERE, scheduled(), done(), second), on(25, "13:05")))["2026-11-25/lunch"]
    assert (tray.due, tray.hold, tray.details["styles"]) == (on(25, "13:30"), None, ["halal", "light"])


def test_a_procedure_put_off_after_it_was_done_keeps_what_was_told_to_eat_after_it():
    again = told("procedure-scheduled", on(25, "10:30"), procedure_id="PR-1", starts_at=iso(27, "09:00"))
    assert holds(scheduled(), done(diet_after=LIGHT), again, first=25, last=25) == {
        "25/lunch": "halal light", "25/dinner": "halal light"}
    back = told("procedure-done", on(25, "10:00"), procedure_id="PR-1", withdrawn=True)
    anew = done(on(25, "10:10"), done_at=iso(25, "09:55"), diet_after=LIGHT)
    assert holds(scheduled(), done(diet_after=LIGHT), back, anew, again, first=25, last=25)["25/lunch"] == "halal light"
    silent = holds(scheduled(), done(), again, now=on(25, "10:31"), first=25, last=25)
    assert {silent["25/lunch"], silent["25/dinner"]} == {"no diet told after PR-1"}
    assert asked(planned(ada(*HERE, scheduled(), done(), again), on(25, "10:31")), "diet-after")


def test_a_tray_that_nobody_took_is_gone_when_a_fast_begins_before_the_next_meal():
    kitchen = Kitchen(*HERE, scheduled(starts_at=iso(25, "17:30"), fasting={"solids_from": iso(25, "15:00")}))
    kitchen.at(on(25, "14:59"))
    assert ("tray", "2026-11-25/lunch") in kitchen.open("tray")
    assert kitchen.at(on(25, "15:00")).task("tray", "2026-11-25/lunch").status == "cancelled"
