"""Which rides a stay owes, when, and what they must carry."""

from datetime import timedelta
from typing import Any

import pytest

from services.transport.rules.ride_needs import RELIEF_CARD, SIGNS_CARD
from tests.transport.rides import (
    IN,
    OUT,
    PROFILE,
    ada,
    admitted,
    amended,
    booked,
    discharged,
    done,
    left,
    moved,
    on,
    owed,
    tasks_of,
    told,
)

NOW = on(3)


def kinds(*facts: Any, now: Any = NOW, tasks: Any = ()) -> list[tuple[str, str, str]]:
    return [wish.key for wish in owed(ada(*facts), now, tasks=tasks)]


def test_ada_is_fetched_ninety_minutes_after_her_landing_because_she_is_carried_off_last() -> None:
    pick_up = owed(ada(), NOW)[0]
    assert (pick_up.key, pick_up.place, pick_up.to) == (("airport-pickup", "patient", "in"), "BEG arrivals", "clinic")
    assert (pick_up.start, pick_up.due, pick_up.accept_by) == (on(23, "14:30"), on(23, "15:10"), on(23, "11:30"))
    assert pick_up.hold_from == on(23, "12:30")


def test_who_walks_off_is_fetched_after_an_hour() -> None:
    assert owed(ada(booked(arrival={**IN, "assistance": None})), NOW)[0].due == on(23, "14:40")


def test_ada_leaves_three_hours_and_the_road_and_the_loading_before_her_flight() -> None:
    ride = owed(ada(), NOW)[1]
    assert (ride.key, ride.place, ride.to) == (("airport-ride", "patient", "out"), "clinic", "BEG departures")
    assert (ride.start, ride.due) == (on(30, "10:35"), on(30, "10:45"))


def test_the_driver_reads_what_to_carry_and_neither_diagnosis_nor_injury_nor_room() -> None:
    assert owed(ada(), NOW)[0].details == {
        "direction": "in", "board": "P-7781", "flight": "LH1406", "terminal": None, "assistance": "WCHC",
        "mobility": "wheelchair-seated", "seats": 1, "wheelchairs": 1, "stretchers": 0, "people": 2, "kg": 240, "luggage": 2,
        "chair": {"powered": True, "kg": 140.0, "battery": "lithium"}, "languages": ["en"], "may_share": False, "party": None,
        "from_place": "BEG", "to_place": "clinic", "load_minutes": 15, "ride_minutes": 30, "crew": 1,
        "cards": [RELIEF_CARD, SIGNS_CARD]}
    assert not any(word in (RELIEF_CARD + SIGNS_CARD).lower() for word in ("dysreflexia", "injury", "t4", "spinal"))


def test_a_train_is_met_after_a_quarter_of_an_hour_at_its_station() -> None:
    train = {"mode": "train", "place": "Prokop", "at": "2026-11-23T13:40:00+01:00", "flight": None}
    pick_up = owed(ada(booked(arrival={**IN, **train})), NOW)[0]
    assert (pick_up.kind, pick_up.place, pick_up.start, pick_up.due) == (
        "station-pickup", "Prokop", on(23, "13:25"), on(23, "13:55"))


@pytest.mark.parametrize(("journey", "kind"), [
    ({"mode": "car"}, None), ({"mode": "ambulance"}, None), ({"mode": "own", "transfer": True}, None),
    ({"mode": "car", "transfer": True}, "pickup"), ({"mode": "flight"}, "airport-pickup"),
    ({"mode": "flight", "transfer": False}, None), ({"mode": None, "flight": "LH1406"}, "airport-pickup")])
def test_we_drive_who_flies_or_comes_by_rail_unless_told_not_to_and_others_when_told(journey: Any, kind: str | None) -> None:
    arrival = {**IN, "transfer": None, "flight": None, **journey}
    assert [wish.kind for wish in owed(ada(booked(arrival=arrival, departure=None)), NOW)] == ([kind] if kind else [])


@pytest.mark.parametrize("missing", ["at", "place"])
def test_nobody_drives_without_a_time_and_a_place(missing: str) -> None:
    assert kinds(booked(arrival={**IN, missing: None}, departure=None)) == []


