"""What was accepted is what was shown: small steps before it count for nothing, small steps after it add up."""

from dataclasses import replace

from shared.language.moves import Move, apply
from shared.language.tasks import Task, settled
from tests.language.houses import after, pick_up, planned
from tests.language.telling import at


def given(task: Task) -> Task:
    return settled(task, replace(task, assignee="driver-2", why="van-1 fits", resource="van-1"))


def accepted(task: Task) -> Task:
    moved = apply(task, Move(to="accepted", by="driver-2"), at("23 10:00"))
    assert isinstance(moved, Task)
    return settled(task, moved)


def moved_to(task: Task, start: str) -> Task:
    return after(task, replace(pick_up(start), pool=task.pool))


def test_small_steps_before_an_acceptance_are_part_of_it():
    task = accepted(moved_to(given(planned()), "23 15:04"))
    assert (task.agreed[0], task.terms) == (at("23 15:04"), 2)
    assert moved_to(task, "23 15:06").status == "accepted"
    assert moved_to(task, "23 14:53").status == "requested"


def test_small_steps_after_an_acceptance_add_up():
    task = accepted(given(planned()))
    for start in ("23 14:59", "23 15:03"):
        task = moved_to(task, start)
        assert task.status == "accepted"
    assert moved_to(task, "23 15:05").status == "requested"
