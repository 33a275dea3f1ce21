"""The embedded parts: they work, they keep what they say they keep, and nothing of them outlives whoever started them."""

import os
import platform
import select
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from pymongo import AsyncMongoClient

from shared.shell import mock_kafka
from shared.shell.embedded import Child, EmbeddedUnavailable, free_ports, spawn, start_kafka, start_mongo

HERE = f"{sys.platform} {platform.machine()}"
pytestmark = [pytest.mark.real, pytest.mark.skipif(HERE != "linux x86_64", reason=f"there are no wheels for {HERE}")]
ROOT = Path(__file__).parents[2]
WITHIN = 10  # seconds; what is waited for takes milliseconds

START_BOTH_AND_WAIT = """
import asyncio, sys
from pathlib import Path
from shared.shell.embedded import start_kafka, start_mongo

async def main():
    mongo, kafka = await start_mongo(Path(sys.argv[1])), await start_kafka({"stay-booked": 4})
    print(mongo.process.pid, kafka.process.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def a_parent_of_both(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has started both and said their process ids."""
    command = [sys.executable, "-c", START_BOTH_AND_WAIT, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        yield parent
        parent.kill()


@asynccontextmanager
async def running(child: Child) -> AsyncIterator[Child]:
    try:
        yield child
    finally:
        await child.stop()


async def ada(mongo: Child) -> dict[str, Any] | None:
    async with AsyncMongoClient[dict[str, Any]](mongo.address) as client:
        return await client.stays.guests.find_one({"_id": "ada"})


async def check_in_ada(mongo: Child) -> None:
    async with AsyncMongoClient[dict[str, Any]](mongo.address) as client:
        await client.stays.guests.insert_one({"_id": "ada", "room": "12"})


@pytest.mark.faults
def test_a_killed_parent_leaves_no_process_behind(a_parent_of_both: subprocess.Popen[str]) -> None:
    assert a_parent_of_both.stdout
    children = [os.pidfd_open(int(pid)) for pid in a_parent_of_both.stdout.readline().split()]
    a_parent_of_both.send_signal(signal.SIGKILL)
    ended = [bool(select.select([child], [], [], WITHIN)[0]) for child in children]
    assert ended == [True, True], "a child outlived its parent"
    for child in children:
        os.close(child)


async def test_data_survive_a_restart_on_the_same_folder_though_the_port_changes(tmp_path: Path) -> None:
    async with running(await start_mongo(tmp_path)) as before:
        await check_in_ada(before)
    async with running(await start_mongo(tmp_path)) as after:
        assert after.address != before.address
        assert await ada(after) == {"_id": "ada", "room": "12"}


@pytest.mark.faults
async def test_data_survive_a_kill_and_the_lock_that_it_leaves(tmp_path: Path) -> None:
    async with running(await start_mongo(tmp_path)) as killed:
        await check_in_ada(killed)
        killed.process.kill()
        async with running(await start_mongo(tmp_path)) as after:
            assert await ada(after) == {"_id": "ada", "room": "12"}


async def test_a_folder_in_use_is_refused_with_the_process_that_uses_it(tmp_path: Path) -> None:
    async with running(await start_mongo(tmp_path)) as first:
        with pytest.raises(EmbeddedUnavailable, match=rf"in use by another mongod \(process {first.process.pid}\)"):
            await start_mongo(tmp_path)
        assert await ada(first) is None


async def test_a_mongod_that_cannot_start_is_quoted(tmp_path: Path) -> None:
    (tmp_path / "mongo").mkdir()
    (tmp_path / "mongo" / "storage.bson").write_text("not a database")
    with pytest.raises(EmbeddedUnavailable, match=r"The embedded MongoDB ended with code \d+: .*storage engine metadata"):
        await start_mongo(tmp_path)


async def test_without_the_wheels_the_error_says_what_works_instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(EmbeddedUnavailable, match="--mongo URI"):
        await start_mongo(tmp_path)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(mock_kafka.MockError, match="--kafka ADDRESS"):
        mock_kafka.start({})


def test_children_are_refused_to_a_thread_since_they_would_die_with_it() -> None:
    refused: list[BaseException] = []

    def start_from_a_thread() -> None:
        try:
            spawn(["true"], subprocess.DEVNULL, subprocess.DEVNULL)
        except RuntimeError as error:
            refused.append(error)

    thread = threading.Thread(target=start_from_a_thread)
    thread.start()
    thread.join()
    assert "main thread" in str(refused)


def test_free_ports_are_different() -> None:
    assert len(set(free_ports(20))) == 20


async def test_the_mock_cluster_carries_a_record_from_producer_to_consumer() -> None:
    async with running(await start_kafka({"stay-booked": 4})) as kafka:
        consumer = AIOKafkaConsumer("stay-booked", bootstrap_servers=kafka.address, group_id="rooms",
                                    auto_offset_reset="earliest", fetch_max_wait_ms=20)
        async with AIOKafkaProducer(bootstrap_servers=kafka.address) as producer:
            assert await producer.partitions_for("stay-booked") == {0, 1, 2, 3}
            await producer.send_and_wait("stay-booked", b"Ada, room 12", key=b"ada")
        async with consumer:
            record = await consumer.getone()
        assert (record.key, record.value) == (b"ada", b"Ada, room 12")


async def test_the_mock_cluster_refuses_a_topic_without_partitions() -> None:
    with pytest.raises(EmbeddedUnavailable, match="a topic needs a name and a partition: 'stay-booked': 0"):
        await start_kafka({"stay-booked": 0})