def test_a_journey_that_becomes_one_by_train_is_still_one_ride() -> None:
    by_train = {"mode": "train", "place": "Prokop", "at": "2026-11-23T18:00:00+01:00"}
    assert kinds(booked(), amended(on(4), arrival=by_train), now=on(5))[0] == ("station-pickup", "patient", "in")
    on_his_way = moved(tasks_of(ada(), NOW), "in", "in-progress", on(4))
    changed = owed(ada(booked(), amended(on(4), arrival=by_train)), on(5), tasks=on_his_way)
    assert [(w.key, w.place) for w in changed if w.slot == "in"] == [(("airport-pickup", "patient", "in"), "Prokop")]


def test_the_admission_does_not_end_the_pick_up_and_arrived_otherwise_does() -> None:
    facts, tasks = (booked(), admitted(on(23, "13:00"))), tasks_of(ada(), NOW)
    assert ("airport-pickup", "patient", "in") in kinds(*facts, now=on(23, "13:00"))
    otherwise = moved(tasks, "in", "failed", on(23, "13:05"), "arrived-otherwise", "came by taxi")
    assert [key for key in kinds(*facts, now=on(23, "13:06"), tasks=otherwise) if key[2] == "in"] == []


def test_a_ride_that_breaks_down_on_its_way_is_asked_for_again() -> None:
    broken = moved(tasks_of(ada(), NOW), "in", "failed", on(23, "14:40"), None, "flat tyre")
    again = [t for t in tasks_of(ada(), on(23, "14:41"), broken) if t.slot == "in"]
    assert sorted((t.attempt, t.status) for t in again) == [(1, "failed"), (2, "requested")]


def test_a_patient_who_was_not_on_the_flight_is_not_waited_for_again_until_another_is_told() -> None:
    nobody = moved(tasks_of(ada(), NOW), "in", "failed", on(23, "16:20"), None, "no-show: not on the flight")
    assert [t.attempt for t in tasks_of(ada(), on(23, "16:21"), nobody) if t.slot == "in"] == [1]
    tomorrow = ada(booked(), amended(on(23, "17:00"), arrival={"on": "2026-11-24", "at": "2026-11-24T13:40:00+01:00"}))
    assert [(t.attempt, t.due) for t in tasks_of(tomorrow, on(23, "17:01"), nobody) if t.slot == "in" and t.open] == [
        (2, on(24, "15:10"))]


def test_nobody_is_taken_home_who_never_came_until_he_is_admitted() -> None:
    nobody = moved(tasks_of(ada(), NOW), "in", "failed", on(23, "16:20"), None, "no-show: not on the flight")
    assert [w.hold for w in owed(ada(), on(23, "16:21"), "airport-ride", tasks=nobody)] == [
        "nobody was admitted, and the pick-up failed: no-show: not on the flight"]
    came = ada(booked(), admitted(on(24, "10:00")))
    assert [w.hold for w in owed(came, on(24, "10:01"), "airport-ride", tasks=nobody)] == [None]


def test_a_stay_told_of_late_owes_nothing_that_was_over_and_gives_the_driver_ten_minutes() -> None:
    assert kinds(booked(on(23, "15:11")), now=on(23, "15:12")) == [("airport-ride", "patient", "out")]
    assert owed(ada(booked(on(23, "13:00"))), on(23, "13:01"))[0].accept_by == on(23, "13:10")


def test_no_ride_for_who_is_cancelled_or_unknown_or_of_no_site() -> None:
    assert kinds(booked(), told("stay-booked", on(5), withdrawn=True)) == []
    assert kinds(done(on(5), None)) == []
    assert kinds(told("stay-booked", on(2), site="atlantis", profile=PROFILE)) == []


def test_who_stays_on_after_the_flight_has_gone_has_no_ride_at_the_old_time_and_the_desk_asks() -> None:
    stay = ada(booked(), admitted())
    assert [w.key for w in owed(stay, on(30, "14:29"))][-1] == ("airport-ride", "patient", "out")
    gone = owed(stay, on(30, "14:30"), "airport-ride", "departure-open")
    assert [(w.kind, w.start, w.details["what"]) for w in gone] == [
        ("departure-open", on(30, "14:30"), "still here after the departure of 30 November 14:30: a new one is to be told: "
         "ask how and when the patient goes home")]
    new = ada(booked(), admitted(), amended(on(30, "15:00"), departure={"on": "2026-12-02", "at": "2026-12-02T14:30:00+01:00"}))
    assert [w.due for w in owed(new, on(30, "15:01"), "airport-ride", "departure-open")] == [on(2, "10:45", month=12)]


