"""The laws at rest, checked on what is there: what is owed exists, pools are settled, feeds say what the database says."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from shared.language.diff import Desk, diff
from shared.language.facts.flights import flight_subject
from shared.language.flight import flight_view
from shared.language.stay import view
from shared.language.tasks import PLANNED, Task, settled
from shared.shell import passes
from shared.shell.documents import Doc, facts_of, record_of, tasks_of
from shared.shell.feeds import SHOWN
from shared.shell.pools import resources_of
from shared.shell.running import Running

PAGE = 1000


async def broken_laws(running: Running) -> list[str]:
    """One sentence for each breach; empty when all laws hold. Ask only at rest."""
    found: list[str] = []
    for row in await running.store.open_stays():
        found += await _owed(running, row["_id"])
    for pool in running.service.pools:
        for site in running.clinic.sites:
            found += await _settled(running, pool.name, site)
    return found + await _feeds(running)


async def _owed(running: Running, subject: str) -> list[str]:
    """Each owed task exists with exactly plan's fields unless it is closed; every other is closed or in recall."""
    now = running.clock.now()
    loaded = await running.store.load([subject], now)
    doc, tasks = loaded.subjects[subject], tasks_of(loaded.states[subject])
    if doc["failing"]:
        return []
    stay = view(subject.partition(":")[2], facts_of(doc))
    flights = {key: flight_view(*key, facts_of(flight)) for key, flight in (await _flights(running, stay.flights())).items()}
    site = running.clinic.site_of(stay.site)
    kinds = running.service.wakes_stays
    resources = await resources_of(running.clinic, running.store, site, kinds) if site and kinds else ()
    bench = passes.Bench(running.service, running.clinic, flights, resources)
    owed = running.service.plan(stay, passes.around_of(bench, tasks, now)).owed
    desk = Desk(running.service.name, subject, running.clinic.zone(site))
    found = [f"{subject}: {t.kind} {t.slot} is not as owed" for t in _differ(tasks, diff(owed, tasks, desk))]
    keys = [t.key for t in tasks if t.origin == "plan" and t.open]
    found += [f"{subject}: {key} is owed twice" for key in set(keys) if keys.count(key) > 1]
    stored = {t.key: t for t in sorted(tasks, key=lambda t: t.attempt) if t.origin == "plan"}
    for wish in owed:
        task = stored.get(wish.key)
        if task is None or task.status == "cancelled":
            found.append(f"{subject}: {wish.kind} {wish.slot} is owed and is not there")
        elif task.open:
            found += [f"{subject}: {wish.kind}.{name} is {getattr(task, name)!r}, owed {getattr(wish, name)!r}"
                      for name in PLANNED if getattr(task, name) != getattr(wish, name)]
            if task.holds.get("plan") != wish.hold:
                found.append(f"{subject}: {wish.kind} is held by {task.holds.get('plan')!r}, owed {wish.hold!r}")
    return found


async def _flights(running: Running, named: Iterable[tuple[str, date]]) -> dict[tuple[str, date], Doc]:
    if "flight-status" not in running.service.hears:
        return {}
    found = {(n, on): await running.store.subject(flight_subject(n, on)) for n, on in named}
    return {key: doc for key, doc in found.items() if doc is not None}


def _differ(before: Iterable[Task], after: Iterable[Task]) -> list[Task]:
    known = {t.task_id: t for t in before}
    return [t for t in after if settled(known.get(t.task_id), t) is not known.get(t.task_id)]


async def _settled(running: Running, name: str, site: str) -> list[str]:
    """Assigning again changes nothing: nobody waits for what is free, and nothing that is held does not fit."""
    pool = running.service.pool(name)
    assert pool is not None
    tasks = tasks_of(await running.store.pool_states(f"pool:{name}/{site}"))
    resources = await resources_of(running.clinic, running.store, site, pool.kinds)
    bench = passes.Bench(running.service, running.clinic)
    outcome = passes.reconcile_pool(bench, pool, site, tasks, resources, running.clock.now())
    return [f"pool {name}/{site}: {t.subject} would get {t.resource or t.holds}" for t in outcome.tasks]


async def _feeds(running: Running) -> list[str]:
    """The last record of each key on a feed is the document in the database."""
    found: list[str] = []
    async for docs in running.store.states(running.audit.topics, running.clock.now() - SHOWN, PAGE):
        found += [fault for doc in docs if (fault := _feed_fault(running, doc))]
    return found


def _feed_fault(running: Running, doc: dict[str, Any]) -> str | None:
    row = running.mirror.rows.get(doc["topic"], {}).get(doc["key"])
    if doc.get("archived"):
        return f"{doc['topic']} {doc['key']} is archived and still on the feed" if row else None
    if row is None:
        return f"{doc['topic']} {doc['key']} is not on the feed"
    if row.last != doc["revision"] or row.value != record_of(doc):
        return f"{doc['topic']} {doc['key']}: revision {row.last} on the feed, {doc['revision']} in the database"
    return None


