"""The way in, the way home, and leaving the building."""

from datetime import date
from typing import Any

import pytest

from shared.language.facts.intake import Journey
from tests.language.telling import ada, at, booked, iso, tell

EVERYTHING: dict[str, Any] = {"flight": "LH1406", "on": "2026-11-23", "place": "BEG", "at": iso("23 13:40"),
                              "assistance": "WCHC", "transfer": True}
FLIGHT = {"flight": "LH1406", "on": date(2026, 11, 23), "assistance": "WCHC"}
GROUND = {"place": "BEG", "at": at("23 13:40"), "transfer": True}


@pytest.mark.parametrize(("mode", "kept"), [
    ("flight", {**FLIGHT, **GROUND}), ("train", GROUND), ("car", GROUND), ("ambulance", GROUND),
    ("own", {"at": at("23 13:40")}), (None, {**FLIGHT, **GROUND})])
def test_fields_foreign_to_the_mode_are_ignored(mode: str | None, kept: dict[str, Any]):
    stay = ada(booked(arrival=EVERYTHING | {"mode": mode}))
    assert (stay.arrival, stay.profile.arrival) == (
        Journey(mode=mode, **kept), Journey(mode=mode, **FLIGHT, **GROUND))
    assert stay.flights() == ((("LH1406", date(2026, 11, 23)),) if mode in ("flight", None) else ())


def test_a_change_of_mode_leaves_the_flight_behind():
    stay = ada(booked(arrival={"mode": "flight", **EVERYTHING}),
               booked("02 09:00", arrival={"mode": "train", "place": "Beograd"}))
    assert stay.arrival == Journey(mode="train", place="Beograd", at=at("23 13:40"), transfer=True)


BOOKED = booked(departure={"mode": "flight", "flight": "LH1407", "on": "2026-11-30"})
HOME = Journey(mode="flight", flight="LH1407", on=date(2026, 11, 30))


def discharged(**says: Any) -> Any:
    return tell("discharged", "30 10:21", discharged_at=iso("30 10:20"), **says)


def test_without_an_onward_journey_the_booked_departure_stands():
    for silence in ({}, {"onward": None}, {"onward": {}}):
        stay = ada(BOOKED, discharged(**silence))
        assert (stay.departure, stay.words.discharge.onward, stay.unreadable) == (HOME, None, ())


def test_the_onward_journey_told_at_the_discharge_stands_for_the_booked_one():
    stay = ada(BOOKED, discharged(onward={"mode": "train", "place": "Beograd", "flight": "LH1407"}))
    assert stay.departure == Journey(mode="train", place="Beograd")


def test_an_onward_journey_of_a_discharge_that_was_taken_back_does_not():
    assert ada(BOOKED, discharged(onward={"mode": "own"}), tell("discharged", "30 11:00", withdrawn=True)).departure == HOME


def test_nobody_knows_the_way_of_a_stay_that_says_nothing():
    assert (ada().arrival, ada().departure, ada().flights()) == (None, None, ())


def left(when: str = "28 11:05", **says: Any) -> Any:
    return tell("patient-left", when, left_at=iso(when), **says)


def test_who_has_no_time_to_be_back_has_left_for_good():
    assert ada(left()).left_for_good() == at("28 11:05")
    assert ada(left(person=None, back_at=None)).left_for_good() == at("28 11:05")
    assert (ada(left(person="C-1")).left_for_good(), ada(left(person="C-1")).left_for_good("C-1")) == (None, at("28 11:05"))


def test_an_outing_is_not_leaving():
    assert ada(left(back_at=iso("28 18:00"))).left_for_good() is None
    assert ada(tell("patient-left", "28 11:05", back_at=None)).left_for_good() is None


def test_a_return_that_nobody_can_read_is_still_a_return():
    """The bed must not be given away because `back_at` was "tonight"."""
    assert ada(left(back_at="tonight")).left_for_good() is None


def test_the_return_from_an_earlier_outing_does_not_make_the_last_one_an_outing():
    assert ada(left(back_at=iso("28 18:00")), left("30 11:05")).left_for_good() == at("30 11:05")


def test_a_person_who_is_no_word_has_a_name_of_their_own():
    stay = ada(left(person={"b": 1, "a": 2}), left(person=5))
    assert (stay.left_for_good(), sorted(stay.words.left)) == (None, ["5", '{"a":2,"b":1}'])
