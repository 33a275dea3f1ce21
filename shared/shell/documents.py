"""The documents of a service's database: the same for the real store and its twin in memory.

subjects  a stay, flight, resource or pool: its facts as told, `version`, `rules`, `failing`
states    a task or a promise: the record as the text that is on its feed, its private fields as another, `revision`,
          `unpublished` (a token until the broker has it)
outbox    a fact that this service tells: never overwritten
requests  a wish to reconcile a subject, from `due` on
keys      idempotency keys with their answers
"""

import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import orjson

from shared.language.facts import Fact, Json
from shared.language.promises import Promise
from shared.language.tasks import CLOSED, Task, private, record, restored
from shared.shell.storable import text_of
from shared.telemetry import traceparent

Doc: TypeAlias = dict[str, Any]

NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # `closed_at` of what is open, so that one index range finds it


REMEMBERED = 16_384  # tasks of this process, about 6 kB each
FRAME = 256  # bytes of a fact beside what it says and who says it
_TASKS: OrderedDict[tuple[str, str], Task] = OrderedDict()


class Conflict(Exception):
    """Somebody else committed first: load again and do it again."""


class Unavailable(Exception):
    """The store or the broker does not answer now: back off, and nothing is lost."""


@dataclass(slots=True)
class Write:
    """`doc` replaces the one of its `_id` whose `fence` field still is `expected`; `expected` None inserts it."""

    doc: Doc
    expected: int | None


@dataclass(slots=True)
class Change:
    """One commit: all of it or nothing."""

    subjects: list[Write] = field(default_factory=list)
    states: list[Write] = field(default_factory=list)
    outbox: list[Doc] = field(default_factory=list)
    requests: list[Doc] = field(default_factory=list)  # inserted; a fixed id replaces
    served: list[str] = field(default_factory=list)  # request ids that were read, and are done with this
    closed: list[str] = field(default_factory=list)  # stays whose outbox is over: what is published of it goes
    keys: list[Doc] = field(default_factory=list)
    own: dict[str, list[Write]] = field(default_factory=dict)  # a service's own collections, fenced by `version`

    @property
    def size(self) -> int:
        return (len(self.subjects) + len(self.states) + len(self.outbox) + len(self.requests) + len(self.served)
                + len(self.keys) + sum(len(writes) for writes in self.own.values()))


def new_subject(subject: str) -> Doc:
    return {"_id": subject, "kind": subject.partition(":")[0], "version": 0, "facts": [], "bytes": 0, "rules": 0,
            "clinic": "", "site": None, "failing": None, "closed_at": NEVER, "named_by": [], "told": {}}


def facts_of(subject: Doc) -> list[Fact]:
    at = datetime.fromisoformat
    return [Fact(f["id"], f["topic"], subject["_id"], at(f["told_at"]), f["value"], f["told_by"],
                 at(f["stamped"]) if f.get("stamped") else None) for f in subject["facts"]]


def with_facts(subject: Doc, facts: Iterable[Fact]) -> Doc | None:
    """The subject with what is new in these facts, or None: the same fact again keeps its earliest `told_at`."""
    kept = {f["id"]: f for f in subject["facts"]}
    new = False
    for fact in facts:
        old = kept.get(fact.id)
        if old is not None and datetime.fromisoformat(old["told_at"]) <= fact.told_at:
            continue
        new = True
        kept[fact.id] = {"id": fact.id, "topic": fact.topic, "told_at": fact.told_at.isoformat(),
                         "told_by": fact.told_by, "value": fact.value,
                         "stamped": fact.stamped.isoformat() if fact.stamped else None}
    if not new:
        return None
    return {**subject, "facts": list(kept.values()), "bytes": sum(_bytes(f) for f in kept.values())}


def _bytes(fact: Doc) -> int:
    """At least what it takes in a document of at most 16 MB; a fact of a few letters is mostly its frame."""
    return FRAME + sum(len(text) if text.isascii() else len(text.encode()) for text in (fact["value"], fact["told_by"] or ""))


def task_doc(task: Task, token: str, now: datetime) -> Doc:
    """A pool's task waits for its first answer before it is on a feed."""
    unanswered = task.pool is not None and task.why is None and task.open and not task.held
    topic = f"{task.feed}-tasks" if task.feed and not unanswered else None
    text, beside = text_of(record(task)), text_of(private(task))
    _remembered((text, beside), task)
    return {"_id": task.task_id, "type": "task", "subject": task.subject, "pool": pool_of(task),
            "topic": topic, "key": task.task_id, "record": text, "private": beside,
            "revision": task.revision, "due": milli(task.due), "open": task.open,
            "closed_at": milli(now) if task.status in CLOSED else NEVER,
            **({"unpublished": token} if topic else {})}


