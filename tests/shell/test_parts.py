"""The real servers of the tests are what they say: a Kafka with groups and topics, where nothing is made by accident."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import UnknownTopicOrPartitionError
from pymongo import AsyncMongoClient

from tests.servers import parts as servers
from tests.servers.apache_kafka import NoApacheKafka, groups_are_answered, start_apache_kafka
from tests.servers.parts import Parts, real_kafka

pytestmark = pytest.mark.real
NEW_YEAR_2100 = 4_102_444_800_000  # in milliseconds, as Kafka has it
A_LONG_LETTER = b"x" * 3_000_000


@pytest.fixture
def kafka(parts: Parts) -> str:
    if parts.kind == "embedded":
        pytest.skip("no real Kafka on this machine: no Docker engine, no Java 17 with Maven")
    return parts.kafka


@asynccontextmanager
async def admin_of(kafka: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def test_a_real_kafka_carries_a_record_over_a_topic_just_made_to_a_group(kafka: str) -> None:
    async with admin_of(kafka) as admin:
        await admin.create_topics([NewTopic("letters", num_partitions=3, replication_factor=1)])
    async with AIOKafkaProducer(bootstrap_servers=kafka, max_request_size=4_000_000) as producer:
        await producer.send_and_wait("letters", A_LONG_LETTER, key=b"ada", timestamp_ms=NEW_YEAR_2100)
        assert await producer.partitions_for("letters") == {0, 1, 2}
    consumer = AIOKafkaConsumer("letters", bootstrap_servers=kafka, group_id="postman", auto_offset_reset="earliest")
    async with consumer:
        record = await consumer.getone()
        await consumer.commit()
    assert (record.key, record.value, record.timestamp) == (b"ada", A_LONG_LETTER, NEW_YEAR_2100)
    async with admin_of(kafka) as admin:
        committed = (await admin.list_consumer_group_offsets("postman")).values()
        assert sorted(entry.offset for entry in committed) == [0, 0, 1]


async def test_a_real_kafka_makes_no_topic_that_is_only_named(kafka: str) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka, request_timeout_ms=1000) as producer:
        with pytest.raises(UnknownTopicOrPartitionError):
            await producer.partitions_for("misspelt")
    async with admin_of(kafka) as admin:
        assert "misspelt" not in await admin.list_topics()


async def test_the_mongodb_of_the_tests_accepts_transactions(mongo_uri: str) -> None:
    async with AsyncMongoClient[dict[str, str]](mongo_uri) as client, client.start_session() as session:
        async with await session.start_transaction():
            await client.test_parts.guests.insert_one({"_id": "ada"}, session=session)
        assert await client.test_parts.guests.find_one() == {"_id": "ada"}
        await client.drop_database("test_parts")


@pytest.mark.faults
async def test_a_paused_kafka_is_silent_and_goes_on_when_resumed(tmp_path: Path) -> None:
    try:
        kafka = await start_apache_kafka(tmp_path)
    except NoApacheKafka as missing:
        pytest.skip(str(missing))
    try:
        kafka.pause()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(groups_are_answered(kafka.address), 1)
        kafka.resume()
        await asyncio.wait_for(groups_are_answered(kafka.address), 60)
        kafka.pause()
    finally:
        await kafka.stop()
    assert kafka.process.returncode == 143, "a paused Kafka, too, was asked and not killed"


def test_without_a_real_kafka_the_mock_stands_in_and_says_so_but_never_in_ci(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    async def no_java(folder: Path) -> None:
        raise NoApacheKafka("there is no java on the PATH")

    monkeypatch.setattr(servers, "docker_answers", lambda: False)
    monkeypatch.setattr(servers, "start_apache_kafka", no_java)
    monkeypatch.setenv("CI", "false")
    with real_kafka(tmp_path) as (_address, kind):
        assert kind == "embedded"
    assert "not on a real Kafka" in capsys.readouterr().out
    monkeypatch.setenv("CI", "true")
    with pytest.raises(NoApacheKafka, match="no java"), real_kafka(tmp_path):
        pass
