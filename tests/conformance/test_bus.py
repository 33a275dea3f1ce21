"""What the engine may rely on of a broker, real or in memory."""

import asyncio
import gc
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from shared.shell import follow
from shared.shell.bus import KafkaBus
from shared.shell.clock import SystemClock
from shared.shell.documents import Unavailable
from shared.shell.ports import Bus, Out, Record, TopicSpec
from tests.servers.parts import Parts
from tests.shell.house import MONDAY

TOPICS = [TopicSpec("stay-booked"), TopicSpec("discharged"), TopicSpec("desk-tasks", compact=True)]
HEARS = ["discharged", "stay-booked"]
ON_KAFKA = pytest.mark.parametrize("broker", [pytest.param("kafka", marks=pytest.mark.real)], indirect=True)


def out(n: int, topic: str = "stay-booked", **more: Any) -> Out:
    return Out(topic, f"stay-{n}", str(n).encode(), MONDAY, **more)


async def until(seen: Callable[[], Any], seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not seen():
            await asyncio.sleep(0.02)


async def settled(consumption: Any, seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while await consumption.lag():
            await asyncio.sleep(0.05)


class Ear:
    """Hears records, and can be told to fail."""

    def __init__(self, failures: int = 0) -> None:
        self.heard: list[Record] = []
        self.failures = failures
        self.calls = 0

    async def __call__(self, records: Sequence[Record]) -> None:
        self.calls += 1
        if self.failures:
            self.failures -= 1
            raise RuntimeError("not now")
        self.heard += records

    @property
    def values(self) -> list[int]:
        return sorted(int(r.value or b"0") for r in self.heard)


async def test_a_record_arrives_as_it_was_sent(bus: Bus) -> None:
    await bus.make_topics(TOPICS)
    ear = Ear()
    consumption = bus.consume("stay", HEARS, ear)
    await consumption.start()
    await bus.publish([Out("stay-booked", "ADA", b"\xff\x00", MONDAY, {"ce_id": "1", "odd": b"\xfe"}),
                       Out("stay-booked", "BEN", None, MONDAY)])
    await until(lambda: len(ear.heard) == 2)
    by_key = {r.key: r for r in ear.heard}
    assert by_key[b"ADA"].value == b"\xff\x00"
    assert dict(by_key[b"ADA"].headers) == {"ce_id": b"1", "odd": b"\xfe"}
    assert by_key[b"ADA"].stamped == MONDAY
    assert by_key[b"BEN"].value is None
    await consumption.stop()


async def test_a_batch_that_failed_is_read_again_and_only_then_acknowledged(bus: Bus) -> None:
    await bus.make_topics(TOPICS)
    ear = Ear(failures=2)
    consumption = bus.consume("stay", HEARS, ear)
    await consumption.start()
    await bus.publish([out(n) for n in range(20)])
    await until(lambda: ear.calls >= 1)
    await until(lambda: len(ear.heard) >= 20)
    assert ear.values == list(range(20))
    await settled(consumption)
    await consumption.stop()


async def test_what_was_not_acknowledged_is_heard_by_the_next(bus: Bus) -> None:
    await bus.make_topics(TOPICS)
    first = Ear(failures=1000)
    consumption = bus.consume("stay", HEARS, first)
    await consumption.start()
    await bus.publish([out(n) for n in range(5)])
    await until(lambda: first.calls >= 1)
    assert await consumption.lag() == 5
    await consumption.stop()
    second = Ear()
    consumption = bus.consume("stay", HEARS, second)
    await consumption.start()
    await until(lambda: len(second.heard) >= 5)
    assert second.values == list(range(5))
    await settled(consumption)
    await consumption.stop()


@pytest.mark.real
async def test_facts_that_come_one_by_one_are_acknowledged_together(parts: Parts) -> None:
    bus, ear = KafkaBus(parts.kafka, SystemClock(), 4, parts.kind == "embedded", prefix=f"{secrets.token_hex(4)}."), Ear()
    await bus.start()
    await bus.make_topics(TOPICS)
    consumption = bus.consume("stay", HEARS, ear)
    await consumption.start()
    consumer, commits = consumption._consumer(), []
    commit = consumer.commit

    async def counted(offsets: Any) -> None:
        commits.append(offsets)
        await commit(offsets)

    consumer.commit = counted
    for n in range(40):
        await bus.publish([out(n)])
    await until(lambda: len(ear.heard) == 40)
    await settled(consumption)
    assert len(commits) < ear.calls / 2
    await consumption.stop()
    await bus.stop()


async def test_two_members_share_the_partitions_and_lose_nothing_when_one_leaves(bus: Bus) -> None:
    await bus.make_topics(TOPICS)
    one, two = Ear(), Ear()
    a, b = bus.consume("stay", HEARS, one), bus.consume("stay", HEARS, two)
    await a.start()
    await b.start()
    await until(lambda: a.parts() and b.parts() and not a.parts() & b.parts())
    assert a.parts() | b.parts() == frozenset(range(bus.partitions))
    await bus.publish([out(n) for n in range(40)])
    await until(lambda: len(one.heard) + len(two.heard) >= 40)
    await b.stop()
    await bus.publish([out(n) for n in range(40, 60)])
    await until(lambda: set(one.values) | set(two.values) == set(range(60)), 30)
    await a.stop()


async def test_a_subject_is_the_same_part_for_everybody(bus: Bus) -> None:
    assert {bus.part(f"stay:{n}") for n in range(200)} == set(range(bus.partitions))
    assert bus.part("stay:ADA") == bus.part("stay:ADA")


async def test_following_sees_all_partitions_from_their_beginning(bus: Bus) -> None:
    await bus.make_topics(TOPICS)
    await bus.publish([out(n, "desk-tasks") for n in range(30)])
    ear = Ear()
    following = bus.follow(["desk-tasks"], ear)
    await following.start()
    await until(lambda: len(ear.heard) == 30)
    await bus.publish([out(n, "desk-tasks") for n in range(30, 35)])
    await until(lambda: len(ear.heard) == 35)
    assert await following.caught_up()
    assert ear.values == list(range(35))
    assert following.trouble() is None
    await following.stop()


ODD_HEADERS = """
import asyncio, sys
from aiokafka import AIOKafkaProducer

class NotUtf8(str):
    def encode(self, *_):
        return bytes((255, 254))

async def main():
    producer = AIOKafkaProducer(bootstrap_servers=sys.argv[1])
    await producer.start()
    for headers in ([(NotUtf8(), b"1")], [("fine", b"1"), (NotUtf8(), None), ("fine", b"2")], [(NotUtf8(), b"1")] * 2):
        await producer.send_and_wait(sys.argv[2], b"7", key=b"odd", headers=headers)
    await producer.stop()

asyncio.run(main())
"""


@ON_KAFKA
async def test_a_record_with_a_header_whose_name_is_not_utf_8_ends_no_following(bus: Any) -> None:
    await bus.make_topics(TOPICS)
    ear = Ear()
    following = bus.follow(["desk-tasks"], ear)
    await following.start()
    slow = {**os.environ, "AIOKAFKA_NO_EXTENSIONS": "1"}  # the fast encoder takes no other name
    odd = await asyncio.create_subprocess_exec(sys.executable, "-c", ODD_HEADERS, bus.address, bus.prefix + "desk-tasks", env=slow)
    assert await odd.wait() == 0
    await bus.publish([out(n, "desk-tasks", headers={"fine": "1"}) for n in range(30)])
    await until(lambda: len(ear.heard) == 33)
    assert {r.headers for r in ear.heard if r.key == b"odd"} == {()}
    assert {r.headers for r in ear.heard if r.key != b"odd"} == {(("fine", b"1"),)}
    gc.collect()  # what confluent-kafka has left of them
    assert await following.caught_up() and following.trouble() is None
    await following.stop()


@ON_KAFKA
async def test_following_that_gets_nothing_although_there_is_something_says_so(bus: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(follow, "STUCK", 1.0)
    monkeypatch.setattr(follow, "PROBE", 0.1)
    await bus.make_topics(TOPICS)
    ear = Ear()
    following = bus.follow(["desk-tasks"], ear)
    await following.start()
    await bus.publish([out(1, "desk-tasks")])
    await until(lambda: len(ear.heard) == 1)
    following._reader.pause(following._reader.assignment())  # type: ignore[attr-defined]
    await asyncio.sleep(1.5)
    assert following.trouble() is None  # it has everything
    await bus.publish([out(n, "desk-tasks") for n in range(9)])
    await until(lambda: "has stood at" in (following.trouble() or ""))
    following._reader.resume(following._reader.assignment())  # type: ignore[attr-defined]
    await until(lambda: len(ear.heard) == 10 and following.trouble() is None)
    await following.stop()


async def test_making_topics_twice_makes_them_once(bus: Bus) -> None:
    await bus.make_topics(TOPICS)
    assert await bus.make_topics(TOPICS) == []


@pytest.mark.real
async def test_a_topic_that_kafka_refuses_to_make_is_said(parts: Parts) -> None:
    if parts.kind == "embedded":
        pytest.skip("the embedded broker's topics are made by its parent")
    with pytest.raises(Unavailable, match="no such name: InvalidTopic"):
        await KafkaBus(parts.kafka, SystemClock(), 2).make_topics([TopicSpec("no such name")])
