"""From a task's times and the ladder of its kind: which desk tasks are owed now, and when to look again."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from shared.language.diff import NO_LONGER_OWED, diff
from shared.language.overdue import Step, overdue, unreported
from shared.language.tasks import Owed, Task, settled
from tests.language.houses import TRANSPORT, after, driven, pick_up, planned
from tests.language.telling import at

MINUTES = timedelta(minutes=1)
LADDERS = {"airport-pickup": (Step("accept_by", 0 * MINUTES, "coordinator", "screen"),
                              Step("due", 10 * MINUTES, "coordinator", "call"), Step("due", 30 * MINUTES, "head", "call"))}
RIDE = planned(pick_up(accept_by=at("23 12:00")))
GOING = driven("in-progress", accept_by=at("23 12:00"))


def climbed(number: int, start: str, what: str, ride: Task = RIDE, due: str = "2026-11-23T14:10Z", **details: Any) -> Owed:
    return Owed(kind="overdue", feed="desk", slot=f"{ride.task_id}/{number}/{due}", start=at(start),
                due=at(start) + 30 * MINUTES, site="belgrade", place="BEG arrivals", details={
                    "of": "airport-pickup", "task_id": ride.task_id, "feed": "driver", "step": number,
                    "role": "coordinator", "channel": "screen", "what": what, **details})


def look(tasks: list[Task], now: str) -> tuple[list[Task], datetime | None]:
    """The tasks after somebody has looked, settled, and when to look again."""
    owed, again = overdue(tasks, LADDERS, at(now))
    old = {task.task_id: task for task in tasks}
    return [settled(old.get(t.task_id), t) for t in diff(owed, tasks, TRANSPORT, origin="overdue")], again


def desk(tasks: list[Task]) -> dict[int, str]:
    return {t.details["step"]: t.status for t in tasks if t.kind == "overdue"}


def acted(tasks: list[Task], step: int, status: str, when: str) -> list[Task]:
    return [settled(t, replace(t, status=status, moved_at=at(when))) if t.details.get("step") == step else t for t in tasks]


def test_before_its_time_nobody_is_told_and_the_next_step_is_known():
    assert overdue([RIDE], LADDERS, at("23 11:59")) == ([], at("23 12:00"))


def test_nobody_has_accepted():
    assert overdue([RIDE], LADDERS, at("23 12:00")) == ([climbed(1, "23 12:00", "nobody has accepted")], at("23 15:20"))


def test_what_was_accepted_is_quiet_until_it_is_due():
    assert overdue([replace(RIDE, status="accepted")], LADDERS, at("23 15:00")) == ([], at("23 15:20"))


def test_not_done():
    assert overdue([GOING], LADDERS, at("23 15:20")) == (
        [climbed(2, "23 15:20", "not done", GOING, channel="call")], at("23 15:40"))


def test_a_held_task_says_what_holds_it():
    held = replace(RIDE, holds={"assign": "no van with a ramp"})
    assert overdue([held], LADDERS, at("23 12:00"))[0] == [climbed(1, "23 12:00", "no van with a ramp")]


def test_a_mere_demand_is_nobodys_to_accept_unless_it_is_held():
    demand = planned(pick_up(feed=None, accept_by=at("23 12:00")))
    assert overdue([demand], LADDERS, at("24 12:00")) == ([], None)
    held = replace(demand, holds={"assign": "no room"})
    assert [o.details["what"] for o in overdue([held], LADDERS, at("24 12:00"))[0]] == ["no room"] * 3


def test_what_is_over_or_has_no_ladder_is_quiet():
    over = [replace(RIDE, status=status) for status in ("completed", "failed", "cancelled")]
    assert overdue([*over, planned(pick_up(kind="tray"))], LADDERS, at("24 12:00")) == ([], None)


def test_when_due_changes_the_ladder_begins_again():
    tasks, _ = look([RIDE], "23 15:20")
    later = settled(tasks[0], after(tasks[0], pick_up(accept_by=at("23 12:00"), due=at("23 15:30"))))
    tasks, again = look([later, *tasks[1:]], "23 15:35")
    assert sorted((t.details["step"], t.slot[-17:], t.status) for t in tasks if t.kind == "overdue") == [
        (1, "2026-11-23T14:10Z", "cancelled"), (1, "2026-11-23T14:30Z", "requested"), (2, "2026-11-23T14:10Z", "cancelled")]
    assert again == at("23 15:40")


def test_an_acknowledged_step_keeps_the_later_ones_quiet_for_half_an_hour():
    tasks = acted(look([GOING], "23 15:20")[0], 2, "accepted", "23 15:25")
    tasks, again = look(tasks, "23 15:54")
    assert (desk(tasks), again) == ({2: "accepted"}, at("23 15:55"))
    assert desk(look(tasks, "23 15:55")[0]) == {2: "accepted", 3: "requested"}


def test_a_resolved_step_keeps_them_quiet_for_good():
    tasks = acted(look([GOING], "23 15:20")[0], 2, "completed", "23 15:25")
    tasks, again = look(tasks, "29 15:54")
    assert (desk(tasks), again) == ({2: "completed"}, None)


def test_a_step_that_was_late_by_an_acknowledgement_stays_where_it_fired():
    """It went back to its own time, twenty minutes earlier, and took the head's acceptance of it away."""
    tasks = acted(look([GOING], "23 15:20")[0], 2, "accepted", "23 15:35")
    tasks = acted(look(tasks, "23 16:05")[0], 3, "accepted", "23 16:06")
    again = look(tasks, "23 16:30")[0]
    assert (again, desk(again)) == (tasks, {2: "accepted", 3: "accepted"})


