"""Processes of one service each, on real parts: started, killed, stopped and let go, and never left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from shared.shell.embedded import spawn
from tests.servers.apache_kafka import ApacheKafka, NoApacheKafka, start_apache_kafka

ROOT = Path(__file__).resolve().parents[2]
STAYWARD = Path(sys.executable).with_name("stayward")


def patiently(seen: object, seconds: float, what: str) -> object:
    """Asks `seen()` until it answers; a process that starts or a group that rebalances takes its time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := seen():  # type: ignore[operator]
            return found
        time.sleep(0.05)
    raise TimeoutError(what)


async def kafka_of_its_own(folder: Path) -> ApacheKafka:
    """A broker that the test may pause and stop. Where it cannot run, the test steps aside; not in CI."""
    try:
        return await start_apache_kafka(folder)
    except NoApacheKafka as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no Kafka to pause and kill: {error}")


@dataclass
class Member:
    """One process of one service."""

    service: str
    number: int
    folder: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    http: str = ""
    arguments: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.starts += 1
        ready = self.folder / f"{self.service}-{self.number}-{self.starts}.json"
        log = (self.folder / f"{self.service}-{self.number}.log").open("ab")
        command = ["serve", self.service] if self.service != "up" else ["up"]
        options = ["--port", "0", "--ready-file", str(ready), *self.arguments]
        set_ = (f"{name}={value}" for name, value in self.environment.items())
        self.process = spawn(["env", "-C", str(self.folder), *set_, str(STAYWARD), *command, *options], log, log)
        self._ready = ready

    def wait(self, seconds: float = 60) -> dict[str, str]:
        ready = self._ready
        told = patiently(lambda: ready.exists() and json.loads(ready.read_text()), seconds, f"{self} is not ready")
        assert isinstance(told, dict)
        self.http = told["http"]
        return told

    def answers(self) -> bool:
        """Takes up the address of the newest start, once it is told."""
        if not self._ready.exists():
            return False
        self.http = json.loads(self._ready.read_text())["http"]
        return True

    def signal(self, signal_: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(signal_)

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def stop(self, seconds: float = 20) -> int:
        assert self.process is not None
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.http + path, timeout=10)

    def log(self) -> str:
        return (self.folder / f"{self.service}-{self.number}.log").read_text(errors="replace")
