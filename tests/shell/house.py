"""A house for the shell's tests: services on any store and bus, a clock that is stepped, and waiting without sleeping long."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.language.clinic import Clinic
from shared.language.facts import FACTS
from shared.service import Service
from shared.shell.clock import SteppedClock
from shared.shell.ports import Bus, Out, Store
from shared.shell.running import Running, topics_of

MONDAY = datetime.fromisoformat("2026-11-16T09:00:00+01:00")


def booking(stay: str = "BEG-1", at: str = "2026-11-23T13:40:00+01:00", told: str = "2026-11-01T10:00:00+01:00",
            **profile: Any) -> dict[str, Any]:
    arrival = {"mode": "car", "place": "gate", "at": at}
    return {"stay_id": stay, "told_at": told, "site": "belgrade",
            "profile": {"patient_ref": "P-1", "arrives_on": at[:10], "leaves_on": "2026-11-30", "arrival": arrival, **profile}}


@dataclass
class House:
    running: list[Running]
    bus: Bus
    clock: SteppedClock

    async def tell(self, topic: str, *facts: dict[str, Any] | bytes | None) -> None:
        await self.bus.publish([self._out(topic, fact) for fact in facts])

    def _out(self, topic: str, fact: dict[str, Any] | bytes | None) -> Out:
        value = json.dumps(fact).encode() if isinstance(fact, dict) else fact
        key = FACTS[topic].name(fact) if isinstance(fact, dict) else None
        return Out(topic, key, value, self.clock.now())

    async def rest(self, seconds: float = 30.0) -> None:
        """Returns when the system is at rest, seen twice."""
        seen = 0
        until = self.clock.elapsed() + seconds
        while seen < 2:
            if self.clock.elapsed() > until:
                raise TimeoutError(f"not at rest after {seconds} s: {[r.troubles() for r in self.running]}")
            seen = seen + 1 if all([await r.at_rest() for r in self.running]) else 0
            await asyncio.sleep(0.02)

    async def until(self, seen: Callable[[], Any], seconds: float = 20.0) -> Any:
        until = self.clock.elapsed() + seconds
        while not (found := seen()):
            if self.clock.elapsed() > until:
                raise TimeoutError("it was not seen")
            await asyncio.sleep(0.02)
        return found

    def feed(self, feed: str, service: int = 0) -> list[dict[str, Any]]:
        rows = self.running[service].mirror.values(f"{feed}-tasks")
        return sorted(rows, key=lambda t: (t["start"], t["task_id"]))


@asynccontextmanager
async def house(services: Sequence[Service], clinic: Clinic, stores: Sequence[Store], bus: Bus,
                now: datetime = MONDAY, digest: str = "") -> AsyncIterator[House]:
    clock = SteppedClock(now)
    if hasattr(bus, "clock"):
        bus.clock = clock
    await bus.start()
    await bus.make_topics(topics_of(services))
    running = [Running(s, clinic, store, bus, clock, digest) for s, store in zip(services, stores, strict=True)]
    for each in running:
        await each.start()
    try:
        yield House(running, bus, clock)
    finally:
        for each in running:
            await each.stop()
        await bus.stop()
