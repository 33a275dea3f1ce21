"""A MongoDB and a Kafka for tests: the most real ones that this machine can run, and it says which.

Containers where a Docker engine answers. Else MongoDB is the embedded one (a real mongod), and Kafka is Apache Kafka from
its jars, or without Java the mock cluster, of which a line is printed. With CI=true a mock is a failure, not a stand-in.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from shared.shell.embedded import REPLICA_SET, START, Child, make_primary, start_kafka, start_mongo
from tests.servers.apache_kafka import SETTINGS, NoApacheKafka, groups_are_answered, start_apache_kafka

Kind = Literal["container", "apache", "embedded"]
MONGO_PORT = 27017
KAFKA_START = 120  # seconds; an image is pulled before, so this is the broker's own time on a busy machine


@dataclass(frozen=True)
class Parts:
    """Where they answer. `kind` is Kafka's; "embedded" makes a topic when it is first named, keeps little, has no admin."""

    kafka: str
    mongo: str
    kind: Kind


@contextmanager
def real_parts(tmp: Path) -> Iterator[Parts]:
    """Both, with their data under `tmp`; stopped at the end. From the main thread, outside any event loop."""
    with real_mongo(tmp) as mongo, real_kafka(tmp) as (kafka, kind):
        yield Parts(kafka, mongo, kind)


@contextmanager
def real_mongo(tmp: Path) -> Iterator[str]:
    """The URI of a one-node replica set that accepts transactions."""
    if not docker_answers():
        with _stopped(asyncio.run(start_mongo(tmp))) as child:
            yield child.address
        return
    from testcontainers.core.container import DockerContainer

    mongod = DockerContainer("mongo:7").with_command(f"--replSet {REPLICA_SET} --bind_ip_all").with_exposed_ports(MONGO_PORT)
    with mongod as container:
        address = f"{container.get_container_host_ip()}:{container.get_exposed_port(MONGO_PORT)}"
        asyncio.run(asyncio.wait_for(make_primary(address, f"localhost:{MONGO_PORT}"), START))
        yield f"mongodb://{address}/?directConnection=true&replicaSet={REPLICA_SET}"


@contextmanager
def real_kafka(tmp: Path) -> Iterator[tuple[str, Kind]]:
    """The address of a Kafka that answers consumer groups, and what it is."""
    if docker_answers():
        with _kafka_container() as address:
            yield address, "container"
        return
    kind: Kind = "apache"
    try:
        child: Child = asyncio.run(start_apache_kafka(tmp / "kafka"))
    except NoApacheKafka as missing:
        if os.environ.get("CI", "").lower() in ("true", "1"):
            raise
        print(f"No Docker engine answers and {missing}: these tests run on librdkafka's mock cluster, not on a real Kafka.")
        child, kind = asyncio.run(start_kafka({})), "embedded"
    with _stopped(child):
        yield child.address, kind


@contextmanager
def _kafka_container() -> Iterator[str]:
    from testcontainers.community.kafka import KafkaContainer

    kafka = KafkaContainer().with_kraft()
    for name, value in SETTINGS.items():
        kafka.with_env("KAFKA_" + name.upper().replace(".", "_"), value)
    try:
        kafka.start(timeout=KAFKA_START)
        address = str(kafka.get_bootstrap_server())
        asyncio.run(asyncio.wait_for(groups_are_answered(address), START))
        yield address
    finally:
        kafka.stop()


@contextmanager
def _stopped(child: Child) -> Iterator[Child]:
    try:
        yield child
    finally:
        asyncio.run(child.stop())


@cache
def docker_answers() -> bool:
    """Whether an engine is there; a Docker client alone is not one."""
    try:
        from testcontainers.core.docker_client import DockerClient

        return bool(DockerClient(timeout=5).client.ping())
    except Exception:  # of docker's, of requests', of the operating system's: each means no
        return False
