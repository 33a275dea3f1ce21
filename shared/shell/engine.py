"""The engine: hear, load, reconcile, commit, acknowledge, and publish meanwhile. What fails is done again, never acknowledged
before it is committed; what is committed and not published is the sweeper's."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import AsyncExitStack, nullcontext
from datetime import datetime
from typing import TypeVar

import structlog
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from shared.ids import fresh
from shared.language.facts import FACTS, Fact
from shared.language.moves import Move, Refused, apply
from shared.language.reading import Letter, read_fact
from shared.language.tasks import Task
from shared.shell.attempt import Attempt
from shared.shell.cases import Plans
from shared.shell.clock import Clock
from shared.shell.dead_letters import REOPEN, letter_out
from shared.shell.documents import NEVER, Change, Conflict, Doc, Write, reopened, request, task_of
from shared.shell.draft import Context
from shared.shell.pools import PoolsAtHand
from shared.shell.ports import Bus, Record
from shared.shell.publish import Publisher
from shared.telemetry import continue_trace

log = structlog.get_logger("stayward.engine")
AT_ONCE = 30  # subjects in one transaction, at most; about twenty documents each
MORE = 5  # of them after each part that nobody came before; half as many after a conflict: what it wastes is the part
ABREAST = 5  # such transactions under way; one where parts of a batch meet in the flights that their stays name
FEW = 10  # facts in hand and subjects of an attempt: what they ask of pools is answered in their own commit
MANY = 100  # facts in hand
AGAIN, TRIES = 3, 12  # against conflicts: of a part as a whole; of one subject, before the batch is read again
Answer = TypeVar("Answer")
KeyOf = Callable[[Change], Doc]  # an idempotency key with its answer, made from what is committed with it


class NotFound(LookupError):
    """No such task or subject here."""


class Engine:
    """One service in one process. `hurry` is called after each commit that wrote requests, with the subjects that are due now."""

    def __init__(self, context: Context, bus: Bus, clock: Clock, publisher: Publisher) -> None:
        self.context, self.bus, self.clock, self.publisher = context, bus, clock, publisher
        self.hurry: Callable[..., None] = lambda *_: None
        self._at_once = AT_ONCE
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)  # of pools
        self._took: dict[str, float] = {}
        self.hearing = 0  # facts in hand
        self._alone = asyncio.Lock()  # many facts, and what they ask for, would meet in the same tasks

    # -- facts ---------------------------------------------------------------------------------------------------

    async def on_records(self, records: Sequence[Record]) -> None:
        """A batch: raises to see it again; returns when all of it may be acknowledged."""
        metrics, now = self.context.metrics, self.clock.now()
        metrics.batch.observe(len(records))
        continue_trace({name: value.decode("ascii", "replace") for name, value in records[0].headers if value})
        heard: dict[str, list[Fact]] = {}
        origin: dict[str, Record] = {}
        letters: list[tuple[Record, Letter]] = []
        for record in records:
            read = self._read(record, now)
            if isinstance(read, Letter):
                letters.append((record, read))
            else:
                heard.setdefault(read.subject, []).append(read)
                origin[read.id] = record
                if REOPEN in dict(record.headers):
                    await self._patiently(lambda subject=read.subject: self._reopen(subject))  # type: ignore[misc]
        self.hearing = len(records)
        try:
            async with self._alone if self.busy else nullcontext():
                refused = await self._serve(heard, heard)
        finally:
            self.hearing = 0
        letters += [(origin[fact.id], letter) for fact, letter in refused]
        for record, letter in letters:
            metrics.letter(letter.reason)
            log.warning("dead letter", reason=letter.reason, detail=letter.detail, topic=record.topic,
                        partition=record.partition, offset=record.offset)
        if letters:
            await self.publisher.send([letter_out(self.context.service, r, x, now) for r, x in letters])
        metrics.lag.set(max((self.clock.now() - max(r.stamped for r in records)).total_seconds(), 0))

    def _read(self, record: Record, now: datetime) -> Fact | Letter:
        if record.topic not in FACTS:
            return Letter("no-subject", f"{record.topic} is not a topic of facts")
        return read_fact(record.topic, record.value, dict(record.headers), record.stamped, now)

    # -- requests ------------------------------------------------------------------------------------------------

    async def serve(self, subjects: Collection[str]) -> None:
        """Serves whatever is due of these subjects, pools one by one."""
        async with self._alone if self.busy else nullcontext():
            await self._serve([s for s in subjects if not s.startswith("pool:")], {})
            for pool in sorted(s for s in subjects if s.startswith("pool:")):
                await self._serve([pool], {})

    @property
    def busy(self) -> bool:
        """While many facts are in hand: what is due is served in one piece, between two batches."""
        return self.hearing > MANY

    async def _serve(self, subjects: Collection[str], facts: dict[str, list[Fact]]) -> list[tuple[Fact, Letter]]:
        """What stays depend on comes first, then the stays."""
        stays = {subject for subject in subjects if subject.startswith("stay:")}
        return [*await self._abreast(set(subjects) - stays, facts), *await self._abreast(stays, facts)]

    async def _abreast(self, subjects: Collection[str], facts: dict[str, list[Fact]]) -> list[tuple[Fact, Letter]]:
        """A part at a time, and while one waits for MongoDB, the next is planned. All are committed when this ends."""
        left, refused, turn = deque(sorted(subjects)), list[tuple[Fact, Letter]](), asyncio.Lock()

        async def one_after_the_other() -> None:
            while left:
                part = [left.popleft() for _ in range(min(self._at_once, len(left)))]
                refused.extend(await self._together(part, facts, turn))

        abreast = 1 if "flight-status" in self.context.service.hears else ABREAST
        for ended in await asyncio.gather(*(one_after_the_other() for _ in range(abreast)), return_exceptions=True):
            if ended:
                raise ended
        return refused

    async def _together(self, part: list[str], facts: dict[str, list[Fact]], turn: asyncio.Lock) -> list[tuple[Fact, Letter]]:
        """After a conflict again, planning only who has changed; then in halves, down to the hot one alone: it does not hold up
        its neighbours, nor make each a commit."""
        if len(part) == 1:
            return await self._patiently(lambda: self._attempt(part, facts, turn=turn))
        plans = Plans(self.clock.now())
        try:
            refused = await self._patiently(lambda: self._attempt(part, facts, turn=turn, plans=plans), AGAIN)
            self._at_once = min(self._at_once + MORE, AT_ONCE)
            return refused
        except Conflict:
            self._at_once, half = max(self._at_once // 2, MORE), len(part) // 2
        return [*await self._together(part[:half], facts, turn), *await self._together(part[half:], facts, turn)]

    async def _attempt(self, subjects: Sequence[str], facts: dict[str, list[Fact]],
                       moves: dict[str, Task] | None = None, key: KeyOf | None = None,
                       turn: asyncio.Lock | None = None, plans: Plans | None = None) -> list[tuple[Fact, Letter]]:
        """`turn`: of those that are planned one after the other, so that the first is written while the second is planned."""
        async with AsyncExitStack() as held:
            pools = PoolsAtHand(self._turns, self._took, held)
            attempt = Attempt(self.context, plans or Plans(self.clock.now()), facts, moves or {}, turn or asyncio.Lock(), pools,
                              settles=bool(moves) or (bool(facts) and self.hearing <= FEW))
            await pools.hold(subject for subject in subjects if subject.startswith("pool:"))
            change = await attempt.work(subjects)
            change.keys += [key(change)] if key else []
            await self._write(change)
        await self._tell(change, wait=moves is not None)
        if missed := await attempt.around.missed():
            now, part = self.clock.now(), self.context.part
            await self.commit(Change(requests=[request(fresh(12), s, part(s), now, "resource") for s in missed]))
        for cause in attempt.causes:
            self.context.metrics.request(cause)
        if change.size:
            log.info("reconciled", stay=list(subjects)[:5], subjects=len(subjects), cause=sorted(set(attempt.causes)),
                     states=len(change.states), told=len(change.outbox))
        return attempt.refused

    async def commit(self, change: Change) -> None:
        """One transaction, then what it says is published; a crash between the two is the sweeper's."""
        await self._write(change)
        await self._tell(change, wait=True)

    async def _write(self, change: Change) -> None:
        if change.size == 0:
            return
        began = self.clock.elapsed()
        await self.context.store.commit(change)
        self.context.metrics.commit.observe(self.clock.elapsed() - began)
        if change.requests:
            now = self.clock.now()
            self.hurry([doc["subject"] for doc in change.requests if doc["due"] <= now])

    async def _tell(self, change: Change, wait: bool) -> None:
        """Without `wait` it is published while the next is planned."""
        sent = [("states", w.doc) for w in change.states if w.doc.get("unpublished")]
        await self.publisher.soon(sent + [("outbox", doc) for doc in change.outbox], wait)

    async def _reopen(self, subject: str) -> None:
        """A closed stay goes on where it was, on its feeds again; the fact for which it was opened is served after this."""
        loaded = await self.context.store.load([subject], self.clock.now())
        doc = loaded.subjects.get(subject)
        if doc is None or doc["closed_at"] == NEVER:
            return
        token, expected = fresh(8), doc["version"]
        doc |= {"closed_at": NEVER, "version": expected + 1}
        states = [Write(reopened(state, token), state["revision"]) for state in loaded.states[subject]]
        await self.commit(Change(subjects=[Write(doc, expected)], states=states))

    async def _patiently(self, work: Callable[[], Awaitable[Answer]], tries: int = TRIES) -> Answer:
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(Conflict), stop=stop_after_attempt(tries), reraise=True,
            wait=wait_random_exponential(multiplier=0.01, max=0.5), sleep=asyncio.sleep,
        ):
            with attempt:
                try:
                    return await work()
                except Conflict:
                    self.context.metrics.conflicts.inc()
                    raise
        raise AssertionError("unreachable: the last attempt returns or raises")

    # -- people --------------------------------------------------------------------------------------------------

    async def move(self, task_id: str, move: Move, key: KeyOf | None = None) -> Task | Refused:
        """What a person does to a task, and all that follows from it, in one commit."""
        async def once() -> Task | Refused:
            doc = await self.context.store.state(task_id)
            if doc is None or doc["type"] != "task":
                raise NotFound(f"no task {task_id} here")
            task = task_of(doc)
            moved = apply(task, move, self.clock.now())
            if isinstance(moved, Refused) or moved is task:
                return moved
            await self._attempt([doc["subject"]], {}, {task_id: moved}, key)
            done = await self.context.store.state(task_id)
            return task_of(done) if done else moved

        return await self._patiently(once)

    async def ask_again(self, cause: str, stale_only: bool = False) -> int:
        """A request for every open stay and every pool; with `stale_only`, for those decided by older rules or another clinic
        file. Returns how many stays were asked."""
        service, store, now = self.context.service, self.context.store, self.clock.now()
        pools = [await store.subject(f"pool:{pool.name}/{site}") for pool in service.pools for site in self.context.clinic.sites]
        known = [*await store.open_stays(), *(pool for pool in pools if pool)]
        asked = [doc["_id"] for doc in known if doc["rules"] <= service.rules and not (
            stale_only and (doc["rules"], doc["clinic"]) == (service.rules, self.context.digest))]
        for start in range(0, len(asked), 500):  # by an id of its own: whoever serves an older asking does not delete this one
            await self.commit(Change(requests=[request(f"{cause}:{fresh(12)}", subject, self.context.part(subject), now,
                                                       cause) for subject in asked[start : start + 500]]))
        return sum(subject.startswith("stay:") for subject in asked)
