"""The demo's clinic file: what the house has, and who is told."""

from collections import Counter
from datetime import timedelta

from shared.language.overdue import Step
from tests.stay.ada import house, rooms

ROOMS = {room.name: room for room in rooms()}


def test_the_house_has_twenty_four_rooms_on_three_floors_and_six_housekeepers():
    assert sorted(ROOMS) == [f"{floor}0{door}" for floor in (1, 2, 3) for door in range(1, 9)]
    assert Counter(dict(room.details)["floor"] for room in ROOMS.values()) == {1: 8, 2: 8, 3: 8}
    assert len(list(house().resources("belgrade", "housekeeper"))) == 6
    assert house().demo and house().only_site == "belgrade"


def test_only_two_rooms_take_a_stretcher_under_a_ceiling_hoist():
    assert [name for name, room in ROOMS.items() if {"ceiling-hoist", "stretcher-access"} <= room.features] == ["104", "204"]


def test_the_features_agree_with_the_measures():
    for room in ROOMS.values():
        measured = dict(room.details)
        assert ("wide-door" in room.features) == (measured["door_width_mm"] >= 900 and measured["turning_circle_mm"] >= 1500)
        assert ("stretcher-access" in room.features) == (measured["door_width_mm"] >= 1150)
        assert ("companion-bed" in room.features) == (room.units == 2)
        assert "roll-in-shower" not in room.features or "step-free" in room.features


def test_a_room_not_ready_rings_the_desk_and_twenty_minutes_later_the_manager():
    assert house().ladder["prepare"] == (
        Step("accept_by", timedelta(), "desk", "screen"), Step("due", timedelta(), "desk", "phone"),
        Step("due", timedelta(minutes=20), "manager", "phone"))
    assert {"room", "turnover", "unknown-stay", "missing-words"} <= set(house().ladder)
