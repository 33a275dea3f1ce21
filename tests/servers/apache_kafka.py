"""Apache Kafka itself, from its jars: one KRaft node in a folder of its own, for machines with Java but no Docker."""

import asyncio
import fcntl
import hashlib
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.shell.embedded import TICK, Child, free_ports, ready, spawn

POM = Path(__file__).parents[2] / "deploy" / "kafka" / "pom.xml"
LIBS = POM.with_name("libs")
OLDEST_JAVA = 17
CLUSTER = "MkU3OEVBNTcwNTJENDM2Qk"  # any 16 bytes, in base64; not drawn, since one that begins with "-" is no argument
# Compiled once and not twice: a broker of minutes otherwise spends two thirds of its time in the compiler.
COMMAND = ("java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{LIBS}/*")

# What every real Kafka of the tests is told: nothing is made by accident, nothing waits for others since it is alone, and
# records may be of any age and from any future (the demo's clock is not the machine's).
SETTINGS: Mapping[str, str] = {
    "auto.create.topics.enable": "false",
    "message.max.bytes": str(4 * 1024 * 1024),
    "log.message.timestamp.after.max.ms": str(2**63 - 1),
    "default.replication.factor": "1",
    "min.insync.replicas": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "1",  # so that if one group is answered, all are
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    "group.initial.rebalance.delay.ms": "0",
}


class NoApacheKafka(RuntimeError):
    """This machine cannot run Kafka from its jars; the message says what is missing."""


class ApacheKafka(Child):
    """A running node: `address` and `stop()`, as every child has, and a pause that looks like a hung broker."""

    def pause(self) -> None:
        """Stop its time: connections stay open, nothing answers."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on where it was."""
        self.process.send_signal(signal.SIGCONT)

    async def stop(self) -> None:
        self.resume()  # a paused process does not hear that it should end
        await super().stop()


async def start_apache_kafka(folder: Path) -> ApacheKafka:
    """A node with its data and log in `folder`, ready for consumer groups; about 3 s and 360 MB.

    From the main thread. Raises NoApacheKafka where it cannot run, RuntimeError with the reason where it does not start.
    """
    fetch_jars()
    folder.mkdir(parents=True, exist_ok=True)
    port, controller = (f"127.0.0.1:{each}" for each in free_ports(2))
    settings = folder / "server.properties"
    settings.write_text("".join(f"{name}={value}\n" for name, value in {
        **SETTINGS,
        "process.roles": "broker,controller",
        "node.id": "1",
        "listeners": f"PLAINTEXT://{port},CONTROLLER://{controller}",
        "controller.listener.names": "CONTROLLER",
        "controller.quorum.bootstrap.servers": controller,
        "log.dirs": folder / "data",
    }.items()))
    done = subprocess.run([*COMMAND, "kafka.tools.StorageTool", "format", "--ignore-formatted", "--standalone",
                           "--cluster-id", CLUSTER, "--config", settings], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"Kafka's storage could not be made in {folder}: {done.stderr or done.stdout}")
    with (folder / "kafka.log").open("w+b") as log:
        process = spawn([*COMMAND, "kafka.Kafka", str(settings)], log, log)
        await ready("Apache Kafka", process, groups_are_answered(port), log)
    return ApacheKafka(port, process)


async def groups_are_answered(address: str) -> None:
    """Return when the broker at `address` coordinates consumer groups: the last thing that a fresh one can do."""
    host, _, port = address.rpartition(":")
    while True:
        try:
            _, connection = await asyncio.open_connection(host, int(port))  # aiokafka would log each refusal
            connection.close()
            admin = AIOKafkaAdminClient(bootstrap_servers=address)
            try:
                await admin.start()
                [answer] = await admin.describe_consumer_groups(["is-anybody-there"])
                if not answer.groups[0][0]:  # the error code
                    return
            finally:
                await admin.close()
        except (KafkaError, OSError):
            pass
        await asyncio.sleep(TICK)


def fetch_jars() -> None:
    """Copy Kafka's jars into deploy/kafka/libs, once: again only when pom.xml changes. Safe to call from many processes.

    Raises NoApacheKafka without Java 17, and without Maven (or what it downloads from) while the jars are not there.
    """
    if not (java := shutil.which("java")):
        raise NoApacheKafka("there is no java on the PATH")
    says = subprocess.run([java, "-version"], capture_output=True, text=True).stderr
    version = re.search(r'version "(\d+)', says)
    if not version or int(version[1]) < OLDEST_JAVA:
        raise NoApacheKafka(f"Kafka needs Java {OLDEST_JAVA}, this one says: {says.strip()}")
    LIBS.mkdir(exist_ok=True)
    wanted, made = hashlib.sha256(POM.read_bytes()).hexdigest(), LIBS / "made-from"
    with (LIBS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go again when the file closes
        if made.exists() and made.read_text() == wanted:
            return
        if not (maven := shutil.which("mvn")):
            raise NoApacheKafka("there is no mvn on the PATH to copy Kafka's jars with")
        for jar in LIBS.glob("*.jar"):
            jar.unlink()
        done = subprocess.run([maven, "-q", "-B", "-f", POM, "dependency:copy-dependencies"], capture_output=True, text=True)
        if done.returncode:
            raise NoApacheKafka(f"Maven could not copy Kafka's jars: {done.stdout}{done.stderr}")
        made.write_text(wanted)
