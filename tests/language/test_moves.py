"""What people may do to a task, and what they are told when they may not."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from shared.language.moves import BY_ITSELF, LAWFUL, Move, Refused, apply
from shared.language.tasks import OPEN, Status, Task
from tests.language.houses import driven, planned
from tests.language.telling import at

NOW = at("23 14:40")
STATUSES = get_args(Status)


def moved(task: Task, to: str, **says: object) -> Task | Refused:
    return apply(task, Move(to=to, **says), NOW)  # type: ignore[arg-type]


def code(answer: Task | Refused) -> str | None:
    return answer.code if isinstance(answer, Refused) else None


@pytest.mark.parametrize("status", [s for s in STATUSES if s != "on-hold"])
@pytest.mark.parametrize("to", STATUSES)
def test_the_table_of_lawful_moves_is_the_law(status: Status, to: Status):
    task = driven(status, stage="declined" if status == "requested" and to != "requested" else None)
    answer = moved(task, to, reason="told at the gate")
    if to in LAWFUL[status]:
        assert isinstance(answer, Task)
        assert answer.status == to
    elif to == status:
        assert answer is task  # told twice it is one move
    else:
        may = ", ".join(LAWFUL[status]) or "nothing: it is closed"
        assert answer == Refused("unlawful", f"a task that is {status} cannot become {to}; lawful: {may}")


def test_only_diff_cancels():
    assert not any("cancelled" in to or "on-hold" in to for to in LAWFUL.values())
    assert all(LAWFUL[status] == () for status in LAWFUL if status not in OPEN)
    assert {to for _, to, _ in BY_ITSELF} == {"cancelled", "requested", "failed"}


def test_a_driver_takes_a_ride_and_drives_it():
    task = moved(planned(pool="rides", assignee="driver-2"), "accepted", by="driver-2", revision=2)
    assert task == planned(pool="rides", assignee="driver-2", status="accepted", moved_at=NOW)
    assert isinstance(task, Task)
    way = moved(task, "in-progress", by="driver-2", stage="en-route", at=at("23 14:31"))
    assert way == replace(task, status="in-progress", stage="en-route", moved_at=at("23 14:31"))


def test_where_no_pool_assigns_whoever_takes_it_has_it():
    answer = moved(planned(), "accepted", by="nurse-1")
    assert isinstance(answer, Task)
    assert answer.assignee == "nurse-1"


def test_a_device_whose_clock_is_ahead_cannot_move_in_the_future():
    answer = moved(planned(), "accepted", at=NOW + timedelta(hours=1))
    assert isinstance(answer, Task)
    assert answer.moved_at == NOW


def test_accepting_older_terms_is_refused_and_says_which():
    task = planned(pool="rides", assignee="driver-2")
    assert moved(task, "accepted", by="driver-2", revision=1) == Refused(
        "older-terms", "start, place or assignee changed at revision 2; what was accepted is revision 1")


def test_beginning_without_accepting_is_accepting():
    """The start moved while the driver was offline: his *en route* must not take the new terms as read."""
    moved_away = driven("requested", stage="offered")
    assert code(moved(moved_away, "in-progress", by="driver-2", stage="en-route", revision=1)) == "older-terms"
    assert code(moved(moved_away, "in-progress", by="driver-2", stage="en-route", revision=2)) is None


def test_an_older_revision_alone_is_no_reason():
    task = driven("accepted", amended=None)
    assert code(moved(task, "in-progress", by="driver-2", revision=1)) is None
    assert moved(driven("in-progress", stage="en-route"), "in-progress", stage="en-route", revision=1) == driven(
        "in-progress", stage="en-route")


def test_somebody_elses_task_is_theirs_except_for_a_dispatcher():
    task = driven("accepted")
    assert moved(task, "in-progress", by="driver-1") == Refused("not-yours", "this task is driver-2's, not driver-1's")
    assert code(moved(task, "in-progress", by="anna", dispatcher=True)) is None


def test_what_is_held_cannot_begin_but_goes_on_and_ends():
    held = {"recall": "no longer owed", "assign": "no van"}
    assert moved(driven("accepted", holds=held), "in-progress") == Refused("on-hold", "no longer owed; no van")
    assert code(moved(driven("requested", holds=held), "accepted")) == "on-hold"
    going = moved(driven("in-progress", holds=held), "in-progress", stage="on-board")
    assert isinstance(going, Task)
    assert going.holds == held
    done = moved(driven("in-progress", holds=held), "completed")
    assert isinstance(done, Task)
    assert (done.status, done.holds) == ("completed", {})


def test_a_failure_needs_a_reason():
    assert [code(moved(driven("accepted"), "failed", reason=why)) for why in (None, "")] == ["reason-missing"] * 2
    waived = moved(driven("accepted", holds={"assign": "x"}), "failed", stage="waived", reason="came by train")
    assert isinstance(waived, Task)
    assert (waived.status, waived.stage, waived.reason, waived.holds) == ("failed", "waived", "came by train", {})


def test_a_decline_asks_somebody_else():
    ride = driven("accepted", pool="rides", declined={"driver-1": at("23 14:55")})
    assert moved(ride, "requested", by="driver-2", reason="flat tyre") == replace(
        ride, status="requested", stage="declined", reason="flat tyre", moved_at=NOW,
        declined={"driver-1": at("23 14:55"), "driver-2": at("23 14:55")})
    alone = moved(driven("accepted"), "requested")
    assert isinstance(alone, Task)
    assert (alone.assignee, alone.declined) == (None, {"driver-2": at("23 14:55")})


def test_a_dispatcher_declines_for_the_driver_and_not_for_herself():
    """It is the driver who must not be asked again."""
    answer = moved(driven("accepted", pool="rides"), "requested", by="anna", dispatcher=True)
    assert isinstance(answer, Task)
    assert answer.declined == {"driver-2": at("23 14:55")}
    assert moved(answer, "requested", by="anna", dispatcher=True) is answer


def test_a_second_tap_is_one_move():
    done = driven("completed")
    assert moved(done, "completed", by="driver-2", revision=1) is done
    assert moved(done, "completed", by="anna", dispatcher=True) is done
    assert code(moved(done, "completed", by="driver-1")) == "unlawful"
    declined = driven("requested", pool="rides", stage="declined", declined={"driver-2": at("23 14:55")})
    assert moved(declined, "requested", by="driver-2") is declined


def test_a_move_answers_what_the_desk_was_told_of():
    answer = moved(driven("in-progress", amended=3), "in-progress", stage="on-board")
    assert isinstance(answer, Task)
    assert answer.amended is None
