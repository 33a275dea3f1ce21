"""Every service as processes on real Kafka and MongoDB, killed and stalled while facts flow: at rest the laws hold all the same."""

import asyncio
import os
import signal
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from confluent_kafka.admin import AdminClient

from shared.edge.clinics import load_clinic
from shared.edge.host import found_services
from shared.settings import PACKAGED
from shared.shell.bus import KafkaBus
from shared.shell.clock import SteppedClock, write_clock
from shared.shell.laws import broken_laws
from shared.shell.memory import MemoryStore
from shared.shell.memory_bus import MemoryBus
from shared.shell.ports import Out
from shared.shell.running import Running
from shared.shell.store import MongoStore
from tests.faults.comparing import compare
from tests.faults.many_stays import NOW, Line, all_facts, as_published
from tests.faults.processes import Member, kafka_of_its_own
from tests.shell.house import house

pytestmark = [pytest.mark.real, pytest.mark.faults, pytest.mark.timeout(400)]
SEED = int(os.environ.get("STAYWARD_SEED", "20261122"))
KILLS, BURST = 10, 12
MOVES = 20  # of staff, before the last kill
SERVICES = found_services()
MEMBERS = {"intake": 1, "stay": 2, "meals": 2}  # of the others one each


async def undisturbed(facts: list[Line]) -> dict[str, list[Running]]:
    """The same facts in the order in which they were told, in memory, with nobody killed."""
    clinic, _ = load_clinic(PACKAGED)
    stores = [MemoryStore() for _ in SERVICES]
    async with house(list(SERVICES.values()), clinic, stores, MemoryBus(), NOW) as h:
        for line in sorted(facts, key=lambda x: x.value["told_at"]):
            await h.bus.publish([Out(line.topic, line.value["stay_id"], line.bytes, NOW)])
        await h.rest(60)
        assert [await broken_laws(r) for r in h.running] == [[] for _ in SERVICES]
    return {name: store.data for name, store in zip(SERVICES, stores, strict=True)}  # type: ignore[misc]


class Staff:
    """Housekeepers who take what the feed offers, through whatever process answers."""

    def __init__(self, members: list[Member], random: Random) -> None:
        self.members, self.random = [m for m in members if m.service == "stay"], random
        self.done: dict[str, str] = {}

    async def act(self) -> None:
        async with httpx.AsyncClient(timeout=5) as http:
            for member in self.random.sample(self.members, len(self.members)):
                if not member.answers():
                    continue
                try:
                    tasks = (await http.get(f"{member.http}/feeds/housekeeping")).json()["tasks"]
                    offered = [t for t in tasks if t["status"] == "requested"]
                    for task in self.random.sample(offered, min(4, len(offered))):
                        to = self.random.choice(["accepted", "in-progress"])
                        move = {"to": to, "by": "Vera", "revision": task["revision"]}
                        answer = await http.post(f"{member.http}/tasks/{task['task_id']}/moves", json=move,
                                                 headers={"Idempotency-Key": f"{task['task_id']}-{task['revision']}"})
                        if answer.status_code == 200:
                            self.done[task["task_id"]] = move["to"]
                    return
                except (httpx.HTTPError, KeyError, ValueError):
                    continue  # that process was killed or is stalled: the next one


async def one_to_begin(http: httpx.AsyncClient, member: Member) -> dict[str, Any]:
    """Of those on offer or accepted: staff may have taken all, and the feed of a process that has just begun may be behind."""
    async with asyncio.timeout(60):
        while True:
            for task in (await http.get(f"{member.http}/feeds/housekeeping")).json()["tasks"]:
                if task["status"] in ("requested", "accepted"):
                    return task
            await asyncio.sleep(0.2)


async def left_between_commit_and_publish(member: Member, kafka: Any, store: MongoStore) -> int:
    """Kafka is stopped, a person moves a task, the commit stands, and the process dies before it could publish."""
    async with httpx.AsyncClient(timeout=3) as http:
        task = await one_to_begin(http, member)
        kafka.pause()
        try:
            with pytest.raises(httpx.ReadTimeout):
                move = {"to": "in-progress", "by": task["assignee"] or "Marko"}
                await http.post(f"{member.http}/tasks/{task['task_id']}/moves", json=move)
            left = await store.unpublished(100)
            member.kill()
        finally:
            kafka.resume()
    assert task["task_id"] in {doc["_id"] for _, doc in left}
    return len(left)


async def at_rest(bus: KafkaBus, stores: dict[str, MongoStore], seconds: float = 120) -> float:
    """Seen twice: no group has lag, no request is due, nothing is unpublished. Returns how long it took."""
    began, seen = bus.clock.elapsed(), 0
    readers = [bus.consume(s.name, s.topics, _nobody) for s in SERVICES.values()]
    while seen < 2:
        assert bus.clock.elapsed() - began < seconds, "not at rest"
        calm = all([await r.lag() == 0 for r in readers]) and all([await s.at_rest(NOW) for s in stores.values()])
        seen = seen + 1 if calm else 0
        await asyncio.sleep(0.5)
    return bus.clock.elapsed() - began


