"""One attempt: from what was loaded, and what is new, to the one change that is to be committed. No I/O but reading."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import structlog

from shared.language.clinic import Clinic
from shared.language.facts import Fact, canonical
from shared.language.facts.flights import flight_key
from shared.language.known import merge
from shared.language.reading import FULLEST, Letter
from shared.language.stay import Stay, view
from shared.language.tasks import Task
from shared.service import Service, Told
from shared.shell import passes
from shared.shell.documents import (
    Change,
    Doc,
    Loaded,
    Write,
    again_id,
    facts_of,
    new_subject,
    outbox_doc,
    promise_doc,
    request,
    task_doc,
    tasks_of,
    with_facts,
)
from shared.shell.pools import pool_outcome
from shared.shell.ports import Store
from shared.telemetry import Metrics

log = structlog.get_logger("stayward.attempt")
RETRY = timedelta(minutes=1)  # clinic time until a failing subject is tried again; doubled each time, an hour at most


@dataclass(slots=True)
class Context:
    """What an attempt of this process works with."""

    service: Service
    clinic: Clinic
    digest: str  # of the clinic file: a changed file is a changed rule
    store: Store
    metrics: Metrics
    part: Any  # subject -> partition


@dataclass(slots=True)
class Attempt:
    """Subjects are worked on as copies; `change` says how each was when it was read."""

    context: Context
    now: datetime
    facts: Mapping[str, Sequence[Fact]] = field(default_factory=dict)
    moves: Mapping[str, Task] = field(default_factory=dict)  # task id -> the task as a person has just moved it
    change: Change = field(default_factory=Change)
    refused: list[tuple[Fact, Letter]] = field(default_factory=list)
    causes: list[str] = field(default_factory=list)
    _docs: dict[str, Doc] = field(default_factory=dict)
    _as_read: dict[str, int | None] = field(default_factory=dict)
    _dirty: set[str] = field(default_factory=set)
    _states: dict[str, Doc] = field(default_factory=dict)  # of the pool at hand
    _token: str = field(default_factory=lambda: secrets.token_hex(8))

    async def work(self, subjects: Collection[str]) -> Change:
        ordered = sorted(subjects, key=lambda s: (not s.startswith("stay:"), s))  # stays name flights first
        loaded = await self.context.store.load(ordered, self.now)
        self._adopt(loaded)
        stays = {s: self._heard(s) for s in ordered}
        await self._load_flights(s for s in ordered if s.startswith("stay:"))
        for subject in ordered:
            new = stays[subject]
            due = [r for r in loaded.requests[subject] if r["due"] <= self.now]
            doc = self._doc(subject)
            if doc["rules"] > self.context.service.rules:  # a newer process of this service decides here
                if new:
                    self._request(subject, self.now, "newer rules")
                continue
            moved = any(t.subject == subject for t in self.moves.values())
            if not new and not due and not moved:
                continue
            self.change.served += [r["_id"] for r in due]
            self.causes += [r["cause"] for r in due] or (["move"] if moved else ["fact"])
            again = next((r for r in loaded.requests[subject] if r["_id"] == again_id(subject)), None)
            await self._reconcile(subject, loaded.states[subject], again)
        for subject in sorted(self._dirty):
            doc = self._docs[subject]
            doc["version"] += 1
            self.change.subjects.append(Write(doc, self._as_read.get(subject)))
        return self.change

    def _adopt(self, loaded: Loaded) -> None:
        for subject, doc in loaded.subjects.items():
            self._docs.setdefault(subject, doc)
            self._as_read.setdefault(subject, doc["version"])

    def _doc(self, subject: str) -> Doc:
        return self._docs.setdefault(subject, new_subject(subject))

    def _heard(self, subject: str) -> bool:
        """Adds what is new to the subject's facts; True when something was."""
        told = self.facts.get(subject, ())
        doc = with_facts(self._doc(subject), told) if told else None
        if doc is None:
            return False
        if doc["bytes"] > FULLEST:
            letter = Letter("subject-full", f"{subject} has {self._doc(subject)['bytes']} bytes of facts; at most {FULLEST}")
            self.refused += [(fact, letter) for fact in told]
            return False
        self._docs[subject] = doc
        self._dirty.add(subject)
        for fact in told:
            self.context.metrics.fact(fact.topic)
        return True

    async def _load_flights(self, stays: Any) -> None:
        if "flight-status" not in self.context.service.hears:
            return
        wanted = set()
        for subject in stays:
            try:
                stay = self._view(subject)
            except Exception:  # it will fail again in its own pass, and be told there
                continue
            wanted |= {f"flight:{flight_key(number, on.isoformat())}" for number, on in stay.flights()}
        missing = wanted - set(self._docs)
        if missing:
            self._adopt(await self.context.store.load(sorted(missing), self.now))

    def _view(self, subject: str) -> Stay:
        return view(subject.partition(":")[2], facts_of(self._doc(subject)))

    async def _reconcile(self, subject: str, states: list[Doc], again: Doc | None) -> None:
        kind, _, name = subject.partition(":")
        if kind == "flight":
            for stay in self._doc(subject)["named_by"]:
                self._request(stay, self.now, "flight")
            return
        if kind == "resource":
            await self._wake_for(name)
            return
        stored = tasks_of(states)
        try:
            outcome = await self._pool(name) if kind == "pool" else self._stay(subject, stored)
        except Exception as error:
            outcome = self._failing(subject, stored, error)
        else:
            if self._doc(subject)["failing"]:
                self._touch(subject)["failing"] = None
        self._write(subject, outcome, states, again)

    def _stay(self, subject: str, stored: list[Task]) -> passes.Outcome:
        stay = self._view(subject)
        flights: dict[tuple[str, date], Mapping[str, Any]] = {}
        if "flight-status" in self.context.service.hears:
            for number, on in stay.flights():
                ref = f"flight:{flight_key(number, on.isoformat())}"
                flights[number, on] = merge(facts_of(self._doc(ref))).data
                if subject not in self._doc(ref)["named_by"]:
                    doc = self._touch(ref)
                    doc["named_by"] = sorted([*doc["named_by"], subject])
        bench = passes.Bench(self.context.service, self.context.clinic, flights)
        moved = [self.moves.get(t.task_id, t) for t in stored]
        return passes.reconcile_stay(bench, stay, stored, moved, self.now)

    async def _pool(self, name: str) -> passes.Outcome:
        docs = await self.context.store.pool_states(f"pool:{name}")
        self._states = {d["_id"]: d for d in docs}
        context = self.context
        return await pool_outcome(context.service, context.clinic, context.store, name, tasks_of(docs), self.now)

    async def _wake_for(self, name: str) -> None:
        site, kind = name.split("/")[:2]
        for pool in self.context.service.pools:
            if kind in pool.kinds:
                self._request(f"pool:{pool.name}/{site}", self.now, "resource")
        if kind in self.context.service.wakes_stays:
            for stay in await self.context.store.open_stays(site):
                self._request(stay["_id"], self.now, "resource")

    def _failing(self, subject: str, stored: list[Task], error: Exception) -> passes.Outcome:
        doc = self._touch(subject)
        before = doc["failing"] or {"since": self.now.isoformat(), "tries": 0}
        reason = f"{type(error).__name__}: {str(error)[:200]}"
        doc["failing"] = {"since": before["since"], "tries": before["tries"] + 1, "reason": reason}
        self.context.metrics.failures.inc()
        log.error("its own rules raise", stay=subject, tries=before["tries"] + 1, exc_info=error)
        bench = passes.Bench(self.context.service, self.context.clinic)
        outcome = passes.failing(bench, subject, doc["site"] or self.context.clinic.only_site, stored,
                                 datetime.fromisoformat(before["since"]), reason)
        pause = min(RETRY * 2 ** min(before["tries"], 10), timedelta(hours=1))
        return replace(outcome, again_at=self.now + pause)

    def _write(self, subject: str, outcome: passes.Outcome, states: list[Doc], again: Doc | None) -> None:
        self.context.metrics.passes.inc()
        there = {d["_id"]: d for d in states} | self._states
        for task in outcome.tasks:
            old = there.get(task.task_id)
            self.change.states.append(Write(task_doc(task, self._token), old["revision"] if old else None))
        for promise in outcome.promises:
            old = there.get(f"promise:{promise.key}")
            if old is None or old["record"] != promise.record():
                revision = old["revision"] if old else 0
                self.change.states.append(Write(promise_doc(promise, revision + 1, self._token), revision or None))
        for told in outcome.facts:
            self._tell(subject, told)
        for wake in sorted(outcome.wakes):
            self._request(wake, self.now, "demand" if wake.startswith("pool:") else "assigned")
        self._set(subject, "rules", self.context.service.rules)
        self._set(subject, "clinic", self.context.digest)
        if outcome.site:
            self._set(subject, "site", outcome.site)
        if self.change.states or self.change.outbox:
            self._touch(subject)
        self._again(subject, outcome.again_at, again)

    def _tell(self, subject: str, told: Told) -> None:
        """Into the outbox, when it says something new; told later than what was told before, whatever the clock says."""
        doc = self._doc(subject)
        before = doc["told"].get(told.topic)
        says = canonical(told.says)
        if before and before["says"] == says:
            return
        at = self.now if not before else max(self.now, datetime.fromisoformat(before["at"]) + timedelta(milliseconds=1))
        number = before["number"] + 1 if before else 1
        doc = self._touch(subject)
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
                self._touch(subject)
        elif row is not None and row["_id"] not in self.change.served:
            self.change.served.append(row["_id"])
            self._touch(subject)

    def _request(self, subject: str, due: datetime, cause: str) -> None:
        id_ = secrets.token_hex(12)
        self.change.requests.append(request(id_, subject, self.context.part(subject), due, cause))

    def _touch(self, subject: str) -> Doc:
        self._dirty.add(subject)
        return self._doc(subject)

    def _set(self, subject: str, name: str, value: Any) -> None:
        if self._doc(subject)[name] != value:
            self._touch(subject)[name] = value
