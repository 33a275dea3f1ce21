"""One service running: what ends is started again, what does not run is named, and a stop drains what is in hand."""

import asyncio
import json
from collections.abc import Sequence

import httpx
import pytest

from shared.edge.api import bare_app
from shared.shell import running
from shared.shell.memory import MemoryStore
from shared.shell.memory_bus import MemoryBus
from shared.shell.ports import Record
from shared.shell.supervisor import Supervisor
from tests.shell.house import booking, house
from tests.shell.porter import CLINIC, PORTER


async def test_a_loop_that_ends_is_named_and_started_again() -> None:
    supervisor = Supervisor("porter")
    starts = []

    async def loop() -> None:
        starts.append(1)
        if len(starts) == 1:
            raise RuntimeError("it fell over")
        await asyncio.Event().wait()

    supervisor.keep("requests", loop)
    async with asyncio.timeout(5):
        while len(starts) < 2:
            await asyncio.sleep(0.01)
    assert supervisor.troubles() == {"requests": "RuntimeError: it fell over"}
    await supervisor.stop()


async def test_ready_names_the_consumer_that_has_ended() -> None:
    async with house([PORTER], CLINIC, [MemoryStore()], MemoryBus()) as h:
        transport = httpx.ASGITransport(bare_app(h.running[0]))
        async with httpx.AsyncClient(transport=transport, base_url="http://porter") as http:
            assert (await http.get("/readyz")).json() == {"ready": True, "troubles": {}}
            await h.running[0].consumption.stop()
            red = await http.get("/readyz")
            assert red.status_code == 503
            assert red.json() == {"ready": False, "troubles": {"porter": {"consumer": "the consumer has ended"}}}
            assert (await http.get("/healthz")).text == "ok"
            await h.running[0].consumption.start()


async def test_a_stop_finishes_the_batch_in_hand() -> None:
    store, bus = MemoryStore(), MemoryBus()
    entered = asyncio.Event()
    async with house([PORTER], CLINIC, [store], bus) as h:
        engine = h.running[0].engine
        served = engine.on_records

        async def slowly(records: Sequence[Record]) -> None:
            entered.set()
            await asyncio.sleep(0.2)
            await served(records)

        h.running[0].consumption.handler = slowly
        await h.tell("stay-booked", booking("ADA"))
        await entered.wait()
    assert "stay:ADA" in store.data["subjects"]
    assert sum(bus.done.values()) == 1


async def test_a_batch_that_cannot_be_committed_is_never_acknowledged() -> None:
    store, bus = MemoryStore(), MemoryBus()
    async with house([PORTER], CLINIC, [store], bus) as h:
        commit, away = store.commit, asyncio.Event()

        async def refused(change: object) -> None:
            away.set()
            raise ConnectionError("MongoDB is away")

        store.commit = refused  # type: ignore[method-assign]
        await h.tell("stay-booked", booking("ADA"))
        await away.wait()
        assert await h.running[0].consumption.lag() == 1
        store.commit = commit  # type: ignore[method-assign]
        await h.rest()
        assert [t["stay_id"] for t in h.feed("porter")] == ["ADA", "ADA"]


async def test_the_metrics_are_named_as_operators_look_for_them() -> None:
    async with house([PORTER], CLINIC, [MemoryStore()], MemoryBus()) as h:
        await h.tell("stay-booked", booking("ADA"), b"junk")
        await h.rest()
        text = h.running[0].metrics.text().decode()
    for line in ('stayward_facts_total{service="porter",topic="stay-booked"} 1.0',
                 'stayward_tasks_published_total{service="porter",topic="porter-tasks"}',
                 'stayward_requests_total{cause="fact",service="porter"}',
                 'stayward_dead_letters_total{reason="not-json",service="porter"} 1.0',
                 "stayward_commit_seconds_count", "stayward_batch_records_count", "stayward_conflicts_total",
                 "stayward_lag_seconds", "stayward_oldest_unpublished_seconds"):
        assert line in text


