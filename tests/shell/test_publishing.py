"""Publishing states: whatever dies or stalls between the commit and the broker, the feed ends as the database says."""

import asyncio
from collections.abc import Sequence

import pytest

from shared.shell import publish as publish_module
from shared.shell.documents import Unavailable, record_of
from shared.shell.laws import broken_laws
from shared.shell.memory import MemoryStore
from shared.shell.memory_bus import MemoryBus
from shared.shell.ports import Out
from shared.shell.publish import STAYS, UNDER_WAY
from tests.shell.house import MONDAY, House, booking, house
from tests.shell.porter import CLINIC, PORTER


class DeafBus(MemoryBus):
    """Takes facts, and refuses feeds while `deaf`."""

    deaf = False

    async def publish(self, records: Sequence[Out]) -> None:
        if self.deaf and any(r.topic.endswith("-tasks") or r.topic == "promises" for r in records):
            raise Unavailable("deaf")
        await super().publish(records)


def last_on_feed(h: House) -> dict[str, int]:
    lanes = [r for topic in ("porter-tasks", "promises") for lane in h.bus.topics[topic] for r in lane]
    return {(r.key or b"").decode(): int(dict(r.headers)["stayward_revision"]) for r in lanes}


async def test_what_was_committed_while_the_broker_was_away_is_swept_up() -> None:
    bus = DeafBus()
    async with house([PORTER], CLINIC, [MemoryStore()], bus) as h:
        bus.deaf = True
        await h.tell("stay-booked", booking("ADA"))
        await h.until(lambda: any(d.get("unpublished") for d in h.running[0].store.data["states"].values()))
        assert last_on_feed(h) == {}
        bus.deaf = False
        await h.rest(STAYS + 20)
        assert await broken_laws(h.running[0]) == []
        assert len(last_on_feed(h)) == 3


