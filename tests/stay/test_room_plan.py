"""From when to when a stay needs a room, and what the room must have."""

from datetime import UTC
from typing import Any

import pytest

from shared.language.tasks import Owed
from shared.service import Plan
from tests.stay.ada import ada, admitted, booked, discharged, left, on, owed, planned, told

NOW = on(3)


def room(**changes: Any) -> Owed:
    return Owed(**{
        "kind": "room", "feed": None, "pool": "rooms", "site": "belgrade", "start": on(23, "14:00"), "due": on(30, "11:00"),
        "accept_by": on(21, "14:00"), "hold_from": on(23, "14:00"),
        "details": {"needs": ["ceiling-hoist", "roll-in-shower", "step-free", "wide-door"], "beds": 1,
                    "booked_at": on(2).astimezone(UTC).isoformat(), "party": None}, **changes})


def nights(plan: Plan) -> list[tuple[Any, Any]]:
    return [(wish.start, wish.due) for wish in owed(plan, "room")]


def asked(**profile: Any) -> dict[str, Any]:
    return owed(planned(ada(booked(**profile)), NOW), "room")[0].details


def test_a_booking_owes_a_room_from_check_in_to_check_out():
    assert planned(ada(booked()), NOW) == Plan([room()])


def test_a_room_must_be_found_two_days_ahead_or_at_once_for_a_booking_told_later():
    late = on(22, "09:00")
    assert owed(planned(ada(booked(late)), late), "room")[0].accept_by == late


@pytest.mark.parametrize(("facts", "why"), [
    ([told("procedure-scheduled", on(2), procedure_id="PR-1")], "nobody knows who this is"),
    ([booked(), told("stay-booked", on(3), withdrawn=True)], "cancelled"),
    ([booked(visit="check-up", leaves_on=None)], "a day visit"),
    ([booked(leaves_on="2026-11-23")], "a day visit"),
    ([booked(leaves_on=None)], "how long?"),
    ([booked(arrives_on=None)], "from when?"),
    ([booked(leaves_on="2026-11-20")], "leaves before coming"),
    ([booked(), told("stay-booked", on(3), site="atlantis")], "where?"),
    ([booked(), discharged(on(20))], "over before it began"),
])
def test_no_room_is_owed(facts: list[Any], why: str):
    assert planned(ada(*facts), NOW) == Plan(), why


def test_who_comes_before_check_in_has_the_room_from_then():
    early = on(23, "09:40")
    assert planned(ada(booked(), admitted(early)), early) == Plan(
        [room(start=early, accept_by=on(21, "09:40"), hold_from=early)], again_at=on(30, "11:00"))


def test_who_comes_late_finds_the_room_kept_since_check_in():
    assert nights(planned(ada(booked(), admitted(on(24, "01:00"))), on(24, "01:00"))) == [(on(23, "14:00"), on(30, "11:00"))]


def test_a_patient_admitted_without_a_booking_has_a_room_from_the_admission():
    stay = ada(admitted(profile={"leaves_on": "2026-11-30"}))
    assert nights(planned(stay, on(23, "16:30"))) == [(on(23, "16:20"), on(30, "11:00"))]


def test_an_overstayer_keeps_the_room_until_tomorrow_and_every_midnight_asks_again():
    stay = ada(booked(), admitted())
    assert planned(stay, on(30, "10:59")).again_at == on(30, "11:00")
    over = planned(stay, on(30, "11:00"))
    assert (nights(over), over.again_at) == ([(on(23, "14:00"), on(1, "11:00", month=12))], on(1, "00:00", month=12))


def test_who_was_booked_and_never_came_is_no_overstayer():
    assert nights(planned(ada(booked()), on(2, month=12))) == [(on(23, "14:00"), on(30, "11:00"))]


def test_a_discharge_two_days_early_frees_the_room():
    stay = ada(booked(), admitted(), discharged(on(28, "09:00")))
    assert planned(stay, on(28, "09:05")).owed[0] == room(due=on(28, "11:00"), accept_by=None)


def test_a_discharge_after_check_out_leaves_an_hour_to_go():
    stay = ada(booked(), admitted(), discharged(on(30, "15:00")))
    assert nights(planned(stay, on(30, "15:05"))) == [(on(23, "14:00"), on(30, "16:00"))]


def test_the_room_ends_when_the_patient_has_left_even_if_the_discharge_is_not_told_yet():
    stay = ada(booked(), admitted(), left(on(29, "18:00")))
    assert nights(planned(stay, on(30, "12:00"))) == [(on(23, "14:00"), on(29, "18:00"))]


def test_an_outing_ends_no_room():
    stay = ada(booked(), admitted(), left(on(26, "10:00"), back_at=on(26, "18:00").isoformat()))
    assert nights(planned(stay, on(26))) == [(on(23, "14:00"), on(30, "11:00"))]


def test_a_room_is_held_once_its_time_has_begun():
    early = on(23, "09:40")
    assert [owed(planned(ada(*facts), NOW), "room")[0].hold_from for facts in (
        [booked()], [booked(), admitted()], [booked(), admitted(early)])] == [on(23, "14:00"), on(23, "14:00"), early]


@pytest.mark.parametrize(("mobility", "needs"), [
    ("walking", []), ("wheelchair-transfer", ["step-free"]), ("wheelchair-seated", ["step-free", "wide-door"]),
    ("stretcher", ["step-free", "stretcher-access"]), (None, []), ("on a camel", [])])
def test_how_the_patient_moves_says_what_the_way_to_the_bed_must_be(mobility: str | None, needs: list[str]):
    assert asked(room_needs=["roll-in-shower"], mobility=mobility)["needs"] == sorted(["roll-in-shower", *needs])


def test_who_cannot_press_a_button_needs_a_call_by_breath():
    needs = {level: asked(room_needs=[], care={"level": level})["needs"] for level in ("C4", "C5")}
    assert needs == {"C4": ["sip-puff-call", "step-free", "wide-door"], "C5": ["step-free", "wide-door"]}


def test_companions_with_a_bed_sleep_in_the_room_as_many_as_are_there_in_one_night():
    mother = {"bed": True, "from": "2026-11-23", "until": "2026-11-26"}
    brother = {"bed": True, "from": "2026-11-26", "until": "2026-11-30"}
    assert [asked(companions=who)["beds"] for who in (
        {"C-1": mother}, {"C-1": mother, "C-2": brother}, {"C-1": mother, "C-2": {"bed": True}},
        {"C-1": {**mother, "bed": False}}, {"C-1": {"bed": True, "until": "2026-11-23"}})] == [2, 2, 3, 1, 1]


def test_a_party_is_named_only_where_it_shares_a_room():
    assert asked(party={"ref": "P-3", "share_room": True})["party"] == "P-3"
    assert [asked(party=party)["party"] for party in ({"ref": "P-3", "share_room": False}, {"ref": "P-3"})] == [None, None]
