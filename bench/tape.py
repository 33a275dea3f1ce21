"""A tape: every operation that a service did for a backlog, with its bytes, and which of them had ended before it began.

Only what was done for records and requests is on it: no sweeps, no audits, no looks that found nothing, no commits that were
refused. Operations that overlapped in the service may overlap in the floor; those that waited for each other wait there too.
It runs while the service is measured, so that both do the same work; what it keeps is written out afterwards.
"""

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import bson

from bench.watch import LANE, Watch, WatchedBus
from shared.shell.documents import Change, Write
from shared.shell.mongo import by_token
from shared.shell.ports import Handler, Out, Record

Bytes = bytes
COMMITTED = ("subjects", "states", "outbox", "requests")


@dataclass(slots=True)
class Op:
    """`what` with `says`; `after`: numbers of the operations that must have ended."""

    what: str
    lane: str
    began: float
    ended: float
    says: Any  # until the tape is saved: a function and what it is to be given
    after: list[int] = field(default_factory=list)


@dataclass
class Tape:
    """`ops` in the order in which they began. `topics`: what the service hears; `follows`: what it reads of its own."""

    topics: Sequence[str] = ()
    follows: Sequence[str] = ()
    ops: list[Op] = field(default_factory=list)

    def put(self, what: str, began: float, says: Callable[..., Any], *given: Any, lane: str = "", **more: Any) -> None:
        if lane := lane or LANE.get():
            self.ops.append(Op(what, lane, began, perf_counter(), (says, given, more)))

    def save(self, path: Path) -> None:
        self.ops.sort(key=lambda op: op.began)
        for op in self.ops:
            says, given, more = op.says
            op.says = says(*given, **more)
        _in_order(self.ops)
        with path.open("wb") as file:
            pickle.dump(self, file, protocol=5)

    @property
    def records(self) -> int:
        return sum(op.says for op in self.ops if op.what == "heard")

    @property
    def published(self) -> list[str]:
        """Topics, one for each record."""
        return [out[0] for op in self.ops if op.what == "publish" for out in op.says]


def load_tape(path: Path) -> Tape:
    with path.open("rb") as file:
        tape: Tape = pickle.load(file)
    return tape


def _in_order(ops: Sequence[Op]) -> None:
    """Within a lane each waits for those that had ended when it began; across lanes for who wrote its documents last."""
    done: dict[str, list[int]] = {}  # lane -> those that may still be waited for
    wrote: dict[Any, int] = {}
    for number, op in enumerate(ops):
        lane = done.setdefault(op.lane, [])
        before = [n for n in lane if ops[n].ended <= op.began]
        latest = max((ops[n].began for n in before), default=0.0)
        op.after = [n for n in before if ops[n].ended > latest]  # the others were waited for by these
        done[op.lane] = [n for n in lane if n not in before or n in op.after] + [number]
        touched = _written(op)
        op.after = sorted({*op.after, *(wrote[doc] for doc in touched if doc in wrote)})
        wrote |= dict.fromkeys(touched, number)


def _written(op: Op) -> list[tuple[str, str]]:
    if op.what == "commit":
        return [(name, id_) for name in COMMITTED for id_ in op.says["ids"][name]]
    return [(name, id_) for name, _, ids in op.says for id_ in ids] if op.what == "published" else []


class TapedStore:
    """The store, and beside it the tape."""

    def __init__(self, store: Any, tape: Tape) -> None:
        self.store, self.tape = store, tape

    def __getattr__(self, name: str) -> Any:
        ask, said = getattr(self.store, name), SAID.get(name)
        if said is None:
            return ask

        async def taped(*args: Any, **more: Any) -> Any:
            began = perf_counter()
            result = await ask(*args, **more)
            if name != "due" or result:
                self.tape.put(name, began, said, *args, lane="requests" if name == "due" else "", **more)
            return result

        return taped


def _commit(change: Change) -> Any:
    own = {name: writes for name, writes in change.own.items() if writes}
    assert not own and not change.closed, "the floor has no collections of a service's own, and closes nothing"
    return {
        "ids": {"subjects": [w.doc["_id"] for w in change.subjects], "states": [w.doc["_id"] for w in change.states],
                "outbox": [d["_id"] for d in change.outbox], "requests": [*(d["_id"] for d in change.requests), *change.served]},
        "subjects": _writes(change.subjects, "version"),
        "states": _writes(change.states, "revision"),
        "outbox": [bson.encode(d) for d in change.outbox], "served": list(change.served),
        "requests": [(d["_id"], bson.encode(d)) for d in change.requests], "keys": [bson.encode(d) for d in change.keys]}


def _records(records: Sequence[Out]) -> list[tuple[str, Any, Any, int, list[tuple[str, Any]]]]:
    return [(out.topic, out.key.encode() if isinstance(out.key, str) else out.key, out.value, int(out.at.timestamp() * 1000),
             [(n, v.encode() if isinstance(v, str) else v) for n, v in out.headers.items()]) for out in records]


def _writes(writes: Sequence[Write], fence: str) -> list[tuple[Any, Bytes]]:
    """(the filter, None for what is inserted; the document)"""
    return [(None if w.expected is None else {"_id": w.doc["_id"], fence: w.expected}, bson.encode(w.doc)) for w in writes]


# What of each question is kept; a store's method that is not here and is asked for a fact makes the floor incomplete.
SAID: dict[str, Callable[..., Any]] = {
    "load": lambda subjects, now, kinds=(): (list(subjects), list(kinds)),
    "resources": lambda site, kinds: (site, list(kinds)),
    "open_stays": lambda site=None: site,
    "state": lambda id_: id_,
    "subject": lambda subject: subject,
    "due": lambda now, parts, limit: (now, None if parts is None else sorted(parts), limit),
    "commit": _commit,
    "published": lambda sent: [(name, token, ids) for name in ("states", "outbox")
                               for token, ids in by_token(doc for kind, doc in sent if kind == name).items()],
}


class TapedBus(WatchedBus):
    """What is heard, acknowledged and published."""

    def __init__(self, bus: Any, watch: Watch, tape: Tape) -> None:
        super().__init__(bus, watch)
        self.tape = tape

    async def publish(self, records: Sequence[Out]) -> None:
        began = perf_counter()
        await super().publish(records)
        self.tape.put("publish", began, _records, records)

    def consume(self, group: str, topics: Sequence[str], handler: Handler) -> Any:
        async def taped(records: Sequence[Record]) -> None:
            self.tape.put("heard", perf_counter(), len, records)
            await handler(records)
            self.tape.put("acknowledged", perf_counter(), bool)

        self.tape.topics = tuple(topics)
        return super().consume(group, topics, taped)

    def follow(self, topics: Sequence[str], handler: Handler) -> Any:
        self.tape.follows = tuple(topics)
        return self.bus.follow(topics, handler)
