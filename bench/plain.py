"""A plain FastStream handler: one record at a time, default settings, the same domain functions, nothing batched or kept.

Where it is spared what the service does, it is the faster for it: no tokens, no second read of its feeds, no dead letters, and
FastStream's log lines (a line for each record, which halve it) are off. The default acknowledgement is before the handler.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import InsertOne, ReplaceOne

from bench.ground import Order
from bench.load import NOW
from bench.watch import Watch
from shared.edge.clinics import load_clinic
from shared.edge.host import found_services
from shared.language.facts import Fact, canonical
from shared.language.reading import read_fact
from shared.language.stay import view
from shared.language.tasks import Task
from shared.shell import passes
from shared.shell.documents import again_id, facts_of, new_subject, promise_doc, request, task_doc, tasks_of, with_facts
from shared.shell.follow import as_record
from shared.shell.mongo import INDEXES, of_kinds
from shared.shell.pools import pool_outcome, resources_of
from shared.shell.storable import text_of

Doc = dict[str, Any]


class Plain:
    """`play` handles `order.records` records and returns."""

    def __init__(self, order: Order, watch: Watch) -> None:
        self.order, self.watch = order, watch
        self.service = found_services()[order.service]
        assert "flight-status" not in self.service.hears, "the plain handler knows no flights"
        self.clinic, self.digest = load_clinic(Path(order.clinic))
        self.client: AsyncIOMotorClient[Doc] = AsyncIOMotorClient(order.mongo, tz_aware=True)
        self.db = self.client[f"{order.prefix}stayward_{order.service}"]
        self.broker = KafkaBroker(order.kafka, logger=None)
        self.handled, self.all_handled = 0, asyncio.Event()

    async def play(self) -> None:
        for name, indexes in INDEXES.items():
            await self.db[name].create_indexes(indexes)
        topics = [self.order.prefix + topic for topic in self.service.topics]
        group = self.order.prefix + self.service.name
        self.broker.subscriber(*topics, group_id=group, auto_offset_reset="earliest")(self.on_record)
        try:
            await self.broker.start()
            await self.all_handled.wait()
        finally:
            await self.broker.stop()
            self.client.close()

    async def on_record(self, message: KafkaMessage) -> None:
        self.watch.began(1)
        record = as_record(message.raw_message, self.order.prefix)
        fact = read_fact(record.topic, record.value, dict(record.headers), record.stamped, NOW)
        if isinstance(fact, Fact):
            pools = await self.stay(fact.subject, fact)
            while pools:
                pools = {pool for name in sorted(pools) for stay in await self.pool(name) for pool in await self.stay(stay, None)}
        self.handled += 1
        self.watch.ended()
        if self.handled == self.order.records:
            self.all_handled.set()

    async def stay(self, subject: str, fact: Fact | None) -> frozenset[str]:
        """Returns the pools whose demands changed."""
        found = await self.db.subjects.find_one({"_id": subject})
        doc = found or new_subject(subject)
        expected = doc["version"] if found else None
        there = {d["_id"]: d async for d in self.db.states.find({"subject": subject})}
        heard = with_facts(doc, [fact]) if fact else doc
        if heard is None:
            return frozenset()
        stay = view(subject.partition(":")[2], facts_of(heard))
        site = self.clinic.site_of(stay.site)
        resources = await resources_of(self.clinic, self, site, self.service.wakes_stays) if site else ()  # type: ignore[arg-type]
        stored = tasks_of(there.values())
        outcome = passes.reconcile_stay(passes.Bench(self.service, self.clinic, {}, resources), stay, stored, stored, NOW)
        states = self._states(outcome.tasks, there)
        for promise in outcome.promises:
            old = there.get(f"promise:{promise.key}")
            if old is None or old["record"] != text_of(promise.record()):
                states.append(promise_doc(promise, old["revision"] + 1 if old else 1, ""))
        new = {told.topic: canonical(told.says) for told in outcome.facts if heard["told"].get(told.topic) != canonical(told.says)}
        subject_doc = {**heard, "version": (expected or 0) + 1, "rules": self.service.rules, "clinic": self.digest,
                       "site": outcome.site, "told": heard["told"] | new}
        row = request(again_id(subject), subject, 0, outcome.again_at, "time") if outcome.again_at else None
        await self._write(states, subject_doc, expected, row)
        for topic, says in new.items():
            await self._publish(topic, subject.partition(":")[2], says)
        return outcome.wakes

    async def pool(self, name: str) -> Sequence[str]:
        """Returns the stays whose tasks were assigned otherwise."""
        there = {d["_id"]: d async for d in self.db.states.find({"pool": name, "open": True}).sort("_id")}
        kind, _, site = name.removeprefix("pool:").partition("/")
        kinds = next(pool.kinds for pool in self.service.pools if pool.name == kind)
        told = await self.resources(site, kinds)
        outcome = pool_outcome(self.service, self.clinic, name, tasks_of(there.values()), told, NOW)
        await self._write(self._states(outcome.tasks, there))
        return sorted(outcome.wakes)

    def _states(self, tasks: Sequence[Task], there: dict[str, Doc]) -> list[Doc]:
        docs = [task_doc(task, "", NOW) for task in tasks]
        assert all(d["_id"] not in there or d["revision"] == there[d["_id"]]["revision"] + 1 for d in docs)
        return docs

    async def _write(self, states: list[Doc], subject: Doc | None = None, expected: int | None = None,
                     row: Doc | None = None) -> None:
        """One transaction, then each state by itself."""
        for doc in states:
            doc.pop("unpublished", None)
        async with await self.client.start_session() as session, session.start_transaction():
            if subject:
                await self.db.subjects.replace_one({"_id": subject["_id"]} | ({"version": expected} if expected else {}), subject,
                                                   upsert=expected is None, session=session)
            if states:
                await self.db.states.bulk_write(
                    [InsertOne(d) if d["revision"] == 1 else
                     ReplaceOne({"_id": d["_id"], "revision": d["revision"] - 1}, d) for d in states], session=session)
            if row:
                await self.db.requests.replace_one({"_id": row["_id"]}, row, upsert=True, session=session)
        for doc in states:
            if doc["topic"]:
                await self._publish(doc["topic"], doc["key"], doc["record"], {"stayward_revision": str(doc["revision"])})

    async def _publish(self, topic: str, key: str, value: str, headers: dict[str, str] | None = None) -> None:
        await self.broker.publish(value.encode(), self.order.prefix + topic, key=key.encode(), headers=headers)
        self.watch.published[topic] += 1

    async def resources(self, site: str, kinds: Sequence[str]) -> list[Doc]:
        """As the store answers it."""
        wanted = of_kinds((site, kind) for kind in kinds)
        return [d async for d in self.db.subjects.find(wanted).sort("_id")] if kinds else []
