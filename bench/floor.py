"""The floor: raw aiokafka and motor doing what a tape says, with canned bytes and no domain.

Its rules, so that the comparison is fair to it:

- The same operations in the design's data layout: as many records in a batch, as many questions for the same subjects, the same
  transactions (fenced replaces, inserts, requests deleted and written), the same records published (acks=all, idempotent),
  the same tokens unset, the offsets acknowledged last. At the end its database says what the service's said.
- It waits only where the service had to wait. Each command is motor's own, each record one `send`.
- Nothing is encoded or decoded: documents are BSON from the tape, and what is read stays BSON. Facts are read as bytes.
- What the service does beside its work is not on the tape: no sweep, audit, lag, metrics, log, HTTP, no look that found nothing.
- It reads its own feeds without looking at them, as every service must, with aiokafka (the service has librdkafka for it);
  with `follows` false it does not even do that.
- The same settings of consumer, producer and client. The clock starts with its first batch and stops with its last work.
"""

import asyncio
import contextlib
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ASCENDING, InsertOne, ReplaceOne
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from bench.ground import PARTITIONS, Order
from bench.tape import Op, Tape
from bench.watch import LANE, Watch
from shared.shell.bus import BATCH_BYTES
from shared.shell.documents import NEVER
from shared.shell.follow import LONG_POLL, PACE
from shared.shell.mongo import INDEXES, PAGE, everything_of, of_kinds

RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument, tz_aware=True)
MAJORITY: Any = {"read_concern": ReadConcern("snapshot"), "write_concern": WriteConcern("majority", j=True),
                 "max_commit_time_ms": 20_000}