def test_what_has_fired_is_resolved_by_itself():
    tasks = acted(look([GOING], "23 15:40")[0], 2, "completed", "23 15:45")
    assert desk(look(tasks, "23 15:50")[0]) == {2: "completed", 3: "requested"}


def test_only_the_last_attempt_of_a_step_counts():
    first = [t for t in look([GOING], "23 15:20")[0] if t.kind == "overdue"]
    failed = [replace(t, status="failed", moved_at=at("23 15:21")) for t in first]
    second = [replace(t, task_id="second", attempt=2, status="accepted", moved_at=at("23 15:30")) for t in first]
    assert {overdue([GOING, *tasks], LADDERS, at("23 15:45"))[1] for tasks in ([*failed, *second], [*second, *failed])} == {
        at("23 16:00")}


def test_the_desk_is_told_of_a_recall_once_however_the_driver_moves():
    recalled = after(GOING)
    tasks, again = look([recalled], "23 14:40")
    assert again == at("23 15:20")
    assert [(t.kind, t.slot, t.start, t.due, t.details) for t in tasks[1:]] == [
        ("recalled", GOING.task_id, at("23 14:31"), at("23 15:01"), {
            "of": "airport-pickup", "task_id": GOING.task_id, "feed": "driver", "assignee": "driver-2",
            "what": NO_LONGER_OWED})]
    ride, told = tasks
    told = settled(told, replace(told, status="accepted", moved_at=at("23 14:45")))
    ride = replace(ride, stage="on-board", moved_at=at("23 15:00"))
    assert look([ride, told], "23 15:01")[0] == [ride, told]


def test_the_desk_is_told_of_a_change_under_somebodys_hands_until_they_move_again():
    amended = after(GOING, pick_up("23 15:30"))
    tasks, _ = look([amended], "23 14:40")
    assert [(t.kind, t.slot, t.details["what"]) for t in tasks[1:]] == [
        ("amended", f"{GOING.task_id}/3", "changed while in progress, at revision 3")]
    tasks = [replace(tasks[0], amended=None, moved_at=at("23 14:50")), tasks[1]]
    assert [t.status for t in look(tasks, "23 14:51")[0]] == ["in-progress", "cancelled"]


def test_what_nobody_reported_for_a_day_has_failed():
    assert unreported([RIDE], at("24 15:09")) == ((RIDE,), at("24 15:10"))
    gone = replace(RIDE, status="failed", stage="not-reported", reason="not reported", moved_at=at("24 15:10"))
    for now in ("24 15:10", "30 12:00"):
        assert unreported([RIDE], at(now)) == ((gone,), None)


def test_a_day_counts_from_the_last_move():
    late = driven("in-progress", moved_at=at("23 20:00"))
    assert unreported([late], at("24 19:59")) == ((late,), at("24 20:00"))
    assert [t.status for t in unreported([late], at("24 20:00"))[0]] == ["failed"]


def test_demands_desk_tasks_and_what_is_over_are_not_reported_on():
    others = planned(pick_up(feed=None)), replace(RIDE, feed="desk"), replace(RIDE, status="completed")
    assert unreported(others, at("30 12:00")) == (others, None)
