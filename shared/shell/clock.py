"""Two clocks: `now()` is clinic time, which demos and tests may step; `elapsed()` is machine time, which nobody may."""

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """Clinic time, aware: plans, requests, `told_at`, timestamps of our own records."""

    def elapsed(self) -> float:
        """Machine time in seconds: backoff, streams, tokens, expiry, lag."""


class SystemClock:
    """Both clocks run with the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def elapsed(self) -> float:
        return time.monotonic()


class SteppedClock(SystemClock):
    """Clinic time stands still until somebody steps it."""

    def __init__(self, at: datetime) -> None:
        self._now = at

    def now(self) -> datetime:
        return self._now

    def step(self, to: datetime) -> None:
        self._now = max(self._now, to)


class FileClock(SystemClock):
    """A stepped clock shared by processes: a file with {"now": "2026-11-23T08:00:00+01:00"}, written by rename."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._now = self._read()

    def now(self) -> datetime:
        stat = self._path.stat()
        if (stat.st_mtime_ns, stat.st_ino) != self._seen:
            self._now = self._read()
        return self._now

    def step(self, to: datetime) -> None:
        write_clock(self._path, to)

    def _read(self) -> datetime:
        stat = self._path.stat()
        at = datetime.fromisoformat(json.loads(self._path.read_text())["now"])
        if at.tzinfo is None:
            raise ValueError(f"{self._path}: `now` needs its offset, like 2026-11-23T08:00:00+01:00")
        self._seen = (stat.st_mtime_ns, stat.st_ino)
        return at


def write_clock(path: Path, at: datetime) -> None:
    new = path.with_name(f"{path.name}.new")
    new.write_text(json.dumps({"now": at.isoformat()}))
    os.replace(new, path)
