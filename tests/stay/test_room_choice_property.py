"""What must hold of the rooms, whoever asks: valid, complete, in no order, at rest, and first booked first served."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from shared.language.resources import Resource, Window
from shared.language.tasks import Task
from shared.service import Assigned
from tests.stay.ada import assigned, demand, on, written

NOW = on(10)
GAP = timedelta(hours=2)
FEATURES = ("step-free", "ceiling-hoist", "oxygen")
three_hundred = settings(max_examples=300, deadline=None)

moments = some.integers(0, 60).map(lambda quarter: on(5, "00:00") + timedelta(hours=6 * quarter))
features = some.frozensets(some.sampled_from(FEATURES))


@some.composite
def houses(draw: some.DrawFn) -> list[Resource]:
    rooms = []
    for number in range(draw(some.integers(0, 5))):
        start = draw(some.none() | moments)
        out = (Window(start, draw(some.none() | some.just(start + timedelta(days=2)))),) if start else ()
        rooms.append(Resource(f"belgrade/room/{101 + number}", draw(features), draw(some.integers(1, 3)), out))
    return rooms


@some.composite
def demands(draw: some.DrawFn, house: Sequence[Resource], name: str, held: bool) -> Task:
    start = draw(moments)
    end = start + timedelta(hours=6 * draw(some.integers(1, 24)))
    room = draw(some.sampled_from([*(r.name for r in house), "gone"])) if held else None
    slept = start + timedelta(hours=6) if held else draw(some.sampled_from([None, None, None, start + timedelta(days=1)]))
    return demand(name, start, end, *draw(features), beds=draw(some.integers(1, 2)), booked_on=draw(some.integers(1, 5)),
                  party=draw(some.sampled_from([None, None, "P", "Q"])), room=room, hold_from=slept,
                  terms=draw(some.integers(1, 4)))


@some.composite
def contests(draw: some.DrawFn) -> tuple[list[Resource], list[Task], list[Task]]:
    house = draw(houses())
    held = [draw(demands(house, f"held-{n}", True)) for n in range(draw(some.integers(0, 3)))]
    return house, held, [draw(demands(house, f"wait-{n}", False)) for n in range(draw(some.integers(0, 7)))]


def ahead(task: Task) -> tuple[datetime, datetime]:
    """What is still to come of a stay."""
    return max(task.start, NOW), task.due


def meet(one: Task, two: Task, gap: timedelta = timedelta()) -> bool:
    (a, b), (c, d) = ahead(one), ahead(two)
    return a < d + gap and c < b + gap


def mates(one: Task, two: Task) -> bool:
    return one.details["party"] is not None and one.details["party"] == two.details["party"]


def fits(room: Resource, task: Task, others: Sequence[Task]) -> bool:
    """Whether the room takes the stay, from now on, beside the others who have it."""
    if not (set(task.details["needs"]) <= room.features and room.usable(*ahead(task))):
        return False
    if any(not mates(task, other) and other.due + GAP > NOW and meet(task, other, GAP) for other in others):
        return False
    together = [task, *(other for other in others if mates(task, other))]
    return all(sum(t.details["beds"] for t in together if ahead(t)[0] <= at < t.due) <= room.units
               for at, _ in map(ahead, together))


def answered(tasks: Sequence[Task], answers: Mapping[str, Assigned]) -> list[Task]:
    return [written(task, answers[task.task_id]) for task in tasks]


def live(tasks: Sequence[Task]) -> list[Task]:
    return [task for task in tasks if task.due > NOW]


@three_hundred
@given(contests())
def test_every_room_given_has_what_is_needed_and_is_nobody_elses(contest: tuple[list[Resource], list[Task], list[Task]]):
    house, held, waiting = contest
    tasks = live(answered([*held, *waiting], assigned(waiting, NOW, held, house)))
    for room in house:
        there = [task for task in tasks if task.resource == room.name]
        for task in there:
            assert fits(room, task, [other for other in there if other is not task])
    assert {task.resource for task in tasks} <= {None, *(room.name for room in house)}


@three_hundred
@given(contests())
def test_a_party_that_is_there_together_sleeps_in_one_room_unless_both_slept_apart(
        contest: tuple[list[Resource], list[Task], list[Task]]):
    house, held, waiting = contest
    answers = assigned(waiting, NOW, held, house)
    tasks = [task for task in live(answered([*held, *waiting], answers)) if task.resource]
    kept = {task.task_id for task in held if answers[task.task_id].resource == task.resource}
    for one in tasks:
        for two in tasks:
            if mates(one, two) and meet(one, two) and not {one.task_id, two.task_id} <= kept:
                assert one.resource == two.resource


@three_hundred
@given(contests())
def test_nobody_waits_while_a_room_that_fits_is_free(contest: tuple[list[Resource], list[Task], list[Task]]):
    house, held, waiting = contest
    tasks = answered([*held, *waiting], assigned(waiting, NOW, held, house))
    for task in live(tasks):
        with_the_party = {t.resource for t in live(tasks) if t.resource and mates(task, t) and meet(task, t)}
        for room in house if task.resource is None else ():
            free = fits(room, task, [other for other in tasks if other.resource == room.name])
            assert not (free and with_the_party <= {room.name})


@three_hundred
@given(contests(), some.randoms(use_true_random=False))
def test_the_order_of_those_who_wait_does_not_matter(contest: tuple[list[Resource], list[Task], list[Task]], chance):
    house, held, waiting = contest
    shuffled, also = list(waiting), list(held)
    chance.shuffle(shuffled)
    chance.shuffle(also)
    assert assigned(shuffled, NOW, also, list(reversed(house))) == assigned(waiting, NOW, held, house)


@three_hundred
@given(contests())
def test_the_answer_given_again_is_the_same(contest: tuple[list[Resource], list[Task], list[Task]]):
    house, held, waiting = contest
    answers = assigned(waiting, NOW, held, house)
    held, waiting = answered(held, answers), answered(waiting, answers)
    assert assigned(waiting, NOW, held, house) == answers
    moved_in = [t for t in waiting if t.resource and t.hold_from and t.hold_from <= NOW]
    settled = [*(t for t in held if t.resource), *moved_in]
    assert assigned([t for t in (*held, *waiting) if t not in settled], NOW, settled, house) == answers


@three_hundred
@given(contests())
def test_an_earlier_booking_is_never_refused_because_of_a_later_one(contest: tuple[list[Resource], list[Task], list[Task]]):
    house, held, waiting = contest
    waiting = [replace(task, hold_from=None) for task in waiting]
    answers = assigned(waiting, NOW, held, house)
    in_order = sorted(waiting, key=lambda task: (task.details["booked_at"], task.task_id))
    for number, task in enumerate(in_order, 1):
        if answers[task.task_id].hold:
            assert assigned(in_order[:number], NOW, held, house)[task.task_id].hold
