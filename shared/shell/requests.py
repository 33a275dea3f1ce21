"""Requests: each process serves those due in its own partitions, and any that nobody has served for a while."""

import asyncio
import contextlib

import structlog

from shared.shell.clock import Clock
from shared.shell.engine import Engine
from shared.shell.ports import Consumption, Store

log = structlog.get_logger("stayward.requests")
POLL = 0.1  # seconds of machine time between looks, when nobody hurries us
ORPHANED = 10.0  # seconds of machine time after which anybody serves: no partition may silence an escalation
AT_ONCE = 200


class Requests:
    """The loop of one service in one process; a commit calls `hurry`, so that nobody waits for a poll."""

    def __init__(self, engine: Engine, store: Store, clock: Clock, consumption: Consumption) -> None:
        self.engine, self.store, self.clock, self.consumption = engine, store, clock, consumption
        self._woken = asyncio.Event()
        self._orphans: dict[str, float] = {}
        self._looked = 0.0
        self._stuck = 0
        self._last: tuple[str, ...] = ()
        engine.hurry = self._woken.set

    async def run(self) -> None:
        while True:
            served = await self.once()
            if served and self._stuck < 3:
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0 if self._stuck else POLL):  # wait_for of 3.11 may swallow a cancellation
                    await self._woken.wait()
            self._woken.clear()

    async def once(self) -> int:
        """Serves what is due now; returns how many subjects."""
        now = self.clock.now()
        mine = [subject for subject, _ in await self.store.due(now, self.consumption.parts(), AT_ONCE)]
        subjects = tuple(dict.fromkeys([*mine, *await self._orphaned()]))
        self._stuck = self._stuck + 1 if subjects and subjects == self._last else 0
        self._last = subjects
        if subjects:
            await self.engine.serve(subjects)
        return len(subjects)

    async def _orphaned(self) -> list[str]:
        """What has been due for ORPHANED seconds while we looked, whoever's it is."""
        elapsed = self.clock.elapsed()
        if elapsed - self._looked < 1.0:
            return []
        self._looked = elapsed
        due = [subject for subject, _ in await self.store.due(self.clock.now(), None, AT_ONCE)]
        self._orphans = {subject: self._orphans.get(subject, elapsed) for subject in due}
        return [subject for subject, since in self._orphans.items() if elapsed - since >= ORPHANED]
