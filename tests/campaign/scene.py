"""The scene of an outage: services as processes on servers that can be killed, facts that flow, and what must hold at rest."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.edge.clinics import load_clinic
from shared.edge.host import found_services
from shared.service import Service
from shared.shell.bus import KafkaBus
from shared.shell.clock import SteppedClock, write_clock
from shared.shell.documents import tasks_of
from shared.shell.laws import broken_laws
from shared.shell.memory import MemoryStore
from shared.shell.memory_bus import MemoryBus
from shared.shell.ports import Out
from shared.shell.running import Running
from shared.shell.store import MongoStore
from tests.campaign.servers import Kafka, Mongo
from tests.faults.comparing import feeds_agree, known_of, same_owed
from tests.faults.many_stays import NOW, Line, stay_facts
from tests.faults.processes import Member
from tests.faults.test_shuffles import clinic_of
from tests.shell.house import house

PER_HOUSE, PARTITIONS = 60, 4
ANSWER = 3.0  # seconds until a fact that the broker did not take is told again


def facts_of(stays: int, seed: int) -> list[Line]:
    """Sixty stays to a house, five facts each, in the order of their telling; nothing is held yet at NOW."""
    random = Random(seed)
    lines = [_elsewhere(line, number // PER_HOUSE) for number in range(stays) for line in stay_facts(number % PER_HOUSE, random)]
    return sorted(lines, key=lambda line: str(line.value["told_at"]))


def _elsewhere(line: Line, number: int) -> Line:
    """The same words in a house of its own, with its own names of stays, flights and parties."""
    said = json.dumps(line.value).replace("belgrade", f"site-{number:02}").replace("BEG-2026", f"S{number:02}")
    return Line(line.topic, json.loads(said.replace('"LH', f'"L{number:02}').replace("PARTY-", f"PARTY-{number:02}-")))


class Scene:
    """Everything of one campaign."""

    def __init__(self, folder: Path, mongo: Mongo, kafka: Kafka, services: Mapping[str, Service], clinic: Path,
                 members: list[Member], prefix: str) -> None:
        self.folder, self.mongo, self.kafka, self.prefix = folder, mongo, kafka, prefix
        self.services, self.members = services, members
        self.clinic, self.digest = load_clinic(clinic)
        self.stores = {name: MongoStore(mongo.address, f"{prefix}stayward_{name}") for name in services}

    def bus(self) -> KafkaBus:
        return KafkaBus(self.kafka.address, SteppedClock(NOW), PARTITIONS, prefix=self.prefix)

    async def tell(self, lines: Sequence[Line], per_second: float) -> None:
        """Every fact until the broker has taken it, so some twice; and every tenth twice anyway."""
        for line in (line for n, each in enumerate(lines) for line in [each] * (2 if n % 10 == 0 else 1)):
            while not await self._told(line):
                await self._renew()
            await asyncio.sleep(1 / per_second)

    async def _told(self, line: Line) -> bool:
        try:
            async with asyncio.timeout(ANSWER):
                await self.producer.send_and_wait(self.prefix + line.topic, line.bytes, key=line.value["stay_id"].encode())
        except (KafkaError, TimeoutError):
            return False
        return True

    async def _renew(self) -> None:
        """A client whose broker has died may be of no more use."""
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self.producer.stop(), 1)
        while True:
            self.producer = AIOKafkaProducer(bootstrap_servers=self.kafka.address)
            try:
                await asyncio.wait_for(self.producer.start(), ANSWER)
            except (KafkaError, TimeoutError, OSError):
                with contextlib.suppress(Exception):
                    await asyncio.wait_for(self.producer.stop(), 1)
                await asyncio.sleep(0.3)
            else:
                return

    async def disturbed(self, lines: Sequence[Line], per_second: float, disturb: Callable[[], Awaitable[None]]) -> float:
        """Facts flow while it happens; returns the seconds from its end, or from the last fact, until all is at rest."""
        telling = asyncio.create_task(self.tell(lines, per_second))
        try:
            await disturb()
            await telling
        finally:
            telling.cancel()
        for member in self.members:
            if member.process is None or member.process.poll() is not None:
                raise AssertionError(f"{member.service} has ended by itself: {member.log()[-2000:]}")
        return await self.at_rest()

    async def at_rest(self, seconds: float = 180) -> float:
        """Seen twice: no group has lag, no request is due, nothing is unpublished."""
        began, seen = perf_counter(), 0
        bus = self.bus()
        readers = [bus.consume(s.name, s.topics, _nobody) for s in self.services.values()]
        try:
            async with asyncio.timeout(seconds):
                while seen < 2:
                    calm = all([await r.lag() == 0 for r in readers]) and all([await s.at_rest(NOW) for s in self.stores.values()])
                    seen = seen + 1 if calm else 0
                    await asyncio.sleep(0.3)
        finally:
            for reader in readers:
                await reader.stop()
        return perf_counter() - began

    async def broken(self) -> list[str]:
        """The laws that do not hold now, of all services."""
        bus, found = self.bus(), list[str]()
        for name, service in self.services.items():
            running = Running(service, self.clinic, self.stores[name], bus, SteppedClock(NOW), self.digest)
            await running.following.start()
            try:
                async with asyncio.timeout(60):
                    while not await running.following.caught_up():
                        await asyncio.sleep(0.05)
                found += [f"{name}: {law}" for law in await broken_laws(running)]
            finally:
                await running.following.stop()
        return found

    async def compare(self, calm: dict[str, Any]) -> None:
        """With what came of the same facts where nothing happened: the same owed, the same assigned, no fact lost."""
        for name, service in self.services.items():
            states = [doc async for doc in self.stores[name].db.states.find({})]
            of_plan = [[t for t in tasks_of(docs) if t.origin == "plan"] for docs in (calm[name]["states"].values(), states)]
            same_owed(*of_plan)
            known = {d["_id"]: known_of(d) async for d in self.stores[name].db.subjects.find({"kind": "stay"})}
            told = {i: known_of(d) for i, d in calm[name]["subjects"].items() if i.startswith("stay:")}
            assert known == told, "a fact was lost"
            await feeds_agree(service, states, self.kafka.address, self.prefix)


async def _nobody(_: Any) -> None: ...


async def undisturbed(scene: Scene, lines: Sequence[Line], seconds: float = 60) -> dict[str, Any]:
    """The same facts, in memory, with nobody killed: service -> all that is in its database."""
    stores = [MemoryStore() for _ in scene.services]
    async with house(list(scene.services.values()), scene.clinic, stores, MemoryBus(), NOW, scene.digest) as h:
        await h.bus.publish([Out(line.topic, line.value["stay_id"], line.bytes, NOW) for line in lines])
        await h.rest(seconds)
    return {name: store.data for name, store in zip(scene.services, stores, strict=True)}


@asynccontextmanager
async def scene(folder: Path, names: Mapping[str, int], stays: int) -> AsyncIterator[Scene]:
    """`names`: how many processes of each service. From the main thread."""
    mongo, kafka = Mongo(folder), Kafka(folder / "kafka")
    clock = folder / "clock.json"
    write_clock(clock, NOW)
    clinic, prefix = clinic_of(-(-stays // PER_HOUSE), folder / "sites.yaml"), "campaign-"
    services = {name: service for name, service in found_services().items() if name in names}
    await asyncio.gather(mongo.start(), kafka.start())
    environment = {"STAYWARD_KAFKA": kafka.address, "STAYWARD_MONGO": mongo.address, "STAYWARD_CLOCK": str(clock),
                   "STAYWARD_PREFIX": prefix, "STAYWARD_PARTITIONS": str(PARTITIONS), "STAYWARD_CLINIC": str(clinic)}
    members = [Member(name, n, folder, environment) for name in services for n in range(1, names[name] + 1)]
    here = Scene(folder, mongo, kafka, services, clinic, members, prefix)
    try:
        for member in members:
            member.start()
        for member in members:
            await asyncio.to_thread(member.wait)
        here.producer = AIOKafkaProducer(bootstrap_servers=kafka.address)
        await here.producer.start()
        yield here
    except BaseException:
        print({f"{m.service}-{m.number}": m.log()[-1500:] for m in members if m.process})
        raise
    finally:
        for member in members:
            member.kill()
        with contextlib.suppress(Exception):
            await asyncio.wait_for(here.producer.stop(), 2)
        for store in here.stores.values():
            await store.stop()
        for server in (kafka, mongo):
            server.kill()