async def _nobody(_: Any) -> None: ...


async def test_kills_and_stalls_lose_nothing_and_double_nothing(tmp_path: Path, mongo_uri: str) -> None:
    print(f"\nSTAYWARD_SEED={SEED}")
    random = Random(SEED)
    facts = all_facts(SEED)
    calm = await undisturbed(facts)
    told = as_published(facts, SEED)
    kafka = await kafka_of_its_own(tmp_path / "kafka")
    clock = tmp_path / "clock.json"
    write_clock(clock, NOW)
    prefix = f"f{SEED}-"
    environment = {"STAYWARD_KAFKA": kafka.address, "STAYWARD_MONGO": mongo_uri, "STAYWARD_CLOCK": str(clock),
                   "STAYWARD_PREFIX": prefix, "STAYWARD_PARTITIONS": "4"}
    members = [Member(s, n, tmp_path, environment) for s in SERVICES for n in range(1, MEMBERS.get(s, 1) + 1)]
    of_stay = [m for m in members if m.service == "stay"]
    stores = {name: MongoStore(mongo_uri, f"{prefix}stayward_{name}") for name in SERVICES}
    try:
        for member in members:
            member.start()
        for member in members:
            member.wait()
        bus = KafkaBus(kafka.address, SteppedClock(NOW), 4, prefix=prefix)
        print("members:", await see_all_members(kafka.address, prefix))
        staff = Staff(members, random)
        await flow(told, members, of_stay, staff, random, kafka, stores["stay"], prefix)
        for member in members:
            if member.process is None or member.process.poll() is not None:
                member.start()
        for member in members:
            member.wait()
        print(f"at rest after {await at_rest(bus, stores):.1f} s; {len(staff.done)} moves by staff")
        await compare(calm, stores, staff.done, kafka.address, prefix)
    except BaseException as error:
        print(repr(error)[:4000])
        print({str(m.http): m.log()[-2000:] for m in members})
        raise
    finally:
        for member in members:
            member.kill()
        await kafka.stop()
        await stores["stay"].client.admin.command("killAllSessions", [])  # a transaction of who was killed stays open for a minute
        for store in stores.values():
            await store.client.drop_database(store.db.name)
            await store.stop()


async def see_all_members(address: str, prefix: str) -> dict[str, int]:
    """As Kafka itself tells it; aiokafka 0.14 cannot read this answer of Kafka 4."""
    admin = AdminClient({"bootstrap.servers": address})
    wanted = {name: MEMBERS.get(name, 1) for name in SERVICES}
    for _ in range(300):
        described = admin.describe_consumer_groups([f"{prefix}{name}" for name in wanted])
        counts = {name: len((await asyncio.wrap_future(described[f"{prefix}{name}"])).members) for name in wanted}
        if counts == wanted:
            return counts
        await asyncio.sleep(0.1)
    raise AssertionError(f"members: {counts}")


async def flow(told: list[Line], members: list[Member], of_stay: list[Member], staff: Staff, random: Random, kafka: Any,
               store: MongoStore, prefix: str) -> None:
    """Bursts of facts by a plain client, with moves, kills and a stall between them."""
    producer = AIOKafkaProducer(bootstrap_servers=kafka.address)
    await producer.start()
    bursts = [told[start : start + BURST] for start in range(0, len(told), BURST)]
    kills = set(random.sample(range(2, len(bursts)), KILLS - 1))
    stalled: Member | None = None
    loop, let_go = asyncio.get_running_loop(), 0.0
    for number, burst in enumerate(bursts):
        for line in burst:
            key = line.value["stay_id"].encode() if random.random() < 0.7 else None
            await producer.send(prefix + line.topic, line.bytes, key=key)
        await producer.flush()
        await staff.act()
        if number == len(bursts) // 3:
            stalled, let_go = of_stay[0], loop.time() + 15
            stalled.signal(signal.SIGSTOP)
        if stalled and loop.time() > let_go:
            stalled.signal(signal.SIGCONT)
            stalled = None
        if number in kills:
            victim = random.choice([m for m in members if m is not stalled])
            victim.kill()
            victim.start()
        if number == len(bursts) - 2:
            await asyncio.sleep(max(0, let_go - loop.time()) if stalled else 0)
            if stalled:
                stalled.signal(signal.SIGCONT)
                stalled = None
            for member in members:
                member.wait()
            async with asyncio.timeout(60):  # of the short time before, kills and rebalances leave them little
                while len(staff.done) < MOVES:
                    await staff.act()
                    await asyncio.sleep(0.3)
            print("left between commit and publish:", await left_between_commit_and_publish(of_stay[1], kafka, store))
            of_stay[1].start()
        await asyncio.sleep(random.uniform(0.1, 0.6))
    await producer.stop()
