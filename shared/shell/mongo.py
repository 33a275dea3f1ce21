"""What the store says to MongoDB in words that never change: its indexes, what a load asks; and what it makes of its errors."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.errors import ConfigurationError, PyMongoError

from shared.shell.documents import Doc, Unavailable
from shared.shell.loading import Kinds, is_pool

WHO_IS_OPEN = [("kind", ASCENDING), ("closed_at", ASCENDING), ("site", ASCENDING)]
ON_FEEDS = [("topic", ASCENDING), ("closed_at", ASCENDING), ("_id", ASCENDING)]
INDEXES = {
    "subjects": [IndexModel(WHO_IS_OPEN)],
    "states": [
        IndexModel([("subject", ASCENDING)]),
        IndexModel([("pool", ASCENDING), ("open", ASCENDING)], partialFilterExpression={"pool": {"$type": "string"}}),
        IndexModel(ON_FEEDS),
        IndexModel([("unpublished", ASCENDING)], sparse=True),
    ],
    "outbox": [IndexModel([("subject", ASCENDING)]), IndexModel([("unpublished", ASCENDING)], sparse=True)],
    "requests": [
        IndexModel([("subject", ASCENDING), ("due", ASCENDING)]),
        IndexModel([("part", ASCENDING), ("due", ASCENDING)]),
        IndexModel([("due", ASCENDING)]),
    ],
    "keys": [IndexModel([("expires", ASCENDING)], expireAfterSeconds=0)],
}
PAGE = 5_000  # documents that the server sends at once
THREADS = 8  # of one store: a server that stands still holds up nobody else's
CONFLICTS = (112, 246, 251, 11000)  # WriteConflict, SnapshotUnavailable, NoSuchTransaction, DuplicateKey


def says_when_unavailable(cls: type[Any]) -> type[Any]:
    """The driver's errors end here: whoever asks hears `Unavailable`. A connection that was made while the server was still
    starting says for ever that it knows no sessions: then all of them are made anew."""
    def mapped(ask: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        @wraps(ask)
        async def asked(*args: Any, **more: Any) -> Any:
            store, client = args[0], args[0].client
            try:
                return await ask(*args, **more)
            except PyMongoError as error:
                if isinstance(error, ConfigurationError) and store.client is client:
                    store.connect()
                    client.close()
                raise Unavailable(f"MongoDB: {type(error).__name__}") from error
        return asked

    for name, ask in list(vars(cls).items()):
        if iscoroutinefunction(ask) and not name.startswith("_"):
            setattr(cls, name, mapped(ask))
    return cls


def by_token(docs: Iterable[Doc]) -> dict[str, list[str]]:
    """What the audit sends again has none."""
    found: dict[str, list[str]] = {}
    for doc in docs:
        if token := doc.get("unpublished"):
            found.setdefault(token, []).append(doc["_id"])
    return found


def everything_of(subjects: Collection[str], kinds: Kinds = ()) -> list[Doc]:
    """Of these subjects the requests, then themselves, then their states; then of those that are pools the open tasks, and the
    resources of these kinds: one question, and the server reads in this order. To be asked of the requests."""
    told = {"$in": list(subjects)}
    also = [("subjects", {"_id": told}), ("states", {"subject": told}),
            *(("states", open_of(pool)) for pool in subjects if is_pool(pool)),
            *([("subjects", of_kinds(kinds))] if kinds else [])]
    return [{"$match": {"subject": told}},
            *({"$unionWith": {"coll": name, "pipeline": [{"$match": wanted}]}} for name, wanted in also)]


def open_of(pool: str) -> Doc:
    return {"pool": pool, "open": True}


def of_kinds(kinds: Iterable[tuple[str, str]]) -> Doc:
    return {"$or": [{"_id": {"$gte": f"resource:{site}/{kind}/", "$lt": f"resource:{site}/{kind}0"}} for site, kind in kinds]}