class Floor:
    """`play` does all of the tape; the topics and the facts are there."""

    def __init__(self, order: Order, tape: Tape, watch: Watch) -> None:
        self.order, self.tape, self.watch, self.prefix = order, tape, watch, order.prefix
        self.client: AsyncIOMotorClient[Any] = AsyncIOMotorClient(
            order.mongo, w="majority", journal=True, readConcernLevel="majority", retryWrites=True)
        self.db = self.client.get_database(f"{order.prefix}stayward_{order.service}", codec_options=RAW)
        self.upto: dict[TopicPartition, int] = {}

    async def play(self) -> None:
        for name, indexes in INDEXES.items():
            await self.db[name].create_indexes(indexes)
        self.consumer = AIOKafkaConsumer(
            *(self.prefix + topic for topic in self.tape.topics), bootstrap_servers=self.order.kafka,
            group_id=self.prefix + self.order.service, enable_auto_commit=False, auto_offset_reset="earliest",
            partition_assignment_strategy=[RangePartitionAssignor], fetch_max_wait_ms=LONG_POLL, session_timeout_ms=10_000,
            heartbeat_interval_ms=1_000, max_partition_fetch_bytes=2 * 1024 * 1024)
        self.producer = AIOKafkaProducer(bootstrap_servers=self.order.kafka, enable_idempotence=True, acks="all", linger_ms=2,
                                         max_request_size=4 * 1024 * 1024, max_batch_size=BATCH_BYTES)
        follower = asyncio.create_task(self._follow()) if self.order.follows else None
        try:
            await self.producer.start()
            await self.consumer.start()
            done = [asyncio.Event() for _ in self.tape.ops]
            async with asyncio.TaskGroup() as group:
                for number, op in enumerate(self.tape.ops):
                    group.create_task(self._in_turn(number, op, done))
        finally:
            if follower:
                follower.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await follower
            await self.consumer.stop()
            await self.producer.stop()
            self.client.close()

    async def _in_turn(self, number: int, op: Op, done: list[asyncio.Event]) -> None:
        for before in op.after:
            await done[before].wait()
        LANE.set(op.lane)
        await getattr(self, f"_{op.what}")(op.says)
        self.watch.ended()
        done[number].set()

    # -- Kafka ---------------------------------------------------------------------------------------------------

    async def _heard(self, wanted: int) -> None:
        got = 0
        while got < wanted:
            found = await self.consumer.getmany(timeout_ms=5, max_records=wanted - got)
            for tp, records in found.items():
                got += len(records)
                self.upto[tp] = records[-1].offset + 1
        self.watch.began(got)

    async def _acknowledged(self, _: None) -> None:
        upto, self.upto = self.upto, {}
        await self.consumer.commit(upto)

    async def _publish(self, records: list[tuple[str, bytes, bytes, int, Any]]) -> None:
        sent = [await self.producer.send(self.prefix + topic, value=value, key=key, timestamp_ms=at, headers=headers)
                for topic, key, value, at, headers in records]
        await asyncio.gather(*sent)
        self.watch.published.update(topic for topic, *_ in records)

    async def _follow(self) -> None:
        consumer = AIOKafkaConsumer(bootstrap_servers=self.order.kafka, enable_auto_commit=False, auto_offset_reset="earliest",
                                    fetch_max_wait_ms=LONG_POLL)
        await consumer.start()
        try:
            consumer.assign([TopicPartition(self.prefix + topic, p) for topic in self.tape.follows for p in range(PARTITIONS)])
            while True:
                await consumer.getmany(timeout_ms=200, max_records=1000)
                await asyncio.sleep(PACE)
        finally:
            await consumer.stop()

    # -- MongoDB -------------------------------------------------------------------------------------------------

    async def _load(self, asked: tuple[list[str], list[tuple[str, str]]]) -> None:
        await self.db.requests.aggregate(everything_of(*asked), batchSize=PAGE).to_list(None)

    async def _all(self, name: str, wanted: Any, fields: Any = None) -> None:
        await self.db[name].find(wanted, fields).to_list(None)

    async def _resources(self, asked: tuple[str, list[str]]) -> None:
        site, kinds = asked
        await self.db.subjects.find(of_kinds((site, kind) for kind in kinds)).sort("_id").to_list(None)

    async def _open_stays(self, site: str | None) -> None:
        await self._all("subjects", {"kind": "stay", "closed_at": NEVER} | ({"site": site} if site else {}), {"facts": 0})

    async def _state(self, id_: str) -> None:
        await self.db.states.find_one({"_id": id_})

    async def _subject(self, id_: str) -> None:
        await self.db.subjects.find_one({"_id": id_})

    async def _due(self, asked: tuple[datetime, list[int] | None, int]) -> None:
        now, parts, limit = asked
        wanted = {"due": {"$lte": now}} | ({"part": {"$in": parts}} if parts is not None else {})
        await self.db.requests.find(wanted, {"subject": 1, "part": 1}).sort("due", ASCENDING).limit(limit).to_list(None)

    async def _commit(self, says: Any) -> None:
        async with await self.client.start_session() as session, session.start_transaction(**MAJORITY):
            for name in ("subjects", "states"):
                if writes := says[name]:
                    done = await self.db[name].bulk_write(
                        [ReplaceOne(fence, RawBSONDocument(doc, RAW)) if fence else InsertOne(RawBSONDocument(doc, RAW))
                         for fence, doc in writes], ordered=False, session=session)
                    if done.matched_count + done.inserted_count != len(writes):
                        raise RuntimeError(f"the floor wrote {name} that were not as on the tape")
            if says["served"]:
                await self.db.requests.delete_many({"_id": {"$in": says["served"]}}, session=session)
            if says["requests"]:
                await self.db.requests.bulk_write([ReplaceOne({"_id": id_}, RawBSONDocument(doc, RAW), upsert=True)
                                                   for id_, doc in says["requests"]], ordered=False, session=session)
            for name in ("outbox", "keys"):
                if says[name]:
                    docs = [RawBSONDocument(doc, RAW) for doc in says[name]]
                    await self.db[name].insert_many(docs, ordered=False, session=session)

    async def _published(self, sent: list[tuple[str, str, list[str]]]) -> None:
        for name, token, ids in sent:
            await self.db[name].update_many({"unpublished": token, "_id": {"$in": ids}}, {"$unset": {"unpublished": ""}})
