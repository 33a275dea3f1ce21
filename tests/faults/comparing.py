"""What was disturbed against what was not: the same owed, valid rooms, feeds that agree, no move lost, no task doubled."""

from collections import Counter
from datetime import timedelta
from typing import Any

from shared.edge.clinics import load_clinic
from shared.edge.host import found_services
from shared.language.known import merge
from shared.language.resources import Booking, book
from shared.language.tasks import PLANNED, Task
from shared.settings import PACKAGED
from shared.shell.bus import KafkaBus
from shared.shell.clock import SteppedClock
from shared.shell.documents import facts_of, task_of, tasks_of
from shared.shell.store import MongoStore
from tests.faults.many_stays import NOW


async def compare(calm: dict[str, Any], stores: dict[str, MongoStore], staff_did: dict[str, str], kafka: str, prefix: str) -> None:
    for name, service in found_services().items():
        store = stores[name]
        states = [d async for d in store.db.states.find({})]
        wanted = [t for t in tasks_of(calm[name]["states"].values()) if t.origin == "plan"]
        found = [t for t in tasks_of(states) if t.origin == "plan"]
        same_owed(wanted, found)
        known = {d["_id"]: known_of(d) async for d in store.db.subjects.find({"kind": "stay"})}
        told = {i: known_of(d) for i, d in calm[name]["subjects"].items() if i.startswith("stay:")}
        differ = {i: {n: (told.get(i, {}).get(n), known.get(i, {}).get(n)) for n in {*told.get(i, {}), *known.get(i, {})}
                      if told.get(i, {}).get(n) != known.get(i, {}).get(n)} for i in {*told, *known} if told.get(i) != known.get(i)}
        assert differ == {}, f"{name}: a fact was lost: {differ}"[:4000]
        await feeds_agree(service, states, kafka, prefix)
    rooms_are_valid(tasks_of(await stores["stay"].pool_states("pool:rooms/belgrade")))
    rows = stores["stay"].db.states.find({"_id": {"$in": list(staff_did)}})
    moved = {d["_id"]: task_of(d).status async for d in rows}
    lost = {i: (to, moved.get(i)) for i, to in staff_did.items()
            if moved.get(i) not in (to, "in-progress", "completed", "cancelled") and to == "in-progress"}
    assert lost == {}, "a move was lost"
    assert len(staff_did) >= 10


def known_of(subject: dict[str, Any]) -> dict[str, Any]:
    """All that was told; of the room the placements, since its `why` may tell how it came to them."""
    known = merge(facts_of(subject)).data
    said = {**known, "room": known.get("room", {}).get("placements", [])}
    return {name: word for name, word in said.items() if word != {}}  # what was told and taken back says nothing


def same_owed(wanted: list[Task], found: list[Task]) -> None:
    """Every owed task is there with plan's fields and its assignment; every other one is closed, or in recall."""
    def key(t: Task) -> tuple[str, ...]:
        return (t.subject, *t.key)

    owed = {key(t): t for t in wanted if t.open and "recall" not in t.holds}
    there = {key(t): t for t in sorted(found, key=lambda t: t.attempt)}
    differ = {}
    for k, task in owed.items():
        other = there.get(k)
        if other is None or other.status == "cancelled":
            differ[k] = "is not there"
        elif other.open:
            compared = (*PLANNED, "resource", *(("assignee", "chosen") if task.pool else ()))
            fields = [n for n in compared if getattr(task, n) != getattr(other, n)]
            if fields:
                differ[k] = str({n: (getattr(task, n), getattr(other, n)) for n in fields})
    differ |= {key(t): "is not owed" for t in found if t.open and key(t) not in owed and "recall" not in t.holds}
    assert differ == {}
    assert [k for k, n in Counter(key(t) for t in found if t.open).items() if n > 1] == [], "a task was doubled"


async def feeds_agree(service: Any, states: list[dict[str, Any]], kafka: str, prefix: str) -> None:
    """The last record of each key on a feed is the document in MongoDB."""
    bus = KafkaBus(kafka, SteppedClock(NOW), 4)
    last: dict[tuple[str, str], Any] = {}
    for topic in (*service.feed_topics, *(["promises"] if service.promises else [])):
        async for record in bus.read(prefix + topic, follow=False):
            last[topic, (record.key or b"").decode()] = int(dict(record.headers)["stayward_revision"] or b"0")
    stale = {d["_id"]: (last.get((d["topic"], d["key"])), d["revision"]) for d in states
             if d["topic"] and last.get((d["topic"], d["key"])) != d["revision"]}
    assert stale == {}, "feeds and database differ"


def rooms_are_valid(tasks: list[Task]) -> None:
    """No room above its beds at any moment, each with everything that was needed."""
    clinic, _ = load_clinic(PACKAGED)
    rooms = {r.name: r for r in clinic.resources("belgrade", "room")}
    bookings: dict[str, tuple[Booking, ...]] = {}
    placed = [t for t in tasks if t.resource]
    assert len(placed) > 30
    for task in placed:
        room = rooms[str(task.resource)]
        assert set(task.details["needs"]) <= room.features, (task.subject, room)
        wish = Booking(room.id, task.start, task.due + timedelta(), task.details["beds"], task.subject)
        result = book(room, bookings.get(room.id, ()), wish)
        assert isinstance(result, tuple), (task.subject, result)
        bookings[room.id] = result


