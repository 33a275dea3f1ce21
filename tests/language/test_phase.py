"""Where a stay stands: booked, admitted, discharged; taken back, and said again."""

from typing import Any

import pytest

from shared.language.facts import Fact
from shared.language.facts.intake import ProcedureDone, ProcedureScheduled
from shared.language.stay import Procedure
from tests.language.telling import ada, at, booked, iso, tell

BOOKED = booked()
ADMITTED = tell("patient-admitted", "23 16:21", admitted_at=iso("23 16:20"))
DISCHARGED = tell("discharged", "30 10:21", discharged_at=iso("30 10:20"))
CANCELLED = tell("stay-booked", "20 09:00", withdrawn=True)
MISTAKE = tell("patient-admitted", "23 17:00", withdrawn=True)
AFTER_ALL = tell("patient-admitted", "23 18:00", admitted_at=iso("23 17:55"))
ONLY_A_NAME = tell("patient-left", "23 16:21", person="C-1")


@pytest.mark.parametrize(("facts", "phase"), [
    ((), "unknown"),
    ((ONLY_A_NAME,), "unknown"),
    ((BOOKED,), "booked"),
    ((ADMITTED,), "admitted"),
    ((BOOKED, ADMITTED), "admitted"),
    ((DISCHARGED,), "discharged"),
    ((BOOKED, ADMITTED, DISCHARGED), "discharged"),
    ((CANCELLED,), "nothing"),
    ((BOOKED, CANCELLED), "nothing"),
    ((BOOKED, CANCELLED, DISCHARGED), "nothing"),
    ((BOOKED, CANCELLED, ADMITTED), "admitted"),
    ((BOOKED, CANCELLED, ADMITTED, DISCHARGED), "discharged"),
    ((BOOKED, CANCELLED, tell("stay-booked", "21 09:00", withdrawn=False)), "booked"),
    ((BOOKED, ADMITTED, MISTAKE), "booked"),
    ((ADMITTED, MISTAKE), "nothing"),
    ((BOOKED, CANCELLED, ADMITTED, MISTAKE), "nothing"),
    ((BOOKED, ADMITTED, MISTAKE, AFTER_ALL), "admitted"),
    ((tell("patient-admitted", "23 16:21"),), "admitted"),
    ((BOOKED, tell("patient-admitted", "23 16:21")), "booked"),
    ((BOOKED, CANCELLED, tell("patient-admitted", "23 16:21")), "admitted"),
    ((BOOKED, ADMITTED, DISCHARGED, tell("discharged", "30 11:00", withdrawn=True)), "admitted"),
])
def test_the_phase_is_the_same_in_whatever_order_it_was_heard(facts: tuple[Fact, ...], phase: str):
    assert (ada(*facts).phase, ada(*reversed(facts)).phase) == (phase, phase)


def test_a_withdrawn_admission_ends_by_a_later_minute_of_admission():
    assert ada(ADMITTED, MISTAKE).admitted_at is None
    assert ada(ADMITTED, MISTAKE, AFTER_ALL).admitted_at == at("23 17:55")


def test_it_does_not_end_by_a_minute_told_before_or_in_the_same_breath_or_cleared():
    both = tell("patient-admitted", "23 17:00", withdrawn=True, admitted_at=iso("23 16:20"))
    cleared = tell("patient-admitted", "23 19:00", admitted_at=None)
    assert [ada(*facts).admitted_at for facts in ([both], [ADMITTED, both], [ADMITTED, MISTAKE, cleared])] == [None] * 3


def test_it_ends_by_withdrawn_false_or_by_clearing_the_word():
    for word in (False, None):
        assert ada(ADMITTED, MISTAKE, tell("patient-admitted", "23 18:00", withdrawn=word)).admitted_at == at("23 16:20")


def test_taken_back_twice_it_is_taken_back():
    assert ada(ADMITTED, MISTAKE, AFTER_ALL, tell("patient-admitted", "23 19:00", withdrawn=True)).admitted_at is None


@pytest.mark.parametrize("word", ["true", "yes", 1])
def test_whatever_reads_as_true_takes_back(word: Any):
    assert ada(ADMITTED, tell("patient-admitted", "23 17:00", withdrawn=word)).admitted_at is None
    assert ada(BOOKED, tell("stay-booked", "20 09:00", withdrawn=word)).phase == "nothing"


def test_what_cannot_be_read_takes_nothing_back():
    stay = ada(ADMITTED, tell("patient-admitted", "23 17:00", withdrawn="perhaps"))
    assert (stay.admitted_at, [word.path for word in stay.unreadable]) == (at("23 16:20"), ["admission.withdrawn"])


def test_a_withdrawal_leaves_the_profile_told_with_it():
    stay = ada(tell("patient-admitted", "23 16:21", admitted_at=iso("23 16:20"), profile={"mobility": "walking"}), MISTAKE)
    assert stay.profile.mobility == "walking"


def test_a_discharge_taken_back_is_none_until_it_is_told_again():
    back = tell("discharged", "30 11:00", withdrawn=True)
    assert ada(DISCHARGED, back).discharged_at is None
    again = tell("discharged", "30 12:00", discharged_at=iso("30 12:00"))
    assert ada(DISCHARGED, back, again).discharged_at == at("30 12:00")


SCHEDULED = tell("procedure-scheduled", "24 10:00", procedure_id="PR-1", starts_at=iso("25 09:00"), minutes=50)
DONE = tell("procedure-done", "25 10:00", procedure_id="PR-1", done_at=iso("25 09:55"), diet_after={"style": "light"},
            rest_until=iso("25 13:55"), observe_every_minutes=60, observe_until=iso("25 15:55"), mobility_after="stretcher")
UNDONE = tell("procedure-done", "25 11:00", procedure_id="PR-1", withdrawn=True)


def test_a_procedure_taken_back_is_gone_until_it_starts_again():
    gone = tell("procedure-scheduled", "24 11:00", procedure_id="PR-1", withdrawn=True)
    again = tell("procedure-scheduled", "24 12:00", procedure_id="PR-1", starts_at=iso("26 09:00"))
    assert ada(SCHEDULED, gone).procedures == {}
    assert ada(SCHEDULED, gone, again).procedures == {
        "PR-1": Procedure(starts_at=at("26 09:00"), minutes=50, withdrawn=True)}


def test_a_done_taken_back_takes_back_all_that_it_told_and_not_the_schedule():
    assert ada(SCHEDULED, DONE, UNDONE).procedures == {
        "PR-1": Procedure(starts_at=at("25 09:00"), minutes=50, done_withdrawn=True)}


def test_done_again_it_is_done():
    again = tell("procedure-done", "25 12:00", procedure_id="PR-1", done_at=iso("25 11:30"))
    procedure = ada(SCHEDULED, DONE, UNDONE, again).procedures["PR-1"]
    assert (procedure.done_at, procedure.rest_until) == (at("25 11:30"), at("25 13:55"))


def test_a_procedure_says_what_its_two_facts_can_say():
    assert set(Procedure.model_fields) == set(ProcedureScheduled.model_fields) | set(ProcedureDone.model_fields) | {
        "done_withdrawn"}
