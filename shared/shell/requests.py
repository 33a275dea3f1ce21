"""Requests: each process serves those due in its own partitions, and any that nobody has served for a while."""

import asyncio
from collections.abc import Collection, Sequence

import structlog

from shared.shell.clock import Clock
from shared.shell.documents import Conflict
from shared.shell.engine import Engine
from shared.shell.ports import Consumption, Store

log = structlog.get_logger("stayward.requests")
POLL = 0.1  # seconds of machine time between looks, when nobody hurries us
SELDOM = 0.5  # the same while many facts are in hand: what they ask for is asked again by the next of them
ORPHANED = 10.0  # seconds of machine time after which anybody serves: no partition may silence an escalation
AT_ONCE = 200
ABREAST = 6  # pools and groups of stays in hand: who has just been told something does not wait for a pool that is not his


class Requests:
    """The loop of one service in one process; a commit calls `hurry`, so that nobody waits for a poll."""

    def __init__(self, engine: Engine, store: Store, clock: Clock, consumption: Consumption) -> None:
        self.engine, self.store, self.clock, self.consumption = engine, store, clock, consumption
        self._woken = asyncio.Event()
        self._orphans: dict[str, float] = {}
        self._asked = self._looked = 0.0
        self._stuck = 0
        self._last: tuple[str, ...] = ()
        self._serving: dict[asyncio.Task[None], Collection[str]] = {}
        self._told: set[str] = set()  # by this process's own commits: they need not be looked for
        engine.hurry = self._hurry

    def _hurry(self, subjects: Sequence[str] = ()) -> None:
        self._told.update(subjects)
        self._woken.set()

    async def run(self) -> None:
        try:
            while True:
                if len(self._serving) < (1 if self.engine.busy else ABREAST):
                    await self._look()
                await self._pause()
        except asyncio.CancelledError:
            for task in self._serving:
                task.cancel()
            raise
        finally:  # whatever one of them has failed of, the others are let finish
            await asyncio.gather(*self._serving, return_exceptions=True)
            self._serving.clear()

    async def once(self) -> int:
        """Serves what is due now; returns how many subjects."""
        started = await self._look()
        if started:
            await asyncio.wait(started)
        self._ended()
        return sum(map(len, started.values()))

    async def _look(self) -> dict[asyncio.Task[None], Collection[str]]:
        """Takes in hand what is due and is not in hand: the stays together, each pool by itself."""
        held = {subject for part in self._serving.values() for subject in part}
        subjects = tuple(subject for subject in dict.fromkeys(await self._due()) if subject not in held)
        self._stuck = self._stuck + 1 if subjects and subjects == self._last else 0
        self._last = subjects
        pools = [(subject,) for subject in sorted(subjects) if subject.startswith("pool:")]
        stays = tuple(subject for subject in subjects if not subject.startswith("pool:"))
        parts: list[Collection[str]] = [stays, *pools] if stays else [*pools]
        parts = [subjects] if subjects and self.engine.busy else parts
        started = {asyncio.create_task(self.engine.serve(part), name="serve"): part for part in parts}
        self._serving |= started
        return started

    async def _due(self) -> list[str]:
        """What this process has just told itself; else, and every POLL seconds, what the database says as well. While many facts
        are in hand all of it every SELDOM seconds."""
        parts, elapsed = self.consumption.parts(), self.clock.elapsed()
        if self.engine.busy and elapsed - self._asked < SELDOM:
            return []
        told, self._told = self._told, set()
        mine = sorted(subject for subject in told if self.engine.context.part(subject) in parts)
        if mine and elapsed - self._asked < POLL:
            return mine
        self._asked = elapsed
        due = [subject for subject, _ in await self.store.due(self.clock.now(), parts, AT_ONCE)]
        return [*mine, *due, *await self._orphaned()]

    async def _pause(self) -> None:
        """Until somebody hurries us, or something in hand has ended; what comes again and again is not looked for at once."""
        woken = asyncio.create_task(self._woken.wait())
        stuck = self._stuck >= 3
        try:
            await asyncio.wait({woken} if stuck else {woken, *self._serving}, timeout=1.0 if stuck else POLL,
                               return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()  # and not awaited: whoever cancels us meanwhile would not be heard
        self._woken.clear()
        self._ended()

    def _ended(self) -> None:
        """Raises what one of them has raised: the supervisor starts us again, a little later. What has met others too often is
        still due, and found by the next look."""
        done = [task for task in self._serving if task.done()]
        for task in done:
            del self._serving[task]
        for task in done:
            try:
                task.result()
            except Conflict as error:
                log.warning("met others too often; it is due again", error=str(error))

    async def _orphaned(self) -> list[str]:
        """What has been due for ORPHANED seconds while we looked, whoever's it is."""
        elapsed = self.clock.elapsed()
        if elapsed - self._looked < 1.0:
            return []
        self._looked = elapsed
        due = [subject for subject, _ in await self.store.due(self.clock.now(), None, AT_ONCE)]
        self._orphans = {subject: self._orphans.get(subject, elapsed) for subject in due}
        return [subject for subject, since in self._orphans.items() if elapsed - since >= ORPHANED]
