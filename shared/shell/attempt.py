"""One attempt: from what was loaded, and what is new, to the one change that is to be committed. No I/O but reading."""

import asyncio
import traceback
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import structlog

from shared.language.facts import Fact
from shared.language.facts.flights import flight_subject
from shared.language.flight import Flight, flight_view
from shared.language.reading import FULLEST, Letter
from shared.language.resources import Resource
from shared.language.stay import Stay, view
from shared.language.tasks import Task
from shared.shell import passes
from shared.shell.documents import NEVER, Change, Conflict, Doc, Unavailable, again_id, facts_of, tasks_of, with_facts
from shared.shell.draft import Context, Draft
from shared.shell.pools import pool_outcome, resources_of

log = structlog.get_logger("stayward.attempt")
RETRY = timedelta(minutes=1)  # clinic time until a failing subject is tried again; doubled each time, an hour at most


@dataclass(slots=True)
class Attempt:
    """Works on what was loaded of some subjects, with their new facts or moves; `refused` are facts that found no room."""

    context: Context
    now: datetime
    facts: Mapping[str, Sequence[Fact]] = field(default_factory=dict)
    moves: Mapping[str, Task] = field(default_factory=dict)  # task id -> the task as a person has just moved it
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # held while planning
    refused: list[tuple[Fact, Letter]] = field(default_factory=list)
    causes: list[str] = field(default_factory=list)
    _states: dict[str, Doc] = field(default_factory=dict)  # of the pool at hand
    _views: dict[str, Stay] = field(default_factory=dict)
    _resources: dict[str, list[Resource]] = field(default_factory=dict)  # by site, of the kinds that concern stays
    _newcomers: list[str] = field(default_factory=list)
    draft: Draft = field(init=False)

    def __post_init__(self) -> None:
        self.draft = Draft(self.context, self.now)

    async def work(self, subjects: Collection[str]) -> Change:
        ordered = sorted(subjects, key=lambda s: (not s.startswith("stay:"), s))  # stays name flights first
        loaded = await self.context.store.load(ordered, self.now)
        self.draft.adopt(loaded)
        stays = {s: self._heard(s) for s in ordered}
        await self._look_around([s for s in ordered if s.startswith("stay:")])
        async with self.turn:
            for subject in ordered:
                await asyncio.sleep(0)  # whoever waits for an answer takes it up between two subjects, not after thirty
                await self._work_on(subject, loaded.states[subject], loaded.requests[subject], stays[subject])
        return self.draft.finished()

    async def _work_on(self, subject: str, states: list[Doc], requests: list[Doc], new: bool) -> None:
        doc, stored = self.draft.doc(subject), tasks_of(states)
        moved = self._moved(stored)
        if doc["closed_at"] != NEVER:  # whatever still asked about it
            self.draft.change.served += [r["_id"] for r in requests]
            return
        if doc["rules"] > self.context.service.rules:  # a newer process of this service decides here
            if new or moved != stored:
                self.draft.states(subject, passes.only_moved(stored, moved), {d["_id"]: d for d in states})
                self.draft.request(subject, self.now, "newer rules")
            return
        due = [r for r in requests if r["due"] <= self.now]
        if not new and not due and moved == stored:
            return
        if due:  # fenced: whoever has read less than those who asked must not commit after this
            self.draft.touch(subject)
        self.draft.change.served += [r["_id"] for r in due]
        self.causes += [r["cause"] for r in due] or (["fact"] if new else ["move"])
        again = next((r for r in requests if r["_id"] == again_id(subject)), None)
        await self._reconcile(subject, states, stored, moved, again, new)

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
        if doc["closed_at"] != NEVER:
            letter = Letter("stay-closed", f"{subject} was closed on {doc['closed_at']:%Y-%m-%d}; an operator can reopen it: "
                                           "stayward dead-letters replay --reopen")
            self.refused += [(fact, letter) for fact in told if with_facts(self.draft.doc(subject), [fact])]
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

    async def _look_around(self, stays: Sequence[str]) -> None:
        """Loads the flights that these stays name, and the resources of their sites that concern them."""
        service = self.context.service
        if not service.wakes_stays and "flight-status" not in service.hears:
            return
        flights: set[str] = set()
        sites: set[str] = set()
        for subject in stays:
            try:
                stay = self._view(subject)
            except Exception:  # it will fail again in its own pass, and be told there
                continue
            sites |= {site} if (site := self.context.clinic.site_of(stay.site)) else set()
            flights |= {flight_subject(number, on) for number, on in stay.flights()}
        missing = flights - set(self.draft.docs)
        if missing and "flight-status" in service.hears:
            self.draft.adopt(await self.context.store.load(sorted(missing), self.now))
        self._resources = await self._resources_of(sites if service.wakes_stays else ())
        if self._resources and any(self.draft.as_read(s) is None for s in stays):
            self._newcomers = [s for s in stays if self.draft.as_read(s) is None]

    async def missed(self) -> list[str]:
        """Asked after the commit: new stays that have read a resource just before it changed. They were in nobody's list when
        its change was told to the open stays."""
        return self._newcomers if self._newcomers and await self._resources_of(self._resources) != self._resources else []

    async def _resources_of(self, sites: Collection[str]) -> dict[str, list[Resource]]:
        context = self.context
        found = [resources_of(context.clinic, context.store, site, context.service.wakes_stays) for site in sites]
        return dict(zip(sites, await asyncio.gather(*found), strict=True))

    def _view(self, subject: str) -> Stay:
        if subject not in self._views:
            self._views[subject] = view(subject.partition(":")[2], facts_of(self.draft.doc(subject)))
        return self._views[subject]

    async def _reconcile(self, subject: str, states: list[Doc], stored: list[Task], moved: list[Task], again: Doc | None,
                         new: bool) -> None:
        kind, _, name = subject.partition(":")
        if kind == "flight":
            for stay in self.draft.doc(subject)["named_by"]:
                self.draft.request(stay, self.now, "flight")
            return
        if kind == "resource":
            await self._wake_for(subject, name, new)
            return
        there = {d["_id"]: d for d in states}
        try:
            outcome = await self._pool(name, stored, moved) if kind == "pool" else self._stay(subject, stored, moved)
            if outcome.closed:
                self.draft.close(subject, states, again)
            else:
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
        flights: dict[tuple[str, date], Flight] = {}
        if "flight-status" in self.context.service.hears:
            for number, on in stay.flights():
                ref = flight_subject(number, on)
                flights[number, on] = flight_view(number, on, facts_of(self.draft.doc(ref)))
                if subject not in self.draft.doc(ref)["named_by"]:
                    doc = self.draft.touch(ref)
                    doc["named_by"] = sorted([*doc["named_by"], subject])
        bench = passes.Bench(self.context.service, self.context.clinic, flights,
                             self._resources.get(self.context.clinic.site_of(stay.site) or "", ()))
        return passes.reconcile_stay(bench, stay, stored, moved, self.now)

    async def _pool(self, name: str, stored: list[Task], moved: list[Task]) -> passes.Outcome:
        docs = await self.context.store.pool_states(f"pool:{name}")
        self._states = {d["_id"]: d for d in docs}
        context = self.context
        outcome = await pool_outcome(context.service, context.clinic, context.store, name, tasks_of(docs), self.now)
        own = passes.cured(passes.Bench(context.service, context.clinic), f"pool:{name}", outcome.site, stored, moved)
        return replace(outcome, tasks=[*outcome.tasks, *own])

    async def _wake_for(self, subject: str, name: str, new: bool) -> None:
        """The pools at once; the stays in a pass of its own, which reads who is there after the change is committed."""
        site, kind = name.split("/")[:2]
        for pool in self.context.service.pools:
            if kind in pool.kinds:
                self.draft.request(f"pool:{pool.name}/{site}", self.now, "resource")
        if kind in self.context.service.wakes_stays and new:
            self.draft.request(subject, self.now, "told")
        elif kind in self.context.service.wakes_stays:
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
