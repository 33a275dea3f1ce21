"""Servers that can be paused, killed and started again on the same data at the same address; and a disk that gets full."""

import asyncio
import contextlib
import resource
import shutil
import signal
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path

from shared.shell.embedded import REPLICA_SET, Process, _left_alone, _mongod, free_ports, make_primary, mongod_options, ready, spawn
from tests.servers.apache_kafka import COMMAND, groups_are_answered, start_apache_kafka

ROOM = 200 * 1024 * 1024  # bytes that a small disk has beside what is on it already
SPARE = 256 * 1024  # bytes that it has left when it is said to be full


class Server(ABC):
    """`address` is the same after every start."""

    address: str
    process: Process

    @abstractmethod
    async def start(self) -> None: ...

    def pause(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def ended(self) -> bool:
        return self.process.poll() is not None


class Mongo(Server):
    """A replica set of one, on `data`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "mongo"
        self.host = f"127.0.0.1:{free_ports(1)[0]}"
        self.address = f"mongodb://{self.host}/?directConnection=true&replicaSet={REPLICA_SET}"

    async def start(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        await _left_alone(self.data)
        with (self.folder / "mongo.log").open("a+b") as log:
            self.process = spawn([_mongod(), *mongod_options(self.data, int(self.host.rpartition(":")[2]))], log, log)
            await ready("MongoDB", self.process, make_primary(self.host, self.host), log)


class Kafka(Server):
    """One node; its first start makes its data, every other finds them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.address = folder, ""

    async def start(self) -> None:
        if not self.address:
            first = await start_apache_kafka(self.folder)
            self.address, self.process = first.address, first.process
            return
        with (self.folder / "kafka.log").open("a+b") as log:
            self.process = spawn([*COMMAND, "kafka.Kafka", str(self.folder / "server.properties")], log, log)
            await ready("Apache Kafka", self.process, groups_are_answered(self.address), log)


class SmallDisk:
    """A disk on which mongod has SPARE bytes left: a tmpfs with its data copied into it, and ballast beside them. Where nothing
    may be mounted, no file of mongod may grow: every write beyond is refused, as a quota refuses it."""

    def __init__(self, mongo: Mongo, may_mount: bool = True) -> None:
        self.mongo, self.mount, self.may_mount = mongo, mongo.folder / "small", may_mount
        self.mounted = False

    async def take(self) -> str:
        """mongod goes on here; returns which kind of disk it is."""
        self.mongo.process.terminate()
        await asyncio.to_thread(self.mongo.process.wait)
        used = sum(path.stat().st_size for path in self.mongo.data.rglob("*") if path.is_file())
        self.mount.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={used + ROOM}", "stayward", str(self.mount)]
        with contextlib.suppress(OSError):
            self.mounted = self.may_mount and subprocess.run(mount, capture_output=True).returncode == 0
        if self.mounted:
            shutil.copytree(self.mongo.data, self.mount / "mongo")
            self.mongo.data = self.mount / "mongo"
        await self.mongo.start()
        return "a small tmpfs" if self.mounted else "no file may grow"

    def fill(self) -> None:
        if self.mounted:
            with (self.mount / "ballast").open("wb") as ballast:
                ballast.write(bytes(max(0, shutil.disk_usage(self.mount).free - SPARE)))
        else:
            largest = max(path.stat().st_size for path in self.mongo.data.rglob("*.wt"))
            resource.prlimit(self.mongo.process.pid, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))

    def free(self) -> None:
        """There is room again; mongod has most likely ended, and is started again by whoever runs it."""
        if self.mounted:
            (self.mount / "ballast").unlink()
        elif not self.mongo.ended():
            resource.prlimit(self.mongo.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def give_back(self) -> None:
        if self.mounted:
            subprocess.run(["umount", "--lazy", str(self.mount)], capture_output=True, check=False)
            self.mounted = False