async def test_a_move_over_http_is_answered_once_for_each_key_and_refused_with_the_present_task() -> None:
    async with house([PORTER], CLINIC, [MemoryStore()], MemoryBus()) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        task = next(t for t in h.feed("porter") if t["kind"] == "bell")
        transport = httpx.ASGITransport(bare_app(h.running[0]))
        async with httpx.AsyncClient(transport=transport, base_url="http://porter") as http:
            url, key = f"/tasks/{task['task_id']}/moves", {"Idempotency-Key": "tap-1"}
            first = await http.post(url, json={"to": "accepted", "by": "Vera", "revision": 1}, headers=key)
            assert (first.status_code, first.json()["status"], first.json()["assignee"]) == (200, "accepted", "Vera")
            assert (await http.post(url, json={"to": "in-progress", "by": "Vera"})).status_code == 200
            again = await http.post(url, json={"to": "accepted", "by": "Vera", "revision": 1}, headers=key)
            assert again.json() == first.json()
            other = await http.post(url, json={"to": "completed", "by": "Vera"}, headers=key)
            assert (other.status_code, other.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
            refused = await http.post(url, json={"to": "completed", "by": "Marko"})
            assert (refused.status_code, refused.json()["code"]) == (409, "not-yours")
            assert refused.json()["task"]["status"] == "in-progress"
            wrong = await http.post(url, json={"to": "flown"})
            assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "to")
            assert wrong.headers["content-type"] == "application/problem+json"
            assert (await http.post("/tasks/none/moves", json={"to": "accepted"})).status_code == 404


async def test_a_feed_has_an_etag_and_a_stream_begins_with_its_snapshot() -> None:
    async with house([PORTER], CLINIC, [MemoryStore()], MemoryBus()) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        transport = httpx.ASGITransport(bare_app(h.running[0]))
        async with httpx.AsyncClient(transport=transport, base_url="http://porter") as http:
            first = await http.get("/feeds/porter")
            assert [t["kind"] for t in first.json()["tasks"]] == ["carry", "bell"] or len(first.json()["tasks"]) == 2
            same = await http.get("/feeds/porter", headers={"If-None-Match": first.headers["etag"]})
            assert same.status_code == 304
            assert (await http.get("/feeds/kitchen")).json()["errors"][0]["detail"] == "one of porter, desk"
            assert (await http.get("/feeds/porter?assignee=nobody")).json() == {"tasks": []}
            page = await http.get("/feeds/porter", headers={"Accept": "text/html"})
            assert page.text.startswith("<!doctype html>")


async def test_a_stream_tells_a_snapshot_then_each_change() -> None:
    from shared.edge.streams import events

    async with house([PORTER], CLINIC, [MemoryStore()], MemoryBus()) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        stream = events(h.running[0].mirror, "porter-tasks", h.clock, None, None)
        snapshot = await anext(stream)
        assert snapshot["event"] == "snapshot" and len(json.loads(snapshot["data"])["tasks"]) == 2
        await h.tell("stay-booked", {"stay_id": "ADA", "profile": {"arrival": {"at": "2026-11-24T13:40:00+01:00"}}})
        change = await asyncio.wait_for(anext(stream), 5)
        assert change["event"] == "task" and json.loads(change["data"])["start"].startswith("2026-11-24")
        h.running[0].mirror.close()
        assert [e async for e in stream if e["event"] == "snapshot"] == []


async def test_a_batch_that_hangs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "HUNG", 0.05)
    async with house([PORTER], CLINIC, [MemoryStore()], MemoryBus()) as h:
        go_on = asyncio.Event()

        async def hang(_: Sequence[Record]) -> None:
            await go_on.wait()

        h.running[0].consumption.handler = hang
        await h.tell("stay-booked", booking("ADA"))
        said = await h.until(h.running[0].troubles)
        assert list(said) == ["batch"] and said["batch"].startswith("a batch is in hand for")
        go_on.set()
        await h.until(lambda: not h.running[0].troubles())
