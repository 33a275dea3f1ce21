"""The Belgrade house in memory with one keeper and the board in it, spoken to over HTTP as one process serves it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from services.ops.service import SERVICE
from shared.edge.host import Host, app_of
from shared.settings import Settings
from shared.shell.memory import MemoryStore
from shared.shell.memory_bus import MemoryBus
from shared.shell.running import Running
from tests.ops.keeper import KEEPER
from tests.shell.house import House, booking, house
from tests.stay.ada import house as belgrade

HTML = {"accept": "text/html"}


@dataclass
class Ops:
    house: House
    http: httpx.AsyncClient

    @property
    def running(self) -> Running:
        return self.house.running[-1]

    async def book(self, *stays: str, **profile: Any) -> None:
        for stay in stays:
            await self.house.tell("stay-booked", booking(stay, **profile))
        await self.house.rest()

    async def says(self, stay: str, cause: str, **more: Any) -> None:
        """The keeper of the transfer says so."""
        await self.house.tell("arrival-expected", {"stay_id": stay, "told_at": self.house.clock.now().isoformat(),
                                                   "cause": cause, **more})
        await self.house.rest()

    async def board(self, **asked: Any) -> dict[str, Any]:
        found: dict[str, Any] = (await self.http.get("/ops/board", params=asked)).json()
        return found


@asynccontextmanager
async def ops() -> AsyncIterator[Ops]:
    async with house([KEEPER, SERVICE], belgrade(), [MemoryStore(), MemoryStore()], MemoryBus()) as home:
        app = app_of(Host(Settings(), running=home.running))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://clinic") as http:
            yield Ops(home, http)
