"""A pool is assigned as a whole: all its open tasks, against the resources as the clinic file and their owners have them."""

from collections.abc import Sequence
from datetime import datetime

from shared.language.clinic import Clinic
from shared.language.facts import Fact
from shared.language.known import merge
from shared.language.resources import Resource, duty_of, with_status
from shared.language.tasks import Task
from shared.service import Service
from shared.shell import passes
from shared.shell.documents import facts_of
from shared.shell.ports import Store


async def pool_outcome(service: Service, clinic: Clinic, store: Store, name: str, tasks: Sequence[Task],
                       now: datetime) -> passes.Outcome:
    """`name` is pool/site, as in rooms/belgrade."""
    pool, site = service.pool(name.partition("/")[0]), name.partition("/")[2]
    if pool is None or site not in clinic.sites:
        return passes.Outcome()
    resources = await resources_of(clinic, store, site, pool.kinds)
    return passes.reconcile_pool(passes.Bench(service, clinic), pool, site, tasks, resources, now)


async def resources_of(clinic: Clinic, store: Store, site: str, kinds: Sequence[str]) -> list[Resource]:
    """Those of the clinic file, and those that were only ever told of, with what was told since."""
    told = {doc["_id"].partition(":")[2]: doc for doc in await store.resources(site, kinds)}
    listed = {r.id: r for kind in kinds for r in clinic.resources(site, kind)}
    return [_as_told(listed.get(ref, Resource(ref, units=0)), facts_of(told[ref])) if ref in told else listed[ref]
            for ref in sorted({*listed, *told})]


def _as_told(resource: Resource, facts: Sequence[Fact]) -> Resource:
    return with_status(resource, merge(facts), duty_of(facts))
