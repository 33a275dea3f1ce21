"""Fasting windows belong to the start for which they were told, and move with it."""

from typing import Any

from shared.language.facts import Fact
from shared.language.facts.intake import Fasting
from shared.language.stay import Stay
from tests.language.telling import ada, at, iso, tell

BEFORE_NINE = {"solids_from": iso("25 03:00"), "clear_fluids_from": iso("25 07:00")}


def told(when: str, starts: str | None = None, **says: Any) -> Fact:
    start = {"starts_at": iso(starts)} if starts else {}
    return tell("procedure-scheduled", when, procedure_id="PR-1", **start, **says)


def fasting(*facts: Fact) -> tuple[Fasting | None, bool]:
    stay: Stay = ada(*facts)
    assert ada(*reversed(facts)).procedures == stay.procedures
    return stay.procedures["PR-1"].fasting, stay.fasting_was_moved("PR-1")


def windows(solids: str, fluids: str) -> Fasting:
    return Fasting(solids_from=at(solids), clear_fluids_from=at(fluids))


AT_NINE = told("24 10:00", "25 09:00", fasting=BEFORE_NINE)


def test_told_with_the_start_they_stand():
    assert fasting(AT_NINE) == (windows("25 03:00", "25 07:00"), False)


def test_a_later_start_moves_them_and_the_nurse_has_to_confirm():
    assert fasting(AT_NINE, told("24 11:00", "25 11:30")) == (windows("25 05:30", "25 09:30"), True)
    assert fasting(AT_NINE, told("24 11:00", "25 11:30"), told("24 12:00", "25 10:00")) == (
        windows("25 04:00", "25 08:00"), True)


def test_the_same_start_told_again_moves_nothing():
    assert fasting(AT_NINE, told("24 11:00", "25 09:00")) == (windows("25 03:00", "25 07:00"), False)


def test_windows_told_after_the_new_start_are_confirmed():
    assert fasting(AT_NINE, told("24 11:00", "25 11:30"), told("24 11:05", fasting=BEFORE_NINE)) == (
        windows("25 03:00", "25 07:00"), False)


def test_one_window_told_again_does_not_move_the_other_one_back():
    """Solids stay six hours before the new start: only the clear fluids were told for it."""
    new_fluids = told("24 12:00", fasting={"clear_fluids_from": iso("25 10:00")})
    assert fasting(AT_NINE, told("24 11:00", "25 11:30"), new_fluids) == (windows("25 05:30", "25 10:00"), True)


def test_windows_told_before_any_start_are_meant_for_the_first_one():
    early = told("24 09:00", fasting=BEFORE_NINE)
    assert fasting(early) == (windows("25 03:00", "25 07:00"), False)
    assert fasting(early, told("24 10:00", "25 09:00")) == (windows("25 03:00", "25 07:00"), False)
    assert fasting(early, told("24 10:00", "25 09:00"), told("24 11:00", "25 10:00")) == (
        windows("25 04:00", "25 08:00"), True)


def test_a_start_that_nobody_can_read_moves_nothing():
    stay = ada(AT_NINE, tell("procedure-scheduled", "24 11:00", procedure_id="PR-1", starts_at="at ten"))
    assert stay.procedures["PR-1"].fasting == windows("25 03:00", "25 07:00")
    assert fasting(AT_NINE, tell("procedure-scheduled", "24 11:00", procedure_id="PR-1", starts_at="at ten"),
                   told("24 12:00", "25 10:00")) == (windows("25 04:00", "25 08:00"), True)


def test_a_procedure_that_is_unknown_was_not_moved():
    assert ada(AT_NINE).fasting_was_moved("PR-2") is False


def test_a_window_that_was_cleared_is_none():
    cleared = told("24 10:30", fasting={"solids_from": None})
    assert fasting(AT_NINE, cleared, told("24 11:00", "25 10:00")) == (Fasting(clear_fluids_from=at("25 08:00")), True)


def test_a_procedure_put_off_after_it_was_done_is_not_done_yet():
    done = tell("procedure-done", "25 10:00", procedure_id="PR-1", done_at=iso("25 09:55"))
    first = tell("procedure-scheduled", "23 10:00", procedure_id="PR-1", starts_at=iso("25 09:00"))
    again = tell("procedure-scheduled", "25 12:00", procedure_id="PR-1", starts_at=iso("27 09:00"))
    corrected = tell("procedure-scheduled", "25 12:00", procedure_id="PR-1", starts_at=iso("25 09:10"))
    assert ada(first, done).procedures["PR-1"].done_at == at("25 09:55")
    assert ada(first, done, again).procedures["PR-1"].done_at is None
    assert ada(first, done, corrected).procedures["PR-1"].done_at == at("25 09:55")
