"""Members of one service: processes as `stayward serve` starts them, with what they cost and what they count."""

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx

from bench.ground import PARTITIONS, Ground
from bench.load import NOW
from shared.service import Service
from shared.shell.embedded import Child
from shared.shell.store import MongoStore

STAYWARD = Path(sys.executable).with_name("stayward")
TICKS = os.sysconf("SC_CLK_TCK")
COUNTED = {"stayward_conflicts_total": "conflicts", "stayward_batch_records_count": "batches",
           "stayward_commit_seconds_count": "commits", "stayward_passes_total": "passes",
           "stayward_tasks_published_total": "states"}


@dataclass
class Member:
    """One process; `http` is where it answers."""

    child: Child
    http: str

    @property
    def pid(self) -> int:
        return self.child.process.pid


def cpu_of(pid: int) -> float:
    """Seconds of user and system time that a process has used, with all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def members(ground: Ground, prefix: str, service: str, count: int, seconds: float = 60) -> list[Member]:
    """So many of one service, ready."""
    started = []
    for number in range(count):
        ready = ground.folder / f"{prefix}{number}.ready"
        with (ground.folder / f"{prefix}{number}.log").open("w+b") as log:
            options = {"kafka": ground.kafka.address, "mongo": ground.mongo.address, "clinic": ground.clinic, "clock": ground.clock,
                       "port": 0, "ready-file": ready, "partitions": PARTITIONS}
            command = [str(STAYWARD), "serve", service, *(f"--{name}={value}" for name, value in options.items())]
            started.append((ground.start(command, log, STAYWARD_PREFIX=prefix), ready))
    async with asyncio.timeout(seconds):
        while not all(ready.exists() for _, ready in started):
            if any(child.process.poll() is not None for child, _ in started):
                raise RuntimeError((ground.folder / f"{prefix}0.log").read_text()[-2000:])
            await asyncio.sleep(0.05)
    return [Member(child, json.loads(ready.read_text())["http"]) for child, ready in started]


async def stopped(ground: Ground, all_of: Sequence[Member]) -> None:
    for member in all_of:
        member.child.process.send_signal(signal.SIGCONT)
        member.child.process.terminate()
    for member in all_of:
        await ground.end(member.child)


async def counted(all_of: Sequence[Member]) -> Counter[str]:
    """Over all members, from their own metrics."""
    found: Counter[str] = Counter()
    async with httpx.AsyncClient(timeout=10) as http:
        for member in all_of:
            for line in (await http.get(f"{member.http}/metrics")).text.splitlines():
                name = line.partition("{")[0]
                if name in COUNTED:
                    found[COUNTED[name]] += round(float(line.rpartition(" ")[2]))
    return found


async def at_rest(ground: Ground, prefix: str, service: Service, seconds: float = 900) -> float:
    """Returns the monotonic time at which it was first seen at rest, of two times in a row."""
    async def nobody(_: Any) -> None: ...

    reader = ground.bus(prefix).consume(service.name, service.topics, nobody)
    store = MongoStore(ground.mongo.address, f"{prefix}stayward_{service.name}")
    seen = 0.0
    try:
        async with asyncio.timeout(seconds):
            while True:
                calm = await reader.lag() == 0 and await store.at_rest(NOW)
                if calm and seen:
                    return seen
                seen = perf_counter() if calm else 0.0
                await asyncio.sleep(0.1)
    finally:
        await reader.stop()
        await store.stop()
