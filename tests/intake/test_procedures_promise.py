"""How the promise of the procedures stands: planned is not done, and what nobody ends in time is at risk."""

from typing import Any

import pytest

from shared.language.facts import Fact
from shared.language.promises import Promise
from tests.intake.ada import BOTH, admitted, at, booked, discharged, told
from tests.intake.at_home import promise, stands, verdict

STAYED = booked(), admitted()
PUNCTURE = told("24 09:00", "procedure-scheduled", procedure_id="PR-1", starts_at="2026-11-25T09:00:00+01:00", minutes=50)
DRIP = told("24 09:00", "procedure-scheduled", procedure_id="PR-2", starts_at="2026-11-27T09:00:00+01:00")
NOW = at("24 12:00")


def done(ref: str, when: str) -> Fact:
    return told(when, "procedure-done", procedure_id=ref, done_at=at(when).isoformat())


def taken_back(ref: str, when: str = "24 12:00") -> Fact:
    return told(when, "procedure-scheduled", procedure_id=ref, withdrawn=True)


def procedures(state: Any, reason: str, next_at: Any = None) -> Promise:
    return stands("procedures", state, reason, next_at)


@pytest.mark.parametrize(("facts", "state", "reason"), [
    ([PUNCTURE], "planned", "waiting to be told: who this is"),
    ([booked()], "planned", "none is scheduled yet"),
    ([*STAYED, PUNCTURE, taken_back("PR-1")], "planned", "none is scheduled yet"),
    ([booked(visit="check-up")], "not-needed", "a check-up without a procedure"),
    ([booked(), PUNCTURE, told("24 10:00", "stay-booked", withdrawn=True)], "not-needed", "the stay was cancelled"),
    ([*STAYED, discharged("24 10:20")], "not-needed", "none was ever scheduled"),
    ([*STAYED, PUNCTURE, taken_back("PR-1"), discharged("24 13:00")], "not-needed", "all were taken back"),
    ([booked(site="atlantis"), PUNCTURE], "at-risk", "atlantis is none of our sites"),
    ([*STAYED, told("24 09:00", "procedure-scheduled", procedure_id="PR-3", starts_at="noon")], "planned",
     "waiting to be told: when PR-3 starts"),
])
def test_where_there_is_no_procedure_to_wait_for_the_promise_says_why(facts: list[Fact], state: Any, reason: str) -> None:
    assert promise("procedures", *facts, now=NOW) == procedures(state, reason)


def test_without_a_site_it_waits_for_one() -> None:
    assert promise("procedures", booked(site=None), now=NOW, clinic=BOTH) == procedures("at-risk", "waiting to be told: site")


def test_a_scheduled_procedure_is_planned_and_looked_at_again_ten_minutes_after_its_end() -> None:
    found = verdict(*STAYED, PUNCTURE, DRIP, now=NOW)
    assert found.promises[0] == procedures("planned", "PR-1 on 25 November 09:00", at("25 09:00"))
    assert found.again_at == at("25 10:00")


def test_a_procedure_that_was_done_confirms_it() -> None:
    assert promise("procedures", *STAYED, PUNCTURE, DRIP, done("PR-1", "25 09:55"), now=at("25 10:00")) == procedures(
        "confirmed", "PR-1 was done at 25 November 09:55; PR-2 is planned for 27 November 09:00", at("27 09:00"))


def test_a_procedure_done_that_nobody_had_scheduled_counts() -> None:
    assert promise("procedures", *STAYED, done("PR-9", "25 09:55"), now=at("25 10:00")) == procedures(
        "confirmed", "PR-9 was done at 25 November 09:55")


def test_ten_minutes_past_its_planned_end_without_a_word_it_is_at_risk() -> None:
    facts = (*STAYED, PUNCTURE, DRIP)
    assert promise("procedures", *facts, now=at("25 09:59")).state == "planned"
    late = verdict(*facts, now=at("25 10:00"))
    assert late.promises[0] == procedures(
        "at-risk", "PR-1 was to end at 25 November 09:50, and nobody has said that it is done", at("27 09:00"))
    assert late.again_at == at("27 10:10"), "of PR-2 no length was told: an hour"
    assert promise("procedures", *facts, done("PR-1", "25 10:05"), now=at("25 10:06")).state == "confirmed"


def test_a_procedure_that_is_moved_is_late_by_its_new_time() -> None:
    later = told("25 09:30", "procedure-scheduled", procedure_id="PR-1", starts_at="2026-11-25T15:00:00+01:00")
    assert promise("procedures", *STAYED, PUNCTURE, later, now=at("25 10:00")) == procedures(
        "planned", "PR-1 on 25 November 15:00", at("25 15:00"))


def test_a_done_that_was_taken_back_is_not_done() -> None:
    undone = told("25 11:00", "procedure-done", procedure_id="PR-1", withdrawn=True)
    facts = (*STAYED, PUNCTURE, done("PR-1", "25 09:55"), undone)
    assert promise("procedures", *facts, now=at("25 12:00")).state == "at-risk"


def test_a_patient_who_goes_home_after_all_of_them_was_given_what_was_promised() -> None:
    facts = (*STAYED, PUNCTURE, DRIP, done("PR-1", "25 09:55"), taken_back("PR-2"), discharged())
    assert promise("procedures", *facts) == procedures("kept", "1 of 1 done; PR-1 was done at 25 November 09:55")


def test_a_patient_who_goes_home_without_one_of_them_was_not() -> None:
    facts = (*STAYED, PUNCTURE, DRIP, done("PR-1", "25 09:55"), discharged())
    assert promise("procedures", *facts) == procedures("broken", "discharged, and neither done nor taken back: PR-2")
    late_word = (*facts, done("PR-2", "27 09:40"))
    assert promise("procedures", *late_word).state == "kept"


def test_a_discharge_told_ahead_breaks_nothing_before_its_time() -> None:
    ahead = told("24 09:00", "discharged", discharged_at="2026-11-30T10:20:00+01:00")
    facts = (*STAYED, DRIP, ahead)
    assert promise("procedures", *facts, now=NOW) == procedures("planned", "PR-2 on 27 November 09:00", at("27 09:00"))
    assert promise("procedures", *facts, now=at("30 10:20")).state == "broken"
