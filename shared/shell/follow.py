"""Following reads all partitions of some topics from their beginning, without a group: every process sees everything."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from operator import methodcaller
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition, errors
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError
from confluent_kafka import TopicPartition as Where

from shared.shell.broker import Broker
from shared.shell.ports import Handler, Record

log = logging.getLogger("stayward.follow")
SILENT, STUCK = 6.0, 20.0  # seconds: without an answer; that a partition stands still before its end
LONG_POLL = 250  # milliseconds that a broker keeps a question for which it has nothing; an answer with something comes at once
PACE = 0.02  # seconds in which what comes is looked at together: no screen is read faster, and a look costs more than a record
IDLE, PROBE = 0.25, 2.0  # seconds: of one look, between two questions whether the broker answers
AT_ONCE = 999  # records, after the first
_HEADERS_OF = methodcaller("headers")
LAST_STAMP = 4_102_444_800_000  # milliseconds, the year 2100: no clock that is right says more


def as_record(raw: Any, prefix: str = "") -> Record:
    """aiokafka's record as ours."""
    return Record(raw.topic.removeprefix(prefix), raw.partition, raw.offset, raw.key, raw.value, tuple(raw.headers),
                  stamped(raw.timestamp))


def stamped(told: int | None) -> datetime:
    """A producer without a clock stamps -1, and one that counts microseconds the year 58,000."""
    return datetime.fromtimestamp((told if told and 0 <= told < LAST_STAMP else 0) / 1000, UTC)


def machine_now() -> float:
    """Seconds, by the clock with which aiokafka stamps answers."""
    return time.time_ns() / 1e9


def silence(consumer: Any, assigned: float) -> str | None:
    """Says so when the broker has answered no fetch for SILENT seconds; `assigned`: since when there is something to ask for."""
    stamps = [(consumer.last_poll_timestamp(tp) or 0) / 1000 for tp in consumer.assignment()]
    age = machine_now() - max(*stamps, assigned) if stamps else 0.0
    return f"Kafka has not answered for {age:.0f} s" if age > SILENT else None


