"""No wake-up is lost: what asked is served by somebody who has read what it asks about, or it stays."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from shared.language.clinic import Clinic
from shared.service import Plan
from shared.shell.documents import Change
from shared.shell.laws import broken_laws
from shared.shell.memory import MemoryStore
from shared.shell.memory_bus import MemoryBus
from shared.shell.ports import Record
from shared.shell.store import MongoStore
from tests.shell.house import MONDAY, booking, house
from tests.shell.porter import CLINIC, PORTER, plan


class StallingStore(MemoryStore):
    """Something happens after everything was read and before it is committed."""

    before_commit: Callable[[], Awaitable[Any]] | None = None

    async def commit(self, change: Change) -> None:
        meanwhile, self.before_commit = self.before_commit, None
        if meanwhile:
            await meanwhile()
        await super().commit(change)


async def test_a_flight_heard_and_served_while_a_fact_of_its_stay_is_planned_still_moves_the_task() -> None:
    store = StallingStore()
    by_hand = replace(PORTER, pools=(), plan=lambda *told: Plan([replace(owed, pool=None) for owed in plan(*told).owed]))
    async with house([by_hand], CLINIC, [store], MemoryBus()) as h:
        arrival = {"mode": "flight", "flight": "LH1406", "on": "2026-11-23", "place": "BEG", "at": "2026-11-23T13:40:00+01:00"}
        await h.tell("stay-booked", {**booking("ADA", arrival=arrival), "withdrawn": True})  # names its flight, owes nothing
        await h.rest()
        engine = h.running[0].engine

        def heard(topic: str, fact: dict[str, Any]) -> Record:
            return Record(topic, 0, 0, None, json.dumps(fact).encode(), (), MONDAY)

        async def flight_is_late() -> None:
            late = {"flight": "LH1406", "on": "2026-11-23", "estimated": "2026-11-23T17:40:00+01:00"}
            await engine.on_records([heard("flight-status", late)])
            await engine.serve(["stay:ADA"])

        store.before_commit = flight_is_late
        await engine.on_records([heard("stay-booked", {"stay_id": "ADA", "withdrawn": False})])
        await h.rest()
        assert [t["start"] for t in h.feed("porter") if t["kind"] == "carry"] == ["2026-11-23T17:40:00+01:00"]


async def test_who_asks_is_read_before_what_they_ask_about() -> None:
    read: list[str] = []

    def aggregate(stages: list[Any], **more: Any) -> list[Any]:
        read.extend(["requests", *(stage["$unionWith"]["coll"] for stage in stages if "$unionWith" in stage)])
        return []

    store = MongoStore("mongodb://127.0.0.1:1", "never")
    store._db = SimpleNamespace(requests=SimpleNamespace(aggregate=aggregate))  # type: ignore[assignment]
    await store.load(["stay:ADA"], MONDAY)
    await store.stop()
    assert read == ["requests", "subjects", "states"]


def with_trolleys(*names: str) -> Clinic:
    site = {"zone": "Europe/Belgrade", "resources": {"trolley": {name: {} for name in names}}}
    return Clinic.model_validate({"clinic": "the porters' house", "sites": {"belgrade": site}})


async def test_a_trolley_added_to_the_clinic_file_goes_to_whoever_waits() -> None:
    store, bus = MemoryStore(), MemoryBus()
    async with house([PORTER], with_trolleys("t1"), [store], bus) as h:
        await h.tell("stay-booked", booking("A"), booking("B"))
        await h.rest()
        assert sorted(t["status"] for t in h.feed("porter") if t["kind"] == "carry") == ["on-hold", "requested"]
    async with house([PORTER], with_trolleys("t1", "t2"), [store], bus, digest="another") as h:
        await h.rest()
        assert sorted(t["resource"] for t in h.feed("porter") if t["kind"] == "carry") == ["t1", "t2"]
        assert await broken_laws(h.running[0]) == []


async def test_newer_rules_assign_every_pool_again_and_older_ones_leave_it() -> None:
    store, bus = MemoryStore(), MemoryBus()
    async with house([PORTER], CLINIC, [store], bus) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
    async with house([replace(PORTER, rules=2)], CLINIC, [store], bus) as h:
        await h.rest()
        assert store.data["subjects"]["pool:trolleys/belgrade"]["rules"] == 2
    async with house([PORTER], CLINIC, [store], bus) as h:
        await h.running[0].engine.ask_again("hourly")
        assert [r["subject"] for r in store.data["requests"].values() if r["due"] <= MONDAY] == []


async def test_an_asking_that_comes_while_an_older_one_is_served_is_served_too() -> None:
    store = StallingStore()
    async with house([PORTER], CLINIC, [store], MemoryBus()) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        engine = h.running[0].engine
        await h.running[0].supervisor.stop("requests")
        await engine.ask_again("hourly")
        store.before_commit = lambda: engine.ask_again("hourly")
        await engine.serve(["stay:ADA"])
        assert [r["subject"] for r in store.data["requests"].values() if r["due"] <= MONDAY and "stay" in r["subject"]] == [
            "stay:ADA"]


async def test_who_waits_in_a_pool_is_looked_at_again_when_an_absence_ends() -> None:
    async with house([PORTER], CLINIC, [MemoryStore()], MemoryBus()) as h:
        until = MONDAY + timedelta(days=1)
        for trolley in ("t1", "t2", "t3"):
            away = {"O": {"from": MONDAY.isoformat(), "to": until.isoformat(), "reason": "washed"}}
            await h.tell("resource-status", {"resource": f"belgrade/trolley/{trolley}", "out": away})
        await h.tell("stay-booked", booking("ADA", at=(until - timedelta(minutes=5)).isoformat()))
        await h.rest()
        [waits] = h.feed("porter")
        assert waits["holds"] == {"assign": f"no trolley at {until - timedelta(minutes=5):%H:%M}"}
        assert await h.running[0].store.next_due() <= until
