"""The real store, on MongoDB: every commit is all or nothing, majority and journalled, and compares before it sets.

Nobody else knows which driver this is. Motor runs each command in a thread: what is several commands in a row (to commit, to take
tokens away), or brings many documents, goes to a thread once, with the client that Motor wraps, and comes back when all is done.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from operator import itemgetter
from typing import Any, TypeVar

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ASCENDING, InsertOne, ReplaceOne
from pymongo.errors import BulkWriteError, DuplicateKeyError, NetworkTimeout, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt

from shared.shell.documents import NEVER, Change, Conflict, Doc, Unavailable, Write, of_before
from shared.shell.loading import Kinds, Loaded, loaded
from shared.shell.mongo import (
    CONFLICTS,
    INDEXES,
    ON_FEEDS,
    PAGE,
    THREADS,
    WHO_IS_OPEN,
    by_token,
    everything_of,
    of_kinds,
    open_of,
    says_when_unavailable,
)

Answer = TypeVar("Answer")
INDEXED = 60  # times that the server is asked for an index, half a minute each


@says_when_unavailable
class MongoStore:
    """One database on one client; `uri` cannot weaken what a commit promises."""

    def __init__(self, uri: str, database: str, server_timeout: float = 5.0, answer_timeout: float = 30.0) -> None:
        self._where = uri, database, int(server_timeout * 1000), int(answer_timeout * 1000)
        self._threads = ThreadPoolExecutor(THREADS, "stayward-store")
        self._stopped = False
        self.connect()

    def connect(self) -> None:
        uri, database, server, answer = self._where
        self.client: AsyncIOMotorClient[Doc] = AsyncIOMotorClient(
            uri, w="majority", journal=True, readConcernLevel="majority", retryWrites=True, tz_aware=True,
            serverSelectionTimeoutMS=server, socketTimeoutMS=answer, appname="stayward")
        self.db = self.client.get_database(database)
        self._db = self.client.delegate.get_database(database)

    async def start(self) -> None:
        for name, indexes in INDEXES.items():  # a new one over a million stays takes longer than an answer may; it is gone on with
            async for asked in AsyncRetrying(retry=retry_if_exception_type(NetworkTimeout), stop=stop_after_attempt(INDEXED),
                                             reraise=True):
                with asked:
                    await self.db[name].create_indexes(indexes)
        last = await self.db.states.find_one({}, {"record": 1}, sort=[("_id", -1)])
        if last and not isinstance(last["record"], str):  # written before a record was a text; the last is rewritten last
            async for doc in self.db.states.find({"record": {"$type": "object"}}).sort("_id"):
                await self.db.states.replace_one({"_id": doc["_id"], "revision": doc["revision"]}, of_before(doc))

    async def stop(self) -> None:
        self._stopped = True
        self.client.close()
        self._threads.shutdown(wait=False)

    async def _at_once(self, work: Callable[..., Answer], *given: Any) -> Answer:
        if self._stopped:
            raise Unavailable("MongoDB: this store has been stopped")
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)

    async def load(self, subjects: Collection[str], now: datetime, kinds: Kinds = ()) -> Loaded:
        return await self._at_once(self._load, list(subjects), now, kinds)

    def _load(self, wanted: list[str], now: datetime, kinds: Kinds) -> Loaded:
        """A subject is read before its states, so that whoever commits in between has touched the version that was read. What
        comes twice, as a stay's and as a pool's, is taken as it came first."""
        docs: dict[str, dict[str, Doc]] = {"requests": {}, "subjects": {}, "states": {}}
        for doc in self._db.requests.aggregate(everything_of(wanted, kinds), batchSize=PAGE):
            docs["states" if "type" in doc else "subjects" if "kind" in doc else "requests"].setdefault(doc["_id"], doc)
        return loaded(wanted, now, kinds, docs)

    async def commit(self, change: Change) -> None:
        try:
            await self._at_once(self._commit, change)
        except BulkWriteError as error:
            codes = {e.get("code") for e in error.details.get("writeErrors", [])}
            told = f"MongoDB: write errors {sorted(map(str, codes))}"  # never the document: it may hold a name
            raise (Conflict if codes & set(CONFLICTS) else Unavailable)(told) from None
        except DuplicateKeyError:
            raise Conflict("MongoDB: a document of this id is there") from None
        except OperationFailure as error:
            raise (Conflict if error.code in CONFLICTS else Unavailable)(f"MongoDB: code {error.code}") from None

    def _commit(self, change: Change) -> None:
        if change.size == len(change.subjects) == 1 and not change.closed:
            self._write(change, None)  # what was told and changes nothing else: one document is a transaction by itself
            return
        with self._db.client.start_session() as session, session.start_transaction(
            read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority", j=True), max_commit_time_ms=20_000,
        ):
            self._write(change, session)

    def _write(self, change: Change, session: Any) -> None:
        self._fenced("subjects", "version", change.subjects, session)
        self._fenced("states", "revision", change.states, session)
        for name, writes in change.own.items():
            self._fenced(name, "version", writes, session)
        if change.served:
            self._db.requests.delete_many({"_id": {"$in": change.served}}, session=session)
        if change.requests:
            self._db.requests.bulk_write(
                [ReplaceOne({"_id": d["_id"]}, d, upsert=True) for d in change.requests], ordered=False, session=session)
        if change.closed:
            self._db.outbox.delete_many(
                {"subject": {"$in": change.closed}, "unpublished": {"$exists": False}}, session=session)
        for name, docs in (("outbox", change.outbox), ("keys", change.keys)):
            if docs:
                self._db[name].insert_many(docs, ordered=False, session=session)

    def _fenced(self, name: str, fence: str, writes: Sequence[Write], session: Any) -> None:
        if not writes:
            return
        done = self._db[name].bulk_write(
            [InsertOne(w.doc) if w.expected is None else ReplaceOne({"_id": w.doc["_id"], fence: w.expected}, w.doc)
             for w in writes], ordered=False, session=session)
        if done.matched_count + done.inserted_count != len(writes):
            raise Conflict(f"{name}: {done.matched_count + done.inserted_count} of {len(writes)} were as read")

    async def subject(self, subject: str) -> Doc | None:
        return await self.db.subjects.find_one({"_id": subject})

    async def resources(self, site: str, kinds: Sequence[str]) -> list[Doc]:
        found = self._db.subjects.find(of_kinds((site, kind) for kind in kinds))
        return await self._at_once(list, found.sort("_id")) if kinds else []

    async def open_stays(self, site: str | None = None) -> list[Doc]:
        """By the index that knows who is open, and sorted here: in the order of `_id` the server would look at every past stay."""
        wanted: Doc = {"kind": "stay", "closed_at": NEVER} | ({"site": site} if site else {})
        rows = self._db.subjects.find(wanted, {"facts": 0}, batch_size=PAGE).hint(WHO_IS_OPEN)
        found: list[Doc] = await self._at_once(list, rows)
        return sorted(found, key=itemgetter("_id"))

    async def pool_states(self, pool: str) -> list[Doc]:
        rows = self._db.states.find(open_of(pool), batch_size=PAGE).sort("_id")
        return await self._at_once(list, rows)

    async def state(self, id_: str) -> Doc | None:
        return await self.db.states.find_one({"_id": id_})

    async def states(self, topics: Sequence[str], closed_after: datetime, page: int, brief: bool = False
                     ) -> AsyncIterator[list[Doc]]:
        """By the index that knows what is closed: in the order of `_id` the server would look at every past stay."""
        wanted = {"topic": {"$in": list(topics)}, "closed_at": {"$gte": closed_after}}
        fields = {"record": 0, "private": 0} if brief else None
        try:
            rows = self.db.states.find(wanted, fields, batch_size=page).hint(ON_FEEDS)
            while docs := await rows.to_list(page):
                yield docs
        except PyMongoError as error:
            raise Unavailable(f"MongoDB: {type(error).__name__}") from error

    async def due(self, now: datetime, parts: Collection[int] | None, limit: int) -> list[tuple[str, int]]:
        wanted: Doc = {"due": {"$lte": now}} | ({"part": {"$in": list(parts)}} if parts is not None else {})
        found = self._db.requests.find(wanted, {"subject": 1, "part": 1}).sort("due").limit(limit)
        rows: list[Doc] = await self._at_once(list, found)
        return list(dict.fromkeys((r["subject"], r["part"]) for r in rows))

    async def next_due(self) -> datetime | None:
        row = await self.db.requests.find_one({}, sort=[("due", ASCENDING)])
        return row["due"] if row else None

    async def unpublished(self, limit: int, but: Collection[str] = ()) -> list[tuple[str, Doc]]:
        found: list[tuple[str, Doc]] = []
        for name in ("outbox", "states"):
            rows = self.db[name].find({"unpublished": {"$exists": True, "$nin": list(but)}}).hint([("unpublished", 1)])
            found += [(name, d) async for d in rows.limit(limit - len(found))] if len(found) < limit else []
        return found

    async def published(self, sent: Sequence[tuple[str, Doc]]) -> list[str]:
        return await self._at_once(self._published, sent)

    def _published(self, sent: Sequence[tuple[str, Doc]]) -> list[str]:
        """Each commit has a token of its own: where the token is still the one that was sent, so is the revision."""
        moved_on: list[str] = []
        for name in ("states", "outbox"):
            docs, unset = [doc for kind, doc in sent if kind == name], 0
            for token, ids in by_token(docs).items():
                found = {"unpublished": token, "_id": {"$in": ids}}  # of a token's documents only those that were sent
                unset += self._db[name].update_many(found, {"$unset": {"unpublished": ""}}).modified_count
            if unset != len(docs):
                now = {d["_id"]: d["revision"] for d in self._db[name].find({"_id": {"$in": [d["_id"] for d in docs]}},
                                                                              {"revision": 1})}
                moved_on += [d["_id"] for d in docs if now.get(d["_id"]) != d["revision"]]
        return moved_on

    async def outbox_of(self, subject: str) -> list[Doc]:
        return [d async for d in self.db.outbox.find({"subject": subject})]

    async def tell_again(self) -> int:
        closed = [d["_id"] async for d in self.db.subjects.find({"kind": "stay", "closed_at": {"$lt": NEVER}}, {"_id": 1})]
        done = await self.db.outbox.update_many({"subject": {"$nin": closed}}, {"$set": {"unpublished": "again"}})
        return int(done.modified_count)

    async def key(self, id_: str) -> Doc | None:
        return await self.db["keys"].find_one({"_id": id_})

    async def own(self, collection: str, id_: str) -> Doc | None:
        return await self.db[collection].find_one({"_id": id_})

    async def own_all(self, collection: str, after: str, limit: int) -> list[Doc]:
        return [d async for d in self.db[collection].find({"_id": {"$gt": after}}).sort("_id").limit(limit)]

    async def wipe(self) -> None:
        await self.client.drop_database(self.db.name)
        await self.start()

    async def at_rest(self, now: datetime) -> bool:
        return not await self.due(now, None, 1) and not await self.unpublished(1)
