"""Sending: which partition a key has, and who goes with whom."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError, KafkaTimeoutError
from aiokafka.partitioner import murmur2 as of_aiokafka
from hypothesis import given
from hypothesis import strategies as st

from shared.shell import sending as sending_module
from shared.shell.ports import Out
from shared.shell.sending import Sending, murmur2, partition_of
from tests.shell.house import MONDAY


@given(st.binary(max_size=80))
def test_a_key_is_hashed_as_every_kafka_client_hashes_it(key: bytes) -> None:
    assert murmur2(key) == of_aiokafka(key) & 0xFFFFFFFF


@given(st.text(min_size=1, max_size=40), st.integers(1, 12))
def test_a_key_has_one_partition_whether_it_is_text_or_bytes(key: str, partitions: int) -> None:
    assert partition_of(key, partitions) == partition_of(key.encode(), partitions) < partitions


class Batch:
    """Holds two records."""

    def __init__(self) -> None:
        self.values: list[bytes] = []

    def append(self, *, value: bytes, **_: Any) -> object | None:
        if len(self.values) == 2:
            return None
        self.values.append(value)
        return self


class Broker:
    """Answers when it is told to; never takes what is for the topic `full`."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int, list[bytes]]] = []
        self.answers = asyncio.Event()

    async def partitions_for(self, _: str) -> set[int]:
        return {0, 1, 2}

    def create_batch(self) -> Batch:
        return Batch()

    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> "asyncio.Task[None]":
        self.sent.append((topic, partition, batch.values))
        return asyncio.create_task(self._answered(topic))

    async def _answered(self, topic: str) -> None:
        await self.answers.wait()
        if topic == "full":
            raise KafkaConnectionError("full")


def outs(topic: str, *values: str) -> Sequence[Out]:
    return [Out(topic, "one key", value.encode(), MONDAY) for value in values]


async def under_way(sending: Sending, records: Sequence[Out]) -> "asyncio.Task[None]":
    """Somebody who waits for these records."""
    caller = asyncio.create_task(sending.send(records))
    await asyncio.sleep(0.01)
    return caller


async def test_who_comes_while_others_are_sent_goes_with_all_who_came() -> None:
    broker = Broker()
    sending = Sending(broker)  # type: ignore[arg-type]
    callers = [await under_way(sending, outs("tasks", value)) for value in "abc"]
    assert [values for *_, values in broker.sent] == [[b"a"]]
    broker.answers.set()
    await asyncio.gather(*callers)
    assert [values for *_, values in broker.sent] == [[b"a"], [b"b", b"c"]]


async def test_the_records_of_a_key_keep_their_order_over_several_batches() -> None:
    broker = Broker()
    broker.answers.set()
    await Sending(broker).send(outs("tasks", *"abcde"))  # type: ignore[arg-type]
    assert b"".join(value for *_, values in broker.sent for value in values) == b"abcde"


async def test_what_the_broker_refuses_fails_its_sender_and_nobody_who_went_with_him() -> None:
    broker = Broker()
    sending = Sending(broker)  # type: ignore[arg-type]
    first = await under_way(sending, outs("tasks", "a"))
    bad = await under_way(sending, outs("full", "b"))
    good = await under_way(sending, outs("tasks", "c"))
    broker.answers.set()
    await asyncio.gather(first, good)
    with pytest.raises(KafkaConnectionError):
        await bad


async def test_after_a_round_that_failed_nobody_waits_for_that_producer() -> None:
    broker = Broker()
    sending = Sending(broker)  # type: ignore[arg-type]
    bad = await under_way(sending, outs("full", "a"))
    behind = await under_way(sending, outs("tasks", "b"))
    broker.answers.set()
    ends = await asyncio.wait_for(asyncio.gather(bad, behind, return_exceptions=True), 1)
    assert [type(end) for end in ends] == [KafkaConnectionError] * 2
    with pytest.raises(KafkaConnectionError, match="this producer has failed"):
        await sending.send(outs("tasks", "c"))
    assert [topic for topic, *_ in broker.sent] == ["full"]


async def test_a_broker_that_never_answers_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending_module, "PATIENCE", 0.05)
    with pytest.raises(KafkaTimeoutError, match="1 records for tasks"):
        await asyncio.wait_for(Sending(Broker()).send(outs("tasks", "a")), 1)  # type: ignore[arg-type]


async def test_who_no_longer_waits_holds_up_nobody() -> None:
    broker = Broker()
    sending = Sending(broker)  # type: ignore[arg-type]
    gone = await under_way(sending, outs("tasks", "a"))
    stays = await under_way(sending, outs("tasks", "b"))
    gone.cancel()
    broker.answers.set()
    await stays
    assert gone.cancelled()
