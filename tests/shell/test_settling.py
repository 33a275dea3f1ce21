"""Where few are at hand, a stay and the pools that it asks are one commit; after a conflict only who changed is planned again."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.language.clinic import Clinic
from shared.language.stay import Stay
from shared.service import Around, Plan
from shared.shell import engine, pools
from shared.shell.documents import Change
from shared.shell.laws import broken_laws
from shared.shell.loading import Loaded
from shared.shell.memory import MemoryStore
from shared.shell.memory_bus import MemoryBus
from tests.shell.house import House, booking, house
from tests.shell.porter import CLINIC, PORTER

ONE = Clinic.model_validate({**CLINIC.model_dump(), "sites": {
    "belgrade": {"zone": "Europe/Belgrade", "resources": {"trolley": {"t1": {}}}}}})
EARLIER, LATER = "2026-11-23T13:40:00+01:00", "2026-11-23T13:50:00+01:00"


class Watched(MemoryStore):
    """Keeps every commit; `ahead`: what somebody else writes just before the next one."""

    def __init__(self) -> None:
        super().__init__()
        self.commits: list[Change] = []
        self.ahead: list[Any] = []

    async def commit(self, change: Change) -> None:
        if self.ahead:
            self.ahead.pop()()
        await super().commit(change)
        self.commits.append(change)

    @property
    def written(self) -> list[int]:
        return [len(change.states) for change in self.commits if change.states]


class Held(MemoryStore):
    """Once `armed`, the pool's own commit waits until the next to come, BEN's batch, has read its stays."""

    def __init__(self) -> None:
        super().__init__()
        self.armed, self.read, self.planned = False, asyncio.Event(), asyncio.Event()

    async def load(self, subjects: Collection[str], *more: Any) -> Loaded:
        found = await super().load(subjects, *more)
        if self.armed and "stay:BEN" in subjects:
            self.read.set()
        return found

    async def commit(self, change: Change) -> None:
        if self.armed and {write.doc["_id"] for write in change.subjects} == {"pool:trolleys/belgrade"}:
            self.planned.set()
            await asyncio.wait_for(self.read.wait(), 5)
            self.armed = False
        await super().commit(change)


def told(h: House) -> list[tuple[Any, ...]]:
    return sorted((t["stay_id"], t["kind"], t["resource"], tuple(t["holds"].values())) for t in h.feed("porter"))


async def test_who_comes_alone_has_his_answer_in_the_same_commit_and_nobody_sees_him_wait() -> None:
    store = Watched()
    async with house([PORTER], CLINIC, [store], MemoryBus()) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        assert store.written == [3]  # what is carried, with its trolley; the bell; the promise
        assert {doc["revision"] for doc in store.data["states"].values()} == {1}
        assert len(store.data["outbox"]) == 1
        assert await broken_laws(h.running[0]) == []


@pytest.mark.parametrize("together", [True, False])
async def test_it_comes_out_the_same_as_in_commits_of_their_own(together: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "FEW", 10 if together else -1)
    async with house([PORTER], CLINIC, [MemoryStore()], MemoryBus()) as h:
        for stay in ("ADA", "BEN", "CYD"):  # there are two trolleys
            await h.tell("stay-booked", booking(stay))
            await h.rest()
        await h.tell("stay-booked", booking("ADA", at="2026-11-24T13:40:00+01:00", told="2026-11-02T10:00:00+01:00"))
        await h.rest()
        found = told(h)
        assert await broken_laws(h.running[0]) == []
    assert [row[0] for row in found if row[1] == "carry" and row[2]] == ["ADA", "BEN", "CYD"]
    assert not any(row[3] for row in found)


async def test_a_pool_that_was_slow_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "QUICK", -1.0)
    store = Watched()
    async with house([PORTER], CLINIC, [store], MemoryBus()) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        assert len(store.written) == 3  # the stay, the pool, the stay again
        assert [row[2] for row in told(h) if row[1] == "carry"] == ["t1"]


async def test_whose_pool_somebody_else_plans_meanwhile_comes_second_and_takes_what_is_left() -> None:
    store = Watched()
    async with house([PORTER], CLINIC, [store], MemoryBus()) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()

        def planned() -> None:
            store.data["subjects"]["pool:trolleys/belgrade"]["version"] += 1

        store.ahead = [planned]
        await h.tell("stay-booked", booking("BEN"))
        await h.rest()
        assert h.running[0].metrics.conflicts._value.get() == 1
        assert {row[2] for row in told(h) if row[1] == "carry"} == {"t1", "t2"}
        assert await broken_laws(h.running[0]) == []


async def test_after_a_conflict_only_who_has_changed_is_planned_again() -> None:
    planned: list[str] = []

    def plan(stay: Stay, around: Around) -> Plan:
        planned.append(stay.id)
        return PORTER.plan(stay, around)

    store = Watched()
    async with house([replace(PORTER, plan=plan, pools=())], CLINIC, [store], MemoryBus()) as h:
        await h.tell("stay-booked", booking("ADA"), booking("BEN"))
        await h.rest()
        doc = store.data["subjects"]["stay:BEN"]
        before = doc["version"]

        def touched() -> None:
            store.data["subjects"]["stay:BEN"]["version"] = before + 7

        store.ahead, planned[:] = [touched], []
        day, said = "2026-11-24T13:40:00+01:00", "2026-11-02T10:00:00+01:00"
        await h.tell("stay-booked", booking("ADA", day, said), booking("BEN", day, said))
        await h.rest()
        assert planned[:3] == ["ADA", "BEN", "BEN"]
        assert store.data["subjects"]["stay:BEN"]["version"] == before + 8
        assert await broken_laws(h.running[0]) == []


async def test_what_a_pool_has_given_since_its_stays_were_read_is_not_given_twice() -> None:
    store, at = Held(), LATER
    async with house([PORTER], ONE, [store], MemoryBus(1)) as h:
        broken = {"O-1": {"from": "2026-11-20T00:00:00+01:00", "to": None, "reason": "a wheel"}}
        await h.tell("resource-status", {"resource": "belgrade/trolley/t1", "out": broken})
        await h.tell("stay-booked", booking("ADA", at))
        await h.rest()
        h.clock.step(h.clock.now() + timedelta(minutes=1))
        store.armed = True
        await h.tell("resource-status", {"resource": "belgrade/trolley/t1", "out": {"O-1": None},
                                         "told_at": "2026-11-16T09:00:30+01:00"})
        await asyncio.wait_for(store.planned.wait(), 5)  # ADA is to have the trolley; and now BEN, who comes before her
        await h.tell("stay-booked", booking("ADA", at, told="2026-11-02T10:00:00+01:00", language="de"),
                     booking("BEN", EARLIER))
        await h.rest()
        assert {row[0]: row[2] for row in told(h) if row[1] == "carry"} == {"ADA": None, "BEN": "t1"}
        assert await broken_laws(h.running[0]) == []


@pytest.mark.parametrize(("failing", "when"), [("BEN", "assigned"), ("ADA", "waiting")])
async def test_whose_rules_raise_at_the_answer_leaves_nobody_with_what_was_answered_beside_it(failing: str, when: str) -> None:
    """BEN comes before ADA, who has the only trolley; one of the two cannot be planned once it knows what it gets."""
    def plan(stay: Stay, around: Around) -> Plan:
        carried = around.assigned.values()
        if stay.id == failing and any(task.holds if when == "waiting" else task.resource for task in carried):
            raise ZeroDivisionError("a planted bug")
        return PORTER.plan(stay, around)

    async with house([replace(PORTER, plan=plan)], ONE, [MemoryStore()], MemoryBus(1)) as h:
        await h.tell("stay-booked", booking("ADA", LATER))
        await h.rest()
        await h.tell("stay-booked", booking("ADA", LATER, told="2026-11-02T10:00:00+01:00", language="de"), booking("BEN", EARLIER))
        await h.rest()
        carried = [row[0] for row in told(h) if row[1] == "carry" and row[2]]
        assert len(carried) == 1, carried
        assert await broken_laws(h.running[0]) == []