def test_the_onward_journey_told_at_the_discharge_wins() -> None:
    onward = {**OUT, "flight": "JU500", "at": "2026-11-30T18:00:00+01:00"}
    rides = owed(ada(booked(), admitted(), discharged(onward=onward)), on(30, "09:30"), "airport-ride")
    assert [(w.due, w.details["flight"]) for w in rides] == [(on(30, "14:15"), "JU500")]


def test_a_discharge_two_days_early_leaves_the_ride_open_and_one_on_the_day_does_not() -> None:
    facts = (booked(), admitted())
    assert owed(ada(*facts, discharged(on(28))), on(28, "12:01"), "airport-ride") == []
    assert len(owed(ada(*facts, discharged()), on(30, "09:21"), "airport-ride")) == 1


def test_who_has_left_before_the_ride_needs_none_and_who_leaves_with_it_keeps_it() -> None:
    facts = (booked(), admitted(), discharged())
    assert owed(ada(*facts, left(on(30, "10:00"))), on(30, "10:01"), "airport-ride") == []
    assert len(owed(ada(*facts, left(on(30, "10:50"))), on(30, "10:51"), "airport-ride")) == 1


def test_companions_ride_on_the_days_on_which_they_come_and_go() -> None:
    later = {"C-1": {"from": "2026-11-25", "until": "2026-11-30"}, "C-2": {}}
    rides = owed(ada(booked(companions=later)), NOW)
    assert [w.details["seats"] for w in rides] == [1, 2]
    assert [w.details["seats"] for w in owed(ada(booked(companions=later), left(on(27), person="C-1")), on(28))] == [1, 1]


def test_after_the_procedure_the_latest_word_says_how_the_patient_rides_home() -> None:
    facts = (booked(own_chair={"powered": False}, companions=None), admitted(), done(on(25, "09:55"), "wheelchair-transfer"))
    assert [w.details["mobility"] for w in owed(ada(*facts), on(26))] == ["wheelchair-seated", "wheelchair-transfer"]
    later = (*facts, amended(on(27), mobility="walking"))
    assert [w.details["mobility"] for w in owed(ada(*later), on(28)) if w.slot == "out"] == ["walking"]


def test_a_folded_chair_is_luggage_and_a_powered_one_has_a_place_even_when_empty() -> None:
    def carried(**chair: Any) -> list[int]:
        details = owed(ada(booked(mobility="wheelchair-transfer", own_chair=chair, companions=None)), NOW)[0].details
        return [details[name] for name in ("seats", "wheelchairs", "people", "luggage", "kg")]
    assert carried(powered=False, kg=14) == [1, 0, 1, 2, 0]
    assert carried(powered=True, kg=140) == [1, 1, 1, 1, 140]


def test_a_stretcher_asks_for_a_second_of_the_crew_and_a_second_vehicle_for_companion_and_chair() -> None:
    rides = [w for w in owed(ada(booked(), done(on(25), "stretcher")), on(26)) if w.slot == "out"]
    assert [(w.kind, w.person) for w in rides] == [("airport-ride", "patient"), ("crew", "patient"), ("airport-ride", "along")]
    assert [w.details.get("crew") for w in rides] == [2, None, 1]
    assert [rides[2].details[name] for name in ("seats", "wheelchairs", "people", "kg")] == [1, 1, 1, 140]
    assert len({(w.start, w.due, w.place) for w in rides}) == 1


def test_how_the_patient_moves_must_be_known_before_anybody_goes() -> None:
    ride = owed(ada(booked(mobility=None)), NOW)[0]
    assert (ride.hold, ride.hold_from) == ("waiting to be told: how the patient moves", None)


def test_the_papers_for_the_flight_are_asked_for_two_days_before() -> None:
    papers = owed(ada(booked(), done(on(25), "stretcher")), on(26), "flight-papers")
    assert [(w.due, w.details["what"]) for w in papers] == [(on(28, "14:30"), (
        "before the flight of 30 November 14:30: the fit-to-fly sign-off, the airline's clearance of a stretcher, "
        "the declaration of the chair and its battery (lithium)"))]
    late = owed(ada(booked(on(30, "09:00"))), on(30, "09:01"), "flight-papers")
    assert [(w.start, w.due) for w in late] == [(on(30, "09:00"), on(30, "09:00") + timedelta(hours=1))]
