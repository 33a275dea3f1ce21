"""How the promise of a room stands, and what the others are told of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from services.stay.rules.room_promise import room_promise
from shared.language.promises import Promise
from shared.language.stay import Stay
from shared.language.tasks import Task
from shared.service import Around, Told, Verdict
from tests.stay.ada import (
    ada,
    admitted,
    assigned,
    booked,
    discharged,
    house,
    left,
    on,
    room_of,
    rooms,
    tasks_of,
    told,
    written,
)

NOW = on(3)
WHY = "204: ceiling hoist, roll-in shower, step-free access, wide door; tightest fit"
HOLD = "no room with a ceiling hoist from 23 to 30 November: the house has none"
CHECK_IN, CHECK_OUT = on(23, "14:00"), on(30, "11:00")


def room(state: Any, reason: str, next_at: datetime | None = None) -> Promise:
    return Promise("ADA", "room", "stay", state, reason, next_at)


def placed(*rooms: tuple[str, datetime, datetime], why: str = WHY) -> Told:
    return Told("room-assigned", {"placements": [{"room": name, "from": start.isoformat(), "to": end.isoformat()}
                                                 for name, start, end in rooms], "why": why})


def verdict(stay: Stay, now: datetime, tasks: Sequence[Task] = ()) -> Verdict:
    return room_promise(stay, tasks, Around(house(), now))


def promise(stay: Stay, now: datetime, tasks: Sequence[Task] = ()) -> Promise:
    return verdict(stay, now, tasks).promises[0]


def in_204(stay: Stay, now: datetime = NOW, **prepare: Any) -> list[Task]:
    """The tasks of a stay that has 204, with what was done about its preparation."""
    task = room_of(stay, now, resource="204", why=WHY)
    return [replace(t, **prepare) if t.kind == "prepare" else t for t in tasks_of(stay, now, task, [task])]


def on_hold(stay: Stay, now: datetime = NOW) -> list[Task]:
    return [room_of(stay, now, holds={"assign": HOLD})]


@pytest.mark.parametrize(("facts", "state", "reason"), [
    ([booked(), told("stay-booked", on(3), withdrawn=True)], "not-needed", "the stay was cancelled"),
    ([admitted(), told("patient-admitted", on(24), withdrawn=True)], "not-needed", "the admission was taken back"),
    ([booked(visit="check-up", leaves_on=None)], "not-needed", "a day visit has no night, and so no room"),
    ([booked(leaves_on=None)], "at-risk", "waiting to be told: leaves_on"),
    ([booked(leaves_on=None, arrives_on=None)], "at-risk", "waiting to be told: arrives_on, leaves_on"),
    ([booked(leaves_on="2026-11-20")], "at-risk",
     "leaves_on 2026-11-20 is before the arrival on 2026-11-23: which is right?"),
    ([booked(), told("stay-booked", on(3), site="atlantis")], "at-risk", "atlantis is none of our sites"),
    ([discharged(on(3))], "at-risk", "waiting to be told: arrives_on, leaves_on"),
    ([booked(leaves_on=None), discharged(on(3))], "broken", "discharged without a room; waiting to be told: leaves_on"),
])
def test_where_no_room_is_owed_the_promise_says_why(facts: list[Any], state: Any, reason: str):
    assert verdict(ada(*facts), NOW) == Verdict((room(state, reason),))


def test_a_room_not_yet_chosen_is_only_planned():
    stay = ada(booked())
    assert verdict(stay, NOW, [room_of(stay, NOW)]) == Verdict(
        (room("planned", "a room has not been chosen yet", CHECK_IN),), again_at=CHECK_IN)


def test_a_room_that_cannot_be_found_is_at_risk_until_check_in_and_broken_from_then():
    stay = ada(booked())
    told_so = (placed(why=HOLD),)
    assert verdict(stay, NOW, on_hold(stay)) == Verdict((room("at-risk", HOLD, CHECK_IN),), told_so, CHECK_IN)
    assert verdict(stay, CHECK_IN, on_hold(stay)) == Verdict((room("broken", HOLD),), told_so)


def test_a_chosen_room_is_planned_and_turns_at_risk_when_it_is_not_ready_in_time():
    stay, due = ada(booked()), on(23, "13:00")
    told_so = (placed(("204", CHECK_IN, CHECK_OUT)),)
    assert verdict(stay, NOW, in_204(stay)) == Verdict((room("planned", WHY, due),), told_so, due)
    late = room("at-risk", "204 is not ready; it was due at 23 November 13:00", CHECK_IN)
    assert verdict(stay, due, in_204(stay)) == Verdict((late,), told_so, CHECK_OUT)


def test_a_room_made_ready_is_confirmed_and_one_that_could_not_be_is_at_risk():
    stay, at = ada(booked()), on(23, "12:40")
    assert promise(stay, at, in_204(stay, status="completed", moved_at=at)) == room(
        "confirmed", "204 was made ready at 23 November 12:40", CHECK_IN)
    assert promise(stay, at, in_204(stay, status="failed", moved_at=at, reason="the hoist is stuck")) == room(
        "at-risk", "204 was not made ready: the hoist is stuck", CHECK_IN)
    waived = in_204(stay, status="failed", stage="waived", moved_at=at, reason="ready since noon")
    assert promise(stay, at, waived) == room("planned", WHY, on(23, "13:00"))


def test_another_rooms_preparation_confirms_nothing():
    stay = ada(booked())
    tasks = [replace(t, slot="104", place="104") if t.kind == "prepare" else t for t in in_204(stay, status="completed")]
    assert promise(stay, NOW, tasks).state == "planned"


def test_a_patient_in_the_room_confirms_it():
    stay, at = ada(booked(), admitted()), on(23, "16:30")
    assert verdict(stay, at, in_204(stay, at)) == Verdict(
        (room("confirmed", "in 204 since 23 November 16:20", CHECK_OUT),), (placed(("204", CHECK_IN, CHECK_OUT)),))


def test_a_discharged_patient_has_the_room_until_leaving_and_then_it_was_kept():
    papers = (booked(), admitted(), discharged(on(30, "10:20")))
    written_up, gone = ada(*papers), ada(*papers, left(on(30, "10:55")))
    at = on(30, "10:30")
    assert verdict(written_up, at, in_204(written_up, at)) == Verdict(
        (room("confirmed", "in 204 since 23 November 16:20", on(30, "11:20")),),
        (placed(("204", CHECK_IN, on(30, "11:20"))),), on(30, "11:20"))
    assert promise(written_up, on(30, "11:20"), in_204(written_up, at)) == room(
        "kept", "204 was kept until 30 November 11:20")
    assert promise(gone, on(30, "11:00"), in_204(gone, at)) == room("kept", "204 was kept until 30 November 10:55")


def test_a_patient_discharged_without_a_room_was_not_given_what_was_promised():
    stay, at = ada(booked(), admitted(), discharged(on(28))), on(28, "12:30")
    assert promise(stay, at, on_hold(stay, at)) == room("broken", f"discharged without a room: {HOLD}")


def test_a_room_kept_for_somebody_who_never_came_was_kept():
    stay = ada(booked())
    assert promise(stay, CHECK_OUT, in_204(stay)) == room(
        "kept", "204 was kept until 30 November 11:00; nobody was admitted")


def test_a_cancelled_stay_tells_that_its_room_is_no_longer_its():
    stay = ada(booked(), told("stay-booked", on(3), withdrawn=True))
    was = [replace(t, status="cancelled") for t in in_204(ada(booked()))]
    assert verdict(stay, NOW, was).facts == (placed(why="the stay was cancelled"),)


def test_a_move_tells_both_rooms_and_is_confirmed_only_when_the_new_one_was_made_ready():
    stay, noon = ada(booked(), admitted()), on(26)
    slept = room_of(stay, noon, resource="204", why=WHY)
    moved = written(slept, assigned([], noon, [slept], rooms("104"))[slept.task_id])
    tasks = tasks_of(stay, noon, moved, [moved])
    why = ("moved from 204: 204 is no longer a room of this house; "
           "104: ceiling hoist, roll-in shower, step-free access, wide door; tightest fit")
    due = on(26, "12:45")
    assert verdict(stay, noon, tasks) == Verdict(
        (room("planned", why, due),), (placed(("204", CHECK_IN, noon), ("104", noon, CHECK_OUT), why=why),), due)
    done = [replace(t, status="completed", moved_at=due) if t.kind == "prepare" else t for t in tasks]
    assert promise(stay, due, done) == room("confirmed", "104 was made ready at 26 November 12:45")
