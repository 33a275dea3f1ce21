"""The same facts in twenty orders, over one and over two processes of each service: the same owed, the same assigned.

Each order is told to a site of its own of one clinic, so that one running system sees all twenty; what came of them is compared.
"""

import asyncio
import json
import os
from pathlib import Path
from random import Random
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from ruamel.yaml import YAML

from shared.edge.clinics import load_clinic
from shared.edge.host import found_services
from shared.language.tasks import PLANNED, Task
from shared.settings import PACKAGED
from shared.shell.bus import KafkaBus
from shared.shell.clock import SteppedClock, write_clock
from shared.shell.documents import tasks_of
from shared.shell.laws import broken_laws
from shared.shell.running import Running
from shared.shell.store import MongoStore
from tests.faults.many_stays import NOW, Line, split, stay_facts
from tests.faults.processes import Member
from tests.servers.parts import Parts

pytestmark = [pytest.mark.real, pytest.mark.faults, pytest.mark.timeout(300)]
SEED = int(os.environ.get("STAYWARD_SEED", "20261122"))
ORDERS, STAYS = 20, 5
SERVICES = found_services()


def told_of(order: int) -> list[Line]:
    """The facts of the six stays for one site: its own names of stays and flights, the same words; shuffled, some split."""
    random = Random(SEED)
    site = f"site-{order:02}"
    facts = [Line(line.topic, json.loads(json.dumps(line.value).replace("belgrade", site).replace("BEG-2026", f"S{order:02}")
                                         .replace('"LH', f'"L{order:02}')))
             for number in range(STAYS) for line in stay_facts(number, random)]
    facts = [Line(line.topic, {**line.value, "site": site} if line.topic == "stay-booked" else line.value) for line in facts]
    mine = Random(SEED * 1000 + order)
    told = [part for line in facts for part in (split(line, mine) if mine.random() < 0.3 else [line])]
    told += told[::10]
    mine.shuffle(told)
    return told


def clinic_of(sites: int, path: Path) -> Path:
    """The Belgrade house, so many times."""
    yaml = YAML(typ="safe")
    tree = yaml.load(PACKAGED.read_text())
    tree["sites"] = {f"site-{n:02}": tree["sites"]["belgrade"] for n in range(sites)}
    with path.open("w") as file:
        yaml.dump(tree, file)
    return path


def as_said(task: Task, order: int) -> str:
    """What is owed and who was assigned, in words that are the same for all sites. What goes by the stay's own name is left
    out: the dish, since the menu goes round by it (that it is the one owed is among the laws), and the name of a trip."""
    said = {name: getattr(task, name) for name in (*PLANNED, "status", "resource", "assignee", "chosen", "holds")}
    said["chosen"] = {name: word for name, word in task.chosen.items() if name != "trip_id"}
    said["details"] = {name: word for name, word in task.details.items() if name not in ("dish", "recipe")}
    text = json.dumps(said, sort_keys=True, default=str)
    return text.replace(f"site-{order:02}", "site").replace(f"S{order:02}-", "S-").replace(f'"L{order:02}', '"L')


async def test_twenty_orders_over_one_and_two_processes_end_in_the_same(tmp_path: Path, parts: Parts) -> None:
    print(f"\nSTAYWARD_SEED={SEED}")
    clock = tmp_path / "clock.json"
    write_clock(clock, NOW)
    prefix, clinic = f"s{SEED}-", clinic_of(2 * ORDERS, tmp_path / "sites.yaml")
    environment = {"STAYWARD_KAFKA": parts.kafka, "STAYWARD_MONGO": parts.mongo, "STAYWARD_CLOCK": str(clock),
                   "STAYWARD_PREFIX": prefix, "STAYWARD_PARTITIONS": "4", "STAYWARD_CLINIC": str(clinic)}
    first, second = ([Member(s, n, tmp_path, environment) for s in SERVICES] for n in (1, 2))
    file, digest = load_clinic(clinic)
    bus = KafkaBus(parts.kafka, SteppedClock(NOW), 4, prefix=prefix)
    running = [Running(s, file, MongoStore(parts.mongo, f"{prefix}stayward_{name}"), bus, SteppedClock(NOW), digest)
               for name, s in SERVICES.items()]
    try:
        for members, orders in ((first, range(ORDERS)), (second, range(ORDERS, 2 * ORDERS))):
            for member in members:
                member.start()
            for member in members:
                member.wait()
            await publish([line for order in orders for line in told_of(order)], parts.kafka, prefix)
            await at_rest(running)
            print(f"{ORDERS} orders over {1 if members is first else 2} of each")
        await bus.start()
        for each in running:
            await each.following.start()
        for each in running:
            while not await each.following.caught_up():
                await asyncio.sleep(0.05)
            assert await broken_laws(each) == [], each.service.name
            ends = await ends_of(each)
            assert len(ends[0]) >= {"ops": 0, "intake": 1, "transport": 4}.get(each.service.name, 5)
            for order, end in ends.items():
                assert end == ends[0], (each.service.name, order, sorted(set(end) ^ set(ends[0]))[:2])
    except BaseException:
        print({m.service: m.log()[-1500:] for m in (*first, *second) if m.process})
        raise
    finally:
        for member in (*first, *second):
            member.kill()
        for each in running:
            await each.following.stop()
            await each.store.client.drop_database(each.store.db.name)  # type: ignore[attr-defined]
            await each.store.stop()
        await bus.stop()


async def publish(lines: list[Line], address: str, prefix: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=address)
    await producer.start()
    try:
        for line in lines:
            await producer.send(prefix + line.topic, line.bytes)  # without a key: one stay is everywhere
        await producer.flush()
    finally:
        await producer.stop()


async def at_rest(running: list[Running], seconds: float = 150) -> None:
    """Seen twice: no group has lag, no request is due, nothing is unpublished."""
    async def nobody(_: Any) -> None: ...

    readers = [r.bus.consume(r.service.name, r.service.topics, nobody) for r in running]
    async with asyncio.timeout(seconds):
        seen = 0
        while seen < 2:
            calm = all([await r.lag() == 0 for r in readers]) and all([await r.store.at_rest(NOW) for r in running])
            seen = seen + 1 if calm else 0
            await asyncio.sleep(0.3)


async def ends_of(running: Running) -> dict[int, list[str]]:
    """order -> what came of it: all that plan owes its stays (a ladder's tasks are named by the task, and so by the stay)."""
    ends: dict[int, list[str]] = {order: [] for order in range(2 * ORDERS)}
    docs = [doc async for doc in running.store.db.states.find({"type": "task", "open": True})]  # type: ignore[attr-defined]
    for task in tasks_of(docs):
        name = task.subject.partition(":")[2]
        if name.startswith("S") and task.origin == "plan":
            ends[int(name[1:3])].append(f"{task.subject[8:]} {as_said(task, int(name[1:3]))}")
    return {order: sorted(said) for order, said in ends.items()}
