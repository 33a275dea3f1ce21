"""Whatever becomes of a task, diff treats it by the table; and a stay at rest has exactly what is owed."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, get_args
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from shared.language.diff import Desk, diff
from shared.language.moves import Move, apply
from shared.language.tasks import PLANNED, Owed, Status, Task, private, record, restored, settled
from tests.property.strategies import thoroughly

DESK = Desk("transport", "stay:BEG-2026-0412", ZoneInfo("Europe/Belgrade"))
# 02:00 in Belgrade, on the autumn night whose hour comes twice.
NIGHT = datetime(2026, 10, 25, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OTHERS = ("driver-1", "driver-2", None)


def at(minute: int) -> datetime:
    return NIGHT + minute * MINUTE


WHEN = [at(minute) for minute in (0, 4, 9, 10, 14, 19, 20, 30, 60, 120, 121, 140)]
EVER: dict[str, Sequence[Any]] = {
    "slot": ("in", "out"), "feed": ("driver", None), "start": WHEN, "due": WHEN, "accept_by": [*WHEN, None],
    "place": ("BEG", "BEG", "clinic", None), "details": ({}, {"seats": 1}, {"seats": 2}), "pool": ("rides", None),
    "hold_from": (None, None, at(30), at(60))}


def _wishes(count: int) -> list[Owed]:
    random = Random("Ada")
    return [Owed(kind="ride", **{name: random.choice(among) for name, among in EVER.items()}) for _ in range(count)]


WISHES = st.sampled_from(_wishes(2000))
OWED = st.lists(WISHES, max_size=2, unique_by=lambda wish: wish.slot)
MOVES = st.builds(
    Move, to=st.sampled_from(get_args(Status)), by=st.sampled_from(OTHERS), dispatcher=st.booleans(),
    stage=st.sampled_from((None, "en-route", "waived")), revision=st.sampled_from((None, 1, 2, 9)),
    at=st.sampled_from((None, *WHEN)), reason=st.sampled_from((None, "flat tyre")))
Assigned = tuple[str | None, str | None, dict[str, str]]
ASSIGNED: st.SearchStrategy[Assigned] = st.tuples(
    st.sampled_from(OTHERS), st.sampled_from(("van-1", None)), st.sampled_from(({}, {"assign": "no van"})))
STATUS = st.sampled_from(("requested", "accepted", "in-progress", "completed", "failed", "cancelled"))


def stored(task: Task) -> Task:
    """As the database gives it back: with offsets, without zones."""
    return restored(*json.loads(json.dumps([record(task), private(task)])))


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    """A task in any state that it can be in."""
    [task] = diff([draw(WISHES)], (), DESK)
    task = settled(None, task)
    assignee, resource, holds = draw(ASSIGNED)
    status = draw(STATUS)
    recall = {"recall": "no longer owed"} if status == "in-progress" and draw(st.booleans()) else {}
    task = settled(task, replace(
        task, status=status, assignee=assignee, resource=resource, holds={**holds, **recall} if task.open else {},
        stage=draw(st.sampled_from((None, "declined", "waived", "en-route"))), reason=draw(st.sampled_from((None, "x"))),
        moved_at=None if status == "requested" else at(draw(st.sampled_from((0, 100, 500)))), chosen={"trip": 1},
        declined=draw(st.sampled_from(({}, {"driver-1": at(0)}, {"driver-1": at(-200)})))))
    return stored(task)


@dataclass(frozen=True)
class Row:
    """What becomes of a task with this status: `big` when start or place moved, `small` when anything else did."""

    small: str
    big: str
    gone: str


# status | owed, and changed a little / materially | no longer owed
TABLE = {
    "requested": Row("amend", "amend", "cancelled"),
    "accepted": Row("amend", "offer again", "cancelled"),
    "in-progress": Row("amend and tell", "amend and tell", "recall"),
    "completed": Row("leave", "leave", "leave"),
    "failed": Row("leave or next", "leave or next", "leave"),
    "cancelled": Row("request again", "request again", "leave"),
}


def fields(task: Task | Owed) -> dict[str, Any]:
    return {name: getattr(task, name) for name in PLANNED}


def still_declined(task: Task, wish: Owed) -> dict[str, datetime]:
    return {who: start for who, start in task.declined.items() if abs(wish.start - start) < 120 * MINUTE}


def offered(task: Task, wish: Owed) -> dict[str, Any]:
    return {**fields(wish), "status": "requested", "stage": "offered", "declined": still_declined(task, wish),
            "assignee": task.assignee if wish.pool else None}


def requested_again(task: Task, wish: Owed) -> dict[str, Any]:
    nobody = dict.fromkeys(("assignee", "resource", "why", "stage", "reason", "moved_at"))
    return {**fields(wish), **nobody, "status": "requested", "chosen": {}, "holds": {},
            "declined": still_declined(task, wish)}


THEN: dict[str, Callable[[Task, Owed], dict[str, Any]]] = {
    "amend": lambda task, wish: {**fields(wish), "declined": still_declined(task, wish)},
    "amend and tell": lambda task, wish: {**fields(wish), "amended": task.revision + 1},
    "offer again": offered,
    "request again": requested_again,
    "leave": lambda task, wish: {},
    "leave or next": lambda task, wish: {},
}
GONE: dict[str, dict[str, Any]] = {
    "cancelled": {"status": "cancelled", "holds": {}}, "leave": {},
    "recall": {"recall": "no longer owed; whoever is at it closes it"}}


def without_recall(task: Task) -> Task:
    return replace(task, holds={name: why for name, why in task.holds.items() if name != "recall"})


def one_by_one(all_tasks: Iterable[Task]) -> dict[str, Task]:
    return {task.task_id: task for task in all_tasks}


@thoroughly
@given(tasks(), WISHES)
def test_what_is_owed_and_changed_follows_the_table(task: Task, wish: Owed):
    wish = replace(wish, slot=task.slot)
    out = one_by_one(diff([wish], [task], DESK))
    after = out.pop(task.task_id)
    changed = fields(task) != fields(wish)
    start, place, _ = task.agreed
    material = start is None or abs(wish.start - start) >= 10 * MINUTE or wish.place != place
    then = (TABLE[task.status].big if material else TABLE[task.status].small) if changed or not task.open else "leave"
    expected = replace(without_recall(task) if task.open else task, **THEN[then](task, wish))
    assert replace(after, reason=expected.reason) == expected
    assert (after.reason != task.reason) <= (then in ("offer again", "request again"))
    again = then == "leave or next" and task.stage != "waived" and task.moved_at is not None and wish.due > task.moved_at
    assert [(t.attempt, t.status, fields(t)) for t in out.values()] == ([(2, "requested", fields(wish))] if again else [])


@thoroughly
@given(tasks())
def test_what_is_no_longer_owed_follows_the_table(task: Task):
    gone = dict(GONE[TABLE[task.status].gone])
    if why := gone.pop("recall", None):
        gone["holds"] = {**task.holds, "recall": task.holds.get("recall", why)}
    assert diff([], [task], DESK) == (replace(task, **gone),)


@thoroughly
@given(st.lists(tasks(), max_size=2, unique_by=lambda task: task.slot), OWED)
def test_diff_is_done_when_it_is_done(before: list[Task], owed: list[Owed]):
    after = [settled(one_by_one(before).get(t.task_id), t) for t in diff(owed, before, DESK)]
    assert one_by_one(diff(owed, after, DESK)) == one_by_one(after)
    assert one_by_one(diff(owed, after[::-1], DESK)) == one_by_one(after)
    kept = [stored(task) for task in after]
    assert all(settled(one_by_one(kept)[t.task_id], t) is one_by_one(kept)[t.task_id] for t in diff(owed, kept, DESK))


Step = tuple[list[Owed], int, Move | None, Assigned | None, int]
STEPS = st.lists(st.tuples(OWED, st.integers(0, 3), st.one_of(st.none(), MOVES), st.one_of(st.none(), ASSIGNED),
                           st.sampled_from((0, 5, 60, 300))), min_size=1, max_size=6)


@thoroughly
@given(st.lists(tasks(), max_size=2, unique_by=lambda task: task.slot), STEPS)
def test_whatever_happens_to_a_stay_it_comes_to_rest_with_exactly_what_is_owed(at_first: list[Task], steps: Sequence[Step]):
    known = one_by_one(at_first)
    agreed = {task.task_id: (task.start, task.place, task.assignee) for task in at_first}
    minute = 0
    for owed, which, move, assigned, passed in steps:
        minute += passed
        before, now_tasks = dict(known), dict(known)
        if known:
            ref = sorted(known)[which % len(known)]
            now_tasks[ref] = _acted(known[ref], move, assigned, at(minute))
        for task in diff(owed, list(now_tasks.values()), DESK):
            known[task.task_id] = stored(settled(before.get(task.task_id), task))
        _counted(before, known, agreed)
        _at_rest(owed, known)


def _acted(task: Task, move: Move | None, assigned: Assigned | None, now: datetime) -> Task:
    if assigned and task.status in ("requested", "accepted"):
        assignee, resource, holds = assigned
        task = replace(task, assignee=assignee, resource=resource, holds={**holds})
    moved = apply(task, move, now) if move else task
    return moved if isinstance(moved, Task) else task


Agreed = tuple[datetime, str | None, str | None]


def _counted(before: dict[str, Task], known: dict[str, Task], agreed: dict[str, Agreed]) -> None:
    """The revision counts each change; terms follow it where start, place or assignee are no longer those agreed."""
    for ref, task in known.items():
        old = before.get(ref)
        start, place, assignee = agreed.get(ref, (datetime.min.replace(tzinfo=UTC), None, None))
        material = abs(task.start - start) >= 10 * MINUTE or (task.place, task.assignee) != (place, assignee)
        if material:
            agreed[ref] = task.start, task.place, task.assignee
        if old is None:
            assert (task.revision, task.terms) == (1, 1)
        else:
            changed = old != replace(task, revision=old.revision, terms=old.terms, agreed=old.agreed)
            assert (task.revision, task.terms) == (old.revision + changed, old.revision + 1 if material else old.terms)
            assert old.status not in ("completed", "failed") or not changed  # nothing revives what is over


def _at_rest(owed: Sequence[Owed], known: dict[str, Task]) -> None:
    latest = {task.key: task for task in sorted(known.values(), key=lambda task: task.attempt)}
    for wish in owed:
        task = latest[wish.key]
        assert task.status != "cancelled" and "recall" not in task.holds
        assert task.status in ("completed", "failed") or fields(task) == fields(wish)
    for task in known.values():
        if task.key not in {wish.key for wish in owed} or task is not latest[task.key]:
            assert not task.open or "recall" in task.holds
