"""The mirror reads the feeds as everybody does: live screens come from it, and the audit closes what a crash left stale."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
import structlog

from shared.language.facts import Json
from shared.shell.clock import Clock
from shared.shell.ports import Following, Record, Store
from shared.shell.publish import Publisher

log = structlog.get_logger("stayward.feeds")
SHOWN = timedelta(days=7)  # a closed task stays on its feed for so long
PATIENCE = 2.0  # seconds that a feed may be behind before it is called stale
PAGE = 300  # looked through in a millisecond: nobody waits for it
SOON = 0.3  # seconds; a broker that is away holds up nobody
QUEUE = 1000  # changes that a slow reader may be behind before his stream is closed


@dataclass(slots=True)
class Row:
    """`revision` is the highest seen, with what it says and when it was told; `last` that of the topic's last record of the key.
    It is read when somebody looks: every process hears every feed, and few are looked at in each."""

    says: bytes | Json
    revision: int
    last: int
    at: datetime

    @property
    def value(self) -> Json:
        if isinstance(self.says, bytes):
            try:
                told = orjson.loads(self.says)
            except ValueError:  # somebody else's, with our header
                told = None
            self.says = told if isinstance(told, dict) else {}
        return self.says


class Mirror:
    """topic -> key -> row; readers of a topic hear each change."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Row]] = {}
        self.readers: dict[str, set[asyncio.Queue[Json | None]]] = {}
        self.regressed: set[tuple[str, str]] = set()  # (topic, key)
        self.changes: Counter[str] = Counter()  # topic -> records taken: what names a state of the topic in this process

    async def on_records(self, records: Sequence[Record]) -> None:
        for record in records:
            self.take(record)

    def take(self, record: Record) -> None:
        key = (record.key or b"").decode("utf-8", "replace")
        rows = self.rows.setdefault(record.topic, {})
        self.changes[record.topic] += 1
        if record.value is None:
            rows.pop(key, None)
            return
        headers = dict(record.headers)
        try:
            revision = int(headers.get("stayward_revision") or b"0")
        except ValueError:
            return  # somebody else's record on our feed; the audit will write ours again
        row, old = Row(record.value, revision, revision, record.stamped), rows.get(key)
        odd = not revision or record.value[:1] != b"{" or (old is not None and old.last >= revision)
        if odd and not row.value:
            if old is None:
                return
            revision = 0  # not ours; what is ours is written again
        if old is not None and old.revision > revision:
            rows[key] = Row(old.says, old.revision, revision, old.at)
            self.regressed.add((record.topic, key))
            return
        rows[key] = row
        if self.readers.get(record.topic) and (old is None or old.revision < revision):
            self._tell(record.topic, row.value)

    async def shows(self, topic: str, key: str, revision: int) -> bool:
        """When the screens of this process show what has just been published, or SOON is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SOON):
                while (row := self.rows.get(topic, {}).get(key)) is None or row.revision < revision:  # noqa: ASYNC110
                    await asyncio.sleep(0.005)
                return True
        return False

    def _tell(self, topic: str, value: Json) -> None:
        for queue in list(self.readers.get(topic, ())):
            try:
                queue.put_nowait(value)
            except asyncio.QueueFull:
                self.readers[topic].discard(queue)
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(None)  # ends the stream; the reader comes back for a snapshot

    def read(self, topic: str) -> asyncio.Queue[Json | None]:
        queue: asyncio.Queue[Json | None] = asyncio.Queue(QUEUE)
        self.readers.setdefault(topic, set()).add(queue)
        return queue

    def leave(self, topic: str, queue: asyncio.Queue[Json | None]) -> None:
        self.readers.get(topic, set()).discard(queue)

    def close(self) -> None:
        for queues in self.readers.values():
            for queue in queues:
                if not queue.full():
                    queue.put_nowait(None)

    def values(self, topic: str) -> list[Json]:
        return [row.value for row in self.rows.get(topic, {}).values()]


class Audit:
    """Publishes again whatever of its own is older on a feed than in the database."""

    def __init__(self, mirror: Mirror, following: Following, topics: Sequence[str], store: Store, publisher: Publisher,
                 clock: Clock) -> None:
        self.mirror, self.following, self.topics = mirror, following, tuple(topics)
        self.store, self.publisher, self.clock = store, publisher, clock
        self.suspects: Mapping[tuple[str, int], float] = {}

    def alarmed(self) -> bool:
        return any(topic in self.topics for topic, _ in self.mirror.regressed)

    async def once(self, patience: float = PATIENCE) -> int | None:
        """Looks through all that is open or lately closed; returns how many were published again, None where it could not look."""
        if not await self.following.caught_up():
            return None
        self.mirror.regressed -= {(topic, key) for topic, key in self.mirror.regressed if topic in self.topics}
        now = self.clock.elapsed()
        stale: set[tuple[str, int]] = set()
        async for docs in self.store.states(self.topics, self.clock.now() - SHOWN, PAGE, brief=True):
            for doc in docs:
                row = self.mirror.rows.get(doc["topic"], {}).get(doc["key"])
                if not doc.get("unpublished") and (row is not None if doc.get("archived") else
                                                   (row is None or row.last < doc["revision"])):
                    stale.add((doc["_id"], doc["revision"]))
        self.suspects = {id_: self.suspects.get(id_, now) for id_ in stale}
        again = [id_ for (id_, _), since in self.suspects.items() if now - since >= patience]
        for start in range(0, len(again), 200):
            found = [await self.store.state(id_) for id_ in again[start : start + 200]]
            await self.publisher.states([("states", doc) for doc in found if doc and doc["topic"]])
        if again:
            log.warning("the audit published again what feeds had lost or had older", tasks=len(again))
        return len(again)
