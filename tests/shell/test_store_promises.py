"""What the real store promises whatever the address says: majority and journalled, and an index for every question."""

import secrets
from datetime import timedelta

import pytest

from shared.shell.memory_bus import MemoryBus
from shared.shell.store import MongoStore
from tests.shell.house import MONDAY, booking, house
from tests.shell.porter import CLINIC, PORTER

pytestmark = pytest.mark.real


def test_an_address_cannot_weaken_what_a_commit_promises(mongo_uri: str) -> None:
    store = MongoStore(f"{mongo_uri}&w=0&journal=false&readConcernLevel=local", "test_promises")
    assert store.client.write_concern.document == {"w": "majority", "j": True}
    assert store.db.write_concern.document == {"w": "majority", "j": True}
    assert store.client.read_concern.level == "majority"
    store.client.close()


async def test_no_question_that_the_shell_asks_scans_a_collection(mongo_uri: str) -> None:
    name = f"test_{secrets.token_hex(6)}"
    store = MongoStore(mongo_uri, name)
    profiler = MongoStore(mongo_uri, name)
    await profiler.db.command("profile", 2)
    async with house([PORTER], CLINIC, [store], MemoryBus()) as h:
        await h.tell("stay-booked", *(booking(f"S-{n}") for n in range(40)), booking("BAD", patient_ref="BOOM"))
        await h.tell("flight-status", {"flight": "LH1", "on": "2026-11-23", "status": "delayed"})
        await h.tell("resource-status", {"resource": "belgrade/trolley/t1", "on_duty": True})
        await h.rest()
        h.clock.step(MONDAY + timedelta(days=8))
        await h.rest()
        running = h.running[0]
        await running.engine.ask_again("hourly")
        await running.audit.once(0.0)
        await running.publisher.sweep()
        await store.tell_again()
        await store.outbox_of("stay:S-1")
        await store.own_all("people", "", 10)
        await store.next_due()
        await h.rest()
        asked = [p async for p in profiler.db["system.profile"].find({"ns": {"$regex": f"^{name}\\.(?!system)"}})]
    await profiler.db.command("profile", 0)
    await profiler.stop()
    asked = [p for p in asked if p["op"] in ("query", "update", "remove", "getmore", "command") and "planSummary" in p]
    plans = {(p["ns"].split(".")[1], p["planSummary"]) for p in asked}
    assert len(plans) >= 8
    assert not [p["command"] for p in asked if "COLLSCAN" in p["planSummary"]]
    assert {collection for collection, _ in plans} >= {"subjects", "states", "requests", "outbox"}
