"""A draft: subjects as copies, how each was when it was read, and the one change that grows out of them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.ids import fresh
from shared.language.clinic import Clinic
from shared.language.facts import canonical
from shared.language.tasks import Task
from shared.service import Service, Told
from shared.shell import passes
from shared.shell.cases import Stays
from shared.shell.documents import (
    Change,
    Doc,
    Write,
    again_id,
    archived,
    milli,
    new_subject,
    outbox_doc,
    promise_doc,
    request,
    task_doc,
)
from shared.shell.loading import Loaded
from shared.shell.ports import Store
from shared.shell.storable import text_of
from shared.telemetry import Metrics


@dataclass(slots=True)
class Context:
    """What an attempt of this process works with."""

    service: Service
    clinic: Clinic
    digest: str  # of the clinic file: a changed file is a changed rule
    store: Store
    metrics: Metrics
    part: Any  # subject -> partition
    stays: Stays = field(default_factory=Stays)


@dataclass(slots=True)
class Draft:
    """What is touched is written, its version one higher than it was read."""

    context: Context
    now: datetime
    change: Change = field(default_factory=Change)
    docs: dict[str, Doc] = field(default_factory=dict)
    _as_read: dict[str, int | None] = field(default_factory=dict)
    _dirty: set[str] = field(default_factory=set)
    _token: str = field(default_factory=lambda: fresh(8))

    def adopt(self, loaded: Loaded) -> None:
        for subject, doc in loaded.subjects.items():
            self.docs.setdefault(subject, doc)
            self._as_read.setdefault(subject, doc["version"])

    def doc(self, subject: str) -> Doc:
        return self.docs.setdefault(subject, new_subject(subject))

    def as_read(self, subject: str) -> int | None:
        """The version in which it was read; None for what was not there."""
        return self._as_read.get(subject)

    def put(self, doc: Doc) -> None:
        self.docs[doc["_id"]] = doc
        self._dirty.add(doc["_id"])

    def finished(self) -> Change:
        for subject in sorted(self._dirty):
            doc = self.docs[subject]
            doc["version"] += 1
            self.change.subjects.append(Write(doc, self._as_read.get(subject)))
        return self.change

    def write(self, subject: str, outcome: passes.Outcome, there: dict[str, Doc], again: Doc | None) -> None:
        """Raises before anything is written when something of it could never be stored or published."""
        facts = None if outcome.facts is None else [*outcome.facts, *self._taken_back(subject, outcome.facts)]
        for told in facts or ():
            text_of(told.says)
        self.states(subject, outcome, there)
        self.context.metrics.passes.inc()
        for told in facts or ():
            self._tell(subject, told)
        self._set(subject, "rules", self.context.service.rules)
        self._set(subject, "clinic", self.context.digest)
        if outcome.site:
            self._set(subject, "site", outcome.site)
        self._again(subject, outcome.again_at, again)

    def close(self, subject: str, there: Iterable[Doc], again: Doc | None) -> None:
        """Everything of the stay is archived and told as null; its flights forget it."""
        open_ones = [doc for doc in there if not doc.get("archived")]
        self.change.states += [Write(archived(doc, self._token, self.now), doc["revision"]) for doc in open_ones]
        for flight in [doc for doc in self.docs.values() if subject in doc["named_by"]]:
            self.touch(flight["_id"])["named_by"] = [name for name in flight["named_by"] if name != subject]
        self.touch(subject)["closed_at"] = milli(self.now)
        self.change.closed.append(subject)
        self._again(subject, None, again)

    def states(self, subject: str, outcome: passes.Outcome, there: dict[str, Doc]) -> None:
        """Tasks, promises, and those who are to be woken by them."""
        writes = [self._task(task, there.get(task.task_id)) for task in outcome.tasks]
        for promise in outcome.promises:
            old = there.get(f"promise:{promise.key}")
            if old is None or old["record"] != text_of(promise.record()):
                revision = old["revision"] if old else 0
                writes.append(Write(promise_doc(promise, revision + 1, self._token), revision or None))
        self.change.states += writes
        for wake in sorted(outcome.wakes):
            self.request(wake, self.now, "demand" if wake.startswith("pool:") else "assigned")
        if writes:
            self.touch(subject)

    def _task(self, task: Task, old: Doc | None) -> Write:
        return Write(task_doc(task, self._token, self.now), old["revision"] if old else None)

    def _taken_back(self, subject: str, facts: Sequence[Told]) -> Iterator[Told]:
        """What was told and is told no longer: each of its words is cleared, or others would go on with it."""
        for topic, before in sorted(self.doc(subject)["told"].items()):
            if topic not in {told.topic for told in facts}:
                yield Told(topic, dict.fromkeys(json.loads(before["says"])))

    def _tell(self, subject: str, told: Told) -> None:
        """Into the outbox, when it says something new; told later than what was told before, whatever the clock says."""
        doc = self.doc(subject)
        before = doc["told"].get(told.topic)
        says = canonical(told.says)
        if before and before["says"] == says:
            return
        at = self.now if not before else max(self.now, datetime.fromisoformat(before["at"]) + timedelta(milliseconds=1))
        number = before["number"] + 1 if before else 1
        doc = self.touch(subject)
        doc["told"] = {**doc["told"], told.topic: {"says": says, "at": at.isoformat(), "number": number}}
        name, service = subject.partition(":")[2], self.context.service.name
        value = {"stay_id": name, "told_at": at.isoformat(), "told_by": service, **told.says}
        id_ = f"{service}/{name}/{told.topic}/{number}"
        self.change.outbox.append(outbox_doc(told.topic, subject, name, value, id_, at, service, self._token))

    def _again(self, subject: str, at: datetime | None, row: Doc | None) -> None:
        """The subject's own next time has one row; what is as it should be is not written."""
        if at is not None:
            wanted = request(again_id(subject), subject, self.context.part(subject), at, "time")
            self.change.served = [id_ for id_ in self.change.served if id_ != wanted["_id"]]
            if row is None or row["due"] != wanted["due"]:
                self.change.requests.append(wanted)
                self.touch(subject)
        elif row is not None:  # fenced, so that nobody's newer time goes with it
            self.change.served = list({*self.change.served, row["_id"]})
            self.touch(subject)

    def request(self, subject: str, due: datetime, cause: str) -> None:
        id_ = fresh(12)
        self.change.requests.append(request(id_, subject, self.context.part(subject), due, cause))

    def touch(self, subject: str) -> Doc:
        self._dirty.add(subject)
        return self.doc(subject)

    def _set(self, subject: str, name: str, value: Any) -> None:
        if self.doc(subject)[name] != value:
            self.touch(subject)[name] = value
