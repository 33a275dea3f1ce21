"""The real broker: FastStream and aiokafka, an idempotent producer, topics made explicitly with equal partition counts."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from shared.shell.broker import Broker
from shared.shell.clock import Clock
from shared.shell.consume import KafkaConsumption
from shared.shell.documents import Unavailable
from shared.shell.follow import KafkaFollowing, read_topic
from shared.shell.ports import Handler, Out, Record, TopicSpec
from shared.shell.sending import Sending, partition_of

DAY = 86_400_000
STOPS = 10.0  # seconds
BATCH_BYTES = 512 * 1024  # of records in one produce request; a topic takes a million bytes at once


class KafkaBus:
    """A broker by its address. `embedded`: librdkafka's mock, which forgets and has no admin. `prefix`: of all topics and
    groups, for several clinics on one cluster."""

    def __init__(self, address: str, clock: Clock, partitions: int = 6, embedded: bool = False,
                 client_id: str = "stayward", prefix: str = "") -> None:
        self.address, self.clock, self.partitions, self.embedded = address, clock, partitions, embedded
        self.client_id, self.prefix = client_id, prefix
        self._producer: AIOKafkaProducer | None = None
        self._sending: Sending | None = None
        self._rebuilding = asyncio.Lock()
        self._parts: dict[str, int] = {}

    @property
    def forgets(self) -> bool:
        return self.embedded

    async def start(self) -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=self.address, enable_idempotence=True, acks="all", linger_ms=2, client_id=self.client_id,
            max_request_size=4 * 1024 * 1024, max_batch_size=BATCH_BYTES, request_timeout_ms=15_000)
        try:
            await producer.start()
        except BaseException:
            await producer.stop()
            raise
        self._producer, self._sending = producer, Sending(producer, self.prefix)

    async def stop(self) -> None:
        if self._producer:
            with contextlib.suppress(TimeoutError):  # a broker that is away is not waited for
                async with asyncio.timeout(STOPS):
                    await self._producer.stop()

    async def make_topics(self, topics: Sequence[TopicSpec]) -> list[str]:
        """Creates those that are missing, all with the same number of partitions; returns the created."""
        if self.embedded:
            return []  # its parent made them
        admin = AIOKafkaAdminClient(bootstrap_servers=self.address, client_id=self.client_id)
        await admin.start()
        try:
            there = set(await admin.list_topics())
            copies = min(3, len((await admin.describe_cluster())["brokers"]))
            made = []
            for spec in [t for t in topics if self.prefix + t.name not in there]:
                topic = NewTopic(self.prefix + spec.name, self.partitions, copies, topic_configs=_configs(spec))
                answer = await admin.create_topics([topic])  # it does not raise what it was refused
                for code in {error[1] for error in answer.topic_errors} - {0, TopicAlreadyExistsError.errno}:
                    raise Unavailable(f"Kafka did not make the topic {spec.name}: {for_code(code).__name__}")
                if all(error[1] == 0 for error in answer.topic_errors):
                    made.append(spec.name)
            return made
        finally:
            await admin.close()

    async def listed(self) -> dict[str, int]:
        """Topic -> number of partitions, of all that there are."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.address, client_id=self.client_id)
        await admin.start()
        try:
            found = await admin.describe_topics(await admin.list_topics())
            mine = [topic for topic in found if topic["topic"].startswith(self.prefix)]
            return {topic["topic"].removeprefix(self.prefix): len(topic["partitions"]) for topic in mine}
        finally:
            await admin.close()

    def read(self, topic: str, follow: bool) -> AsyncIterator[Record]:
        return read_topic(self.address, self.prefix + topic, follow, self.prefix)

    async def publish(self, records: Sequence[Out]) -> None:
        producer, sending = self._producer, self._sending
        if producer is None or sending is None:
            await self._rebuild(None)
            raise Unavailable("the producer has not started")
        try:
            await sending.send(records)
        except KafkaError as error:
            await self._rebuild(producer)
            raise Unavailable(f"Kafka did not take {len(records)} records: {error!r}") from error

    async def _rebuild(self, failed: AIOKafkaProducer | None) -> None:
        """After an error an idempotent producer may go on failing until it is made anew; by the first who saw it fail."""
        if self._rebuilding.locked():
            return
        async with self._rebuilding:
            if self._producer is not failed:
                return
            self._producer = None
            if failed:
                with contextlib.suppress(Exception):
                    await asyncio.wait_for(failed.stop(), 2)
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self.start(), 5)

    def _broker(self) -> Broker:
        return Broker(self.address, self.clock, self.partitions, self.embedded, self.client_id, self.prefix)

    def consume(self, group: str, topics: Sequence[str], handler: Handler) -> KafkaConsumption:
        return KafkaConsumption(self._broker(), group, topics, handler)

    def follow(self, topics: Sequence[str], handler: Handler) -> KafkaFollowing:
        return KafkaFollowing(self._broker(), topics, handler)

    def part(self, key: str) -> int:
        if key not in self._parts:
            if len(self._parts) > 100_000:
                self._parts.clear()
            self._parts[key] = partition_of(key, self.partitions)
        return self._parts[key]


def _configs(spec: TopicSpec) -> dict[str, str]:
    kept = {"cleanup.policy": "compact"} if spec.compact else {"retention.ms": str(spec.days * DAY)}
    large = {"max.message.bytes": str(4 * 1024 * 1024)} if spec.letters else {}
    return {**kept, **large, "message.timestamp.type": "CreateTime", "message.timestamp.after.max.ms": str(2**63 - 1)}
