"""How the promise of a transfer stands, from the booking to the hand-over: nothing is green because it was planned."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.language.promises import Promise
from shared.language.tasks import Task
from tests.transport.rides import (
    IN,
    ada,
    admitted,
    amended,
    booked,
    discharged,
    done,
    fleet,
    flight,
    left,
    moved,
    on,
    placed,
    promise,
    tasks_of,
    told,
    verdict,
)

NOW = on(3)
START, PICK_UP = on(23, "14:30"), on(23, "15:10")
ACCEPTED = on(23, "11:02")


def transfer_in(state: Any, reason: str, next_at: datetime | None = None) -> Promise:
    return Promise("ADA", "transfer-in", "transport", state, reason, next_at)


def offered(*facts: Any, now: datetime = NOW) -> list[Task]:
    return placed(tasks_of(ada(*facts), now), now)


def after(status: Any, at: datetime, stage: str | None = None, reason: str | None = None) -> list[Task]:
    return moved(offered(), "in", status, at, stage, reason)


def stands(tasks: Sequence[Task], now: datetime, *facts: Any) -> Promise:
    return promise(ada(*facts), now, tasks)


def home(tasks: Sequence[Task], now: datetime, *facts: Any) -> tuple[str, str]:
    found = promise(ada(*facts), now, tasks, of="transfer-out")
    return found.state, found.reason


def test_a_ride_that_was_only_assigned_is_planned_until_it_must_be_accepted() -> None:
    assert stands(offered(), NOW) == transfer_in("planned", "van-3 with stefan, not accepted yet", on(23, "11:30"))
    assert stands(offered(), on(23, "11:30")) == transfer_in(
        "at-risk", "nobody has accepted; stefan was asked", PICK_UP)


def test_a_driver_who_accepted_today_makes_it_green() -> None:
    assert stands(after("accepted", ACCEPTED), on(23, "12:00")) == transfer_in(
        "confirmed", "stefan accepted at 23 November 11:02", START)


def test_a_phone_silent_for_days_leaves_green_an_hour_before_the_pick_up() -> None:
    tasks = after("accepted", on(20, "11:02"))
    assert stands(tasks, on(21)) == transfer_in("confirmed", "stefan accepted at 20 November 11:02", on(23, "14:10"))
    assert stands(tasks, on(23, "14:10")) == transfer_in(
        "planned", "stefan accepted at 20 November 11:02, and has not been heard since", on(23, "14:40"))


def test_a_driver_who_has_not_set_out_puts_it_at_risk_and_an_hour_after_the_pick_up_it_is_broken() -> None:
    tasks = after("accepted", ACCEPTED)
    assert stands(tasks, on(23, "14:40")) == transfer_in(
        "at-risk", "stefan accepted at 23 November 11:02, and has not set out; the pick-up is 23 November 15:10", on(23, "16:10"))
    assert stands(tasks, on(23, "16:10")) == transfer_in("broken", "nobody has set out for the pick-up of 23 November 15:10")


def test_a_driver_on_his_way_is_green_and_the_hand_over_keeps_the_promise() -> None:
    assert stands(after("in-progress", on(23, "14:31"), "en-route"), on(23, "14:32")) == transfer_in(
        "confirmed", "stefan is under way (en-route), heard at 23 November 14:31", PICK_UP)
    kept = transfer_in("kept", "stefan handed over at 23 November 16:02")
    assert stands(after("in-progress", on(23, "16:02"), "handed-over"), on(23, "16:03")) == kept
    assert stands(after("completed", on(23, "16:02")), on(27), booked(), admitted()) == kept


def test_nobody_at_the_airport_breaks_it_and_arrived_otherwise_does_not() -> None:
    assert stands(after("failed", on(23, "16:20"), None, "no-show: not on the flight"), on(23, "16:21")) == transfer_in(
        "broken", "airport-pickup failed at 23 November 16:20: no-show: not on the flight")
    assert stands(after("failed", on(23, "14:00"), "arrived-otherwise", "came by taxi"), on(23, "14:01")) == transfer_in(
        "not-needed", "arrived otherwise: came by taxi")
    assert stands(after("failed", on(24, "15:10"), "not-reported", "not reported"), on(24, "15:11")) == transfer_in(
        "broken", "nobody has reported the ride of 23 November 15:10")


def test_no_vehicle_is_a_risk_that_names_the_need() -> None:
    tasks = placed(tasks_of(ada(), NOW), NOW, fleet("car-1", "marko"))
    assert stands(tasks, NOW) == transfer_in(
        "at-risk", "no vehicle with a wheelchair place, 240 kg, a seat and room for 2 pieces of luggage from 14:30 to 15:55: "
        "the house has none", PICK_UP)


def test_a_cancelled_flight_is_a_risk_and_never_broken_by_the_clock() -> None:
    cancelled = flight((on(23, "09:00"), {"status": "cancelled"}))
    tasks = placed(tasks_of(ada(), on(23, "10:00"), (), cancelled), on(23, "10:00"))
    held = [replace(t, holds={**t.holds, "plan": "LH1406 is cancelled: a new arrival is to be told"}) if t.slot == "in" else t
            for t in tasks]
    for now in (on(23, "10:00"), on(23, "20:00")):
        assert promise(ada(), now, held, cancelled).state == "at-risk"


def test_who_was_admitted_without_our_ride_was_not_fetched() -> None:
    tasks = after("accepted", ACCEPTED)
    facts = booked(), admitted(on(23, "15:20"))
    assert stands(tasks, on(23, "15:21"), *facts) == transfer_in(
        "broken", "admitted at 23 November 15:20 without our ride: nobody has reported the pick-up of 23 November 15:10")
    early = booked(), admitted(on(23, "13:00"))
    assert stands(tasks, on(23, "13:01"), *early) == transfer_in(
        "at-risk", "admitted at 23 November 13:00, before the pick-up: did the patient arrive otherwise?", on(23, "16:10"))


def test_a_ride_under_way_that_was_called_off_is_a_risk_until_somebody_closes_it() -> None:
    own = ada(booked(), amended(on(23, "14:35"), arrival={"transfer": False}))
    tasks = tasks_of(own, on(23, "14:36"), after("in-progress", on(23, "14:31"), "en-route"))
    assert promise(own, on(23, "14:36"), tasks) == transfer_in(
        "at-risk", "stefan is at a ride that is no longer owed: own arrangements")


def test_a_van_that_breaks_down_under_way_is_a_risk() -> None:
    tasks = [replace(t, chosen={**t.chosen, "doubt": "van-3 is out of service (brakes)"})
             for t in after("in-progress", on(23, "14:31"), "en-route")]
    assert stands(tasks, on(23, "14:50")) == transfer_in(
        "at-risk", "stefan is under way, but van-3 is out of service (brakes)")


def test_a_flight_cancelled_while_the_driver_is_on_his_way_is_a_risk() -> None:
    cancelled = flight((on(23, "14:35"), {"status": "cancelled"}))
    tasks = tasks_of(ada(), on(23, "14:36"), after("in-progress", on(23, "14:31"), "en-route"), cancelled)
    assert promise(ada(), on(23, "14:36"), tasks, cancelled) == transfer_in(
        "at-risk", "stefan is under way, but LH1406 is cancelled: a new arrival is to be told")


def test_what_must_be_told_first() -> None:
    assert stands((), NOW, booked(arrival={**IN, "at": None})) == transfer_in("at-risk", "waiting to be told: arrival time")
    assert stands((), NOW, booked(arrival={**IN, "at": None, "place": None})) == transfer_in(
        "at-risk", "waiting to be told: arrival time and place")
    assert stands((), NOW, booked(arrival=None)) == transfer_in("at-risk", "waiting to be told: the way in")
    assert stands((), NOW, told("stay-booked", on(2), site="atlantis")) == transfer_in(
        "at-risk", "atlantis is none of our sites")
    assert stands((), NOW, booked(arrival={**IN, "at": None}), admitted()) == transfer_in(
        "broken", "came without our ride: never told: arrival time")


def test_where_no_ride_is_needed() -> None:
    assert stands((), NOW, booked(arrival={"mode": "own"})) == transfer_in("not-needed", "own arrangements")
    assert stands((), NOW, booked(arrival={**IN, "transfer": False})) == transfer_in("not-needed", "own arrangements")
    assert stands((), NOW, booked(arrival={"mode": "car"})) == transfer_in("not-needed", "by car, and no transfer was asked for")
    assert stands((), NOW, booked(), told("stay-booked", on(5), withdrawn=True)) == transfer_in(
        "not-needed", "the stay was cancelled")
    assert stands((), on(24), booked(on(24), arrival=None), admitted(on(24))) == transfer_in(
        "not-needed", "came without a transfer being asked for")


def test_both_promises_are_told_at_every_phase() -> None:
    withdrawn = booked(), told("stay-booked", on(5), withdrawn=True)
    for facts in ((done(on(5), None),), (booked(),), (booked(), admitted()), (booked(), admitted(), discharged()), withdrawn):
        assert [p.promise for p in verdict(ada(*facts), NOW, ()).promises] == ["transfer-in", "transfer-out"]
    assert stands((), NOW, done(on(5), None)) == transfer_in(
        "planned", "waiting to be told: who this is, and from when to when")


def test_the_way_home_of_who_is_still_here_is_planned_until_its_last_two_days() -> None:
    facts = booked(departure=None), admitted()
    assert promise(ada(*facts), on(24), (), of="transfer-out") == Promise(
        "ADA", "transfer-out", "transport", "planned", "waiting to be told: the way home", on(28, "11:00"))
    assert home((), on(28, "11:00"), *facts) == ("at-risk", "waiting to be told: the way home")


def test_who_stays_on_has_no_ride_and_says_so() -> None:
    assert home((), on(30, "14:30"), booked(), admitted()) == (
        "at-risk", "still here after the departure of 30 November 14:30: a new one is to be told")


def test_who_has_left_by_other_means_needs_no_ride() -> None:
    assert home((), on(30, "10:01"), booked(), admitted(), discharged(), left(on(30, "10:00"))) == (
        "not-needed", "left at 30 November 10:00, before our ride")


def test_a_stretcher_is_green_when_both_have_accepted_and_what_goes_along_too() -> None:
    facts = booked(), done(on(25), "stretcher")
    asked, at = offered(*facts, now=on(26)), on(30, "08:00")
    driver = moved(asked, "out", "accepted", on(30, "07:00"), kind="airport-ride")
    assert home(driver, at, *facts) == ("at-risk", "nobody has accepted; uros was asked")
    everybody = moved(driver, "out", "accepted", on(30, "07:05"))
    assert home(everybody, at, *facts)[0] == "confirmed"
    there = [replace(t, status="completed", moved_at=on(30, "11:30")) if t.person == "patient" and t.slot == "out" else t
             for t in everybody]
    assert home(there, on(30, "10:30"), *facts)[0] == "confirmed"  # the chair and the companion are not there yet
    assert home(moved(everybody, "out", "completed", on(30, "11:30"), kind="airport-ride"), on(30, "11:32"), *facts)[0] == "kept"
