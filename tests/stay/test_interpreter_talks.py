"""Which talks a patient is owed an interpreter for, from when to when, and what the interpreter reads."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.language.facts import Fact
from shared.language.tasks import Owed
from tests.stay.ada import ada, admitted, booked, discharged, left, on, room_of, told
from tests.stay.interpreting import done, engaged, expected, owed, procedure, talk, times, turkish

ARRIVAL = (on(23, "14:55"), on(23, "15:55"))
PROCEDURE = (on(25, "08:45"), on(25, "10:20"))
DISCHARGE = (on(30, "09:00"), on(30, "10:00"))


def interpret(slot: str, purpose: str, start: datetime, due: datetime, **changes: Any) -> Owed:
    details = {"purpose": purpose, "languages": ["tr"], "medical": True, "patient_ref": "P-7781"}
    return Owed(**{"kind": "interpret", "feed": "interpreter", "slot": slot, "start": start, "due": due, "site": "belgrade",
                   "place": "reception", "pool": "interpreters", "details": details,
                   "accept_by": start - timedelta(hours=24), "hold_from": start - timedelta(hours=2), **changes})


def test_a_booking_owes_the_talks_of_the_arrival_the_procedures_and_the_discharge():
    assert list(engaged(turkish(), procedure()).owed) == [
        interpret("arrival", "arrival", *ARRIVAL), interpret("procedure/PR-1", "procedure", *PROCEDURE),
        interpret("discharge", "discharge", *DISCHARGE)]


def test_an_interpreter_reads_nothing_of_what_is_done_to_the_patient():
    wish = owed(turkish(), procedure(kind="intrathecal-administration"))["procedure/PR-1"]
    assert "intrathecal" not in repr(wish) and "T4" not in repr(wish)


def test_a_patient_is_met_at_the_door_and_fetched_from_the_room():
    facts = (turkish(), procedure())
    room = room_of(ada(*facts), on(3), resource="204")
    found = owed(*facts, assigned={("room", "patient", ""): room})
    assert {slot: wish.place for slot, wish in found.items()} == {
        "arrival": "reception", "procedure/PR-1": "204", "discharge": "204"}


@pytest.mark.parametrize("facts", [
    [booked(languages=["en"])], [booked(languages=["en"], interpreter=False)], [turkish(languages=["sr-Latn"])],
    [turkish(languages=["de", "sr"]), procedure(interpreter=True)], [procedure(interpreter=True)],
    [turkish(), told("stay-booked", on(3), withdrawn=True)], [turkish(), told("stay-booked", on(3), site="atlantis")],
    [turkish(interpreter="perhaps")]])
def test_who_needs_none_and_of_whom_too_little_is_known_is_owed_none(facts: list[Fact]):
    assert list(engaged(*facts).owed) == []


def test_a_procedures_own_word_on_its_interpreter_wins():
    assert list(times(booked(languages=["tr"]), procedure(interpreter=True), procedure("PR-2"))) == ["procedure/PR-1"]
    assert list(times(turkish(), procedure(interpreter=False), procedure("PR-2"))) == ["arrival", "procedure/PR-2", "discharge"]


def test_a_patient_whose_languages_nobody_told_is_owed_the_talks_all_the_same():
    assert owed(turkish(languages=None))["arrival"].details["languages"] == []


@pytest.mark.parametrize(("facts", "at"), [
    ([expected(on(23, "19:10"), on(23, "11:00"))], (on(23, "19:10"), on(23, "20:10"))),
    ([turkish(on(3), arrival={"mode": "ambulance", "at": on(23, "13:40").isoformat(), "transfer": False})],
     (on(23, "13:40"), on(23, "14:40"))),
    ([turkish(on(3), arrival=None)], (on(23, "14:00"), on(23, "15:00"))),
    ([admitted(on(23, "15:20"))], (on(23, "14:55"), on(23, "16:20"))),
    ([admitted(on(23, "14:10"))], (on(23, "14:10"), on(23, "15:10"))),
    ([admitted(on(23, "16:20"))], (on(23, "16:20"), on(23, "17:20")))],
    ids=["transport tells", "by ambulance", "nothing told", "admitted meanwhile", "admitted early", "admitted late"])
def test_the_arrival_talk_is_when_the_patient_comes(facts: list[Fact], at: tuple[datetime, datetime]):
    assert times(turkish(), *facts)["arrival"] == at


def test_a_procedure_that_is_moved_takes_its_talk_along_and_one_taken_back_has_none():
    moved = procedure(at=on(24), starts=on(26, "14:00"))
    assert times(turkish(), procedure(), moved)["procedure/PR-1"] == (on(26, "13:45"), on(26, "15:20"))
    assert "procedure/PR-1" not in times(turkish(), procedure(), procedure(at=on(24), starts=None, withdrawn=True))


def test_a_procedure_without_a_start_has_no_talk_yet_and_one_without_a_length_takes_an_hour():
    assert "procedure/PR-1" not in times(turkish(), procedure(starts=None))
    unsaid = told("procedure-scheduled", on(4), procedure_id="PR-1", starts_at=on(25, "09:00").isoformat())
    assert times(turkish(), unsaid)["procedure/PR-1"] == (on(25, "08:45"), on(25, "10:30"))


@pytest.mark.parametrize(("now", "due", "again_at"), [
    ("09:59", "10:20", "10:00"), ("10:00", "10:50", "10:30"), ("10:31", "11:20", "11:00"), ("13:29", "13:50", "13:30"),
    ("13:30", "14:20", None), ("23:00", "14:20", None)])
def test_ten_minutes_past_its_planned_end_a_procedure_keeps_its_interpreter_for_four_hours_at_most(
        now: str, due: str, again_at: str | None):
    plan = engaged(booked(languages=["tr"]), procedure(interpreter=True), now=on(25, now))
    assert ([wish.due for wish in plan.owed], plan.again_at) == ([on(25, due)], on(25, again_at) if again_at else None)


@pytest.mark.parametrize(("at", "due"), [("09:30", "10:20"), ("09:55", "10:20"), ("10:40", "10:55"), ("20:00", "14:20")])
def test_a_procedure_that_is_done_lets_its_interpreter_go(at: str, due: str):
    facts = (booked(languages=["tr"]), procedure(interpreter=True), done(on(25, at)))
    assert (times(*facts, now=on(25, "21:00"))["procedure/PR-1"][1], engaged(*facts, now=on(25, "21:00")).again_at) == (
        on(25, due), None)


def test_what_was_over_before_anybody_told_of_it_is_not_owed():
    assert list(times(turkish(on(24)), procedure(at=on(25, "10:21")))) == ["discharge"]
    assert list(times(turkish(on(24)), procedure(at=on(25, "10:20")))) == ["procedure/PR-1", "discharge"]


def test_a_procedure_told_again_afterwards_is_still_the_one_that_was_told_before():
    assert "procedure/PR-1" in times(turkish(), procedure(), procedure(at=on(26), interpreter=True))


@pytest.mark.parametrize(("heard", "accept_by"), [(on(22), on(23, "09:45")), (on(24, "10:00"), on(24, "11:00")),
                                                  (on(25, "08:00"), on(25, "08:45")), (on(25, "08:50"), on(25, "08:50"))])
def test_an_interpreter_has_accepted_a_day_before_or_an_hour_after_it_was_told(heard: datetime, accept_by: datetime):
    late = procedure(at=heard, starts=on(24, "10:00") if heard == on(22) else on(25, "09:00"))
    assert owed(turkish(), late)["procedure/PR-1"].accept_by == accept_by


def test_a_patient_who_goes_home_on_the_day_told_has_the_talk_that_was_planned():
    here = (turkish(), admitted())
    for facts in ((discharged(on(30, "08:50")),), (discharged(),), (discharged(), left())):
        assert times(*here, *facts, now=on(30, "12:00"))["discharge"] == DISCHARGE


def test_a_patient_sent_home_early_has_the_talk_at_the_discharge_and_no_procedure_after_it():
    here = (turkish(), admitted(), procedure(), procedure("PR-2", starts=on(27, "09:00")))
    assert list(times(*here, discharged(on(26, "10:20")), now=on(26, "10:25")).items())[1:] == [
        ("procedure/PR-1", (PROCEDURE[0], on(25, "14:20"))), ("discharge", (on(26, "10:20"), on(26, "11:20")))]


def test_nobody_who_has_left_is_talked_to():
    facts = (turkish(), admitted(), left(on(29, "18:00")))
    assert list(times(*facts, now=on(29, "18:05"))) == ["arrival"]


def test_a_journey_that_begins_before_the_talk_has_it_the_day_before():
    flight = {"mode": "flight", "at": on(30, "11:00").isoformat(), "transfer": True}
    assert times(turkish(departure=flight))["discharge"] == (on(29, "09:00"), on(29, "10:00"))
    own_car = {"mode": "own", "at": on(30, "11:00").isoformat()}
    assert times(turkish(departure=own_car))["discharge"] == DISCHARGE


def test_a_day_visit_has_its_last_talk_after_its_first():
    visit = turkish(visit="check-up", leaves_on="2026-11-23")
    assert times(visit) == {"arrival": ARRIVAL, "discharge": (on(23, "15:55"), on(23, "16:55"))}


def test_an_overstayer_has_the_talk_the_next_morning():
    here = (turkish(), admitted())
    plan = engaged(*here, now=on(30, "10:59"))
    assert (plan.owed[-1].start, plan.again_at) == (on(30, "09:00"), on(30, "11:00"))
    stays_on = engaged(*here, now=on(30, "11:00"))
    assert (stays_on.owed[-1].start, stays_on.again_at) == (on(1, "09:00", month=12), on(1, "11:00", month=12))
    assert times(*here, discharged(on(1, "09:40", month=12)), now=on(2, month=12))["discharge"][0] == on(1, "09:00", month=12)


def test_nobody_is_called_away_from_a_talk_because_the_day_has_changed():
    here, late = (turkish(), admitted()), talk("ADA", *DISCHARGE, "tr", by="cem", status="in-progress")
    assert times(*here, now=on(30, "11:30"), begun={("interpret", "patient", "discharge"): late})["discharge"] == DISCHARGE
    over = {("interpret", "patient", "discharge"): replace(late, status="failed")}
    assert times(*here, now=on(30, "11:30"), begun=over)["discharge"][0] == on(1, "09:00", month=12)
