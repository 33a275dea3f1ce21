"""What housekeepers see: a room made ready before the patient comes, and turned over once it is left."""

from datetime import timedelta
from typing import Any

from shared.language.tasks import Owed, Task
from tests.stay.ada import (
    ada,
    admitted,
    assigned,
    booked,
    discharged,
    left,
    on,
    owed,
    planned,
    room_of,
    rooms,
    told,
    written,
)

FLIGHT = {"mode": "flight", "flight": "LH1406", "on": "2026-11-23", "place": "BEG", "transfer": True}
NOW = on(3)


def in_204(*facts: Any) -> Task:
    return room_of(ada(*facts), NOW, resource="204")


def prepare(due: Any, **changes: Any) -> Owed:
    expected = (due + timedelta(hours=1)).isoformat()
    return Owed(**{"kind": "prepare", "feed": "housekeeping", "slot": "204", "place": "204", "site": "belgrade",
                   "start": due - timedelta(minutes=45), "due": due, "accept_by": due - timedelta(hours=3),
                   "details": {"beds": 1, "expected_at": expected}, **changes})


def turnover(room: str, at: Any, slot: str | None = None) -> Owed:
    return Owed(kind="turnover", feed="housekeeping", slot=slot or room, place=room, site="belgrade", start=at,
                due=at + timedelta(hours=2), accept_by=at + timedelta(minutes=15), details={"left_at": at.isoformat()})


def kept_house(kind: str, *facts: Any, now: Any = NOW) -> list[Owed]:
    return owed(planned(ada(*facts), now, in_204(*facts)), kind)


def test_no_room_is_made_ready_before_it_is_known_which():
    assert owed(planned(ada(booked()), NOW), "prepare") == []


def test_a_room_is_ready_an_hour_before_check_in_where_nothing_is_told_of_the_journey():
    assert kept_house("prepare", booked()) == [prepare(on(23, "13:00"))]


def test_a_room_is_ready_an_hour_before_the_flight_and_the_ride():
    landing = {**FLIGHT, "at": on(23, "17:40").isoformat()}
    assert kept_house("prepare", booked(arrival=landing)) == [prepare(on(23, "17:55"))]


def test_an_early_flight_makes_no_room_ready_before_it_is_free():
    landing = {**FLIGHT, "at": on(23, "08:00").isoformat()}
    assert kept_house("prepare", booked(arrival=landing)) == [prepare(on(23, "13:00"))]


def test_who_comes_in_the_own_car_is_expected_at_the_time_told():
    by_car = booked(arrival={"mode": "own", "at": on(23, "18:00").isoformat()})
    assert kept_house("prepare", by_car) == [prepare(on(23, "17:00"))]


def test_a_delay_that_transport_tells_moves_the_preparation():
    delay = told("arrival-expected", on(23, "12:00"), expected_at=on(24, "00:30").isoformat(), status="delayed")
    assert kept_house("prepare", booked(), delay) == [prepare(on(23, "23:30"))]


def test_a_booking_an_hour_before_the_arrival_asks_for_the_room_by_the_arrival():
    late = on(23, "13:20")
    assert kept_house("prepare", booked(late), now=late) == [prepare(
        on(23, "14:00"), accept_by=late, details={"beds": 1, "expected_at": on(23, "14:00").isoformat()})]


def test_what_was_due_before_the_stay_was_first_told_is_not_owed():
    assert kept_house("prepare", booked(on(24)), now=on(24)) == []


def test_a_patient_who_is_in_the_room_before_it_was_due_needs_no_preparation():
    assert kept_house("prepare", booked(), admitted(on(23, "12:59"))) == []
    assert kept_house("prepare", booked(), admitted(on(23, "13:00"))) == [prepare(on(23, "13:00"))]


def test_a_preparation_that_was_due_stays_owed_after_the_admission_until_it_is_reported():
    assert kept_house("prepare", booked(), admitted(on(23, "16:20"))) == [prepare(on(23, "13:00"))]


def test_a_room_is_turned_over_when_the_patient_has_left_not_when_the_discharge_is_written():
    papers = (booked(), admitted(), discharged(on(30, "10:20")))
    assert kept_house("turnover", *papers) == []
    assert kept_house("turnover", *papers, left(on(30, "13:05"))) == [turnover("204", on(30, "13:05"))]


def test_an_outing_turns_nothing_over():
    assert kept_house("turnover", booked(), admitted(), left(on(26), back_at=on(26, "18:00").isoformat())) == []


def test_a_stay_that_never_had_a_room_leaves_none_to_turn_over():
    assert owed(planned(ada(booked(), admitted(), left()), on(30, "12:00")), "turnover") == []


def test_a_move_has_the_new_room_made_ready_and_the_old_one_turned_over():
    here, noon = (booked(), admitted()), on(26, "12:00")
    slept = room_of(ada(*here), noon, resource="204", why="204: ceiling hoist; tightest fit")
    moved = written(slept, assigned([], noon, [slept], rooms("104"))[slept.task_id])
    plan = planned(ada(*here), noon, moved)
    assert [*owed(plan, "prepare"), *owed(plan, "turnover")] == [
        prepare(on(26, "12:45"), slot="104", place="104", accept_by=on(26, "12:15"),
                details={"beds": 1, "expected_at": noon.isoformat()}),
        turnover("204", noon)]


def test_a_patient_who_lost_the_room_and_has_no_other_leaves_one_to_turn_over():
    here, noon = (booked(), admitted()), on(26, "12:00")
    slept = room_of(ada(*here), noon, resource="204")
    waits = written(slept, assigned([], noon, [slept], rooms("107"))[slept.task_id])
    plan = planned(ada(*here), noon, waits)
    assert [*owed(plan, "prepare"), *owed(plan, "turnover")] == [turnover("204", noon)]


def test_a_room_that_the_patient_comes_back_to_is_made_ready_again():
    here = (booked(), admitted())
    slept = room_of(ada(*here), on(24), resource="204")
    away = written(slept, assigned([], on(25), [slept], rooms("104"))[slept.task_id])
    back = written(away, assigned([], on(26), [away], rooms("204"))[slept.task_id])
    plan = planned(ada(*here), on(26), back)
    assert [wish.slot for wish in plan.owed] == ["", "204/2", "204", "104"]
