"""What a load brings: of a pool also its open tasks, and what they compete for."""

import secrets
from datetime import timedelta

import pytest

from shared.shell.documents import Change, Write
from shared.shell.ports import Store
from shared.shell.store import MongoStore
from tests.conformance.test_store import ADA, state, subject
from tests.shell.house import MONDAY

ROOMS = "pool:rooms/belgrade"


async def test_a_pool_is_loaded_with_its_open_tasks_and_what_they_compete_for(store: Store) -> None:
    await store.commit(Change(
        subjects=[Write(subject(n), None) for n in (ROOMS, ADA, "resource:belgrade/room/2", "resource:belgrade/room/1",
                                                    "resource:belgrade/room-x/1", "resource:bled/room/1")],
        states=[Write(state("b", pool=ROOMS), None), Write(state("a", pool=ROOMS), None), Write(state("c", subject=ROOMS), None),
                Write(state("d", pool=ROOMS, open=False), None), Write(state("e", pool="pool:rooms/bled"), None)]))
    read = await store.load([ROOMS], MONDAY, [("belgrade", "room")])
    assert [d["_id"] for d in read.pools[ROOMS]] == ["a", "b"] and [d["_id"] for d in read.states[ROOMS]] == ["c"]
    assert [d["_id"] for d in read.resources] == ["resource:belgrade/room/1", "resource:belgrade/room/2"]
    assert set(read.subjects) == {ROOMS}
    both = await store.load([ADA, ROOMS], MONDAY)
    assert sorted(d["_id"] for d in both.states[ADA]) == ["a", "b", "d", "e"] and both.resources == []
    assert [d["_id"] for d in both.pools[ROOMS]] == ["a", "b"] and [*both.pools] == [ROOMS]


@pytest.mark.real
async def test_a_pool_is_loaded_without_a_look_at_what_is_over(mongo_uri: str) -> None:
    store = MongoStore(mongo_uri, f"test_{secrets.token_hex(6)}")
    await store.start()
    past = MONDAY - timedelta(days=90)
    await store.db.states.insert_many(
        [state(f"b{n:04}", open=False, closed_at=past, pool=ROOMS, subject=f"stay:{n}", token=None) for n in range(3000)])
    await store.db.states.insert_one(state("open", pool=ROOMS, token=None))

    async def looked_at() -> int:
        return int((await store.client.admin.command("serverStatus"))["metrics"]["queryExecutor"]["scanned"])

    before = await looked_at()
    read = await store.load([ROOMS, "pool:rooms/bled"], MONDAY, [("belgrade", "room"), ("bled", "room")])
    assert [doc["_id"] for doc in read.pools[ROOMS]] == ["open"]
    assert (await looked_at()) - before < 100
    await store.stop()
