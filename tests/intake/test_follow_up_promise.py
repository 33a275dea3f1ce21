"""How the promise of a follow-up stands, from the booking to the last call."""

from dataclasses import replace
from typing import Any

import pytest

from shared.language.facts import Fact
from shared.language.promises import Promise
from tests.intake.ada import BOTH, admitted, at, booked, discharged, told
from tests.intake.at_home import moved, on, promise, stands, tasks_of, verdict

STAYED = booked(), admitted()
HOME = (*STAYED, discharged(home_care_weeks=2))
WEEK_1, WEEK_2 = on("12-07 10:00"), on("12-14 10:00")


def follow_up(state: Any, reason: str, next_at: Any = None) -> Promise:
    return stands("follow-up", state, reason, next_at)


@pytest.mark.parametrize(("facts", "state", "reason"), [
    ([told("25 09:00", "procedure-done", procedure_id="PR-1")], "planned", "waiting to be told: who this is"),
    ([booked()], "planned", "after the discharge"),
    ([*STAYED], "planned", "after the discharge"),
    ([booked(), told("03 10:00", "stay-booked", withdrawn=True)], "not-needed", "the stay was cancelled"),
    ([admitted(), told("24 10:00", "patient-admitted", withdrawn=True)], "not-needed", "the admission was taken back"),
    ([*STAYED, discharged()], "not-needed", "no call and no check-up is owed after this discharge"),
    ([*STAYED, discharged(home_care_weeks=0, check_up_after_months=0)], "not-needed",
     "no call and no check-up is owed after this discharge"),
    ([*STAYED, discharged(home_care_weeks="five")], "at-risk", "waiting to be told: discharge.home_care_weeks"),
    ([booked(site="atlantis")], "at-risk", "atlantis is none of our sites"),
])
def test_where_no_call_is_owed_the_promise_says_why(facts: list[Fact], state: Any, reason: str) -> None:
    assert promise("follow-up", *facts) == follow_up(state, reason)


def test_without_a_site_it_waits_for_one() -> None:
    assert promise("follow-up", booked(site=None), clinic=BOTH) == follow_up("at-risk", "waiting to be told: site")


def test_a_call_that_is_only_planned_confirms_nothing() -> None:
    assert verdict(*HOME, tasks=tasks_of(*HOME)).promises[1] == follow_up(
        "planned", "the call of week 1 at 7 December 10:00", WEEK_1)
    accepted = moved(tasks_of(*HOME), "week-1", "accepted", "12-01 09:00", assignee="lena")
    assert promise("follow-up", *HOME, tasks=accepted).state == "planned"


def test_a_call_that_was_made_confirms_it_until_the_last_one_keeps_it() -> None:
    one = moved(tasks_of(*HOME), "week-1", "completed", "12-07 10:20")
    assert promise("follow-up", *HOME, tasks=one, now=on("12-07 11:00")) == follow_up(
        "confirmed", "the call of week 1 was made at 7 December 10:20; next the call of week 2 at 14 December 10:00", WEEK_2)
    both = moved(one, "week-2", "completed", "12-14 10:05")
    assert promise("follow-up", *HOME, tasks=both, now=on("12-14 11:00")) == follow_up(
        "kept", "2 of 2 made, the last at 14 December 10:05")


def test_a_call_that_is_a_day_over_is_at_risk_and_the_keeper_looks_again_at_that_moment() -> None:
    tasks = tasks_of(*HOME)
    assert verdict(*HOME, tasks=tasks).again_at == on("12-09 00:00")
    assert promise("follow-up", *HOME, tasks=tasks, now=on("12-08 23:59")).state == "planned"
    assert promise("follow-up", *HOME, tasks=tasks, now=on("12-09 00:00")) == follow_up(
        "at-risk", "the call of week 1 was to be made at 7 December 10:00", WEEK_2)
    later = moved(tasks, "week-2", "completed", "12-08 12:00")
    assert promise("follow-up", *HOME, tasks=later, now=on("12-09 00:00")).state == "at-risk"


def test_a_call_that_nobody_reported_breaks_it_and_the_next_one_does_not_mend_it() -> None:
    lost = moved(tasks_of(*HOME), "week-1", "failed", "12-10 00:00", stage="not-reported", reason="not reported")
    assert promise("follow-up", *HOME, tasks=lost, now=on("12-10 00:00")) == follow_up(
        "broken", "the call of week 1 was not made: not reported", WEEK_2)
    after = moved(lost, "week-2", "completed", "12-14 10:05")
    assert promise("follow-up", *HOME, tasks=after, now=on("12-14 11:00")) == follow_up(
        "broken", "the call of week 1 was not made: not reported")


def test_a_call_that_nobody_answered_is_tried_again_and_breaks_nothing_while_there_is_time() -> None:
    tried = moved(tasks_of(*HOME), "week-1", "failed", "12-07 10:10", reason="nobody answered")
    again = tasks_of(*HOME, now=on("12-07 10:10"), before=tried)
    assert [(t.slot, t.attempt, t.status) for t in again] == [
        ("week-1", 1, "failed"), ("week-1", 2, "requested"), ("week-2", 1, "requested")]
    assert promise("follow-up", *HOME, tasks=again, now=on("12-07 10:10")) == follow_up(
        "planned", "the call of week 1 at 7 December 10:00", WEEK_2)
    made = moved(again, "week-1", "completed", "12-08 12:00")
    assert promise("follow-up", *HOME, tasks=made, now=on("12-08 12:30")).state == "confirmed"


def test_it_is_voluntary_a_call_that_was_waived_breaks_nothing() -> None:
    waived = {"stage": "waived", "reason": "wants no calls"}
    one = moved(tasks_of(*HOME), "week-1", "failed", "12-02 10:00", **waived)
    assert promise("follow-up", *HOME, tasks=one).state == "planned"
    both = moved(one, "week-2", "failed", "12-02 10:00", **waived)
    assert promise("follow-up", *HOME, tasks=both) == follow_up("not-needed", "waived: wants no calls")


def test_the_invitation_to_the_check_up_is_a_part_of_it() -> None:
    home = (*STAYED, discharged(home_care_weeks=1, check_up_after_months=3))
    called = moved(tasks_of(*home), "week-1", "completed", "12-07 10:20")
    assert promise("follow-up", *home, tasks=called, now=on("12-07 11:00")) == follow_up(
        "confirmed", "the call of week 1 was made at 7 December 10:20; "
                     "next the invitation to the check-up at 31 January 10:00", on("01-31 10:00"))
    sent = moved(called, "check-up-invitation", "completed", "02-01 09:00")
    assert promise("follow-up", *home, tasks=sent, now=on("02-01 10:00")) == follow_up(
        "kept", "2 of 2 made, the last at 1 February 09:00")


def test_fewer_weeks_told_later_are_all_that_is_waited_for() -> None:
    less = (*HOME, told("30 12:00", "discharged", home_care_weeks=1))
    tasks = moved(tasks_of(*HOME), "week-1", "completed", "12-07 10:20")
    tasks = tuple(replace(t, status="in-progress") if t.slot == "week-2" else t for t in tasks)
    assert promise("follow-up", *less, tasks=tasks_of(*less, before=tasks), now=on("12-07 11:00")) == follow_up(
        "kept", "1 of 1 made, the last at 7 December 10:20")


def test_a_withdrawn_discharge_is_no_discharge() -> None:
    back = (*HOME, told("30 12:00", "discharged", withdrawn=True))
    assert promise("follow-up", *back, tasks=tasks_of(*back), now=at("30 13:00")) == follow_up("planned", "after the discharge")