class SlowBus(MemoryBus):
    """Takes feeds when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.takes = asyncio.Event()
        self.asked = 0

    async def publish(self, records: Sequence[Out]) -> None:
        if any(r.topic == "promises" for r in records):
            self.asked += 1
            await self.takes.wait()
        await super().publish(records)


async def test_the_next_facts_are_committed_while_the_last_are_published_but_not_without_end() -> None:
    bus = SlowBus()
    async with house([PORTER], CLINIC, [MemoryStore()], bus) as h:
        for number in range(UNDER_WAY + 4):
            await h.tell("stay-booked", booking(f"S{number}"))
            await asyncio.sleep(0.02)
        await h.until(lambda: bus.asked > UNDER_WAY)
        await asyncio.sleep(0.1)
        assert UNDER_WAY < bus.asked < UNDER_WAY + 4
        bus.takes.set()
        await h.rest()
        assert await broken_laws(h.running[0]) == []


async def test_whoever_stops_has_published_what_he_committed() -> None:
    bus = SlowBus()
    async with house([PORTER], CLINIC, [MemoryStore()], bus) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.until(lambda: bus.asked > 0)
        asyncio.get_running_loop().call_later(0.1, bus.takes.set)
    assert len(last_on_feed(h)) == 3
    assert not any(d.get("unpublished") for d in h.running[0].store.data["states"].values())


async def test_whoever_stops_does_not_wait_for_a_broker_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish_module, "LAST_WORDS", 0.1)
    async with house([PORTER], CLINIC, [MemoryStore()], bus := SlowBus()) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.until(lambda: bus.asked > 0)
        began = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began < 5
    assert any(d.get("unpublished") for d in h.running[0].store.data["states"].values())  # the sweeper's, after the next start


async def test_the_sweeper_does_not_look_at_what_is_just_being_sent() -> None:
    async with house([PORTER], CLINIC, [MemoryStore()], bus := SlowBus()) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.until(lambda: bus.asked > 0)
        store = h.running[0].store
        token = next(d["unpublished"] for d in store.data["states"].values() if d.get("unpublished"))
        assert await store.unpublished(10)
        assert token not in {doc["unpublished"] for _, doc in await store.unpublished(10, [token])}
        assert await h.running[0].publisher.sweep(0) == 0
        bus.takes.set()


async def test_a_sender_that_stalled_publishes_what_is_newest_by_then() -> None:
    async with house([PORTER], CLINIC, [MemoryStore()], MemoryBus()) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        store, publisher = h.running[0].store, h.running[0].publisher
        stalled = [("states", dict(d)) for d in store.data["states"].values() if record_of(d).get("kind") == "carry"]
        await h.tell("stay-booked", {"stay_id": "ADA", "profile": {"arrival": {"at": "2026-11-24T13:40:00+01:00"}}})
        await h.rest()
        await publisher.states(stalled)  # it wakes up, and sends what it had in hand
        key = stalled[0][1]["_id"]
        assert last_on_feed(h)[key] == store.data["states"][key]["revision"]


async def test_what_was_sent_stale_by_one_who_then_died_is_found_by_the_audit() -> None:
    async with house([PORTER], CLINIC, [MemoryStore()], MemoryBus()) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        running = h.running[0]
        stale = running.publisher._out("states", next(
            d for d in running.store.data["states"].values() if record_of(d).get("kind") == "carry"), MONDAY, "")
        await h.tell("stay-booked", {"stay_id": "ADA", "profile": {"arrival": {"at": "2026-11-24T13:40:00+01:00"}}})
        await h.rest()
        await h.bus.publish([stale])
        key = str(stale.key)
        assert last_on_feed(h)[key] < running.store.data["states"][key]["revision"]

        async def mended() -> bool:
            await running.audit.once(patience=0.0)
            return last_on_feed(h)[key] == running.store.data["states"][key]["revision"]

        for _ in range(400):
            if await mended():
                break
            await asyncio.sleep(0.02)
        assert await mended()
        await h.rest()
        assert await broken_laws(running) == []


async def test_a_broker_that_forgot_is_filled_again_at_the_start() -> None:
    store = MemoryStore()
    async with house([PORTER], CLINIC, [store], MemoryBus()) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        before = last_on_feed(h)
    async with house([PORTER], CLINIC, [store], MemoryBus()) as h:
        await h.until(lambda: last_on_feed(h) == before)
        await h.rest()
        assert await broken_laws(h.running[0]) == []
        told = [r for lane in h.bus.topics["arrival-expected"] for r in lane]
        assert [dict(r.headers)["ce_id"] for r in told] == [b"porter/ADA/arrival-expected/1"]


async def test_the_sweeper_leaves_young_tokens_to_whoever_committed() -> None:
    async with house([PORTER], CLINIC, [MemoryStore()], MemoryBus()) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        store = h.running[0].store
        next(iter(store.data["states"].values()))["unpublished"] = "young"
        assert await h.running[0].publisher.sweep() == 0
        assert await store.unpublished(1) != []


@pytest.mark.parametrize("garbage", [b"garbage", b"[]", b'{"cut": '])
async def test_what_is_no_state_is_not_shown_on_a_feed_and_ours_is_written_again(garbage: bytes) -> None:
    async with house([PORTER], CLINIC, [MemoryStore()], MemoryBus()) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        running = h.running[0]
        doc = next(d for d in running.store.data["states"].values() if record_of(d).get("kind") == "carry")
        await h.bus.publish([Out(doc["topic"], doc["key"], garbage, MONDAY, {"stayward_revision": str(doc["revision"])})])
        await h.until(lambda: running.audit.alarmed())
        assert running.mirror.rows[doc["topic"]][doc["key"]].value == record_of(doc)

        async def mended() -> bool:
            await running.audit.once(patience=0.0)
            return running.mirror.rows[doc["topic"]][doc["key"]].last == doc["revision"]

        for _ in range(400):
            if await mended():
                break
            await asyncio.sleep(0.02)
        assert await mended()
        assert await broken_laws(running) == []
