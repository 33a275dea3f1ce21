"""One suite for the real store and bus and for their twins in memory."""

import secrets
from collections.abc import AsyncIterator

import pytest

from shared.shell.bus import KafkaBus
from shared.shell.clock import SystemClock
from shared.shell.memory import MemoryStore
from shared.shell.memory_bus import MemoryBus
from shared.shell.ports import Bus, Store
from shared.shell.store import MongoStore

REAL = pytest.mark.real


@pytest.fixture(params=["memory", pytest.param("mongo", marks=REAL)])
def database(request: pytest.FixtureRequest) -> str | None:
    return request.getfixturevalue("mongo_uri") if request.param == "mongo" else None


@pytest.fixture
async def store(database: str | None) -> AsyncIterator[Store]:
    made: Store = MongoStore(database, f"test_{secrets.token_hex(6)}") if database else MemoryStore()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture(params=["memory", pytest.param("kafka", marks=REAL)])
def broker(request: pytest.FixtureRequest) -> object:
    return request.getfixturevalue("parts") if request.param == "kafka" else None


@pytest.fixture
async def bus(broker: object) -> AsyncIterator[Bus]:
    if broker is None:
        made: Bus = MemoryBus()
    else:
        made = KafkaBus(broker.kafka, SystemClock(), 4, broker.kind == "embedded", prefix=f"{secrets.token_hex(4)}.")
    await made.start()
    yield made
    await made.stop()
