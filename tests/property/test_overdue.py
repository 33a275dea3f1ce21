"""A step of a ladder fires once, however often somebody looks; an acknowledgement keeps the later ones quiet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Literal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from shared.language.diff import Desk, diff
from shared.language.moves import Move, apply
from shared.language.overdue import Step, overdue
from shared.language.tasks import Owed, Status, Task, settled
from tests.property.strategies import lightly, thoroughly

DESK = Desk("transport", "stay:BEG-2026-0412", ZoneInfo("Europe/Belgrade"))
MINUTE = timedelta(minutes=1)
QUIET = 30
TWO = datetime(2026, 11, 23, 14, tzinfo=UTC)
RIDE = Owed(kind="ride", feed="driver", start=TWO, due=TWO)


def at(minute: int) -> datetime:
    return TWO + minute * MINUTE


@dataclass(frozen=True)
class Event:
    """What somebody does at a minute: with the ride, or with the desk task of the `step` that fired last for it."""

    minute: int
    what: Literal["acknowledge", "resolve", "accept", "decline", "begin", "arrive", "move due", "move accept_by"]
    step: int = 1
    by: int = 0


TO: dict[str, Status] = {"acknowledge": "accepted", "resolve": "completed", "accept": "accepted", "decline": "requested",
                         "begin": "in-progress", "arrive": "completed"}
BY = {"acknowledge": "anna", "resolve": "anna"}


@dataclass
class House:
    """The tasks of one ride as they stand, and what has been done at the desk."""

    ladder: Sequence[Step]
    wish: Owed
    tasks: dict[str, Task] = field(default_factory=dict)
    fired: list[tuple[str, int]] = field(default_factory=list)  # (slot, minute at which its desk task was first there)
    again: datetime | None = None

    def look(self, minute: int) -> None:
        """One pass: what is owed of the ride, then what is overdue of it."""
        now_tasks = diff([self.wish], list(self.tasks.values()), DESK)
        owed, self.again = overdue(now_tasks, {"ride": self.ladder}, at(minute))
        for task in diff(owed, now_tasks, DESK, origin="overdue"):
            if task.task_id not in self.tasks and task.kind == "overdue":
                self.fired.append((task.slot, minute))
            self.tasks[task.task_id] = settled(self.tasks.get(task.task_id), task)

    def ride(self) -> Task:
        [ride] = [task for task in self.tasks.values() if task.kind == "ride"]
        return ride

    def desk(self) -> list[Task]:
        return [task for task in self.tasks.values() if task.kind == "overdue"]

    def happens(self, event: Event) -> None:
        if event.what == "move due":
            self.wish = replace(self.wish, due=at(event.by))
        elif event.what == "move accept_by":
            self.wish = replace(self.wish, accept_by=at(event.by))
        elif event.what in ("acknowledge", "resolve"):
            for task in self.desk():
                if task.details["step"] == event.step and task.open:
                    self._move(task, event)
        else:
            self._move(self.ride(), event)

    def _move(self, task: Task, event: Event) -> None:
        to = TO[event.what]
        ready = replace(task, status="accepted") if task.status == "requested" and to == "completed" else task
        moved = apply(ready, Move(to=to, by=BY.get(event.what)), at(event.minute))
        if isinstance(moved, Task):
            self.tasks[task.task_id] = settled(task, moved)

    def stands(self) -> list[tuple[str, str, datetime, datetime, str]]:
        return sorted((t.kind, t.slot, t.start, t.due, t.status) for t in self.tasks.values())


WAITS = (0, 5, 10, 20, 45, 90)
DUE_STEPS = [Step("due", wait * MINUTE, "desk", "screen") for wait in WAITS]
ACCEPT_STEPS = [replace(step, after="accept_by") for step in DUE_STEPS]
STEPS = st.lists(st.sampled_from([*DUE_STEPS, *ACCEPT_STEPS]), min_size=1, max_size=4)
MINUTES = range(-30, 240)
DESK_EVENTS = [Event(minute, what, step) for minute, what, step in product(
    MINUTES, ("acknowledge", "acknowledge", "resolve"), (1, 2, 3))]
RIDE_EVENTS = [Event(minute, what) for minute, what in product(MINUTES, ("accept", "decline", "begin", "arrive"))]
MOVED_EVENTS = [Event(minute, what, by=by) for minute, what, by in product(
    MINUTES, ("move due", "move accept_by"), (-20, 0, 15, 60, 61))]
EVENTS = st.lists(st.one_of(*map(st.sampled_from, (DESK_EVENTS, RIDE_EVENTS, MOVED_EVENTS))), max_size=6).map(
    lambda events: sorted(events, key=lambda e: e.minute))
WISH = st.sampled_from((-60, -10, 0, None)).map(lambda m: replace(RIDE, accept_by=None if m is None else at(m)))


def run(ladder: Sequence[Step], wish: Owed, events: Iterable[Event], looks: Iterable[int] = (), until: int = 300) -> House:
    """Looks are at the minutes asked for by the ladder itself, at each event, and at `looks` beside."""
    house = House(ladder, wish)
    house.look(-60)
    todo = sorted([*((e.minute, 1, e) for e in events), *((minute, 0, None) for minute in looks), (until, 2, None)],
                  key=lambda one: one[:2])
    for minute, _, event in todo:
        while house.again is not None and house.again <= at(minute):
            house.look(int((house.again - TWO) / MINUTE))
        if event:
            house.happens(event)
        house.look(minute)
    return house


@thoroughly
@given(STEPS, WISH, EVENTS, st.lists(st.sampled_from(MINUTES), max_size=12))
def test_it_does_not_matter_how_often_one_looks(ladder: list[Step], wish: Owed, events: list[Event], looks: list[int]):
    seldom, often = run(ladder, wish, events), run(ladder, wish, events, looks)
    assert (often.stands(), often.fired) == (seldom.stands(), seldom.fired)


@thoroughly
@given(STEPS, WISH, EVENTS)
def test_each_step_fires_once_for_each_due(ladder: list[Step], wish: Owed, events: list[Event]):
    house = run(ladder, wish, events)
    slots = [slot for slot, _ in house.fired]
    dues = {wish.due, *(at(e.by) for e in events if e.what == "move due")}
    possible = {f"{house.ride().task_id}/{number}/{due:%Y-%m-%dT%H:%MZ}" for number, due in product((1, 2, 3, 4), dues)}
    assert len(slots) == len(set(slots))
    assert set(slots) <= possible
    assert all(task.attempt == 1 for task in house.desk())


@lightly
@given(st.lists(st.sampled_from(DUE_STEPS), min_size=1, max_size=4), st.sampled_from((61, 90, 200)))
def test_a_ladder_left_alone_fires_every_step_and_again_when_due_changes(ladder: list[Step], moved: int):
    first = run(ladder, RIDE, [])
    assert sorted(minute for _, minute in first.fired) == sorted(int(step.wait / MINUTE) for step in ladder)
    later = run(ladder, RIDE, [Event(150, "move due", by=moved)])
    assert len({slot for slot, _ in later.fired}) == 2 * len(ladder)
    assert all(task.status == "cancelled" for task in later.desk() if task.slot in {slot for slot, _ in first.fired})


@thoroughly
@given(STEPS, WISH, EVENTS)
def test_after_an_acknowledgement_no_later_step_fires_for_half_an_hour(
        ladder: list[Step], wish: Owed, events: list[Event]):
    events = [e for e in events if not e.what.startswith("move")]
    house = run(ladder, wish, events)
    step = {task.slot: task.details["step"] for task in house.desk()}
    for task in house.desk():
        if task.status == "accepted" and task.moved_at:
            acknowledged = int((task.moved_at - TWO) / MINUTE)
            assert [minute for slot, minute in house.fired if step[slot] > task.details["step"]
                    and acknowledged < minute < acknowledged + QUIET] == []


@thoroughly
@given(STEPS, WISH, st.lists(st.sampled_from(DESK_EVENTS), max_size=6))
def test_what_has_fired_stays_with_its_own_time_whatever_the_desk_does(ladder: list[Step], wish: Owed, events: list[Event]):
    house = run(ladder, wish, events)
    times = {slot: at(minute) for slot, minute in house.fired}
    assert {task.slot: task.start for task in house.desk()} == times
    assert {task.status for task in house.desk()} <= {"requested", "accepted", "completed"}


@lightly
@given(STEPS, WISH, EVENTS)
def test_a_ride_that_has_arrived_or_gone_leaves_no_desk_task_that_nobody_took(
        ladder: list[Step], wish: Owed, events: list[Event]):
    house = run(ladder, wish, [*events, Event(250, "begin"), Event(250, "arrive")])
    assert house.ride().status == "completed"
    assert [task.status for task in house.desk() if task.status in ("requested", "accepted")] == []
