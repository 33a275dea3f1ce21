"""The ground that all measurements stand on: one real Kafka and one real MongoDB, started here, stopped here, however it ends."""

import asyncio
import contextlib
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from pymongo import AsyncMongoClient

from bench.load import NOW, Line, clinic_of
from shared.edge.host import found_services
from shared.service import Service
from shared.shell.bus import KafkaBus
from shared.shell.clock import SteppedClock, write_clock
from shared.shell.embedded import Child, spawn, start_mongo
from shared.shell.running import topics_of
from tests.servers.apache_kafka import start_apache_kafka
from tests.servers.parts import Parts

ROOT = Path(__file__).resolve().parents[1]
PARTITIONS = 6  # of every topic, as in the settings
COLLECTIONS = ("subjects", "states", "outbox", "requests")


@dataclass(frozen=True)
class Order:
    """What a measured process is asked for: which side of which service, on which topics, and for how many records."""

    side: str  # service, floor, plain, profile
    service: str
    prefix: str
    records: int
    kafka: str = ""
    mongo: str = ""
    clinic: str = ""
    answer: str = ""
    tape: str = ""
    follows: bool = True  # the floor reads its own feeds, as the service does


@dataclass
class Ground:
    """Topics, groups and databases are told apart by a prefix of each measurement's own."""

    folder: Path
    kafka: Child
    mongo: Child
    clinic: Path
    clock: Path
    houses: int
    client: AsyncMongoClient[dict[str, Any]]
    children: list[Child] = field(default_factory=list)
    _number: Any = field(default_factory=lambda: count(1))

    def name(self, what: str) -> str:
        return f"{what}{next(self._number)}-"

    def bus(self, prefix: str) -> KafkaBus:
        return KafkaBus(self.kafka.address, SteppedClock(NOW), PARTITIONS, prefix=prefix)

    def database(self, prefix: str, service: str) -> Any:
        return self.client[f"{prefix}stayward_{service}"]

    async def told(self, prefix: str, service: Service, lines: Sequence[Line]) -> int:
        """The topics of `service`, and in them those of these facts that it hears; returns how many."""
        await self.bus(prefix).make_topics(topics_of([service]))
        heard = [line for line in lines if line.topic in service.hears]
        await self.publish(prefix, heard)
        return len(heard)

    async def publish(self, prefix: str, lines: Sequence[Line]) -> None:
        producer = AIOKafkaProducer(bootstrap_servers=self.kafka.address, linger_ms=5)
        await producer.start()
        try:
            for line in lines:
                await producer.send(prefix + line.topic, line.bytes, key=line.value["stay_id"].encode())
            await producer.flush()
        finally:
            await producer.stop()

    async def written(self, prefix: str, service: str) -> dict[str, str]:
        """Collection -> MongoDB's own digest of all that is in it."""
        answer = await self.database(prefix, service).command("dbHash", collections=list(COLLECTIONS))
        return dict(answer["collections"])

    async def rewind(self, prefix: str, service: Service) -> None:
        """The group, without members now, will hear everything again."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka.address, group_id=prefix + service.name, enable_auto_commit=False)
        await consumer.start()
        try:
            tps = [TopicPartition(prefix + topic, p) for topic in service.topics for p in range(PARTITIONS)]
            consumer.assign(tps)
            await consumer.commit(dict.fromkeys(tps, 0))
        finally:
            await consumer.stop()

    async def side(self, order: Order, seconds: float = 900) -> dict[str, Any]:
        """Runs one side in a process of its own and returns what it measured."""
        answer = self.folder / f"{order.prefix}{order.side}.json"
        answer.unlink(missing_ok=True)
        full = asdict(order) | {"kafka": self.kafka.address, "mongo": self.mongo.address, "clinic": str(self.clinic),
                                "answer": str(answer)}
        with (self.folder / f"{order.prefix}{order.side}.log").open("w+b") as log:
            child = self.start([sys.executable, "-m", "bench.side", json.dumps(full)], log)
            try:
                async with asyncio.timeout(seconds):
                    while child.process.poll() is None:  # noqa: ASYNC110
                        await asyncio.sleep(0.05)
            finally:
                await self.end(child)
            log.seek(0)
            if child.process.returncode or not answer.exists():
                raise RuntimeError(f"{order.side} of {order.service}: {log.read()[-3000:].decode(errors='replace')}")
        measured: dict[str, Any] = json.loads(answer.read_text())
        return measured

    def start(self, command: Sequence[str], log: Any, **environment: str) -> Child:
        """A child that ends when this process ends."""
        told = {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0", **environment}  # aiokafka asks partitions in the order of a set
        child = Child("", spawn(["env", *(f"{name}={value}" for name, value in told.items()), *command], log, log))
        self.children.append(child)
        return child

    async def end(self, child: Child) -> None:
        await child.stop()
        with contextlib.suppress(ValueError):
            self.children.remove(child)

    async def clear(self, prefix: str) -> None:
        """Topics and databases of one measurement."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka.address)
        await admin.start()
        try:
            await admin.delete_topics([topic for topic in await admin.list_topics() if topic.startswith(prefix)])
        finally:
            await admin.close()
        for name in found_services():
            await self.client.drop_database(f"{prefix}stayward_{name}")


@asynccontextmanager
async def ground(houses: int, parts: Parts | None = None) -> AsyncIterator[Ground]:
    """From the main thread; without `parts` its own, in about 4 s and 900 MB of memory."""
    with tempfile.TemporaryDirectory(prefix="stayward-bench-", ignore_cleanup_errors=True) as name:
        folder, started = Path(name), list[Child]()
        clock = folder / "clock.json"
        write_clock(clock, NOW)
        try:
            if parts is None:
                started.append(await start_apache_kafka(folder / "kafka"))
                started.append(await start_mongo(folder))
                kafka, mongo = started
            else:
                kafka, mongo = (Child(address, None) for address in (parts.kafka, parts.mongo))  # type: ignore[arg-type]
            async with AsyncMongoClient[dict[str, Any]](mongo.address) as client:
                yield Ground(folder, kafka, mongo, clinic_of(houses, folder / "clinic.yaml"), clock, houses, client, started)
        finally:
            for child in reversed(started):
                with contextlib.suppress(Exception):
                    await child.stop()
