"""Latency: a fact is published, its first task and its first promise are seen by a reader; both on this process's own clock."""

import asyncio
import contextlib
import json
from statistics import quantiles
from time import perf_counter

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from bench.ground import PARTITIONS, Ground
from bench.load import Line
from bench.members import members, stopped
from bench.throughput import Figures, Size
from shared.edge.host import found_services

WARM_UP = 2.0  # seconds of facts that are not counted
LINGER = 3.0  # seconds in which the last facts may still be answered


class Seen:
    """The answer to a fact is what is published of its stay before the stay's next fact. Where stays compete for a pool, somebody
    else's fact may be the reason for that: there only the first fact of a stay counts, and the others are the load beside it."""

    def __init__(self, pools: bool) -> None:
        self.told: dict[str, float] = {}
        self.found: dict[str, list[float]] = {"task": [], "promise": []}
        self.counting = False
        self.pools = pools
        self._answered: set[tuple[str, str]] = set()

    def tell(self, stay: str, at: float) -> None:
        if self.pools and stay in self.told:
            at = 0.0
        self.told[stay] = at
        for what in self.found:
            self._answered.discard((stay, what))

    def answer(self, stay: str, what: str) -> None:
        began = self.told.get(stay)
        if began and (stay, what) not in self._answered:
            self._answered.add((stay, what))
            if self.counting:
                self.found[what].append(perf_counter() - began)

    def give_up(self, stay: str) -> None:
        """There is no room, and it was told so: whoever goes away later brings the task, and not this stay's fact."""
        self._answered.add((stay, "task"))


async def latency(ground: Ground, size: Size) -> Figures:
    """Each service by itself, at `size.per_second` facts a second, idle otherwise."""
    figures: Figures = {}
    for name in size.services:
        service, prefix = found_services()[name], ground.name(f"{name}-latency")
        await ground.told(prefix, service, [])
        running = await members(ground, prefix, name, 1)
        seen, feeds = Seen(bool(service.pools)), [prefix + topic for topic in (*service.feed_topics, "promises")]
        reading = asyncio.create_task(_read(ground, feeds, prefix, seen))
        try:
            lines = [line for line in size.lines(round(size.per_second * (size.seconds + WARM_UP))) if line.topic in service.hears]
            await _tell(ground, prefix, lines, size.per_second, seen)
        finally:
            reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reading
            await stopped(ground, running)
        await ground.clear(prefix)
        for what, found in seen.found.items():
            cuts = quantiles(found, n=100, method="inclusive") if len(found) > 1 else [0.0] * 99
            figures |= {f"{name}.fact_to_{what}_p50_ms": 1000 * cuts[49], f"{name}.fact_to_{what}_p99_ms": 1000 * cuts[98],
                        f"{name}.fact_to_{what}_count": float(len(found))}
    return figures


async def _tell(ground: Ground, prefix: str, lines: list[Line], per_second: float, seen: Seen) -> None:
    """At an even pace; a fact that is told late counts from when it should have been told."""
    producer = AIOKafkaProducer(bootstrap_servers=ground.kafka.address)
    await producer.start()
    try:
        began = perf_counter()
        for number, line in enumerate(lines):
            await asyncio.sleep(max(0.0, began + number / per_second - perf_counter()))
            seen.counting = perf_counter() - began > WARM_UP
            seen.tell(line.value["stay_id"], began + number / per_second)
            await producer.send(prefix + line.topic, line.bytes, key=line.value["stay_id"].encode())
        await producer.flush()
        await asyncio.sleep(LINGER)
    finally:
        await producer.stop()


async def _read(ground: Ground, topics: list[str], prefix: str, seen: Seen) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=ground.kafka.address, enable_auto_commit=False, auto_offset_reset="earliest",
                                fetch_max_wait_ms=100)  # at most; what is there is answered at once
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, p) for topic in topics for p in range(PARTITIONS)])
        while True:
            for tp, records in (await consumer.getmany(timeout_ms=50)).items():
                what = "promise" if tp.topic == f"{prefix}promises" else "task"
                for record in records:
                    told = json.loads(record.value)
                    seen.answer(told.get("stay_id", ""), what)
                    if told.get("state") == "at-risk" and seen.pools:
                        seen.give_up(told["stay_id"])
    finally:
        await consumer.stop()
