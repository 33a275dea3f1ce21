"""How the promise of an interpreter stands: never better than what the interpreters themselves have said."""

from datetime import datetime
from typing import Any

import pytest

from shared.language.facts import Fact
from shared.language.promises import Promise
from tests.stay.ada import admitted, booked, discharged, left, on, told
from tests.stay.interpreting import Days, interpreters, procedure, turkish

ARRIVAL, PR_1, LAST = "the arrival talk on 23 November 14:55", "the talk for PR-1 on 25 November 08:45", \
    "the discharge talk on 30 November 09:00"
HERE = (turkish(), admitted(on(23, "15:00")))
NO_ONE = "no interpreter for tr from 23 November 14:55 to 15:55: the house has none"


def interpreter(state: Any, reason: str, next_at: datetime | None = None) -> Promise:
    return Promise("ADA", "interpreter", "stay", state, reason, next_at)


def promise(now: datetime, *facts: Fact, **moved: dict[str, Any]) -> Promise:
    """`moved`: the slot (PR_1 of procedure/PR-1) -> what people did with its talk."""
    days = Days().settle(min(now, on(22)), *facts)
    for slot, people in moved.items():
        days.move("procedure/PR-1" if slot == "PR_1" else slot, **people)
    return days.settle(now, *facts).promise


@pytest.mark.parametrize(("facts", "state", "reason"), [
    ([turkish(), told("stay-booked", on(3), withdrawn=True)], "not-needed", "the stay was cancelled"),
    ([admitted(), told("patient-admitted", on(24), withdrawn=True)], "not-needed", "the admission was taken back"),
    ([procedure(interpreter=True)], "planned", "waiting to be told: who this is"),
    ([booked(languages=["en"])], "not-needed", "no interpreter was asked for"),
    ([turkish(languages=["sr-Latn", "en"])], "not-needed", "the patient speaks sr-Latn, as the house does"),
    ([turkish(interpreter="perhaps")], "at-risk", "waiting to be told: interpreter"),
    ([turkish(), told("stay-booked", on(3), site="atlantis")], "at-risk", "atlantis is none of our sites"),
    ([turkish(arrival=None, arrives_on=None)], "at-risk", "waiting to be told: arrival"),
    ([turkish(leaves_on=None)], "at-risk", "waiting to be told: leaves_on"),
    ([booked(languages=["tr"]), procedure(interpreter=True, starts=None)], "not-needed",
     "no talk was left to interpret when it was told")])
def test_what_is_not_needed_or_not_known_is_said(facts: list[Fact], state: Any, reason: str):
    assert (promise(on(4), *facts).state, promise(on(4), *facts).reason) == (state, reason)


def test_a_talk_with_somebody_who_has_not_accepted_is_only_planned_and_at_risk_four_hours_before():
    start, waits = on(23, "14:55"), f"cem has not accepted {ARRIVAL}"
    assert promise(on(3), turkish()) == interpreter("planned", waits, start)
    assert promise(on(23, "10:54"), turkish()) == interpreter("planned", waits, start)
    assert promise(on(23, "10:55"), turkish()) == interpreter("at-risk", waits, start)


def test_a_talk_accepted_is_confirmed_within_a_day_of_it():
    accepted = {"status": "accepted"}
    assert promise(on(22, "14:54"), turkish(), arrival=accepted).state == "planned"
    assert promise(on(22, "14:55"), turkish(), arrival=accepted) == interpreter(
        "confirmed", f"cem has accepted {ARRIVAL}", on(23, "14:55"))


def test_one_talk_without_an_interpreter_puts_the_promise_at_risk_however_far_it_is():
    days = Days(people=interpreters("anna")).settle(on(3), turkish())
    assert days.promise == interpreter("at-risk", NO_ONE, on(23, "14:55"))
    days = Days().settle(on(3), turkish(languages=None))
    assert days.promise.reason.endswith("which language the patient speaks is not told")


def test_a_talk_going_on_is_confirmed_and_one_just_done_too():
    going, done = {"status": "in-progress"}, {"status": "completed"}
    assert promise(on(23, "15:10"), *HERE, arrival=going) == interpreter(
        "confirmed", f"cem is interpreting {ARRIVAL}", on(30, "09:00"))
    assert promise(on(23, "16:10"), *HERE, arrival=done) == interpreter(
        "confirmed", f"{ARRIVAL} was interpreted by cem; cem has not accepted {LAST}", on(30, "09:00"))


def test_a_talk_that_nobody_has_begun_half_an_hour_after_its_start_is_a_broken_promise():
    accepted = {"status": "accepted"}
    assert promise(on(23, "15:24"), *HERE, arrival=accepted).state == "confirmed"
    assert promise(on(23, "15:25"), *HERE, arrival=accepted) == interpreter(
        "broken", f"nobody has begun {ARRIVAL}", on(30, "09:00"))


def test_where_the_patient_has_not_come_nothing_is_broken():
    assert promise(on(23, "15:25"), turkish()) == interpreter(
        "at-risk", f"nobody has begun {ARRIVAL}; the patient has not been admitted", on(30, "09:00"))


def test_a_talk_that_failed_and_is_over_is_a_broken_promise_and_says_why():
    missed = {"status": "failed", "reason": "nobody came", "moved_at": on(25, "10:30")}
    facts = (*HERE, procedure(), told("procedure-done", on(25, "09:55"), procedure_id="PR-1", done_at=on(25, "09:50").isoformat()))
    assert promise(on(25, "10:30"), *facts, arrival={"status": "completed"}, PR_1=missed) == interpreter(
        "broken", f"{PR_1} had no interpreter: nobody came", on(30, "09:00"))
    waived = {**missed, "stage": "waived", "reason": "her sister interpreted"}
    assert promise(on(25, "10:30"), *facts, arrival={"status": "completed"}, PR_1=waived).state == "confirmed"


def test_a_promise_is_kept_when_every_talk_was_interpreted_and_the_stay_is_over():
    gone, done = (*HERE, discharged(), left()), {"status": "completed"}
    days = Days().settle(on(29), *HERE)
    days.move("arrival", **done)
    days.move("discharge", **done)
    assert days.settle(on(30, "10:10"), *HERE).promise.state == "confirmed"
    assert days.settle(on(30, "11:10"), *gone).promise == interpreter("kept", f"{LAST} was interpreted by cem")


def test_the_promise_is_looked_at_again_whenever_it_may_change_by_itself():
    days = Days().settle(on(3), turkish())
    assert days.outcome.again_at == on(22, "14:55")
    moments = (on(22, "14:55"), on(23, "10:55"), on(23, "14:55"))
    assert [days.settle(now, turkish()).outcome.again_at for now in moments] == [on(22, "18:55"), on(23, "14:55"), on(23, "15:25")]
