"""Rebuild makes a service's database from the facts that it hears and from its own feeds; then each open stay is reconciled once.

What was never on a topic is lost: who declined what, idempotency keys, and what `Service.only_here` names.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from shared.language.facts import FACTS, Fact, canonical
from shared.language.facts.base import without
from shared.language.promises import Promise
from shared.language.reading import Letter, read_fact
from shared.language.tasks import CLOSED, rebuilt
from shared.language.words import instant
from shared.shell.documents import NEVER, Change, Doc, Write, milli, new_subject, promise_doc, task_doc, with_facts
from shared.shell.ports import Record
from shared.shell.running import Running

log = structlog.get_logger("stayward.rebuild")
AT_ONCE = 200  # documents of one transaction


@dataclass
class Rebuild:
    """`counted`: facts, states and letters that were read, and stays that were reconciled."""

    running: Running
    counted: Counter[str] = field(default_factory=Counter)
    _states: dict[str, Record] = field(default_factory=dict)  # key -> the newest record of ours
    _told: dict[tuple[str, str], tuple[int, Record]] = field(default_factory=dict)  # (stay, topic) -> our own last word

    async def run(self) -> None:
        """Nobody else may run the service meanwhile."""
        running, service = self.running, self.running.service
        await running.store.start()
        await running.store.wipe()
        own = [*service.feed_topics, *(["promises"] if service.promises else [])]
        following = running.bus.follow(sorted({*service.hears, *service.tells, *own}), self._read)
        await following.start()
        try:
            while not await following.caught_up():
                if trouble := following.trouble():
                    raise RuntimeError(trouble)
                await asyncio.sleep(0.05)
        finally:
            await following.stop()
        await self._write_states()
        await self._write_told()
        await running.engine.ask_again("rebuild", stale_only=True)
        while due := await running.store.due(running.clock.now(), None, AT_ONCE):
            await running.engine.serve([subject for subject, _ in due])
            self.counted["reconciled"] += len(due)
        while not await running.store.at_rest(running.clock.now()):
            await running.publisher.sweep()
            await asyncio.sleep(0.05)

    async def _read(self, records: Sequence[Record]) -> None:
        """Facts go into the database as they come; of our own states only the newest of each key is kept in mind."""
        heard: dict[str, list[Fact]] = {}
        for record in records:
            if record.topic not in FACTS:
                self._keep(record)
                continue
            fact = read_fact(record.topic, record.value, dict(record.headers), record.stamped, self.running.clock.now())
            if isinstance(fact, Letter):
                self.counted["letters"] += 1  # it lies in the dead letters already
                continue
            self._mine(record)
            if record.topic in self.running.service.hears:
                heard.setdefault(fact.subject, []).append(fact)
                self.counted["facts"] += 1
        for some in _pages(sorted(heard)):
            loaded = await self.running.store.load(some, self.running.clock.now())
            docs = [(s, loaded.subjects.get(s) or new_subject(s)) for s in some]
            writes = [Write({**new, "version": doc["version"] + 1}, doc["version"] or None)
                      for s, doc in docs if (new := with_facts(doc, heard[s]))]
            await self.running.store.commit(Change(subjects=writes))

    def _keep(self, record: Record) -> None:
        headers = {name: (value or b"").decode("utf-8", "replace") for name, value in record.headers}
        key = f"{record.topic} {(record.key or b'').decode('utf-8', 'replace')}"
        if headers.get("stayward_owner") != self.running.service.name:
            return
        if record.value is None:
            self._states.pop(key, None)
        elif key not in self._states or _revision(self._states[key]) <= _revision(record):
            self._states[key] = record

    def _mine(self, record: Record) -> None:
        """A fact that this service has told by its verdict: `service/stay/topic/number`."""
        id_ = (dict(record.headers).get("ce_id") or b"").decode("utf-8", "replace")
        name, _, rest = id_.partition("/")
        stay, _, number = rest.rpartition(f"/{record.topic}/")
        if name == self.running.service.name and stay and number.isdigit():
            before = self._told.get((stay, record.topic))
            if before is None or before[0] < int(number):
                self._told[stay, record.topic] = int(number), record

    async def _write_states(self) -> None:
        docs = [doc for record in self._states.values() if (doc := self._state(record))]
        self.counted["states"] = len(docs)
        for some in _pages(docs):
            await self.running.store.commit(Change(states=[Write(doc, None) for doc in some]))

    def _state(self, record: Record) -> Doc | None:
        shown: dict[str, Any] = json.loads(record.value or b"{}")
        revision = _revision(record)
        if record.topic == "promises":
            promise = Promise(**{**shown, "next_at": instant(shown["next_at"])})
            doc = promise_doc(promise, revision, "")
        else:
            said = json.loads(dict(record.headers).get("stayward_kept") or b"null")
            if said is None:
                return None
            doc = task_doc(rebuilt(shown, said), "", record.stamped)
            doc["closed_at"] = milli(record.stamped) if said["status"] in CLOSED else NEVER
        return {name: value for name, value in doc.items() if name != "unpublished"}

    async def _write_told(self) -> None:
        for some in _pages(sorted(self._told)):
            loaded = await self.running.store.load([f"stay:{stay}" for stay, _ in some], self.running.clock.now())
            for stay, topic in some:
                number, record = self._told[stay, topic]
                if doc := loaded.subjects.get(f"stay:{stay}"):
                    value = json.loads(record.value or b"{}")
                    says = canonical(without(value, "stay_id", "told_at", "told_by"))
                    doc["told"][topic] = {"says": says, "at": value["told_at"], "number": number}
            writes = [Write({**doc, "version": doc["version"] + 1}, doc["version"]) for doc in loaded.subjects.values()]
            await self.running.store.commit(Change(subjects=writes))


def _revision(record: Record) -> int:
    return int(dict(record.headers).get("stayward_revision") or b"0")


def _pages(rows: Iterable[Any]) -> Iterable[list[Any]]:
    all_of = list(rows)
    return [all_of[start : start + AT_ONCE] for start in range(0, len(all_of), AT_ONCE)]
