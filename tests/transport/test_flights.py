"""A ride follows its flight, ten minutes at a time; what a flight leaves open is asked of a person, and nothing is cancelled."""

from typing import Any

from shared.service import Told
from tests.transport.rides import (
    IN,
    OUT,
    ada,
    admitted,
    amended,
    booked,
    discharged,
    estimated,
    flight,
    moved,
    on,
    owed,
    tasks_of,
    told,
    verdict,
)

NOW = on(23, "12:00")
QUESTIONS = ("flight-cancelled", "flight-diverted", "flight-late")


def pick_up(*words: Any) -> Any:
    return owed(ada(), NOW, "airport-pickup", flights=[flight(*words)])[0]


def asked(*words: Any, stay: Any = None) -> list[Any]:
    return owed(stay or ada(), NOW, *QUESTIONS, flights=[flight(*words)])


def expected(*words: Any, stay: Any = None) -> list[Told]:
    return list(verdict(stay or ada(), NOW, (), flight(*words)).facts)


def test_the_pick_up_moves_with_a_delay_and_not_with_each_tick() -> None:
    assert pick_up((on(23, "09:00"), estimated("13:49"))).due == on(23, "15:10")
    assert pick_up((on(23, "09:00"), estimated("17:40"))).due == on(23, "19:10")
    assert pick_up((on(23, "09:00"), estimated("13:30"))).due == on(23, "15:00")


def test_an_estimate_that_swings_around_is_one_change() -> None:
    words = [(on(23, f"09:{n:02}"), estimated("14:00" if n % 2 else "14:08")) for n in range(10)]
    assert pick_up(*words).due == on(23, "15:38")
    assert {told.says["expected_at"] for n in range(1, 10) for told in expected(*words[:n])} == {"2026-11-23T16:23:00+01:00"}


def test_a_landing_after_midnight_moves_the_pick_up_to_the_next_day_and_its_companions_too() -> None:
    ride = pick_up((on(23, "20:00"), estimated("00:20", day=24)))
    assert (ride.due, ride.details["seats"]) == (on(24, "01:50"), 1)


def test_a_silent_flight_is_as_booked() -> None:
    assert owed(ada(), NOW, "airport-pickup", flights=[flight()])[0].due == on(23, "15:10")
    assert asked() == []


def test_a_cancelled_flight_holds_the_ride_and_asks_the_desk_for_the_new_arrival() -> None:
    words = ((on(23, "09:00"), {"status": "cancelled"}),)
    ride = pick_up(*words)
    assert (ride.due, ride.hold, ride.hold_from) == (
        on(23, "15:10"), "LH1406 is cancelled: a new arrival is to be told", None)
    assert [(q.kind, q.slot, q.start, q.due, q.details) for q in asked(*words)] == [
        ("flight-cancelled", "in", on(23, "09:00"), on(23, "10:00"),
         {"what": "LH1406 of 23 November 13:40 is cancelled: find out the new arrival, and tell it", "role": "desk"})]


def test_the_new_flight_lets_the_ride_go_on_as_the_same_task() -> None:
    words = ((on(23, "09:00"), {"status": "cancelled"}),)
    before = tasks_of(ada(), NOW, (), flight(*words))
    again = ada(booked(), amended(on(23, "11:00"), arrival={"flight": "JU331", "at": "2026-11-23T19:00:00+01:00"}))
    after = tasks_of(again, NOW, before, flight(*words))
    rides = [[t for t in tasks if t.slot == "in" and t.pool] for tasks in (before, after)]
    assert [(t.task_id, t.due, t.holds) for t in rides[1]] == [(rides[0][0].task_id, on(23, "20:30"), {})]
    assert [t.status for t in after if t.kind == "flight-cancelled"] == ["cancelled"]


