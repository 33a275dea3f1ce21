"""Stays and the fleet answer each other until nothing changes any more, and a few rounds are enough."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from services.transport.service import SERVICE
from shared.language.facts import Fact
from shared.language.moves import Move, Refused, apply
from shared.language.reading import fact
from shared.language.resources import Resource, Window
from shared.language.stay import Stay, view
from shared.language.tasks import Task
from shared.shell.passes import Bench, reconcile_pool, reconcile_stay
from tests.transport.rides import admitted, amended, booked, fleet, house, on

NAMES = ("ADA", "BEN", "CLEO")


class Town:
    """The stays and the fleet as the shell keeps them, without the shell."""

    def __init__(self, *names: str) -> None:
        self.facts: dict[str, list[Fact]] = {name: [] for name in names}
        self.tasks: dict[str, Task] = {}
        self.fleet: list[Resource] = fleet()
        self.bench = Bench(SERVICE, house())

    def tell(self, name: str, said: Fact) -> None:
        self.facts[name].append(fact(said.topic, said.value.replace("ADA", name), name, said.told_at))

    def of(self, name: str) -> list[Task]:
        return [t for t in self.tasks.values() if t.subject == f"stay:{name}"]

    def rides(self) -> Mapping[str, Task]:
        return {f"{t.subject[5:]} {t.slot}": t for t in self.tasks.values()
                if t.pool and t.person == "patient" and t.kind != "crew" and t.open}

    def settle(self, now: datetime, rounds: int = 6) -> int:
        """How many rounds of all it took until nothing changed."""
        for number in range(rounds):
            if not self._round(now):
                return number
        raise AssertionError(f"still changing after {rounds} rounds")

    def _round(self, now: datetime) -> bool:
        before = dict(self.tasks)
        for name, said in self.facts.items():
            there, stay = self.of(name), self._view(name, said)
            self._take(reconcile_stay(self.bench, stay, there, there, now).tasks)
        pool = SERVICE.pool("fleet")
        assert pool is not None
        there = [t for t in self.tasks.values() if t.pool and t.open]
        self._take(reconcile_pool(self.bench, pool, "belgrade", there, self.fleet, now).tasks)
        return before != self.tasks

    def _view(self, name: str, said: list[Fact]) -> Stay:
        return view(name, said)

    def _take(self, changed: Any) -> None:
        self.tasks |= {t.task_id: t for t in changed}

    def move(self, ride: Task, to: Any, now: datetime, **more: Any) -> None:
        done = apply(ride, Move(to=to, by=ride.assignee, **more), now)
        assert not isinstance(done, Refused), done
        self._take([done])


def test_a_decline_goes_to_another_driver_and_a_breakdown_to_another_van() -> None:
    town = Town("ADA")
    town.tell("ADA", booked())
    assert town.settle(on(3)) <= 2
    assert town.rides()["ADA in"].assignee == "stefan"
    town.move(town.rides()["ADA in"], "requested", on(4))
    town.settle(on(4))
    ride = town.rides()["ADA in"]
    assert (ride.resource, ride.assignee, ride.stage) == ("van-3", "marko", "declined")
    town.move(ride, "accepted", on(5))
    town.fleet = [Resource(r.id, r.features, r.units, (Window(on(23, "06:00"), None, "brakes"),), details=r.details)
                  if r.name == "van-3" else r for r in town.fleet]
    town.settle(on(23, "11:00"))
    ride = town.rides()["ADA in"]
    assert (ride.resource, ride.assignee, ride.status) == ("van-1", "marko", "accepted")
    assert (ride.why or "").startswith("moved from van-3: out of service (brakes); van-1: ")


def test_a_ride_that_moves_by_three_hours_is_offered_again() -> None:
    town = Town("ADA")
    town.tell("ADA", booked())
    town.settle(on(3))
    town.move(town.rides()["ADA in"], "accepted", on(4))
    town.tell("ADA", amended(on(5), arrival={"at": "2026-11-23T16:40:00+01:00"}))
    town.settle(on(5))
    ride = town.rides()["ADA in"]
    assert (ride.status, ride.stage, ride.due, ride.resource) == ("requested", "offered", on(23, "18:10"), "van-3")


PROFILES = some.fixed_dictionaries({}, optional={
    "mobility": some.sampled_from(["walking", "wheelchair-transfer", "wheelchair-seated", "stretcher"]),
    "arrival": some.fixed_dictionaries({}, optional={
        "may_share": some.booleans(), "transfer": some.booleans(),
        "at": some.sampled_from([on(23, hour).isoformat() for hour in ("13:40", "14:00", "18:00")])}),
    "own_chair": some.just({"powered": False, "kg": 20})})
TIMES = [on(3), on(4), on(23, "11:00"), on(23, "13:00"), on(23, "14:45"), on(23, "16:30")]


@settings(max_examples=40, deadline=None)  # each is a week of three stays
@given(some.data())
def test_whatever_is_told_and_moved_the_rides_come_to_rest(data: some.DataObject) -> None:
    town = Town(*NAMES)
    for name in NAMES:
        town.tell(name, booked(languages=["en"]))
    for now in TIMES:
        for name in data.draw(some.lists(some.sampled_from(NAMES), max_size=2)):
            town.tell(name, data.draw(PROFILES.map(lambda p, at=now: amended(at, **p)) | some.just(admitted(now))))
        out = data.draw(some.sampled_from(["", "", "van-1", "van-3", "amb-1"]))
        town.fleet = [Resource(r.id, r.features, r.units, (Window(now, None),) if r.name == out else (), details=r.details)
                      for r in fleet()]
        town.settle(now)
        for task in list(town.tasks.values()):
            if task.pool and task.open and task.assignee and not task.holds:
                to = data.draw(some.sampled_from(["", "accepted", "requested", "in-progress", "completed", "failed"]))
                lawful = {"requested": ("accepted", "requested", "in-progress", "failed"),
                          "accepted": ("requested", "in-progress", "failed"), "in-progress": ("completed", "failed")}
                if to in lawful[task.status]:
                    town.move(task, to, now, reason="so told")
        town.settle(now)
