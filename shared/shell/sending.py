"""Records to the broker in few large batches: a future for a batch and not for a record, which is most of what sending costs."""

import asyncio
import struct
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from random import randrange
from typing import Any, TypeAlias

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaTimeoutError

from shared.shell.ports import Out

PATIENCE = 30.0  # seconds for a round; an idempotent producer would try for ever
_SEED, _M, _MASK = 0x9747B28C, 0x5BD1E995, 0xFFFFFFFF


Lane: TypeAlias = tuple[str, int]  # topic, partition


class Sending:
    """What is published with one producer: whoever comes while others are being sent goes with all who came, in the next round.

    After a round that failed there is no other: a producer that has failed is made anew, and what is given to it while it is
    being stopped may never be answered."""

    def __init__(self, producer: AIOKafkaProducer, prefix: str = "") -> None:
        self.producer, self.prefix = producer, prefix
        self._waiting: list[tuple[dict[Lane, list[Out]], asyncio.Future[None]]] = []
        self._rounds: asyncio.Task[None] | None = None
        self._failure: BaseException | None = None

    async def send(self, records: Sequence[Out]) -> None:
        """Returns when the broker has all of them; raises the KafkaError of the first that it has not. The records of a
        partition keep their order."""
        lanes: dict[Lane, list[Out]] = defaultdict(list)
        for out in records:
            if self._failure:
                raise KafkaConnectionError(f"this producer has failed: {self._failure!r}")
            parts = await self.producer.partitions_for(self.prefix + out.topic)
            lanes[self.prefix + out.topic, partition_of(out.key, len(parts))].append(out)
        sent: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((lanes, sent))
        if self._rounds is None or self._rounds.done():
            self._rounds = asyncio.create_task(self._one_after_the_other(), name="sending")
        await sent

    async def _one_after_the_other(self) -> None:
        while self._waiting and not self._failure:
            together, self._waiting = self._waiting, []
            lanes: dict[Lane, list[Out]] = defaultdict(list)
            for each, _ in together:
                for lane, outs in each.items():
                    lanes[lane] += outs
            ended = await asyncio.gather(*(self._send(lane, outs) for lane, outs in lanes.items()), return_exceptions=True)
            failed = {lane: error for lane, error in zip(lanes, ended, strict=True) if error}
            self._failure = next(iter(failed.values()), None)
            for each, sent in together:
                _answer(sent, next((failed[lane] for lane in each if lane in failed), None))
        for _, sent in self._waiting:
            _answer(sent, self._failure)
        self._waiting = []

    async def _send(self, lane: Lane, records: Sequence[Out]) -> None:
        (topic, part), sent, batch = lane, [], self.producer.create_batch()
        try:
            async with asyncio.timeout(PATIENCE):
                for out in records:
                    said = {"timestamp": int(out.at.timestamp() * 1000), "key": _bytes(out.key), "value": out.value,
                            "headers": [(name, _bytes(value)) for name, value in out.headers.items()]}
                    if batch.append(**said) is None:  # full
                        sent.append(await self.producer.send_batch(batch, topic, partition=part))
                        batch = self.producer.create_batch()
                        batch.append(**said)  # the first is always taken
                sent.append(await self.producer.send_batch(batch, topic, partition=part))
                await asyncio.gather(*sent)
        except TimeoutError as error:
            raise KafkaTimeoutError(f"{len(records)} records for {topic}/{part} in {PATIENCE:.0f} s") from error


def _answer(sent: "asyncio.Future[None]", error: BaseException | None) -> None:
    if sent.done():
        return  # whoever waited has gone
    if error:
        sent.set_exception(error)
    else:
        sent.set_result(None)


def _bytes(said: Any) -> Any:
    return said.encode() if isinstance(said, str) else said


def partition_of(key: str | bytes | None, partitions: int) -> int:
    """Where every Kafka client puts that key; anywhere without one."""
    return (murmur2(_bytes(key)) & 0x7FFFFFFF) % partitions if key is not None else randrange(partitions)


@lru_cache(maxsize=32_768)  # a task is told several times under the same key
def murmur2(data: bytes) -> int:
    """Kafka's variant (org.apache.kafka.common.utils.Utils.murmur2), in a third of the time of aiokafka's."""
    h, whole = _SEED ^ len(data), len(data) // 4
    for k in struct.unpack_from(f"<{whole}I", data):
        k = k * _M & _MASK
        h = h * _M & _MASK ^ (k ^ k >> 24) * _M & _MASK
    if tail := data[whole * 4:]:
        h = (h ^ int.from_bytes(tail, "little")) * _M & _MASK
    h = (h ^ h >> 13) * _M & _MASK
    return h ^ h >> 15
