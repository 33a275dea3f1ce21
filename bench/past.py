"""What a fact costs beside many past stays: documents read and written, and time, with 1 k, 100 k and 1 M of them closed.

A past stay is one subject with its five facts, and three states: two tasks and its promise, archived, as meals leaves them.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

import bson
from bson.raw_bson import RawBSONDocument

from bench.ground import Ground, Order
from bench.load import NOW, Line, facts_of, site
from bench.throughput import Figures, Size
from shared.edge.clinics import load_clinic
from shared.edge.host import found_services
from shared.language.facts import Fact
from shared.language.reading import read_fact
from shared.language.stay import view
from shared.shell import passes
from shared.shell.documents import Doc, archived, milli, new_subject, promise_doc, task_doc, with_facts
from shared.shell.documents import facts_of as kept_facts
from shared.shell.store import MongoStore

SERVICE = "meals"
PAGE = 4_000  # documents of one insert
TEMPLATES = 20


async def fill(ground: Ground, stays: int, seed: int) -> tuple[str, float]:
    """A database with so many past stays; returns its prefix, and the seconds that it took."""
    prefix, began = f"past{stays}-", perf_counter()
    await ground.told(prefix, found_services()[SERVICE], [])
    templates = list(_templates(ground, seed))
    db = ground.database(prefix, SERVICE)
    for start in range(0, stays, PAGE):
        pages = [_past(templates[n % len(templates)], n) for n in range(start, min(stays, start + PAGE))]
        await db.subjects.insert_many([subject for subject, _ in pages], ordered=False)
        await db.states.insert_many([state for _, states in pages for state in states], ordered=False)
    store = MongoStore(ground.mongo.address, db.name)
    await store.start()
    await store.stop()
    return prefix, perf_counter() - began


def _templates(ground: Ground, seed: int) -> Iterator[tuple[bytes, list[tuple[bytes, bytes]], bytes]]:
    """(BSON of a subject; of each state with the id that is in it; the stay's name), as meals has them after a stay."""
    clinic, digest = load_clinic(ground.clinic)
    service = found_services()[SERVICE]
    lines: dict[str, list[Line]] = {}
    for line in facts_of(TEMPLATES, seed, houses=ground.houses):
        lines.setdefault(line.value["stay_id"], []).append(line)
    for number, (stay_id, told) in enumerate(lines.items()):
        over = NOW - timedelta(days=40 + 17 * number)  # long ago: nobody's screen shows it
        read = [read_fact(line.topic, line.bytes, {}, NOW, NOW) for line in told if line.topic in service.hears]
        doc = with_facts(new_subject(f"stay:{stay_id}"), [fact for fact in read if isinstance(fact, Fact)])
        assert doc is not None
        outcome = passes.reconcile_stay(passes.Bench(service, clinic), view(stay_id, kept_facts(doc)), [], [], NOW)
        states = [task_doc(task, "", NOW) for task in outcome.tasks[:2]] + [promise_doc(p, 1, "") for p in outcome.promises[:1]]
        subject = {**doc, "version": 7, "rules": service.rules, "clinic": digest, "site": site(0, ground.houses),
                   "closed_at": milli(over)}
        closed = [(bson.encode(_closed(state, over)), state["key"].encode()) for state in states]
        yield bson.encode(subject), closed, stay_id.encode()


def _closed(state: Doc, at: datetime) -> Doc:
    return {name: value for name, value in archived(state, "", at).items() if name != "unpublished"}


def _past(template: tuple[bytes, list[tuple[bytes, bytes]], bytes], number: int) -> tuple[Any, list[Any]]:
    """The same bytes under another name of the same length; a task's id lies anywhere, as a real one does."""
    subject, states, stay = template
    name = f"PAS-{number:07}".encode()
    docs = []
    for nth, (state, key) in enumerate(states):
        if len(key) == 36:
            drawn = hashlib.md5(f"{number}/{nth}".encode()).hexdigest()
            state = state.replace(key, f"{drawn[:8]}-{drawn[8:12]}-{drawn[12:16]}-{drawn[16:20]}-{drawn[20:]}".encode())
        docs.append(RawBSONDocument(state.replace(stay, name)))
    return RawBSONDocument(subject.replace(stay, name)), docs


async def past(ground: Ground, size: Size, turn: int = 0) -> Figures:
    """New stays in each turn, on the same database."""
    figures: Figures = {}
    service, stays = found_services()[SERVICE], size.stays
    for many in size.past:
        prefix = f"past{many}-"
        lines = facts_of(stays, size.seed, first=turn * stays, houses=size.houses)
        records = await ground.told(prefix, service, lines)
        before = await _counters(ground)
        measured = await ground.side(Order("service", SERVICE, prefix, records))
        after = await _counters(ground)
        figures |= {f"{many}.ms_per_fact": 1000 * measured["seconds"] / records,
                    f"{many}.cpu_ms_per_fact": 1000 * measured["cpu"] / records}
        figures |= {f"{many}.{name}_per_fact": (after[name] - before[name]) / records for name in after}
    return figures


async def _counters(ground: Ground) -> Figures:
    """As MongoDB counts them, of all its databases; the bench itself reads next to nothing."""
    metrics = (await ground.client.admin.command("serverStatus"))["metrics"]
    document, scanned = metrics["document"], metrics["queryExecutor"]
    return {"read": document["returned"], "scanned": scanned["scannedObjects"], "keys": scanned["scanned"],
            "written": document["inserted"] + document["updated"] + document["deleted"]}

