"""Following reads all partitions of some topics from their beginning, without a group: every process sees everything."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.shell.broker import Broker
from shared.shell.ports import Handler, Record

log = logging.getLogger("stayward.follow")
SILENT = 6.0
LONG_POLL = 250  # milliseconds that a broker keeps a question for which it has nothing; an answer with something comes at once
PACE = 0.05  # seconds between looks at what has come: no screen is read faster, and each look costs more than what it finds
LAST_STAMP = 4_102_444_800_000  # milliseconds, the year 2100: no clock that is right says more


def as_record(raw: Any, prefix: str = "") -> Record:
    """aiokafka's record as ours; a producer without a clock stamps -1, and one that counts microseconds the year 58,000."""
    stamp = raw.timestamp if 0 <= (raw.timestamp or 0) < LAST_STAMP else 0
    return Record(raw.topic.removeprefix(prefix), raw.partition, raw.offset, raw.key, raw.value, tuple(raw.headers),
                  datetime.fromtimestamp((stamp or 0) / 1000, UTC))


def machine_now() -> float:
    """Seconds, by the clock with which aiokafka stamps answers."""
    return time.time_ns() / 1e9


def silence(consumer: Any, assigned: float) -> str | None:
    """Says so when the broker has answered no fetch for SILENT seconds; `assigned`: since when there is something to ask for."""
    stamps = [(consumer.last_poll_timestamp(tp) or 0) / 1000 for tp in consumer.assignment()]
    age = machine_now() - max(*stamps, assigned) if stamps else 0.0
    return f"Kafka has not answered for {age:.0f} s" if age > SILENT else None


class KafkaFollowing:
    """`handler` sees every record of `topics`, in the order of each partition."""

    def __init__(self, bus: Broker, topics: Sequence[str], handler: Handler) -> None:
        self.bus, self.topics, self.handler = bus, [bus.prefix + topic for topic in topics], handler
        self.clock = bus.clock
        self._consumer: AIOKafkaConsumer | None = None
        self._loop: asyncio.Task[None] | None = None
        self._heard = self._assigned = 0.0

    async def start(self) -> None:
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=self.bus.address, enable_auto_commit=False, auto_offset_reset="earliest",
            fetch_max_wait_ms=10 if self.bus.embedded else LONG_POLL, client_id=f"{self.bus.client_id}-follow",
            metadata_max_age_ms=30_000)
        await self._consumer.start()
        await self._assign()
        self._heard = self.clock.elapsed()
        self._loop = asyncio.create_task(self._follow(), name="follow")

    async def _assign(self) -> None:
        """All partitions of all topics; asks until the broker knows them."""
        assert self._consumer is not None
        for _ in range(100):
            found = {t: await self._partitions(t) for t in self.topics}
            if all(found.values()):
                self._consumer.assign([TopicPartition(t, p) for t, parts in found.items() for p in parts])
                await self._consumer.seek_to_beginning()
                self._assigned = machine_now()
                return
            await asyncio.sleep(0.1)
        raise RuntimeError(f"Kafka does not know the topics {[t for t, parts in found.items() if not parts]}")

    async def _partitions(self, topic: str) -> set[int]:
        assert self._consumer is not None
        cluster = self._consumer._client.cluster
        self._consumer._client.add_topic(topic)
        if not cluster.partitions_for_topic(topic):
            await self._consumer._client.force_metadata_update()
        return set(cluster.partitions_for_topic(topic) or ())

    async def stop(self) -> None:
        if self._loop:
            self._loop.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):  # whatever it has ended of, the consumer is stopped
                await self._loop
        if self._consumer:
            await self._consumer.stop()

    async def _follow(self) -> None:
        assert self._consumer is not None
        while True:
            batches: dict[Any, Any] = await self._consumer.getmany(timeout_ms=200, max_records=1000)
            self._heard = self.clock.elapsed()
            records = [as_record(raw, self.bus.prefix) for batch in batches.values() for raw in batch]
            if records:
                await self.handler(records)
                await asyncio.sleep(PACE)

    async def caught_up(self) -> bool:
        """True when everything that was there at this moment has been handled."""
        if not self._consumer or not self._consumer.assignment():
            return False
        ends = await self._consumer.end_offsets(list(self._consumer.assignment()))
        return all([await self._consumer.position(tp) >= end for tp, end in ends.items()])

    def trouble(self) -> str | None:
        if not self._loop or self._loop.done():
            return "following the feeds has ended"
        quiet = self.clock.elapsed() - self._heard
        return f"following the feeds is stuck for {quiet:.0f} s" if quiet > 8 else silence(self._consumer, self._assigned)


async def read_topic(address: str, topic: str, follow: bool, prefix: str = "") -> AsyncIterator[Record]:
    """Every record of a topic, from its beginning; without `follow` up to its present end."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=address, enable_auto_commit=False, auto_offset_reset="earliest",
                                fetch_max_wait_ms=100, max_partition_fetch_bytes=8 * 1024 * 1024)
    await consumer.start()
    try:
        tps = list(consumer.assignment())
        if not tps:
            raise LookupError(f"Kafka has no topic {topic}")
        ends = await consumer.end_offsets(tps)
        while follow or any([await consumer.position(tp) < ends[tp] for tp in tps]):
            batches: dict[Any, Any] = await consumer.getmany(timeout_ms=500)
            for batch in batches.values():
                for raw in batch:
                    yield as_record(raw, prefix)
    finally:
        await consumer.stop()
