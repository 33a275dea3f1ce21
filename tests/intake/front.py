"""The front door for tests: intake alone in its house, spoken to over HTTP, and every fact that it tells."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from services.intake.service import SERVICE
from shared.edge.api import bare_app
from shared.language.clinic import Clinic
from shared.shell.documents import Change, Conflict, Unavailable
from shared.shell.memory import MemoryStore
from shared.shell.memory_bus import MemoryBus
from shared.shell.ports import Out, Record, Store
from tests.intake.ada import ADA, BELGRADE, profile
from tests.shell.house import House, house


class CrowdedStore(MemoryStore):
    """`rivals` all have read before the first of them commits."""

    def __init__(self) -> None:
        super().__init__()
        self.rivals, self.here, self.conflicts = 0, 0, 0
        self.all_here = asyncio.Event()

    async def commit(self, change: Change) -> None:
        if self.rivals and change.own:
            self.here += 1
            if self.here == self.rivals:
                self.all_here.set()
            await self.all_here.wait()
        try:
            await super().commit(change)
        except Conflict:
            self.conflicts += 1
            raise


class DeafBus(MemoryBus):
    """A broker that does not answer while it is `down`."""

    down = False

    async def publish(self, records: Sequence[Out]) -> None:
        if self.down:
            raise Unavailable("Kafka: nobody answers")
        await super().publish(records)


@dataclass
class Front:
    """`told` are the facts on the topics, in the order of `told_at`, each with its topic."""

    house: House
    http: httpx.AsyncClient
    bus: DeafBus
    store: Store

    async def book(self, key: str | None = None, stay_id: str | None = ADA, name: str = "Ada Byron",
                   **changes: Any) -> httpx.Response:
        body = {"name": name, "profile": profile(**changes)} | ({"stay_id": stay_id} if stay_id else {})
        return await self.post("/stays", body, key)

    async def post(self, path: str, body: dict[str, Any] | None = None, key: str | None = None) -> httpx.Response:
        return await self.http.post(path, json=body, headers={"Idempotency-Key": key} if key else {})

    async def amend(self, stay_id: str = ADA, **patch: Any) -> httpx.Response:
        return await self.http.patch(f"/stays/{stay_id}/profile", json=patch)

    async def at_once(self, *asks: Awaitable[httpx.Response]) -> list[httpx.Response]:
        """The answers to requests that all have read before one of them commits."""
        assert isinstance(self.store, CrowdedStore)
        self.store.rivals = len(asks)
        answers = await asyncio.gather(*asks)
        assert self.store.conflicts >= len(asks) - 1, "they did meet"
        return answers

    async def phase(self, stay_id: str = ADA) -> str:
        return str((await self.http.get(f"/stays/{stay_id}")).json()["phase"])

    def records(self) -> list[Record]:
        return [record for lanes in self.bus.topics.values() for lane in lanes for record in lane]

    def told(self, *topics: str) -> list[dict[str, Any]]:
        facts = [{"topic": r.topic, **json.loads(r.value or b"")} for r in self.records()
                 if r.topic in SERVICE.tells and r.topic in (topics or SERVICE.tells)]
        return sorted(facts, key=lambda fact: fact.get("told_at", ""))


def fields(answer: httpx.Response) -> dict[str, str]:
    """What was refused, by field."""
    return {error["field"]: error["detail"] for error in answer.json()["errors"]}


@asynccontextmanager
async def front(clinic: Clinic = BELGRADE, store: Store | None = None) -> AsyncIterator[Front]:
    bus, store = DeafBus(), store or CrowdedStore()
    async with house([SERVICE], clinic, [store], bus) as home:
        transport = httpx.ASGITransport(bare_app(home.running[0]))
        async with httpx.AsyncClient(transport=transport, base_url="http://intake") as http:
            yield Front(home, http, bus, store)
