"""One attempt: from what was loaded, and what is new, to the one change that is to be committed. No I/O but reading.

Where few are at hand (`settles`), the pools that they ask answer in the same commit: nobody waits for three of them in a row.
"""

import asyncio
import traceback
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from shared.language.facts import Fact
from shared.language.reading import FULLEST, Letter
from shared.language.tasks import Task
from shared.shell import passes
from shared.shell.cases import Case, Plans
from shared.shell.documents import NEVER, Change, Conflict, Doc, Unavailable, again_id, tasks_of, with_facts
from shared.shell.draft import Context, Draft
from shared.shell.loading import Loaded
from shared.shell.pools import PoolsAtHand, kinds_of, pool_outcome, with_those_at_hand
from shared.shell.surroundings import Surroundings

log = structlog.get_logger("stayward.attempt")
RETRY = timedelta(minutes=1)  # clinic time until a failing subject is tried again; doubled each time, an hour at most


@dataclass(slots=True)
class Attempt:
    """Works on what was loaded of some subjects, with their new facts or moves; `refused` are facts that found no room."""

    context: Context
    plans: Plans
    facts: Mapping[str, Sequence[Fact]] = field(default_factory=dict)
    moves: Mapping[str, Task] = field(default_factory=dict)  # task id -> the task as a person has just moved it
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # held while planning
    pools: PoolsAtHand = field(default_factory=PoolsAtHand)
    settles: bool = False
    refused: list[tuple[Fact, Letter]] = field(default_factory=list)
    causes: list[str] = field(default_factory=list)
    draft: Draft = field(init=False)
    around: Surroundings = field(init=False)
    _cases: list[Case] = field(default_factory=list)  # stays that wait for the answers of pools
    _at_hand: dict[str, Task] = field(default_factory=dict)  # their tasks, as they are to be

    @property
    def now(self) -> datetime:
        return self.plans.now

    def __post_init__(self) -> None:
        self.draft = Draft(self.context, self.now)
        self.around = Surroundings(self.context, self.draft, self.now)

    async def work(self, subjects: Collection[str]) -> Change:
        ordered = sorted(subjects, key=lambda s: (not s.startswith("stay:"), s))  # stays name flights first
        loaded = await self._load(ordered)
        stays = {s: self._heard(s) for s in ordered}
        await self.around.load([s for s in ordered if s.startswith("stay:")])
        async with self.turn:
            for subject in ordered:
                await asyncio.sleep(0)  # whoever waits for an answer takes it up between two subjects, not after thirty
                await self._work_on(subject, loaded, stays[subject])
            await self._settle()
        return self.draft.finished()

    async def _load(self, subjects: Collection[str]) -> Loaded:
        kinds = kinds_of(self.context.service, self.context.clinic, subjects)
        loaded = await self.context.store.load(subjects, self.now, kinds)
        self.draft.adopt(loaded)
        return loaded

    async def _work_on(self, subject: str, loaded: Loaded, new: bool) -> None:
        states, requests = loaded.states[subject], loaded.requests[subject]
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
        await self._reconcile(Case(subject, states, stored, moved, again), loaded, new)

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

    async def _reconcile(self, case: Case, loaded: Loaded, new: bool) -> None:
        kind, _, name = case.subject.partition(":")
        if kind == "flight":
            for stay in self.draft.doc(case.subject)["named_by"]:
                self.draft.request(stay, self.now, "flight")
        elif kind == "resource":
            await self._wake_for(case.subject, name, new)
        elif kind == "pool":
            with self._told_when_failing(case):
                self._write(case, self._pool(case, loaded))
        else:
            with self._told_when_failing(case):
                self._planned(case)
                if self.settles and not case.outcome.closed:
                    self._cases.append(case)
                else:
                    self._write(case)

    async def _settle(self) -> None:
        """The pools that are asked answer, and who is answered goes on with it; whom else they move is woken as ever."""
        asked = sorted({pool for case in self._cases for pool in case.outcome.wakes})
        settled = bool(asked) and self.pools.quick(asked) and not self.draft.change.states  # whoever failed has written his own
        if settled:
            await self.pools.hold(asked)
            loaded = await self._load(asked)
            self._same_as_read(loaded)
            self._at_hand = {task.task_id: task for case in self._cases for task in case.outcome.after}
            for pool in asked:
                self.draft.touch(pool)  # fenced: whoever plans it meanwhile must not commit after this
                await self._work_on(pool, loaded, True)
        for case in self._cases:
            with self._told_when_failing(case):
                after = [self._at_hand.get(task.task_id, task) for task in case.outcome.after]
                if settled:
                    case.outcome = replace(case.outcome, wakes=frozenset())
                if any(answered is not task for answered, task in zip(after, case.outcome.after, strict=True)):
                    stay = self.around.view(case.subject)
                    bench = self.around.bench(case.subject, stay)
                    case.outcome = passes.reconcile_stay(bench, stay, case.stored, after, self.now, answered=True)
                self._write(case)
        if settled and any(self.draft.doc(case.subject)["failing"] for case in self._cases):
            for pool in asked:  # others have their answers beside one that is not written: the pools answer anew
                self.draft.request(pool, self.now, "demand")

    def _same_as_read(self, loaded: Loaded) -> None:
        """A Conflict where a pool has answered since its stays were read: of who is at hand and keeps his task as he read it,
        nothing is written that the fence would refuse, and what he was given would be given once more."""
        read = {doc["_id"]: doc["revision"] for case in self._cases for doc in case.states}
        if any(read.get(doc["_id"], doc["revision"]) != doc["revision"] for docs in loaded.pools.values() for doc in docs):
            raise Conflict("a pool has answered between the reading of a stay and of the pool")

    def _write(self, case: Case, there: dict[str, Doc] | None = None) -> None:
        if case.outcome.closed:
            self.draft.close(case.subject, case.states, case.again)
        else:
            self.draft.write(case.subject, case.outcome, {d["_id"]: d for d in case.states} | (there or {}), case.again)
        if self.draft.doc(case.subject)["failing"]:
            self.draft.touch(case.subject)["failing"] = None

    def _planned(self, case: Case) -> None:
        stay = self.around.view(case.subject)
        there = [(doc["_id"], doc["revision"]) for doc in case.states]
        bench = self.around.bench(case.subject, stay)
        read = self.draft.as_read(case.subject), there, bench
        before = self.plans.made.get(case.subject)
        if before is not None and before[0] == read:
            case.outcome = before[1]
        else:
            case.outcome = passes.reconcile_stay(bench, stay, case.stored, case.moved, self.now)
            self.plans.made[case.subject] = read, case.outcome

    def _pool(self, case: Case, loaded: Loaded) -> dict[str, Doc]:
        """Of those at hand, who have their answers with them, nothing is written here."""
        pool, docs, (service, clinic) = case.subject, loaded.pools[case.subject], (self.context.service, self.context.clinic)
        with self.pools.measured(pool):
            tasks = with_those_at_hand(pool, tasks_of(docs), self._at_hand)
            outcome = pool_outcome(service, clinic, pool, tasks, loaded.resources, self.now)
        self._at_hand |= {task.task_id: task for task in outcome.after if task.task_id in self._at_hand}
        others = [task for task in outcome.tasks if task.task_id not in self._at_hand]
        own = passes.cured(passes.Bench(service, clinic), pool, outcome.site, case.stored, case.moved)
        case.outcome = replace(outcome, tasks=[*others, *own], wakes=frozenset(task.subject for task in others))
        return {doc["_id"]: doc for doc in docs}

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

    @contextmanager
    def _told_when_failing(self, case: Case) -> Iterator[None]:
        try:
            yield
        except (Conflict, Unavailable):
            raise
        except Exception as error:
            outcome = self._failing(case.subject, case.stored, case.moved, error)
            self.draft.write(case.subject, outcome, {d["_id"]: d for d in case.states}, case.again)

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
