"""Requests: each process serves those due in its own partitions, and any that nobody has served for a while."""

import asyncio
import contextlib
from collections.abc import Collection

import structlog

from shared.shell.clock import Clock
from shared.shell.engine import Engine
from shared.shell.ports import Consumption, Store

log = structlog.get_logger("stayward.requests")
POLL = 0.1  # seconds of machine time between looks, when nobody hurries us
ORPHANED = 10.0  # seconds of machine time after which anybody serves: no partition may silence an escalation
AT_ONCE = 200
ABREAST = 6  # pools and groups of stays in hand: who has just been told something does not wait for a pool that is not his


class Requests:
    """The loop of one service in one process; a commit calls `hurry`, so that nobody waits for a poll."""

    def __init__(self, engine: Engine, store: Store, clock: Clock, consumption: Consumption) -> None:
        self.engine, self.store, self.clock, self.consumption = engine, store, clock, consumption
        self._woken = asyncio.Event()
        self._orphans: dict[str, float] = {}
        self._looked = 0.0
        self._stuck = 0
        self._last: tuple[str, ...] = ()
        self._serving: dict[asyncio.Task[None], Collection[str]] = {}
        engine.hurry = self._woken.set

    async def run(self) -> None:
        try:
            while True:
                if len(self._serving) < ABREAST:
                    await self._look()
                await self._pause()
        finally:
            for task in self._serving:
                task.cancel()
            await asyncio.gather(*self._serving, return_exceptions=True)
            self._serving.clear()

    async def once(self) -> int:
        """Serves what is due now; returns how many subjects."""
        found = await self._look()
        while self._serving:
            await asyncio.wait(self._serving)
            self._ended()
        return found

    async def _look(self) -> int:
        """Takes in hand what is due and is not in hand: the stays together, each pool by itself."""
        now, held = self.clock.now(), {subject for part in self._serving.values() for subject in part}
        mine = [subject for subject, _ in await self.store.due(now, self.consumption.parts(), AT_ONCE)]
        subjects = tuple(subject for subject in dict.fromkeys([*mine, *await self._orphaned()]) if subject not in held)
        self._stuck = self._stuck + 1 if subjects and subjects == self._last else 0
        self._last = subjects
        pools = [(subject,) for subject in sorted(subjects) if subject.startswith("pool:")]
        stays = tuple(subject for subject in subjects if not subject.startswith("pool:"))
        for part in ([stays] if stays else []) + pools:
            self._serving[asyncio.create_task(self.engine.serve(part), name="serve")] = part
        return len(subjects)

    async def _pause(self) -> None:
        """Until somebody hurries us, or something in hand has ended; what comes again and again is not looked for at once."""
        woken = asyncio.create_task(self._woken.wait())
        stuck = self._stuck >= 3
        try:
            await asyncio.wait({woken} if stuck else {woken, *self._serving}, timeout=1.0 if stuck else POLL,
                               return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await woken
        self._woken.clear()
        self._ended()

    def _ended(self) -> None:
        """Raises what one of them has raised: the supervisor starts us again, a little later."""
        for task in [task for task in self._serving if task.done()]:
            del self._serving[task]
            task.result()

    async def _orphaned(self) -> list[str]:
        """What has been due for ORPHANED seconds while we looked, whoever's it is."""
        elapsed = self.clock.elapsed()
        if elapsed - self._looked < 1.0:
            return []
        self._looked = elapsed
        due = [subject for subject, _ in await self.store.due(self.clock.now(), None, AT_ONCE)]
        self._orphans = {subject: self._orphans.get(subject, elapsed) for subject in due}
        return [subject for subject, since in self._orphans.items() if elapsed - since >= ORPHANED]
