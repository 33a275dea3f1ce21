"""diff makes what exists agree with what is owed; it amends, cancels, recalls and asks again, and never moves for people."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.language.diff import NO_LONGER_OWED, diff
from shared.language.moves import Move, Refused, apply
from shared.language.tasks import Task, held_by, record, settled, task_id
from tests.language.houses import BELGRADE, TRANSPORT, after, driven, one, pick_up, planned, stored
from tests.language.telling import ADA, at

LATER, ELSEWHERE, BIGGER = pick_up("23 15:05"), pick_up(place="BEG departures"), pick_up(details={"seats": 2})
A_BIT_LATER = pick_up("23 15:04")


def test_what_is_owed_for_the_first_time_is_requested():
    assert planned() == Task(
        task_id=task_id("transport", f"stay:{ADA}", "airport-pickup", "patient", "", 1), owner="transport",
        subject=f"stay:{ADA}", kind="airport-pickup", feed="driver", start=at("23 14:55"), due=at("23 15:10"),
        place="BEG arrivals", to="clinic", site="belgrade", revision=1, terms=1,
        agreed=(at("23 14:55"), "BEG arrivals", None))


def test_planned_again_it_is_left_alone():
    task = planned()
    assert after(task, pick_up()) is task


@pytest.mark.parametrize("wish", [LATER, ELSEWHERE, BIGGER, A_BIT_LATER])
def test_a_requested_task_is_amended(wish: Any):
    task = after(planned(), wish)
    assert (task.status, task.start, task.place, task.details) == ("requested", wish.start, wish.place, wish.details)


@pytest.mark.parametrize("wish", [A_BIT_LATER, BIGGER])
def test_an_acceptance_stands_when_little_changes(wish: Any):
    task = after(driven("accepted"), wish)
    assert (task.status, task.stage, task.assignee, task.start, task.terms) == (
        "accepted", None, "driver-2", wish.start, 2)


@pytest.mark.parametrize(("wish", "reason"), [
    (LATER, "the start moved from 23 Nov 14:55 to 23 Nov 15:05"),
    (ELSEWHERE, "the place changed from BEG arrivals to BEG departures")])
def test_an_acceptance_falls_with_the_start_or_the_place_that_was_agreed(wish: Any, reason: str):
    task = after(driven("accepted"), wish)
    assert (task.status, task.stage, task.reason, task.assignee) == ("requested", "offered", reason, None)
    pooled = after(driven("accepted", pool="rides"), replace(wish, pool="rides"))
    assert (pooled.status, pooled.assignee) == ("requested", "driver-2")  # only assign judges whether she still fits


def test_an_acceptance_falls_when_small_moves_add_up():
    task = after(after(driven("accepted"), pick_up("23 15:00")), pick_up("23 15:05"))
    assert (task.status, task.stage) == ("requested", "offered")


def test_whoever_is_at_it_goes_on_and_the_desk_is_told():
    task = after(driven("in-progress"), LATER)
    assert (task.status, task.start, task.revision, task.amended) == ("in-progress", LATER.start, 3, 3)


@pytest.mark.parametrize("status", ["completed", "failed"])
def test_what_is_over_is_left_alone(status: str):
    task = driven(status, stage="waived" if status == "failed" else None)
    assert diff([LATER], [task], TRANSPORT) == diff([], [task], TRANSPORT) == (task,)


def test_what_failed_is_tried_again_when_it_is_due_after_the_failure():
    failed = driven("failed", reason="no show")
    [same, again] = diff([pick_up()], [failed], TRANSPORT)
    second = task_id("transport", f"stay:{ADA}", "airport-pickup", "patient", "", 2)
    assert (same, again) == (failed, replace(one(diff([pick_up()], (), TRANSPORT)), attempt=2, task_id=second))


def test_what_failed_after_it_was_due_is_not():
    failed = driven("failed", reason="no show")
    failed = settled(failed, replace(failed, moved_at=at("23 15:10")))
    assert diff([pick_up()], [failed], TRANSPORT) == (failed,)


def test_the_second_attempt_is_the_one_that_is_amended():
    tasks = diff([pick_up()], [driven("failed", reason="no show")], TRANSPORT)
    assert [(t.attempt, t.status, t.start) for t in diff([LATER], tasks[::-1], TRANSPORT)] == [
        (1, "failed", at("23 14:55")), (2, "requested", LATER.start)]
    assert [(t.attempt, t.status) for t in diff([], tasks, TRANSPORT)] == [(1, "failed"), (2, "cancelled")]


@pytest.mark.parametrize("status", ["requested", "accepted"])
def test_what_is_no_longer_owed_is_cancelled(status: str):
    task = after(driven(status, holds={"assign": "no van"}))
    assert (task.status, task.holds) == ("cancelled", {})


def test_what_is_under_way_is_recalled_and_a_person_closes_it():
    task = after(driven("in-progress"))
    assert (task.status, task.holds) == ("in-progress", {"recall": NO_LONGER_OWED})
    assert after(task) is task
    back = after(task, pick_up())
    assert (back.status, back.holds, back.amended) == ("in-progress", {}, None)


def test_cancelled_and_owed_again_it_is_requested_as_if_new():
    cancelled = after(driven("accepted", reason="x", why="y", chosen={"trip": 1}, resource="van-1", holds={"assign": "z"}))
    again = after(cancelled, pick_up())
    assert again == replace(planned(), revision=4, terms=4)
    assert after(cancelled, LATER).start == LATER.start


def test_a_decline_holds_until_the_start_moves_by_two_hours():
    task = planned(stage="declined", declined={"driver-2": at("23 14:55")})
    assert after(task, pick_up("23 16:54")).declined == {"driver-2": at("23 14:55")}
    assert after(task, pick_up("23 16:55")).declined == {}
    assert after(after(after(task, pick_up("23 16:00"))), pick_up("23 16:55")).declined == {}


def test_tasks_of_another_origin_are_untouched():
    [desk] = diff([pick_up()], (), TRANSPORT, origin="overdue")
    assert diff([], [desk], TRANSPORT) == (desk,)


def test_two_wishes_for_one_task_are_a_fault_of_the_plan():
    with pytest.raises(ValueError, match=r"planned twice.*airport-pickup"):
        diff([pick_up(), LATER], (), TRANSPORT)


def test_times_are_told_with_the_offset_of_the_house():
    early = pick_up().start.astimezone(BELGRADE) - timedelta(days=100)
    task = one(diff([replace(pick_up(), start=early, accept_by=early, hold_from=early)], (), TRANSPORT))
    assert [t and t.isoformat() for t in (task.start, task.accept_by, task.hold_from, task.due)] == [
        "2026-08-15T14:55:00+02:00"] * 3 + ["2026-11-23T15:10:00+01:00"]


def test_a_stay_that_is_at_another_house_after_all_has_the_times_of_that_one():
    before, house, wish = stored(planned()), replace(TRANSPORT, zone=ZoneInfo("Europe/Lisbon")), replace(pick_up(), site="lisbon")
    task = settled(before, one(diff([wish], [before], house)))
    assert (task.start, task.start.utcoffset(), task.due.utcoffset()) == (wish.start, timedelta(0), timedelta(0))
    assert (task.revision, settled(stored(task), one(diff([wish], [stored(task)], house))).revision) == (2, 2)


def test_nothing_is_amended_in_the_hour_that_an_autumn_night_repeats():
    """02:30 of 25 October in Belgrade, for the second time: that turn was amended by every pass, for ever."""
    turn = pick_up("23 14:55", kind="turn", feed="nursing")
    night = turn.start.replace(month=10, day=25, hour=2, minute=30)
    turn = replace(turn, start=night, due=night, accept_by=night, hold_from=night)
    task = stored(settled(None, one(diff([turn], (), TRANSPORT))))
    assert settled(task, one(diff([turn], [task], TRANSPORT))) is task


def test_what_plan_holds_is_shown_as_on_hold_and_cannot_be_begun():
    waits = planned(pick_up(hold="waiting for PR-1 to be reported done"))
    assert (waits.status, waits.holds) == ("requested", {"plan": "waiting for PR-1 to be reported done"})
    assert record(waits)["status"] == "on-hold"
    assert isinstance(apply(waits, Move(to="accepted"), at("23 12:00")), Refused)


def test_plan_clears_its_own_hold_and_nobody_elses():
    waits = planned(pick_up(hold="waiting"), holds={"plan": "waiting", "assign": "no van"})
    assert after(waits, pick_up()).holds == {"assign": "no van"}
    assert after(waits, pick_up(hold="waiting still")).holds == {"plan": "waiting still", "assign": "no van"}
    assert after(waits, pick_up(hold="waiting")) is waits


def test_what_is_in_progress_when_plan_holds_it_is_told_to_the_desk():
    held = after(driven("in-progress"), pick_up(hold="LH1406 is cancelled"))
    assert (held.status, held.holds, held.amended) == ("in-progress", {"plan": "LH1406 is cancelled"}, held.revision)


def test_owed_again_it_has_the_hold_of_now():
    assert after(planned(status="cancelled"), pick_up(hold="waiting")).holds == {"plan": "waiting"}


def test_holds_stand_in_one_order_whoever_was_the_first_to_write_his():
    """They are told in that order: a task that was read again says the same sentence as the one that was just made."""
    both = {"assign": "no van with a ramp", "plan": "nobody was admitted"}
    assert [*held_by({"plan": both["plan"]}, "assign", both["assign"]).items()] == [*both.items()]
    held = planned(pick_up(hold=both["plan"]), holds={"assign": both["assign"]})
    assert [*one(diff([pick_up(hold=both["plan"])], [held], TRANSPORT)).holds.items()] == [*both.items()]
