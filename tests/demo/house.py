"""The demo's house in memory: all services, their doors without a socket, and the week played from outside."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx

from shared.edge.clinics import load_clinic
from shared.edge.demo.lines import Line
from shared.edge.demo.running_on import DemoClock
from shared.edge.demo.staff import staff_of
from shared.edge.demo.week import Week
from shared.edge.host import Host, app_of, found_services
from shared.settings import PACKAGED, Settings
from shared.shell.memory import MemoryStore
from shared.shell.memory_bus import MemoryBus
from shared.shell.running import Running, topics_of


@asynccontextmanager
async def week_in_memory(lines: Sequence[Line]) -> AsyncIterator[Week]:
    """Ready to be played."""
    clinic, digest = load_clinic(PACKAGED)
    clock, bus = DemoClock(lines[0].at), MemoryBus()
    services = list(found_services().values())
    await bus.make_topics(topics_of(services))
    running = [Running(service, clinic, MemoryStore(), bus, clock, digest) for service in services]
    host = Host(Settings(), running=running, clock=clock)
    for each in running:
        await each.start()
    transport = httpx.ASGITransport(app_of(host))
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://belgrade") as client:
            yield Week(lines, client, bus, running, clock, await staff_of(client, clinic))
    finally:
        for each in running:
            await each.stop()
