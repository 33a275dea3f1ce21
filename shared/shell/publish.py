"""Publish states, not messages: send what a document says now, and unset its token only where its revision was sent."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import structlog

from shared.shell.clock import Clock
from shared.shell.documents import Doc, Unavailable, kept
from shared.shell.ports import Bus, Out, Store
from shared.telemetry import Metrics, traceparent

log = structlog.get_logger("stayward.publish")
ROUNDS = 10  # of reading and sending again, before the sweeper takes over
LAST_WORDS = 10.0  # seconds to send what is committed, for whoever stops
UNDER_WAY = 6  # commits that are being published while others are planned
STAYS = 3.0  # seconds of machine time after which a token that is still there is the sweeper's


class Publisher:
    """Of one service in one process."""

    def __init__(self, service: str, store: Store, bus: Bus, clock: Clock, metrics: Metrics) -> None:
        self.service, self.store, self.bus, self.clock, self.metrics = service, store, bus, clock, metrics
        self._seen: dict[tuple[str, str], float] = {}
        self._under_way: dict[asyncio.Task[None], set[str]] = {}  # with the tokens of what is sent
        self._same: dict[str, dict[str, str | bytes | None]] = {type_: {  # headers of every state
            "ce_specversion": "1.0", "ce_type": f"clinic.stayward.{type_}.v1", "ce_source": f"/stayward/{service}",
            "content-type": "application/json", "stayward_owner": service} for type_ in ("task", "promise")}

    async def send(self, records: Sequence[Out]) -> None:
        await self.bus.publish(records)

    async def soon(self, docs: Sequence[tuple[str, Doc]], wait: bool) -> None:
        """Sends each, what is committed: at the latest the sweeper will. Returns at once unless it is to `wait`, or too many are
        under way."""
        if not docs:
            return
        sending = asyncio.create_task(self._until_sent(docs), name="publish")
        self._under_way[sending] = {doc["unpublished"] for _, doc in docs}
        sending.add_done_callback(self._under_way.pop)
        if wait:
            await sending
        while len(self._under_way) > UNDER_WAY:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)

    async def _until_sent(self, docs: Sequence[tuple[str, Doc]]) -> None:
        try:
            await self.states(docs)
        except Unavailable as error:
            log.warning("committed, not published yet; the sweeper will", error=str(error))
        except Exception:
            log.exception("committed, not published, and the sweeper may fail as well")

    async def drained(self) -> None:
        """When all that was committed before has been sent, or is left to the next sweeper: a broker may be away for long."""
        if self._under_way:
            _, left = await asyncio.wait(self._under_way, timeout=LAST_WORDS)
            for sending in left:
                sending.cancel()

    async def states(self, docs: Sequence[tuple[str, Doc]]) -> None:
        """Sends each, until what was sent is what the store says."""
        for _ in range(ROUNDS):
            if not docs:
                return
            now, trace = self.clock.now(), traceparent()
            await self.bus.publish([self._out(name, doc, now, trace) for name, doc in docs])
            for topic, many in Counter(doc["topic"] for _, doc in docs).items():
                self.metrics.published(topic, many)
            moved_on = set(await self.store.published(docs))
            again = [(name, await self.store.state(doc["_id"])) for name, doc in docs if doc["_id"] in moved_on]
            docs = [(name, doc) for name, doc in again if doc is not None and doc["topic"]]

    def _out(self, name: str, doc: Doc, now: datetime, trace: str) -> Out:
        if name == "outbox":
            return Out(doc["topic"], doc["key"], doc["value"].encode(), datetime.fromisoformat(doc["at"]), doc["headers"])
        headers = self._same[doc["type"]] | {
            "ce_id": f"{doc['_id']}/{doc['revision']}", "ce_subject": doc["key"], "ce_time": now.isoformat(),
            "stayward_revision": str(doc["revision"]), "traceparent": trace}
        if doc["type"] == "task":
            headers["stayward_kept"] = kept(doc)
        value = None if doc.get("archived") else doc["record"].encode()
        return Out(doc["topic"], doc["key"], value, now, headers)

    async def sweep(self, limit: int = 500) -> int:
        """Takes the tokens that stay: whoever committed has died, or Kafka was away. Returns how many were sent."""
        found = await self.store.unpublished(limit, set().union(*self._under_way.values()))
        now = self.clock.elapsed()
        tokens = {(doc["_id"], doc["unpublished"]): (name, doc) for name, doc in found}
        self._seen = {token: self._seen.get(token, now) for token in tokens}
        self.metrics.unpublished.set(max((now - since for since in self._seen.values()), default=0.0))
        stayed = [tokens[token] for token, since in self._seen.items() if now - since >= STAYS or token[1] == "again"]
        if stayed:
            log.info("sweeping", tokens=len(stayed))
            await self.states(stayed)
        return len(stayed)
