"""A task: its id, what a feed carries of it, what its owner keeps, and what its revision and terms count."""

from dataclasses import replace
from datetime import timedelta

from shared.language.diff import Desk, diff
from shared.language.tasks import Task, record, settled, task_id
from tests.language.houses import BELGRADE, driven, one, pick_up, planned, stored
from tests.language.telling import ADA, at, iso


def test_the_id_of_a_task_never_changes():
    """Readers keep it for as long as they like: another way of making it would make every task anew."""
    assert task_id("transport", f"stay:{ADA}", "airport-pickup", "patient", "", 1) == "0b70056f-d7e5-5c9c-81b1-ea3525061a59"
    assert planned().task_id == "0b70056f-d7e5-5c9c-81b1-ea3525061a59"


def test_each_part_of_the_name_makes_another_task():
    names = [("meals", "stay:A", "tray", "C-1", "lunch", 1), ("stay", "stay:A", "tray", "C-1", "lunch", 1),
             ("meals", "stay:B", "tray", "C-1", "lunch", 1), ("meals", "stay:A", "order", "C-1", "lunch", 1),
             ("meals", "stay:A", "tray", "C-2", "lunch", 1), ("meals", "stay:A", "tray", "C-1", "dinner", 1),
             ("meals", "stay:A", "tray", "C-1", "lunch", 2), ("meals", "pool:A", "tray", "C-1", "lunch", 1),
             ("meals", "stay:A", "tray", "C/1", "lunch", 1), ("meals", "stay:A", "tray", "C", "1/lunch", 1)]
    assert len({task_id(*name) for name in names}) == len(names)


def test_a_feed_carries_the_whole_task_and_nothing_private():
    task = driven("in-progress", stage="en-route", resource="van-1", chosen={"trip_id": "T-9"},
                  declined={"driver-1": at("23 14:55")}, accept_by=at("23 12:00"),
                  why="van-1: ramp and one wheelchair place", details={"flight": "LH1406"})
    assert record(task) == {
        "task_id": task.task_id, "owner": "transport", "feed": "driver", "kind": "airport-pickup", "stay_id": ADA,
        "person": "patient", "site": "belgrade", "status": "in-progress", "stage": "en-route", "holds": {}, "revision": 2,
        "terms": 2, "start": iso("23 14:55"), "due": iso("23 15:10"), "accept_by": iso("23 12:00"), "assignee": "driver-2",
        "resource": "van-1", "place": "BEG arrivals", "to": "clinic",
        "details": {"kind": "airport-pickup", "flight": "LH1406", "trip_id": "T-9"},
        "why": "van-1: ramp and one wheelchair place", "reason": None, "moved_at": iso("23 14:31")}


def test_on_hold_is_shown_while_something_holds_an_open_task():
    held = planned(holds={"assign": "no van with a ramp"})
    assert (record(held)["status"], record(held)["holds"]) == ("on-hold", {"assign": "no van with a ramp"})
    assert record(replace(held, status="cancelled"))["status"] == "cancelled"


def test_a_task_of_a_pool_names_its_subject():
    task = one(diff([pick_up()], (), Desk("stay", "pool:rooms/belgrade", BELGRADE)))
    assert {name: record(task).get(name) for name in ("subject", "stay_id")} == {
        "subject": "pool:rooms/belgrade", "stay_id": None}


def test_a_task_comes_back_from_the_database_as_it_was():
    """In the hour that the autumn night repeats as well: there a zoned instant would equal nothing but itself."""
    night = at("23 14:55").replace(month=10, day=25, hour=1, minute=30)  # 02:30 in Belgrade, for the second time
    tasks = [planned(), planned(pick_up(start="23 14:55", pool="rides", hold_from=at("23 10:00"), accept_by=at("22 12:00"))),
             driven("failed", stage="waived", reason="came by train", amended=3, holds={"recall": "x"}, chosen={"trip": 1},
                    declined={"driver-1": at("23 14:55")}, details={"kind": "x"}, why="y", resource="van-1"),
             planned(replace(pick_up(), start=night, due=night + timedelta(minutes=15), accept_by=night, hold_from=night))]
    for task in tasks:
        assert stored(task) == task


def test_revision_counts_changes_and_terms_the_material_ones():
    first = planned()
    assert (first.revision, first.terms, first.agreed) == (1, 1, (at("23 14:55"), "BEG arrivals", None))
    reason = settled(first, replace(first, reason="lift"))
    assert (reason.revision, reason.terms, reason.agreed) == (2, 1, first.agreed)
    assigned = settled(reason, replace(reason, assignee="driver-2"))
    assert (assigned.revision, assigned.terms, assigned.agreed) == (3, 3, (at("23 14:55"), "BEG arrivals", "driver-2"))
    assert settled(assigned, replace(assigned)) is assigned


def test_small_changes_of_the_start_add_up_to_new_terms():
    task: Task = planned()
    terms = []
    for minute in (0, 4, 9, 10, 13, 19, 20):
        task = settled(task, replace(task, start=at(f"23 15:{minute:02}")))
        terms.append((task.revision, task.terms))
    assert terms == [(2, 1), (3, 1), (4, 4), (5, 4), (6, 4), (7, 7), (8, 7)]
