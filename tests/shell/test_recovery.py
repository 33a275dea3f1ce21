"""What has ended is made anew, however it ended; what is well is not called sick, nor the other way round."""

import asyncio
from typing import Any, ClassVar

import pytest
from aiokafka.errors import KafkaConnectionError

from shared.shell import bus as bus_module
from shared.shell import running as running_module
from shared.shell import supervisor as supervisor_module
from shared.shell.bus import KafkaBus
from shared.shell.clock import SystemClock
from shared.shell.documents import Unavailable
from shared.shell.feeds import Mirror
from shared.shell.follow import machine_now, silence
from shared.shell.memory import MemoryStore
from shared.shell.memory_bus import MemoryBus
from shared.shell.ports import Out, Record
from shared.shell.supervisor import Supervisor
from tests.shell.house import MONDAY, booking, house
from tests.shell.porter import CLINIC, PORTER


async def test_a_follower_that_has_ended_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_module, "HOPELESS", 0.05)
    monkeypatch.setattr(running_module, "WATCH", 0.02)
    async with house([PORTER], CLINIC, [MemoryStore()], MemoryBus()) as h:
        await h.running[0].following.stop()
        assert "feeds" in h.running[0].troubles()
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        assert [t["stay_id"] for t in h.feed("porter")] == ["ADA", "ADA"]
        assert h.running[0].troubles() == {}


@pytest.mark.parametrize("value", [b"[" * 100_000, b"[1]", b"7", b"{", b"\xff"])
def test_somebody_elses_record_on_our_feed_ends_no_follower(value: bytes) -> None:
    mirror = Mirror()
    mirror.take(Record("porter-tasks", 0, 0, b"T", value, (), MONDAY))
    assert mirror.values("porter-tasks") == []


async def test_a_loop_that_ends_each_time_is_never_called_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor_module, "FIRST", 2.5)
    monkeypatch.setattr(supervisor_module, "LONGEST", 2.5)
    loop, timers = asyncio.get_running_loop(), []
    monkeypatch.setattr(loop, "call_later", lambda wait, *what: timers.append(asyncio.TimerHandle(0, what[0], what[1:], loop))
                        or timers[-1])
    ends = 0

    async def pass_by(seconds: float) -> None:
        await there(0)

    async def falls() -> None:
        nonlocal ends
        ends += 1
        if ends == 3:
            await asyncio.Event().wait()
        raise RuntimeError("again")

    there = asyncio.sleep
    monkeypatch.setattr(supervisor_module.asyncio, "sleep", pass_by)
    supervisor = Supervisor("porter")
    supervisor.keep("requests", falls)
    for _ in range(50):
        await there(0)
    assert ends == 3
    assert [timer.cancelled() for timer in timers] == [True, False]
    monkeypatch.undo()
    await supervisor.stop()


class Batch:
    def append(self, **_: Any) -> object:
        return self


class Producer:
    """Fails to send while `away`, and to start while `unreachable`."""

    made: ClassVar[list["Producer"]] = []
    away = unreachable = False

    def __init__(self, **_: Any) -> None:
        self.running = False
        self.made.append(self)

    async def start(self) -> None:
        if Producer.unreachable:
            raise KafkaConnectionError("away")
        self.running = True

    async def stop(self) -> None:
        self.running = False

    async def partitions_for(self, _: str) -> set[int]:
        return {0}

    def create_batch(self) -> Batch:
        return Batch()

    async def send_batch(self, *_: Any, **__: Any) -> Any:
        assert self.running, "a producer that never started waits for ever"
        await asyncio.sleep(0)
        if Producer.away:
            raise KafkaConnectionError("away")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done


async def test_a_broker_that_was_away_is_written_to_again_by_one_producer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus_module, "AIOKafkaProducer", Producer)
    bus, out = KafkaBus("nowhere:1", SystemClock()), [Out("t", "k", b"{}", MONDAY)]
    await bus.start()
    Producer.away = Producer.unreachable = True
    for _ in range(2):
        ends = await asyncio.gather(*(bus.publish(out) for _ in range(5)), return_exceptions=True)
        assert [type(end) for end in ends] == [Unavailable] * 5
    Producer.away = Producer.unreachable = False
    with pytest.raises(Unavailable):
        await bus.publish(out)
    await bus.publish(out)
    assert [p.running for p in Producer.made].count(True) == 1


class Asked:
    """A consumer of one partition, whose broker answered last at `answered` (ms)."""

    def __init__(self, answered: int | None, partitions: int = 1) -> None:
        self.answered, self.partitions = answered, partitions

    def assignment(self) -> set[int]:
        return set(range(self.partitions))

    def last_poll_timestamp(self, _: int) -> int | None:
        return self.answered


def test_a_broker_that_has_never_answered_is_silent_since_it_was_asked() -> None:
    now = machine_now()
    assert silence(Asked(None), assigned=now - 60) == "Kafka has not answered for 60 s"
    assert silence(Asked(None), assigned=now) is None
    assert silence(Asked(round(1000 * now)), assigned=now - 60) is None
    assert silence(Asked(round(1000 * (now - 30))), assigned=now - 60) == "Kafka has not answered for 30 s"
    assert silence(Asked(None, partitions=0), assigned=now - 60) is None
