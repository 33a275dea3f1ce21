"""What must hold of the interpreters, whoever asks: in one place, understood, certified, complete, in no order, at rest."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from services.stay.rules.interpreter_need import primary
from shared.language.resources import Resource, Window
from shared.language.shifts import works
from shared.language.tasks import Task
from shared.shell.passes import is_held, reconcile_pool
from tests.stay.ada import BELGRADE, on
from tests.stay.interpreting import BENCH, POOL, assigned, talk

NOW = on(25, "10:00")
GAP = timedelta(minutes=15)
LANGUAGES = ("tr", "en-GB", "de")
DAY = {"from": "07:00", "to": "21:00"}
SHIFTS = ({"from": "12:00", "to": "23:00"}, {"from": "19:00", "to": "07:00"})
NAMES = ("anna", "boris", "cem", "dora")
Contest = tuple[list[Resource], list[Task]]

def moment(chance: Random) -> datetime:
    return NOW + timedelta(minutes=15 * chance.randint(-8, 30))


def seldom(chance: Random, rare: Any, usual: Any) -> Any:
    return rare if chance.random() < 0.2 else usual


def languages(chance: Random) -> list[str]:
    return chance.sample(LANGUAGES, chance.choice((1, 1, 2, 3)))


def person(name: str, chance: Random) -> Resource:
    ill = moment(chance)
    out = Window(ill, chance.choice((None, ill + timedelta(hours=4))))
    details = (("languages", [primary(tag) for tag in languages(chance)]), ("shifts", [seldom(chance, chance.choice(SHIFTS), DAY)]))
    return Resource(f"belgrade/interpreter/{name}", seldom(chance, frozenset(), frozenset({"medical"})),
                    out=seldom(chance, (out,), ()), duty=seldom(chance, ((NOW - GAP, False),), ()), details=details)


def engagement(name: str, chance: Random) -> Task:
    start, by = moment(chance), seldom(chance, chance.choice([*NAMES, "gone"]), None)
    status = chance.choice(("requested", "accepted", "in-progress") if by else ("requested", "accepted"))
    return talk(name, start, start + timedelta(minutes=15 * chance.randint(1, 8)), *languages(chance), by=by, status=status,
                medical=chance.random() < 0.5, hold_from=start - timedelta(hours=2), terms=chance.randint(1, 3),
                subject=f"stay:{chance.choice('ABCDEF')}", why=chance.choice((None, "as agreed")),
                declined=seldom(chance, {"anna": start}, {}))


def contest_of(seed: int) -> Contest:
    """One draw for all of it: a hundred draws for each example would cost more than what is tried."""
    chance = Random(seed)
    there = chance.sample(NAMES, chance.choice((0, 1, 2, 3, 4, 4)))
    return [person(name, chance) for name in there], [engagement(f"T-{n}", chance) for n in range(chance.randint(1, 12))]


contests = some.integers(0, 2**32 - 1).map(contest_of)


def pooled(house: Sequence[Resource], tasks: Sequence[Task]) -> list[Task]:
    """The talks as the shell has them after a pass of the pool."""
    changed = {task.task_id: task for task in reconcile_pool(BENCH, POOL, "belgrade", tasks, house, NOW).tasks}
    return [changed.get(task.task_id, task) for task in tasks]


def ahead(task: Task) -> bool:
    return task.due > NOW


def meet(one: Task, two: Task) -> bool:
    gap = timedelta() if one.subject == two.subject else GAP
    return max(one.start, NOW) < two.due + gap and max(two.start, NOW) < one.due + gap


def suits(person: Resource, task: Task) -> bool:
    """But for the others' talks."""
    speaks = set(dict(person.details)["languages"]) & {primary(tag) for tag in task.details["languages"]}
    certified = "medical" in person.features or not task.details["medical"]
    there = works(person, max(task.start, NOW), task.due, BELGRADE, NOW)
    return bool(speaks) and certified and there and person.name not in task.declined


@given(contests)
def test_nobody_is_in_two_places_nor_between_two(contest: Contest):
    tasks = [task for task in pooled(*contest) if task.assignee and ahead(task)]
    for one in tasks:
        for two in tasks:
            both_inside = one.status == two.status == "in-progress"  # that is what they say of themselves
            assert one is two or one.assignee != two.assignee or not meet(one, two) or both_inside


@given(contests)
def test_whoever_comes_speaks_the_language_is_certified_and_there(contest: Contest):
    people = {person.name: person for person in contest[0]}
    for task in pooled(*contest):
        if task.assignee and ahead(task) and task.status != "in-progress":
            assert suits(people[task.assignee], task)
            assert task.chosen["language"] in task.details["languages"]


@given(contests)
def test_nobody_waits_while_somebody_who_can_is_free(contest: Contest):
    house, _ = contest
    tasks = pooled(*contest)
    for task in tasks:
        if task.assignee is None and ahead(task):
            assert task.holds["assign"]
            for person in house:
                busy = any(other.assignee == person.name and meet(task, other) for other in tasks if other is not task)
                assert busy or not suits(person, task)


@given(contests, some.randoms(use_true_random=False))
def test_the_order_of_those_who_wait_does_not_matter(contest: Contest, chance):
    house, tasks = contest
    held, waiting = [t for t in tasks if is_held(t, NOW)], [t for t in tasks if not is_held(t, NOW)]
    shuffled, also = list(waiting), list(held)
    chance.shuffle(shuffled)
    chance.shuffle(also)
    assert assigned(shuffled, NOW, also, list(reversed(house))) == assigned(waiting, NOW, held, house)


@given(contests)
def test_once_it_is_written_the_answer_is_the_same(contest: Contest):
    house, tasks = contest
    first = pooled(house, tasks)
    assert reconcile_pool(BENCH, POOL, "belgrade", first, house, NOW).tasks == []


@given(contests)
def test_who_is_held_and_fits_stays(contest: Contest):
    house, tasks = contest
    after = {task.task_id: task for task in pooled(house, tasks)}
    held = [task for task in tasks if is_held(task, NOW)]
    for task in held:
        alone = not any(other.assignee == task.assignee and meet(task, other) for other in held if other is not task)
        fits = any(person.name == task.assignee and suits(person, task) for person in house)
        if task.status == "in-progress" or (fits and alone):
            assert after[task.task_id].assignee == task.assignee


@given(contests, some.integers(0, 3))
def test_while_nothing_is_held_what_was_assigned_before_does_not_matter(contest: Contest, hours: int):
    house, tasks = contest
    start: datetime = NOW + timedelta(hours=3)
    free = [talk(t.task_id, t.start - NOW + start + timedelta(hours=hours), t.due - NOW + start + timedelta(hours=hours),
                 *t.details["languages"], subject=t.subject, by=t.assignee) for t in tasks if t.start >= NOW]
    before = {task_id: answer.assignee for task_id, answer in assigned(free, NOW, people=house).items()}
    fresh = [talk(t.task_id, t.start, t.due, *t.details["languages"], subject=t.subject) for t in free]
    assert {task_id: answer.assignee for task_id, answer in assigned(fresh, NOW, people=house).items()} == before
