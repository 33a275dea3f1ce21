"""The loop of requests: what is due is taken in hand as it comes, once, and nothing in hand holds up the others."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from types import SimpleNamespace

import pytest

from shared.shell.clock import SystemClock
from shared.shell.documents import Conflict
from shared.shell.requests import POLL, Requests

ROOMS, ADA, BEN = "pool:rooms/belgrade", "stay:ADA", "stay:BEN"


class Engine:
    """Serves at once, but for what is in `slow`; everybody is in partition 0, but for BEN."""

    def __init__(self) -> None:
        self.context = SimpleNamespace(part=lambda subject: int(subject == BEN))
        self.hurry: Callable[..., None] = lambda *_: None
        self.served: list[tuple[str, ...]] = []
        self.slow: dict[str, asyncio.Event] = {}
        self.failure: Exception | None = None
        self.busy = False

    async def serve(self, subjects: Collection[str]) -> None:
        self.served.append(tuple(subjects))
        for subject in subjects:
            if subject in self.slow:
                await self.slow[subject].wait()
        if self.failure:
            raise self.failure


class Store:
    """`wanted` is due until it is taken out."""

    def __init__(self) -> None:
        self.wanted: list[str] = []
        self.asked = 0

    async def due(self, now: datetime, parts: Collection[int] | None, limit: int) -> list[tuple[str, int]]:
        self.asked += parts is not None
        found, self.wanted = self.wanted, []
        return [(subject, 0) for subject in found]


class Loop:
    """The loop under test, running."""

    def __init__(self) -> None:
        self.engine, self.store = Engine(), Store()
        consumption = SimpleNamespace(parts=lambda: frozenset({0}))
        self.requests = Requests(self.engine, self.store, SystemClock(), consumption)  # type: ignore[arg-type]

    async def __aenter__(self) -> "Loop":
        self.running = asyncio.create_task(self.requests.run())
        await asyncio.sleep(0.01)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.running.cancel()
        await asyncio.wait([self.running], timeout=2)

    async def until(self, seen: Callable[[], bool] | Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(2):
            while not seen():
                await asyncio.sleep(0.001)


async def test_what_this_process_told_itself_is_served_without_asking_the_database() -> None:
    async with Loop() as loop:
        loop.engine.slow[ADA], asked = asyncio.Event(), loop.store.asked
        loop.engine.hurry([ADA])
        await loop.until(lambda: loop.engine.served == [(ADA,)])
        assert loop.store.asked == asked


async def test_what_is_told_of_another_partition_is_left_to_who_has_it() -> None:
    async with Loop() as loop:
        loop.engine.hurry([BEN])
        await asyncio.sleep(2 * POLL)
        assert loop.engine.served == []


async def test_what_others_have_told_is_seen_however_much_we_tell_ourselves() -> None:
    async with Loop() as loop:
        loop.store.wanted = [ROOMS]
        for _ in range(round(3 * POLL / 0.005)):
            loop.engine.hurry([ADA])
            await asyncio.sleep(0.005)
        assert (ROOMS,) in loop.engine.served


async def test_a_pool_in_hand_holds_up_nobody_and_is_not_taken_in_hand_twice() -> None:
    async with Loop() as loop:
        loop.engine.slow[ROOMS] = asyncio.Event()
        loop.engine.hurry([ROOMS])
        await loop.until(lambda: loop.engine.served == [(ROOMS,)])
        loop.engine.hurry([ROOMS, ADA])
        await loop.until(lambda: (ADA,) in loop.engine.served)
        assert loop.engine.served == [(ROOMS,), (ADA,)]
        loop.store.wanted = [ROOMS]  # as it is while its request is there
        loop.engine.slow.pop(ROOMS).set()
        await loop.until(lambda: loop.engine.served == [(ROOMS,), (ADA,), (ROOMS,)])


async def test_beside_many_facts_what_is_due_is_served_in_one_piece() -> None:
    async with Loop() as loop:
        loop.engine.busy = True
        loop.engine.slow[ADA] = asyncio.Event()
        loop.engine.hurry([ROOMS, ADA])
        await loop.until(lambda: loop.engine.served == [(ROOMS, ADA)])
        loop.engine.hurry(["pool:vans/belgrade"])
        await asyncio.sleep(2 * POLL)
        assert loop.engine.served == [(ROOMS, ADA)]
        loop.store.wanted = ["pool:vans/belgrade"]  # as it is while its request is there
        loop.engine.slow[ADA].set()
        await loop.until(lambda: loop.engine.served[1:2] == [("pool:vans/belgrade",)])


async def test_what_fails_ends_the_loop_when_what_is_in_hand_has_ended() -> None:
    async with Loop() as loop:
        loop.engine.slow[ROOMS] = asyncio.Event()
        loop.engine.hurry([ROOMS])
        await loop.until(lambda: loop.engine.served == [(ROOMS,)])
        loop.engine.failure = ValueError("away")
        loop.engine.hurry([ADA])
        await loop.until(lambda: (ADA,) in loop.engine.served)
        await asyncio.sleep(0.05)
        assert not loop.running.done()
        loop.engine.failure = None
        loop.engine.slow[ROOMS].set()
        with pytest.raises(ValueError, match="away"):
            await asyncio.wait_for(asyncio.shield(loop.running), 2)
        assert not loop.requests._serving


async def test_who_has_met_others_too_often_is_served_again_and_holds_up_nobody() -> None:
    async with Loop() as loop:
        loop.engine.failure = Conflict("twelve times")
        loop.engine.hurry([ROOMS])
        await loop.until(lambda: loop.engine.served == [(ROOMS,)])
        loop.engine.failure = None
        loop.store.wanted = [ROOMS]  # it still is
        await loop.until(lambda: loop.engine.served == [(ROOMS,), (ROOMS,)])
        assert not loop.running.done()


@pytest.mark.parametrize("steps", range(40))
async def test_whoever_stops_it_is_heard_at_any_moment(steps: int) -> None:
    loop = Loop()
    async with loop:
        loop.engine.hurry([ADA])
        for _ in range(steps):
            await asyncio.sleep(0)
        loop.running.cancel()
        await asyncio.wait([loop.running], timeout=1)
        assert loop.running.cancelled()
