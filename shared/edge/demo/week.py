"""The week is played from one rest to the next: step the clock to whatever comes first, do it, wait until all is at rest."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx

from shared.edge.demo.habits import Act
from shared.edge.demo.lines import Line, tell
from shared.edge.demo.staff import Staff
from shared.shell.clock import SteppedClock
from shared.shell.ports import Bus
from shared.shell.running import Running

FOLLOW_UP = timedelta(hours=48)  # after the last line: every task of it is done or, after 24 h, not reported
PATIENCE = 60.0  # seconds of machine time to come to rest
TICK = 0.003


async def at_rest(running: Sequence[Running], seconds: float = PATIENCE) -> None:
    """Returns when nothing is to hear, due or unpublished, seen twice; TimeoutError names who is not at rest."""
    clock, seen = running[0].clock, 0
    until = clock.elapsed() + seconds
    for each in running:
        each.engine.hurry()
    while seen < 2:
        resting = await asyncio.gather(*(each.at_rest() for each in running))
        seen = seen + 1 if all(resting) else 0
        if not all(resting) and clock.elapsed() > until:
            busy = {r.service.name: r.troubles() or "busy" for r, rests in zip(running, resting, strict=True) if not rests}
            raise TimeoutError(f"not at rest after {seconds:.0f} s at {clock.now().isoformat()}: {busy}")
        await asyncio.sleep(0 if all(resting) else TICK)


@dataclass
class Week:
    """Played against running services, from outside. `says` hears of each step: the instant, and how many steps so far."""

    lines: Sequence[Line]
    client: httpx.AsyncClient
    bus: Bus
    running: Sequence[Running]
    clock: SteppedClock
    staff: Staff
    says: Callable[[datetime, int], None] = lambda at, steps: None
    until: datetime | None = None  # of a part of the week
    told: int = 0
    steps: int = 0
    refused: list[str] = field(default_factory=list)

    async def play(self) -> None:
        until = self.until or self.lines[-1].at + FOLLOW_UP
        await at_rest(self.running)
        while True:
            acts = await self.staff.acts(self.clock.now())
            at = await self._next(acts)
            if at is None or at > until:
                return
            self.clock.step(at)
            self.steps += 1
            await self._do(acts)
            await at_rest(self.running)
            self.says(self.clock.now(), self.steps)

    async def _next(self, acts: Sequence[Act]) -> datetime | None:
        """A fact to tell, somebody's act, or the time that a service has asked for: the first of them."""
        due = await asyncio.gather(*(each.store.next_due() for each in self.running))
        told = [self.lines[self.told].at] if self.told < len(self.lines) else []
        return min([*told, *(act.at for act in acts[:1]), *(at for at in due if at)], default=None)

    async def _do(self, acts: Sequence[Act]) -> None:
        """Lines first, for they change what people see; what the services do at this instant they do themselves."""
        now, first = self.clock.now(), self.told
        while self.told < len(self.lines) and self.lines[self.told].at <= now:
            self.told += 1
        if self.told > first:
            self.refused += await tell(self.lines[first : self.told], self.client, self.bus, now)
        else:
            await self.staff.do([act for act in acts if act.at <= now], now)