def test_a_diverted_flight_holds_the_ride_until_the_new_place_is_told() -> None:
    words = ((on(23, "11:00"), {"status": "diverted", "place": "INI"}),)
    assert pick_up(*words).hold == "LH1406 is diverted to INI: where to fetch the patient is to be told"
    assert [q.kind for q in asked(*words)] == ["flight-diverted"]
    there = ada(booked(), amended(on(23, "11:30"), arrival={"place": "INI", "at": "2026-11-23T15:00:00+01:00"}))
    ride = owed(there, NOW, "airport-pickup", flights=[flight(*words)])[0]
    assert (ride.hold, ride.place, ride.due) == (None, "INI arrivals", on(23, "16:30"))
    assert asked(*words, stay=there) == []


def test_more_than_four_hours_or_the_next_day_is_the_managers_since_the_word_that_said_so() -> None:
    assert asked((on(23, "09:00"), estimated("17:40"))) == []
    late = asked(*((on(23, told), estimated(at)) for told, at in (("09:00", "17:40"), ("10:00", "18:00"), ("11:00", "18:30"))))
    assert [(q.kind, q.start, q.details["role"]) for q in late] == [("flight-late", on(23, "10:00"), "manager")]
    overnight = ada(booked(arrival={**IN, "at": "2026-11-23T22:00:00+01:00"}))
    assert len(asked((on(23, "20:00"), estimated("00:20", day=24)), stay=overnight)) == 1


def test_what_was_told_of_the_flight_before_the_stay_is_asked_when_the_stay_is_told() -> None:
    late = ada(booked(on(23, "09:30")))
    assert [q.start for q in asked((on(23, "08:00"), {"status": "cancelled"}), stay=late)] == [on(23, "09:30")]


def test_nobody_asks_about_a_flight_whose_patient_was_fetched() -> None:
    fetched = moved(tasks_of(ada(), NOW), "in", "completed", on(23, "16:00"))
    cancelled = flight((on(23, "17:00"), {"status": "cancelled"}))
    assert owed(ada(), on(23, "17:01"), *QUESTIONS, tasks=fetched, flights=[cancelled]) == []


def test_a_flight_home_that_is_late_lets_the_patient_leave_later() -> None:
    stay = ada(booked(), admitted(), discharged(onward=OUT))
    late = flight((on(30, "08:00"), estimated("16:00", day=30)), number="LH1407", day=30)
    assert [w.due for w in owed(stay, on(30, "09:30"), "airport-ride", flights=[late])] == [on(30, "12:15")]


def test_a_driver_who_is_on_his_way_keeps_the_ride_and_the_desk_hears_of_the_delay() -> None:
    on_his_way = moved(tasks_of(ada(), NOW), "in", "in-progress", on(23, "14:31"), "en-route")
    after = tasks_of(ada(), on(23, "14:40"), on_his_way, flight((on(23, "14:40"), estimated("15:00"))))
    ride = next(t for t in after if t.kind == "airport-pickup")
    assert (ride.status, ride.due, ride.amended) == ("in-progress", on(23, "16:30"), 1)


def test_the_others_are_told_when_the_patient_will_be_at_the_clinic() -> None:
    assert expected() == [Told("arrival-expected", {
        "expected_at": "2026-11-23T15:55:00+01:00", "status": "on-time", "cause": "LH1406 as booked, 13:40"})]
    assert expected((on(23, "09:00"), estimated("17:40"))) == [Told("arrival-expected", {
        "expected_at": "2026-11-23T19:55:00+01:00", "status": "delayed", "cause": "LH1406 estimated 17:40"})]
    assert expected((on(23, "09:00"), {"status": "cancelled"})) == [Told("arrival-expected", {
        "expected_at": "2026-11-23T15:55:00+01:00", "status": "cancelled", "cause": "LH1406 is cancelled"})]


def test_who_comes_without_us_is_expected_too_and_who_is_cancelled_is_not() -> None:
    own = ada(booked(arrival={"mode": "own", "at": "2026-11-23T15:00:00+01:00"}))
    assert [t.says["expected_at"] for t in expected(stay=own)] == ["2026-11-23T15:00:00+01:00"]
    assert expected(stay=ada(booked(), admitted(), discharged())) == expected()  # as it was told
    assert expected(stay=ada(booked(), told("stay-booked", on(5), withdrawn=True))) == []
    assert expected(stay=ada(booked(arrival={**IN, "at": None}))) == []
