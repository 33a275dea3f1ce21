"""What the engine needs of a database and of a broker. The real ones and their twins in memory pass one suite."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from shared.shell.documents import Change, Doc
from shared.shell.loading import Kinds, Loaded


class Record(NamedTuple):
    """One record as the broker gave it; nothing in it has been decoded."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    stamped: datetime


@dataclass(frozen=True, slots=True)
class Out:
    """A record to publish; `at` becomes its timestamp. `value` None is a tombstone."""

    topic: str
    key: str | bytes | None
    value: bytes | None
    at: datetime
    headers: Mapping[str, str | bytes | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """`compact`: the last record of a key is what counts; else records are kept for `days`."""

    name: str
    compact: bool = False
    days: int = 400
    letters: bool = False  # dead letters may be as large as whatever could not be read, and its reason


Handler = Callable[[Sequence[Record]], Awaitable[None]]


class Store(Protocol):
    """One service's database."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def load(self, subjects: Collection[str], now: datetime, kinds: Kinds = ()) -> Loaded:
        """Who asks is read before what he asks about: requests, subjects, their states; then the open tasks of those that are
        pools, and the resources of these kinds."""

    async def commit(self, change: Change) -> None:
        """All or nothing; Conflict when any document is not as it was read."""

    async def subject(self, subject: str) -> Doc | None: ...
    async def resources(self, site: str, kinds: Sequence[str]) -> list[Doc]: ...
    async def open_stays(self, site: str | None = None) -> list[Doc]:
        """(_id, rules, clinic, failing) of the stays that are not closed."""

    async def pool_states(self, pool: str) -> list[Doc]: ...
    async def state(self, id_: str) -> Doc | None: ...
    def states(self, topics: Sequence[str], closed_after: datetime, page: int, brief: bool = False) -> AsyncIterator[list[Doc]]:
        """What is on feeds, open or closed lately, in pages; `brief`: without their records."""

    async def due(self, now: datetime, parts: Collection[int] | None, limit: int) -> list[tuple[str, int]]:
        """(subject, part) of due requests, the longest due first; `parts` None: all."""

    async def next_due(self) -> datetime | None: ...
    async def unpublished(self, limit: int, but: Collection[str] = ()) -> list[tuple[str, Doc]]:
        """("states" | "outbox", document), as they are now; `but`: tokens of what is just being sent."""

    async def published(self, sent: Sequence[tuple[str, Doc]]) -> list[str]:
        """Unsets the token of each document whose revision is still the one sent; returns the ids where it is not."""

    async def outbox_of(self, subject: str) -> list[Doc]: ...
    async def tell_again(self) -> int:
        """Every fact in the outbox of an open stay is to be told again: the broker has forgotten."""

    async def key(self, id_: str) -> Doc | None: ...
    async def own(self, collection: str, id_: str) -> Doc | None: ...
    async def own_all(self, collection: str, after: str, limit: int) -> list[Doc]: ...
    async def wipe(self) -> None:
        """Empties the database, indexes and all."""

    async def at_rest(self, now: datetime) -> bool:
        """No request is due and nothing is unpublished."""


class Consumption(Protocol):
    """A member of a group, at work."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    def parts(self) -> frozenset[int]: ...
    def trouble(self) -> str | None:
        """Why it does not consume, or None while it does."""

    def in_hand(self) -> float:
        """Seconds of machine time that the present batch is being handled; 0 when there is none."""

    async def lag(self) -> int: ...


class Following(Protocol):
    """All partitions of some topics from their beginning, without a group."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def caught_up(self) -> bool: ...
    def trouble(self) -> str | None: ...


class Bus(Protocol):
    """The broker."""

    partitions: int

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def make_topics(self, topics: Sequence[TopicSpec]) -> list[str]: ...
    async def publish(self, records: Sequence[Out]) -> None:
        """Returns when all are acknowledged by all replicas; Unavailable otherwise."""

    def consume(self, group: str, topics: Sequence[str], handler: Handler) -> Consumption: ...
    def follow(self, topics: Sequence[str], handler: Handler) -> Following: ...
    def part(self, key: str) -> int: ...
    @property
    def forgets(self) -> bool:
        """True for a broker that loses its records when it stops."""