class KafkaFollowing:
    """`handler` sees every record of `topics`, in the order of each partition.

    librdkafka reads them, in threads of its own: what every process must read is most of what another process costs, and aiokafka
    takes five times as long for a record. aiokafka answers what librdkafka is not asked for: which partitions there are, and
    where they end."""

    def __init__(self, bus: Broker, topics: Sequence[str], handler: Handler) -> None:
        self.bus, self.topics, self.handler = bus, [bus.prefix + topic for topic in topics], handler
        self.clock = bus.clock
        self._asking: AIOKafkaConsumer | None = None
        self._reader: Consumer | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._loops: list[asyncio.Task[None]] = []
        self._next: dict[TopicPartition, int] = {}  # offset of the first record that has not been handled
        self._behind: dict[TopicPartition, tuple[int, float]] = {}  # where it stands before its end, and since when
        self._heard = self._answered = 0.0

    async def start(self) -> None:
        self._asking = AIOKafkaConsumer(bootstrap_servers=self.bus.address, enable_auto_commit=False,
                                        client_id=f"{self.bus.client_id}-follow-asking", metadata_max_age_ms=30_000)
        await self._asking.start()
        parts = await self._all_partitions()
        self._next, self._thread = dict.fromkeys(parts, 0), ThreadPoolExecutor(1, "stayward-follow")
        self._reader = Consumer({
            "bootstrap.servers": self.bus.address, "client.id": f"{self.bus.client_id}-follow", "group.id": "no group",
            "enable.auto.commit": False, "enable.partition.eof": True, "allow.auto.create.topics": False, "log_level": 0,
            "auto.offset.reset": "earliest", "fetch.wait.max.ms": 10 if self.bus.embedded else LONG_POLL,
            "fetch.error.backoff.ms": 100, "reconnect.backoff.max.ms": 1_000, "queued.max.messages.kbytes": 16_384})
        self._reader.assign([Where(tp.topic, tp.partition, OFFSET_BEGINNING) for tp in parts])
        self._heard = self._answered = self.clock.elapsed()
        self._loops = [asyncio.create_task(self._follow(), name="follow"), asyncio.create_task(self._probe(), name="probe")]

    async def _all_partitions(self) -> list[TopicPartition]:
        """Of all topics; asks until the broker knows them."""
        for _ in range(100):
            found = {t: await self._partitions(t) for t in self.topics}
            if all(found.values()):
                return [TopicPartition(t, p) for t, parts in found.items() for p in sorted(parts)]
            await asyncio.sleep(0.1)
        raise RuntimeError(f"Kafka does not know the topics {[t for t, parts in found.items() if not parts]}")

    async def _partitions(self, topic: str) -> set[int]:
        assert self._asking is not None
        cluster = self._asking._client.cluster
        self._asking._client.add_topic(topic)
        if not cluster.partitions_for_topic(topic):
            await self._asking._client.force_metadata_update()
        return set(cluster.partitions_for_topic(topic) or ())

    async def stop(self) -> None:
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)  # whatever they have ended of, the consumers are stopped
        self._loops, reader, self._reader = [], self._reader, None
        if reader and self._thread:
            await asyncio.get_running_loop().run_in_executor(self._thread, reader.close)  # behind the last look
            self._thread.shutdown(wait=False)
        if self._asking:
            await self._asking.stop()

    async def _follow(self) -> None:
        loop, said = asyncio.get_running_loop(), None
        while True:
            found = await loop.run_in_executor(self._thread, self._look)
            self._heard = self.clock.elapsed()
            records, after = [], {}
            for raw in found:
                error, where, offset = raw.error(), (raw.topic(), raw.partition()), raw.offset()
                if error is None:
                    records.append(_read(raw, *where, offset, self.bus.prefix))
                    after[where] = offset + 1
                elif error.code() == KafkaError._PARTITION_EOF:
                    after[where] = offset
                elif error.code() != said:
                    said = error.code()
                    log.warning("following: %s", error.str())
            if records:
                await self.handler(records)
            self._next |= {TopicPartition(*where): offset for where, offset in after.items()}

    def _look(self) -> list[Any]:
        """Waits for the first, and then for what comes within PACE."""
        assert self._reader is not None
        first = self._reader.poll(IDLE)
        return [first, *self._reader.consume(AT_ONCE, PACE)] if first is not None else []

    async def _probe(self) -> None:
        """Asks the broker something that it must answer at once, and sees by it which partitions stand still."""
        assert self._asking is not None
        while True:
            with contextlib.suppress(errors.KafkaError):
                ends = await self._asking.end_offsets(list(self._next))
                self._answered = now = self.clock.elapsed()
                stand = {tp: self._next[tp] for tp, end in ends.items() if self._next[tp] < end}
                before = self._behind
                self._behind = {tp: before[tp] if before.get(tp, (-1, now))[0] == at else (at, now) for tp, at in stand.items()}
            await asyncio.sleep(PROBE)

    async def caught_up(self) -> bool:
        """True when everything that was there at this moment has been handled."""
        if not self._asking or not self._reader:
            return False
        ends = await self._asking.end_offsets(list(self._next))
        return all(self._next[tp] >= end for tp, end in ends.items())

    def trouble(self) -> str | None:
        if not self._loops or any(loop.done() for loop in self._loops):
            return "following the feeds has ended"
        quiet, silent = self.clock.elapsed() - self._heard, self.clock.elapsed() - self._answered
        if quiet > 8:
            return f"following the feeds is stuck for {quiet:.0f} s"
        for (topic, part), (at, since) in self._behind.items():
            if self.clock.elapsed() - since > STUCK:
                return f"following {topic}/{part} has stood at {at} for {self.clock.elapsed() - since:.0f} s, before its end"
        return f"Kafka has not answered for {silent:.0f} s" if silent > SILENT else None


def _read(raw: Any, topic: str, part: int, offset: int, prefix: str) -> Record:
    return Record(topic.removeprefix(prefix), part, offset, raw.key(), raw.value(), _headers(raw), stamped(raw.timestamp()[1]))


def _headers(raw: Any) -> tuple[tuple[str, bytes | None], ...]:
    """Of a record with a header whose name is not UTF-8 none: it is nobody's that we know. confluent-kafka then answers with a list
    that must not be read, and an exception that nobody has looked for: the interpreter looks when it is called in this way."""
    try:
        return tuple(_HEADERS_OF(raw) or ())
    except (SystemError, UnicodeDecodeError):
        return ()


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
