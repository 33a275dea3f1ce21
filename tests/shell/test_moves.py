"""A person's move is never lost: not to another's, not to a rule that raises, not to newer rules, not on a pool's own task."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.language.moves import Move, Refused
from shared.service import Assigned, Contest, Pool
from shared.shell.loading import Loaded
from shared.shell.memory import MemoryStore
from shared.shell.memory_bus import MemoryBus
from tests.shell.house import House, booking, house
from tests.shell.porter import CLINIC, PORTER

Mapped = dict[str, Assigned]


def raising(contest: Contest) -> Mapped:
    raise ZeroDivisionError("a planted bug")


class SlowStore(MemoryStore):
    """Something happens between the reading of a task and the loading of its subject."""

    between: Callable[[], Awaitable[Any]] | None = None

    async def load(self, subjects: Collection[str], now: datetime, *kinds: Any) -> Loaded:
        meanwhile, self.between = self.between, None
        if meanwhile:
            await meanwhile()
        return await super().load(subjects, now, *kinds)


def bell(h: House) -> dict[str, Any]:
    return next(t for t in h.feed("porter") if t["kind"] == "bell")


async def test_of_two_who_accept_at_once_one_is_refused() -> None:
    store = SlowStore()
    async with house([PORTER], CLINIC, [store], MemoryBus()) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        engine, id_ = h.running[0].engine, bell(h)["task_id"]
        store.between = lambda: engine.move(id_, Move(to="accepted", by="Vera"))
        second = await engine.move(id_, Move(to="accepted", by="Marko"))
        assert isinstance(second, Refused)
        await h.rest()
        assert (bell(h)["assignee"], bell(h)["status"]) == ("Vera", "accepted")


async def test_a_move_counts_though_the_plan_of_its_stay_raises() -> None:
    async with house([PORTER], CLINIC, [MemoryStore()], MemoryBus()) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        await h.tell("stay-booked", {"stay_id": "ADA", "profile": {"patient_ref": "BOOM"}})
        await h.rest()
        done = await h.running[0].engine.move(bell(h)["task_id"], Move(to="accepted", by="Vera"))
        assert not isinstance(done, Refused) and (done.status, done.assignee) == ("accepted", "Vera")


async def test_a_move_counts_though_newer_rules_decide_what_follows() -> None:
    store = MemoryStore()
    async with house([PORTER], CLINIC, [store], MemoryBus()) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        store.data["subjects"]["stay:ADA"]["rules"] = PORTER.rules + 1
        done = await h.running[0].engine.move(bell(h)["task_id"], Move(to="accepted", by="Vera"))
        assert not isinstance(done, Refused) and (done.status, done.revision) == ("accepted", 2)
        assert [r["cause"] for r in store.data["requests"].values() if r["due"] <= h.clock.now()] == ["newer rules"]


async def test_the_desk_closes_the_task_of_a_pool_that_fails_and_a_cured_pool_takes_it_back() -> None:
    broken = replace(PORTER, pools=(Pool("trolleys", ("trolley",), raising),))
    store, bus = MemoryStore(), MemoryBus()
    async with house([broken], CLINIC, [store], bus) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        task, = h.feed("desk")
        done = await h.running[0].engine.move(task["task_id"], Move(to="accepted", by="Vera"))
        assert not isinstance(done, Refused) and done.status == "accepted"
    async with house([PORTER], CLINIC, [store], bus) as h:
        await h.tell("stay-booked", booking("BOB"))
        await h.rest()
        assert [t["status"] for t in h.feed("desk")] == ["cancelled"]
        assert (await store.subject("pool:trolleys/belgrade"))["failing"] is None  # type: ignore[index]
