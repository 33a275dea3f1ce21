"""A member of a group, at work: batches, acknowledged last, with explicit offsets, inside the lock.

One batch subscriber hears all of a service's topics (several subscribers would be several members of the group), records
come raw (one bad header or body cannot fail its neighbours), and a failed batch is read again after a pause. A batch is
acknowledged while the next one is handled.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaMessage

from shared.shell.asking import a_batch
from shared.shell.broker import Broker
from shared.shell.follow import LONG_POLL, as_record, machine_now, silence
from shared.shell.ports import Handler

log = logging.getLogger("stayward.consume")
FIRST_ASSIGNMENT = 12.0  # seconds to wait for partitions at the start; a dead member's session ends after 10
TOGETHER = 0.1  # seconds in which whatever is handled is acknowledged together: fifty facts a second are ten acknowledgements
REVOKE_WAIT = 8.0  # seconds; less than the session, more than the longest batch should take
BATCH = 1000  # records; half as many from the embedded broker, which drops a member whose batch outlasts its session of 3 s


class PatientRange(RangePartitionAssignor):  # type: ignore[misc]
    """Range, a moment later: the embedded broker loses followers who ask after their leader has answered."""

    name = "range"

    @classmethod
    def assign(cls, cluster: Any, members: Any) -> Any:
        time.sleep(0.15)
        return super().assign(cluster, members)


class _Drain(ConsumerRebalanceListener):  # type: ignore[misc]
    """A partition is given away only after the batch in hand has been acknowledged, or after REVOKE_WAIT."""

    def __init__(self, lock: asyncio.Lock, acknowledged: Callable[[], Awaitable[None]]) -> None:
        self.lock, self.acknowledged, self.assigned = lock, acknowledged, machine_now()

    async def on_partitions_revoked(self, revoked: Any) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REVOKE_WAIT):
                async with self.lock:
                    await self.acknowledged()

    async def on_partitions_assigned(self, assigned: Any) -> None:
        self.assigned = machine_now()
        log.info("assigned %s", sorted(f"{tp.topic}/{tp.partition}" for tp in assigned))


async def _plain(records: Any) -> KafkaMessage:
    return KafkaMessage(raw_message=records, body=b"", consumer=None)  # type: ignore[arg-type]


async def _raw(message: Any) -> Any:
    return message.raw_message


class KafkaConsumption:
    """A member of the group `group`; `handler` sees a batch at a time and raises to see it again."""

    def __init__(self, bus: Broker, group: str, topics: Sequence[str], handler: Handler) -> None:
        self.bus, self.group, self.topics, self.handler = bus, group, tuple(topics), handler
        self.lock = asyncio.Lock()
        self._asking = asyncio.Lock()
        self._drain = _Drain(self.lock, self.acknowledged)
        self._handled: dict[TopicPartition, int] = {}  # and not acknowledged yet
        self._acknowledging: asyncio.Task[None] | None = None
        self._stopping = False
        self._lag_reader: AIOKafkaConsumer | None = None
        self.polled = self.began = 0.0
        self.pause = 0.0
        mock = bus.embedded
        self.batch = BATCH // 2 if mock else BATCH
        self.broker = KafkaBroker(bus.address, logger=None, graceful_timeout=20.0, client_id=bus.client_id,
                                  allow_auto_create_topics=False)
        self.subscriber = self.broker.subscriber(
            *(bus.prefix + topic for topic in self.topics), group_id=bus.prefix + group, batch=True,
            max_records=self.batch, batch_timeout_ms=5, auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL, parser=_plain, decoder=_raw, listener=self._drain,
            partition_assignment_strategy=[PatientRange if mock else RangePartitionAssignor],
            fetch_max_wait_ms=10 if mock else LONG_POLL,
            session_timeout_ms=3_000 if mock else 10_000, heartbeat_interval_ms=300 if mock else 1_000,
            rebalance_timeout_ms=12_000, max_partition_fetch_bytes=2 * 1024 * 1024)
        self.subscriber(self._on_batch)

    async def start(self) -> None:
        await self.broker.start()
        consumer = self._consumer()
        getmany = consumer.getmany

        async def asked(*_: Any, **__: Any) -> Any:
            self.polled = self.bus.clock.elapsed()
            return await a_batch(getmany, consumer.assignment, self.batch, self.bus.clock.elapsed)

        consumer.getmany = asked
        self.polled = self.bus.clock.elapsed()
        with contextlib.suppress(TimeoutError):  # a member beyond the number of partitions never gets one
            async with asyncio.timeout(FIRST_ASSIGNMENT):
                while not consumer.assignment():  # noqa: ASYNC110  aiokafka tells a listener, not a waiter
                    await asyncio.sleep(0.02)

    async def stop(self) -> None:
        self._stopping = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REVOKE_WAIT):
                await self.acknowledged()
        await self.broker.stop()
        reader, self._lag_reader = self._lag_reader, None
        if reader:
            await reader.stop()

    def _consumer(self) -> Any:
        return self.subscriber.consumer

    async def _on_batch(self, records: Any) -> None:
        consumer = self._consumer()
        first: dict[TopicPartition, int] = {}
        upto: dict[TopicPartition, int] = {}
        for raw in records:
            tp = TopicPartition(raw.topic, raw.partition)
            first.setdefault(tp, raw.offset)
            upto[tp] = raw.offset + 1
        async with self.lock:
            self.began = self.bus.clock.elapsed()
            try:
                await self.handler([as_record(raw, self.bus.prefix) for raw in records])
            except Exception as error:
                log.warning("a batch of %d is read again after a pause: %r", len(records), error)
                for tp, offset in first.items():
                    with contextlib.suppress(Exception):
                        consumer.seek(tp, offset)
                self.pause = min(self.pause * 2 + 0.1, 5.0)
            else:
                self.pause = 0.0
                self._handled |= upto
                if self._acknowledging is None or self._acknowledging.done():
                    self._acknowledging = asyncio.create_task(self._acknowledge(), name="acknowledge")
                if self._stopping:
                    await self.acknowledged()
        if self.pause:
            await asyncio.sleep(self.pause)

    async def _acknowledge(self) -> None:
        """Beside the next batches: a broker keeps an acknowledgement for some milliseconds, to write it together with others."""
        consumer = self._consumer()
        while self._handled:
            if not self._stopping:
                await asyncio.sleep(TOGETHER)
            handled, self._handled, mine = self._handled, {}, consumer.assignment()
            if ours := {tp: offset for tp, offset in handled.items() if tp in mine}:
                with contextlib.suppress(KafkaError):  # fenced: whoever has the partition now finds nothing new
                    await consumer.commit(ours)

    async def acknowledged(self) -> None:
        """When all that was handled before has been acknowledged, or whoever has the partition now will hear it again."""
        if self._acknowledging:
            await asyncio.wait([self._acknowledging])

    def parts(self) -> frozenset[int]:
        consumer = self._consumer()
        return frozenset(tp.partition for tp in consumer.assignment()) if consumer else frozenset()

    def trouble(self) -> str | None:
        """Two signals: our loop asks for records, and the broker answers."""
        consumer = self._consumer()
        if not consumer or not self.subscriber.running:
            return "the consumer has ended"
        if (quiet := self.bus.clock.elapsed() - self.polled) > 8 and not self.lock.locked():
            return f"the consume loop has not asked for {quiet:.0f} s"
        return silence(consumer, self._drain.assigned)

    def in_hand(self) -> float:
        return self.bus.clock.elapsed() - self.began if self.lock.locked() else 0.0

    async def lag(self) -> int:
        """Records of the whole group that are not acknowledged, over all partitions of its topics."""
        reader = await self._reader()
        tps = [TopicPartition(self.bus.prefix + t, p) for t in self.topics for p in range(self.bus.partitions)]
        ends, begins = await reader.end_offsets(tps), await reader.beginning_offsets(tps)
        done = {tp: await reader.committed(tp) for tp in tps if ends[tp] > begins[tp]}
        return sum(ends[tp] - max(at or 0, begins[tp]) for tp, at in done.items())

    async def _reader(self) -> Any:
        """One for all questions: it has no fetch to wait behind, and has asked once which topics there are."""
        async with self._asking:
            if self._lag_reader is None:
                reader = AIOKafkaConsumer(bootstrap_servers=self.bus.address, group_id=self.bus.prefix + self.group,
                                          enable_auto_commit=False, client_id=f"{self.bus.client_id}-lag")
                await reader.start()
                self._lag_reader = reader
                await reader._client.set_topics([self.bus.prefix + topic for topic in self.topics])
        return self._lag_reader
