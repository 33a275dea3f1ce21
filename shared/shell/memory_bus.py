"""The broker's twin in memory: topics with partitions, groups with acknowledged offsets, at least once."""

import asyncio
import contextlib
import zlib
from abc import ABC, abstractmethod
from collections.abc import Sequence

from shared.shell.ports import Handler, Out, Record, TopicSpec


class MemoryBus:
    """Lives as long as its process; `partitions` for every topic, made on first use."""

    forgets = True

    def __init__(self, partitions: int = 4) -> None:
        self.partitions = partitions
        self.topics: dict[str, list[list[Record]]] = {}
        self.done: dict[tuple[str, str, int], int] = {}
        self.members: dict[str, list[MemoryConsumption]] = {}
        self.changed = asyncio.Condition()

    async def start(self) -> None: ...
    async def stop(self) -> None: ...

    async def make_topics(self, topics: Sequence[TopicSpec]) -> list[str]:
        made = [t.name for t in topics if t.name not in self.topics]
        for name in made:
            self._topic(name)
        return made

    def _topic(self, name: str) -> list[list[Record]]:
        return self.topics.setdefault(name, [[] for _ in range(self.partitions)])

    async def publish(self, records: Sequence[Out]) -> None:
        for out in records:
            key = out.key.encode() if isinstance(out.key, str) else out.key
            part = zlib.crc32(key) % self.partitions if key is not None else 0
            lane = self._topic(out.topic)[part]
            headers = tuple((n, v.encode() if isinstance(v, str) else v) for n, v in out.headers.items())
            lane.append(Record(out.topic, part, len(lane), key, out.value, headers, out.at))
        async with self.changed:
            self.changed.notify_all()

    def consume(self, group: str, topics: Sequence[str], handler: Handler) -> "MemoryConsumption":
        return MemoryConsumption(self, group, topics, handler)

    def follow(self, topics: Sequence[str], handler: Handler) -> "MemoryFollowing":
        return MemoryFollowing(self, topics, handler)

    def part(self, key: str) -> int:
        return zlib.crc32(key.encode()) % self.partitions

    def behind(self, topics: Sequence[str], upto: dict[tuple[str, int], int]) -> int:
        return sum(len(lane) - upto.get((t, p), 0) for t in topics for p, lane in enumerate(self._topic(t)))


class _Reader(ABC):
    """Reads its lanes in the background until it is stopped; a batch in hand is finished first."""

    def __init__(self, bus: MemoryBus, topics: Sequence[str], handler: Handler) -> None:
        self.bus, self.topics, self.handler = bus, tuple(topics), handler
        self.lock = asyncio.Lock()
        self._loop: asyncio.Task[None] | None = None
        self.pause = self.began = 0.0

    async def start(self) -> None:
        self._loop = asyncio.create_task(self._read())

    async def stop(self) -> None:
        if self._loop:
            async with self.lock:
                self._loop.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._loop

    @abstractmethod
    def next(self) -> tuple[list[Record], dict[tuple[str, int], int]]:
        """The records to be handled next, and up to where they reach in each lane."""

    @abstractmethod
    def acknowledge(self, upto: dict[tuple[str, int], int]) -> None: ...

    async def _read(self) -> None:
        while True:
            async with self.lock:
                records, upto = self.next()
                if records:
                    self.began = asyncio.get_running_loop().time()
                    try:
                        await self.handler(records)
                    except Exception:
                        self.pause = min(self.pause * 2 + 0.01, 1.0)
                    else:
                        self.pause = 0.0
                        self.acknowledge(upto)
            if self.pause:
                await asyncio.sleep(self.pause)
            elif not records:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.02), self.bus.changed:
                        await self.bus.changed.wait()

    def _take(self, lanes: Sequence[tuple[str, int]], done: dict[tuple[str, int], int]) -> tuple[
            list[Record], dict[tuple[str, int], int]]:
        records: list[Record] = []
        upto: dict[tuple[str, int], int] = {}
        for topic, part in lanes:
            lane = self.bus._topic(topic)[part][done.get((topic, part), 0) :][: 300 - len(records)]
            if lane:
                records += lane
                upto[topic, part] = lane[-1].offset + 1
        return records, upto

    def in_hand(self) -> float:
        return asyncio.get_running_loop().time() - self.began if self.lock.locked() and self.began else 0.0

    def trouble(self) -> str | None:
        return None if self._loop and not self._loop.done() else "the consumer has ended"


class MemoryConsumption(_Reader):
    def __init__(self, bus: MemoryBus, group: str, topics: Sequence[str], handler: Handler) -> None:
        super().__init__(bus, topics, handler)
        self.group = group

    async def start(self) -> None:
        self.bus.members.setdefault(self.group, []).append(self)
        await super().start()

    async def stop(self) -> None:
        await super().stop()
        with contextlib.suppress(ValueError):
            self.bus.members[self.group].remove(self)

    def parts(self) -> frozenset[int]:
        members = self.bus.members.get(self.group, [])
        if self not in members:
            return frozenset()
        return frozenset(p for p in range(self.bus.partitions) if p % len(members) == members.index(self))

    def next(self) -> tuple[list[Record], dict[tuple[str, int], int]]:
        done = {(t, p): at for (g, t, p), at in self.bus.done.items() if g == self.group}
        return self._take([(t, p) for t in self.topics for p in sorted(self.parts())], done)

    def acknowledge(self, upto: dict[tuple[str, int], int]) -> None:
        self.bus.done |= {(self.group, *lane): at for lane, at in upto.items()}

    async def lag(self) -> int:
        return self.bus.behind(self.topics, {(t, p): at for (g, t, p), at in self.bus.done.items() if g == self.group})


class MemoryFollowing(_Reader):
    def __init__(self, bus: MemoryBus, topics: Sequence[str], handler: Handler) -> None:
        super().__init__(bus, topics, handler)
        self.upto: dict[tuple[str, int], int] = {}

    def next(self) -> tuple[list[Record], dict[tuple[str, int], int]]:
        return self._take([(t, p) for t in self.topics for p in range(self.bus.partitions)], self.upto)

    def acknowledge(self, upto: dict[tuple[str, int], int]) -> None:
        self.upto |= upto

    async def caught_up(self) -> bool:
        return self.bus.behind(self.topics, self.upto) == 0
