"""A pool is assigned as a whole: all its open tasks, against the resources as the clinic file and their owners have them."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter

from shared.language.clinic import Clinic
from shared.language.facts import Fact
from shared.language.known import merge
from shared.language.resources import Resource, duty_of, with_status
from shared.language.tasks import Task
from shared.service import Pool, Service
from shared.shell import passes
from shared.shell.documents import Doc, facts_of
from shared.shell.loading import is_pool
from shared.shell.ports import Store

QUICK = 0.05  # seconds of a pass: for a slower pool nobody at hand waits


@dataclass(slots=True)
class PoolsAtHand:
    """Of one attempt, with what all attempts of a process share: whose turn a pool is, and how long its last pass took."""

    turns: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    took: dict[str, float] = field(default_factory=dict)
    held: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def hold(self, pools: Iterable[str]) -> None:
        """Until `held` is closed no other attempt of this process plans them: one of the two would be for nothing."""
        for pool in sorted(pools):
            await self.held.enter_async_context(self.turns[pool])

    def quick(self, pools: Iterable[str]) -> bool:
        return all(self.took.get(pool, 0.0) <= QUICK for pool in pools)

    @contextmanager
    def measured(self, pool: str) -> Iterator[None]:
        began = perf_counter()
        yield
        self.took[pool] = perf_counter() - began


def with_those_at_hand(pool: str, tasks: Sequence[Task], at_hand: dict[str, Task]) -> list[Task]:
    """The open tasks of a pool as they were read, those at hand as they are to be."""
    there = {task.task_id: task for task in tasks} | at_hand
    return [t for id_, t in sorted(there.items()) if id_ not in at_hand or (t.open and f"pool:{t.pool}/{t.site}" == pool)]


def pool_at(service: Service, clinic: Clinic, subject: str) -> tuple[Pool, str] | None:
    """The pool and its site; None where there is none of that name any more."""
    name, _, site = subject.removeprefix("pool:").partition("/")
    pool = service.pool(name)
    return (pool, site) if pool and site in clinic.sites else None


def kinds_of(service: Service, clinic: Clinic, subjects: Iterable[str]) -> list[tuple[str, str]]:
    """What the pools among these subjects compete for: (site, kind). To be read after who asks for them: what changes later
    asks again."""
    found = [pool_at(service, clinic, subject) for subject in subjects if is_pool(subject)]
    return [(site, kind) for pool, site in filter(None, found) for kind in pool.kinds]


def pool_outcome(service: Service, clinic: Clinic, subject: str, tasks: Sequence[Task], told: Iterable[Doc],
                 now: datetime) -> passes.Outcome:
    """`told`: of resources, also those of other kinds."""
    found = pool_at(service, clinic, subject)
    if found is None:
        return passes.Outcome()
    pool, site = found
    resources = as_told(clinic, site, pool.kinds, told)
    return passes.reconcile_pool(passes.Bench(service, clinic), pool, site, tasks, resources, now)


async def resources_of(clinic: Clinic, store: Store, site: str, kinds: Sequence[str]) -> list[Resource]:
    return as_told(clinic, site, kinds, await store.resources(site, kinds))


def as_told(clinic: Clinic, site: str, kinds: Sequence[str], docs: Iterable[Doc]) -> list[Resource]:
    """Those of the clinic file, and those that were only ever told of, with what was told since."""
    starts = tuple(f"resource:{site}/{kind}/" for kind in kinds)
    told = {doc["_id"].partition(":")[2]: doc for doc in docs if doc["_id"].startswith(starts)}
    listed = {r.id: r for kind in kinds for r in clinic.resources(site, kind)}
    return [_with_facts(listed.get(ref, Resource(ref, units=0)), facts_of(told[ref])) if ref in told else listed[ref]
            for ref in sorted({*listed, *told})]


def _with_facts(resource: Resource, facts: Sequence[Fact]) -> Resource:
    return with_status(resource, merge(facts), duty_of(facts))
