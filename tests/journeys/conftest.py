"""The Belgrade house, with intake and stay in it: in memory, and the same on real MongoDB and Kafka."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from services.intake.service import SERVICE as INTAKE
from services.stay.service import SERVICE as STAY
from shared.edge.api import bare_app
from shared.edge.clinics import load_clinic
from shared.settings import PACKAGED
from shared.shell.bus import KafkaBus
from shared.shell.clock import SystemClock
from shared.shell.laws import broken_laws
from shared.shell.memory import MemoryStore
from shared.shell.memory_bus import MemoryBus
from shared.shell.store import MongoStore
from tests.shell.house import House, house


@dataclass
class Clinic:
    """The house and its two front doors."""

    house: House
    intake: httpx.AsyncClient
    stay: httpx.AsyncClient

    async def settled(self) -> None:
        """At rest, and lawful."""
        await self.house.rest(60)
        assert [await broken_laws(r) for r in self.house.running] == [[], []]

    def tasks(self, feed: str, stay: str, **like: Any) -> list[dict[str, Any]]:
        """Of the service that owns the feed; the desk's of both."""
        rows = {t["task_id"]: t for n in (0, 1) for t in self.house.feed(feed, n) if t.get("stay_id") == stay}
        return [t for t in rows.values() if all(t[k] == v for k, v in like.items())]

    def promise(self, stay: str, name: str = "room") -> tuple[str, str]:
        found = next(p for p in self.house.running[1].mirror.values("promises")
                     if (p["stay_id"], p["promise"]) == (stay, name))
        return found["state"], found["reason"]

    async def move(self, task: dict[str, Any], *to: str, by: str = "Vera") -> None:
        for each in to:
            done = await self.stay.post(f"/tasks/{task['task_id']}/moves", json={"to": each, "by": by})
            assert done.status_code == 200, done.text


@pytest.fixture(params=["memory", pytest.param("real", marks=pytest.mark.real)])
def where(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue("parts") if request.param == "real" else None


@pytest.fixture
async def clinic(where: Any) -> AsyncIterator[Clinic]:
    file, _ = load_clinic(PACKAGED)
    name = secrets.token_hex(4)
    if where:
        stores: list[Any] = [MongoStore(where.mongo, f"{name}_{s.name}") for s in (INTAKE, STAY)]
        bus: Any = KafkaBus(where.kafka, SystemClock(), 4, where.kind == "embedded", prefix=f"{name}-")
    else:
        stores, bus = [MemoryStore(), MemoryStore()], MemoryBus()
    async with house([INTAKE, STAY], file, stores, bus) as h:
        doors = [httpx.AsyncClient(transport=httpx.ASGITransport(bare_app(r)), base_url="http://clinic") for r in h.running]
        yield Clinic(h, *doors)
        for door in doors:
            await door.aclose()
