"""What must hold of the fleet, whoever asks: nobody in two places, nothing overloaded, complete, in no order, and at rest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as some

from shared.language.resources import Resource, Window
from shared.language.tasks import Task
from shared.service import Assigned
from shared.shell.passes import is_held
from tests.transport.rides import assigned, crew, on, ride, written

NOW = on(23, "10:00")
GAP = timedelta(minutes=5)
ROAD = timedelta(minutes=30)  # to BEG
DAY = [{"from": "06:00", "to": "22:00"}]
Contest = tuple[list[Resource], list[Task], list[Task]]

moments = some.integers(0, 40).map(lambda quarter: on(23, "09:00") + timedelta(minutes=15 * quarter))


@some.composite
def fleets(draw: some.DrawFn) -> list[Resource]:
    out: list[Resource] = []
    for number in range(draw(some.integers(0, 4))):
        start = draw(some.none() | some.none() | moments)
        away = (Window(start, draw(some.none() | some.just(start + timedelta(hours=2))), "brakes"),) if start else ()
        stretchers, wheelchairs = draw(some.integers(0, 1)), draw(some.integers(0, 2))
        room = (("kg", draw(some.sampled_from([150, 300]))), ("luggage", draw(some.integers(1, 4))),
                ("seats", draw(some.integers(1, 6))), ("stretchers", stretchers), ("wheelchairs", wheelchairs))
        features = frozenset(draw(some.lists(some.sampled_from(["ramp", "tie-downs", "stretcher"]), min_size=1)))
        out.append(Resource(f"belgrade/vehicle/van-{number}", features, draw(some.integers(1, 5)), away, details=room))
    for name in ("ana", "boba", "ceca", "dule")[: draw(some.integers(0, 4))]:
        told = (("languages", draw(some.sampled_from([["sr"], ["en", "sr"]]))),
                ("shifts", draw(some.sampled_from([DAY, DAY, [{"from": "06:00", "to": "14:00"}]]))))
        features = frozenset(draw(some.sampled_from([["chair", "stretcher"], ["chair", "stretcher"], ["chair"], []])))
        out.append(Resource(f"belgrade/driver/{name}", features, details=told))
    return out


@some.composite
def rides(draw: some.DrawFn, fleet: Sequence[Resource], name: str, held: bool) -> list[Task]:
    mobility = draw(some.sampled_from(["walking", "walking", "wheelchair-transfer", "wheelchair-seated", "stretcher"]))
    asks = {"may_share": draw(some.booleans()), "party": draw(some.sampled_from([None, None, "P"])), "languages": ["en"]}
    task = ride(name, draw(moments), draw(some.sampled_from(["in", "out"])), mobility, along=draw(some.integers(0, 2)),
                asks=asks, terms=draw(some.integers(1, 4)))
    people = [r.name for r in fleet if "/driver/" in r.id] + ["gone"]
    both = [task, crew(task)] if mobility == "stretcher" else [task]
    if held:
        van = draw(some.sampled_from([r.name for r in fleet if "/vehicle/" in r.id] + ["van-9"]))
        trip = draw(some.sampled_from([None, "T-1"]))
        both = [replace(t, status="accepted", resource=van, assignee=draw(some.sampled_from(people)), why="as accepted",
                        chosen={"trip_id": trip} if trip else {}) for t in both]
    else:
        both = [replace(t, declined=dict.fromkeys(draw(some.sets(some.sampled_from(people), max_size=1)), t.start))
                for t in both]
    return both


@some.composite
def contests(draw: some.DrawFn) -> Contest:
    """As the shell puts it: held is what was accepted; the time alone holds only what has a place already."""
    fleet = draw(fleets())
    held = [t for n in range(draw(some.integers(0, 3))) for t in draw(rides(fleet, f"held-{n}", True))]
    return fleet, held, [t for n in range(draw(some.integers(0, 6))) for t in draw(rides(fleet, f"wait-{n}", False))]


def settled(contest: Contest) -> list[Task]:
    fleet, held, waiting = contest
    answers = assigned(waiting, NOW, held, fleet)
    return [written(t, answers[t.task_id]) for t in (*held, *waiting)]


def trips(tasks: Sequence[Task]) -> dict[str, list[Task]]:
    found: dict[str, list[Task]] = {}
    for task in tasks:
        if task.resource:
            found.setdefault(task.chosen["trip_id"], []).append(task)
    return found


def the_rides(trip: Sequence[Task]) -> list[Task]:
    return [t for t in trip if t.kind != "crew"]


def span(trip: Sequence[Task]) -> tuple[datetime, datetime]:
    """From the moment at which the vehicle must be at the meeting point to the last hand-over."""
    loads = [timedelta(minutes=t.details["load_minutes"]) for t in the_rides(trip)]
    dues = [t.due for t in the_rides(trip)]
    if trip[0].slot == "in":
        return min(dues), max(dues) + sum(loads, timedelta()) + ROAD
    ready = [due + load for due, load in zip(dues, loads, strict=True)]
    return min(ready) - sum(loads, timedelta()), max(ready) + ROAD


def people(trip: Sequence[Task]) -> set[str]:
    return {t.assignee for t in trip if t.assignee}


def in_two_places(one: Sequence[Task], two: Sequence[Task]) -> bool:
    first, then = sorted((one, two), key=span)
    same = one[0].resource == two[0].resource and people(one) == people(two)
    here, there = first[0].slot == "in", then[0].slot == "out"  # ends, and begins, at the clinic
    road = ROAD * ((not here) + (not there)) if not same else ROAD * (here != there)
    return span(first)[1] + GAP + road > span(then)[0]


def overloaded(van: Resource, trip: Sequence[Task]) -> bool:
    room = dict(van.details)
    need = {name: sum(t.details[name] for t in the_rides(trip))
            for name in ("seats", "wheelchairs", "stretchers", "people", "luggage")}
    chairs = room["wheelchairs"] if {"ramp", "tie-downs"} <= van.features else 0
    stretchers = room["stretchers"] if "stretcher" in van.features else 0
    seats = max(0, room["seats"] - 2 * need["wheelchairs"] - 3 * need["stretchers"])
    heavy = need["wheelchairs"] and max(t.details["kg"] for t in the_rides(trip)) > room["kg"]
    return bool(need["wheelchairs"] > chairs or need["stretchers"] > stretchers or need["seats"] > seats or heavy
                or need["people"] > van.units or need["luggage"] > room["luggage"])


@given(contests())
def test_no_vehicle_and_no_driver_is_in_two_places(contest: Contest) -> None:
    for one, two in combinations(trips(settled(contest)).values(), 2):
        if one[0].resource == two[0].resource or people(one) & people(two):
            assert not in_two_places(one, two)


@given(contests())
def test_one_trip_is_one_vehicle_one_driver_one_way_and_never_overloaded(contest: Contest) -> None:
    vans = {r.name: r for r in contest[0]}
    for trip in trips(settled(contest)).values():
        assert len({(t.resource, t.slot) for t in trip}) == 1
        assert len({t.assignee for t in the_rides(trip)}) == 1
        assert not overloaded(vans[str(trip[0].resource)], trip)
        dues = [t.due for t in the_rides(trip)]
        assert max(dues) - min(dues) <= timedelta(minutes=30)


@given(contests())
def test_only_those_share_who_all_said_so_or_are_of_one_party(contest: Contest) -> None:
    for trip in trips(settled(contest)).values():
        for one, two in combinations([t.details for t in the_rides(trip)], 2):
            assert (one["may_share"] and two["may_share"]) or (one["party"] and one["party"] == two["party"])


@given(contests())
def test_a_stretcher_has_two_distinct_trained_people_or_nobody(contest: Contest) -> None:
    drivers = {r.name: r for r in contest[0]}
    tasks = {t.task_id: t for t in settled(contest)}
    for task in tasks.values():
        if task.details.get("crew") == 2:
            second = tasks[f"{task.task_id}-crew"]
            assert (task.resource, task.chosen.get("trip_id")) == (second.resource, second.chosen.get("trip_id"))
            both = {task.assignee, second.assignee}
            assert both == {None} or (len(both) == 2 and all("stretcher" in drivers[str(who)].features for who in both))


@given(contests())
def test_nobody_is_given_what_he_declined_and_chairs_only_to_the_trained(contest: Contest) -> None:
    drivers = {r.name: r for r in contest[0]}
    for task in settled(contest):
        if task.assignee:
            assert task.assignee not in task.declined
            assert not task.details.get("wheelchairs") or "chair" in drivers[task.assignee].features


@given(contests())
def test_no_ride_waits_while_a_vehicle_and_a_crew_that_fit_are_free(contest: Contest) -> None:
    tasks = settled(contest)
    there = list(trips(tasks).values())
    for task in tasks:
        if task.kind != "crew" and task.resource is None:
            assert [t for t in possible(contest[0], task, tasks) if not any(clash(t, other) for other in there)] == []


def possible(fleet: Sequence[Resource], task: Task, tasks: Sequence[Task]) -> Iterator[list[Task]]:
    """The same ride in each vehicle with each crew, as if the fleet had nothing else to do."""
    second = next((t for t in tasks if t.task_id == f"{task.task_id}-crew"), None)
    start, over = max(task.start, NOW), span([task])[1]
    back = over + (ROAD if task.slot == "out" else timedelta())
    need = {n for n, places in (("chair", task.details["wheelchairs"]), ("stretcher", task.details["stretchers"])) if places}
    free = [r.name for r in fleet if "/driver/" in r.id and need <= r.features and (start >= back or on_shift(r, start, back))]
    for van in fleet:
        if "/vehicle/" not in van.id or overloaded(van, [task]) or (start < over and not van.usable(start, over)):
            continue
        for who in free:
            mine = replace(task, resource=van.name, assignee=who)
            if who in task.declined:
                continue
            if second is None:
                yield [mine]
            else:
                yield from ([mine, replace(second, resource=van.name, assignee=other)] for other in free
                            if other != who and other not in second.declined)


def on_shift(driver: Resource, start: datetime, end: datetime) -> bool:
    hours = dict(driver.details)["shifts"][0]
    return on(23, hours["from"]) <= start and end <= on(23, hours["to"])


def clash(one: Sequence[Task], two: Sequence[Task]) -> bool:
    return bool(one[0].resource == two[0].resource or people(one) & people(two)) and in_two_places(one, two)


@given(contests(), some.randoms(use_true_random=False))
def test_the_order_of_those_who_wait_does_not_matter(contest: Contest, chance) -> None:  # type: ignore[no-untyped-def]
    fleet, held, waiting = contest
    shuffled, also = list(waiting), list(held)
    chance.shuffle(shuffled)
    chance.shuffle(also)
    assert assigned(shuffled, NOW, also, list(reversed(fleet))) == assigned(waiting, NOW, held, fleet)


@given(contests())
def test_the_answer_given_again_is_the_same(contest: Contest) -> None:
    fleet, held, waiting = contest
    answers: Mapping[str, Assigned] = assigned(waiting, NOW, held, fleet)
    tasks = [written(t, answers[t.task_id]) for t in (*held, *waiting)]
    again = assigned([t for t in tasks if not is_held(t, NOW)], NOW, [t for t in tasks if is_held(t, NOW)], fleet)
    assert [written(t, again[t.task_id]) for t in tasks] == tasks


@given(contests())
def test_what_was_accepted_and_is_not_kept_says_why(contest: Contest) -> None:
    before = {t.task_id: t for t in contest[1]}
    for task in settled(contest):
        old = before.get(task.task_id)
        if old and (task.resource, task.assignee) != (old.resource, old.assignee) and task.kind != "crew":
            assert (task.why or "").startswith("moved from ")
