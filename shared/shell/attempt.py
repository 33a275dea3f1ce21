"""One attempt: from what was loaded, and what is new, to the one change that is to be committed. No I/O but reading."""

import traceback
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import structlog

from shared.language.facts import Fact
from shared.language.facts.flights import flight_subject
from shared.language.known import merge
from shared.language.reading import FULLEST, Letter
from shared.language.stay import Stay, view
from shared.language.tasks import Task
from shared.shell import passes
from shared.shell.documents import Change, Conflict, Doc, Unavailable, again_id, facts_of, tasks_of, with_facts
from shared.shell.draft import Context, Draft
from shared.shell.pools import pool_outcome

log = structlog.get_logger("stayward.attempt")
RETRY = timedelta(minutes=1)  # clinic time until a failing subject is tried again; doubled each time, an hour at most


@dataclass(slots=True)
class Attempt:
    """Works on what was loaded of some subjects, with their new facts or moves; `refused` are facts that found no room."""

    context: Context
    now: datetime
    facts: Mapping[str, Sequence[Fact]] = field(default_factory=dict)
    moves: Mapping[str, Task] = field(default_factory=dict)  # task id -> the task as a person has just moved it
    refused: list[tuple[Fact, Letter]] = field(default_factory=list)
    causes: list[str] = field(default_factory=list)
    _states: dict[str, Doc] = field(default_factory=dict)  # of the pool at hand
    draft: Draft = field(init=False)

    def __post_init__(self) -> None:
        self.draft = Draft(self.context, self.now)

    async def work(self, subjects: Collection[str]) -> Change:
        ordered = sorted(subjects, key=lambda s: (not s.startswith("stay:"), s))  # stays name flights first
        loaded = await self.context.store.load(ordered, self.now)
        self.draft.adopt(loaded)
        stays = {s: self._heard(s) for s in ordered}
        await self._load_flights(s for s in ordered if s.startswith("stay:"))
        for subject in ordered:
            new = stays[subject]
            due = [r for r in loaded.requests[subject] if r["due"] <= self.now]
            doc = self.draft.doc(subject)
            stored = tasks_of(loaded.states[subject])
            moved = self._moved(stored)
            if doc["rules"] > self.context.service.rules:  # a newer process of this service decides here
                if new or moved != stored:
                    self.draft.states(subject, passes.only_moved(stored, moved), {d["_id"]: d for d in loaded.states[subject]})
                    self.draft.request(subject, self.now, "newer rules")
                continue
            if not new and not due and moved == stored:
                continue
            if due:  # fenced: whoever has read less than those who asked must not commit after this
                self.draft.touch(subject)
            self.draft.change.served += [r["_id"] for r in due]
            self.causes += [r["cause"] for r in due] or (["fact"] if new else ["move"])
            again = next((r for r in loaded.requests[subject] if r["_id"] == again_id(subject)), None)
            await self._reconcile(subject, loaded.states[subject], stored, moved, again)
        return self.draft.finished()

    def _moved(self, stored: list[Task]) -> list[Task]:
        """The tasks as people have just moved them; a Conflict where one is no longer as its mover read it."""
        if any(t.task_id in self.moves and self.moves[t.task_id].revision != t.revision for t in stored):
            raise Conflict("a task was written between the reading of it and its move")
        return [self.moves.get(t.task_id, t) for t in stored]

    def _heard(self, subject: str) -> bool:
        """Adds what is new to the subject's facts; True when something was."""
        told = self.facts.get(subject, ())
        doc = with_facts(self.draft.doc(subject), told) if told else None
        if doc is None:
            return False
        if doc["bytes"] > FULLEST:
            full = self.draft.doc(subject)["bytes"]
            letter = Letter("subject-full", f"{subject} has {full} bytes of facts; at most {FULLEST}")
            self.refused += [(fact, letter) for fact in told]
            return False
        self.draft.put(doc)
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
            wanted |= {flight_subject(number, on) for number, on in stay.flights()}
        missing = wanted - set(self.draft.docs)
        if missing:
            self.draft.adopt(await self.context.store.load(sorted(missing), self.now))

    def _view(self, subject: str) -> Stay:
        return view(subject.partition(":")[2], facts_of(self.draft.doc(subject)))

    async def _reconcile(self, subject: str, states: list[Doc], stored: list[Task], moved: list[Task], again: Doc | None) -> None:
        kind, _, name = subject.partition(":")
        if kind == "flight":
            for stay in self.draft.doc(subject)["named_by"]:
                self.draft.request(stay, self.now, "flight")
            return
        if kind == "resource":
            await self._wake_for(name)
            return
        there = {d["_id"]: d for d in states}
        try:
            outcome = await self._pool(name, stored, moved) if kind == "pool" else self._stay(subject, stored, moved)
            self.draft.write(subject, outcome, there | self._states, again)
        except (Conflict, Unavailable):
            raise
        except Exception as error:
            self.draft.write(subject, self._failing(subject, stored, moved, error), there, again)
        else:
            if self.draft.doc(subject)["failing"]:
                self.draft.touch(subject)["failing"] = None

    def _stay(self, subject: str, stored: list[Task], moved: list[Task]) -> passes.Outcome:
        stay = self._view(subject)
        flights: dict[tuple[str, date], Mapping[str, Any]] = {}
        if "flight-status" in self.context.service.hears:
            for number, on in stay.flights():
                ref = flight_subject(number, on)
                flights[number, on] = merge(facts_of(self.draft.doc(ref))).data
                if subject not in self.draft.doc(ref)["named_by"]:
                    doc = self.draft.touch(ref)
                    doc["named_by"] = sorted([*doc["named_by"], subject])
        bench = passes.Bench(self.context.service, self.context.clinic, flights)
        return passes.reconcile_stay(bench, stay, stored, moved, self.now)

    async def _pool(self, name: str, stored: list[Task], moved: list[Task]) -> passes.Outcome:
        docs = await self.context.store.pool_states(f"pool:{name}")
        self._states = {d["_id"]: d for d in docs}
        context = self.context
        outcome = await pool_outcome(context.service, context.clinic, context.store, name, tasks_of(docs), self.now)
        own = passes.cured(passes.Bench(context.service, context.clinic), f"pool:{name}", outcome.site, stored, moved)
        return replace(outcome, tasks=[*outcome.tasks, *own])

    async def _wake_for(self, name: str) -> None:
        site, kind = name.split("/")[:2]
        for pool in self.context.service.pools:
            if kind in pool.kinds:
                self.draft.request(f"pool:{pool.name}/{site}", self.now, "resource")
        if kind in self.context.service.wakes_stays:
            for stay in await self.context.store.open_stays(site):
                self.draft.request(stay["_id"], self.now, "resource")

    def _failing(self, subject: str, stored: list[Task], moved: list[Task], error: Exception) -> passes.Outcome:
        doc = self.draft.touch(subject)
        before = doc["failing"] or {"since": self.now.isoformat(), "tries": 0}
        where = traceback.extract_tb(error.__traceback__)[-1]
        reason = f"{type(error).__name__} in {where.name}"  # not what it says: that may be a patient's own words
        doc["failing"] = {"since": before["since"], "tries": before["tries"] + 1, "reason": reason}
        self.context.metrics.failures.inc()
        log.error("its own rules raise", stay=subject, tries=before["tries"] + 1, reason=reason,
                  at=[f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)])
        bench = passes.Bench(self.context.service, self.context.clinic)
        outcome = passes.failing(bench, subject, doc["site"] or self.context.clinic.only_site, stored, moved,
                                 datetime.fromisoformat(before["since"]), reason)
        pause = min(RETRY * 2 ** min(before["tries"], 10), timedelta(hours=1))
        return replace(outcome, again_at=self.now + pause)