def archived(state: Doc, token: str, now: datetime) -> Doc:
    """The state of a stay that is closed: kept as it is, open to nobody, told as null."""
    told = {"unpublished": token} if state["topic"] else {}
    return {**_next(state), "open": False, "closed_at": min(state["closed_at"], milli(now)), "archived": True, **told}


def reopened(state: Doc, token: str) -> Doc:
    """What was archived, on its feed again."""
    still = state["type"] == "promise" or task_of(state).status not in CLOSED
    told = {"unpublished": token} if state["topic"] else {}
    kept = {name: value for name, value in _next(state).items() if name != "archived"}
    return {**kept, "open": state["type"] == "task" and still, "closed_at": NEVER if still else state["closed_at"], **told}


def _next(state: Doc) -> Doc:
    revision = state["revision"] + 1
    text = text_of({**record_of(state), "revision": revision}) if state["type"] == "task" else state["record"]
    return {**state, "record": text, "revision": revision}


def kept(state: Doc) -> bytes:
    """Of what is private what a rebuild needs and no reader sees: in a header beside the record. Who declined is nobody's
    business; mostly nobody did."""
    private: str = state["private"]
    if private.count('"declined":') == 1 and '"declined":[]' in private:
        return private.encode()
    return text_of({**orjson.loads(private), "declined": []}).encode()


def pool_of(task: Task) -> str | None:
    return f"pool:{task.pool}/{task.site}" if task.pool else None


def promise_doc(promise: Promise, revision: int, token: str) -> Doc:
    return {"_id": f"promise:{promise.key}", "type": "promise", "subject": f"stay:{promise.stay_id}", "pool": None,
            "topic": "promises", "key": promise.key, "record": text_of(promise.record()), "private": "{}", "revision": revision,
            "due": NEVER, "open": False, "closed_at": NEVER, "unpublished": token}


def record_of(state: Doc) -> Json:
    """What is on the feed."""
    told: Json = orjson.loads(state["record"])
    return told


def of_before(state: Doc) -> Doc:
    """A state as it was stored before decision 0015, as it is stored now."""
    kept = dict(state["private"])
    if state["type"] == "task":
        details, chosen = kept.pop("details"), kept["chosen"]
        kept |= {"chosen": sorted(chosen), "under": {n: said for n, said in details.items() if n == "kind" or n in chosen}}
    return {**state, "record": text_of(state["record"]), "private": text_of(kept)}


def task_of(doc: Doc) -> Task:
    """The same two texts are the same task: most that are read were read or written here before."""
    texts = doc["record"], doc["private"]
    return _TASKS.get(texts) or _remembered(texts, restored(*map(orjson.loads, texts)))


def _remembered(texts: tuple[str, str], task: Task) -> Task:
    if len(_TASKS) >= REMEMBERED:
        _TASKS.popitem(last=False)
    _TASKS[texts] = task
    return task


def tasks_of(docs: Iterable[Doc]) -> list[Task]:
    return [task_of(doc) for doc in docs if doc["type"] == "task"]


def request(id_: str, subject: str, part: int, due: datetime, cause: str) -> Doc:
    return {"_id": id_, "subject": subject, "part": part, "due": milli(due), "cause": cause}


def again_id(subject: str) -> str:
    """A subject's own next time has one row."""
    return f"again:{subject}"


def milli(at: datetime) -> datetime:
    """MongoDB keeps milliseconds: rounded up, so that nothing is due before its time."""
    at = at.astimezone(UTC)
    return at if at.microsecond % 1000 == 0 else at + timedelta(microseconds=1000 - at.microsecond % 1000)


def outbox_doc(topic: str, subject: str, key: str, value: Mapping[str, Any], id_: str, at: datetime, service: str,
               token: str) -> Doc:
    """A fact to tell, frozen: its bytes, its id and its headers are what every retry sends."""
    headers = {"ce_specversion": "1.0", "ce_id": id_, "ce_type": f"clinic.stayward.{topic}.v1",
               "ce_source": f"/stayward/{service}", "ce_subject": key, "ce_time": at.isoformat(),
               "content-type": "application/json", "traceparent": traceparent()}
    return {"_id": id_, "subject": subject, "topic": topic, "key": key, "value": json.dumps(value), "headers": headers,
            "at": at.isoformat(), "revision": 1, "unpublished": token}
