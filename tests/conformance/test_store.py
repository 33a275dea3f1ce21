"""What the engine may rely on of a store, real or in memory."""

import asyncio
import json
import secrets
from datetime import timedelta

import pytest

from shared.shell import store as store_module
from shared.shell.documents import NEVER, Change, Conflict, Unavailable, Write, again_id, new_subject, request, task_doc, task_of
from shared.shell.mongo import INDEXES
from shared.shell.ports import Store
from shared.shell.store import MongoStore
from tests.language.houses import pick_up, planned
from tests.shell.house import MONDAY

ADA, BEN = "stay:ADA", "stay:BEN"


def subject(name: str = ADA, version: int = 1, **fields: object) -> dict:
    return {**new_subject(name), "version": version, **fields}


def state(id_: str = "t1", revision: int = 1, token: str | None = "tok", **fields: object) -> dict:
    doc = {"_id": id_, "type": "task", "subject": ADA, "pool": None, "topic": "desk-tasks", "key": id_,
           "record": f'{{"n": {revision}}}', "private": "{}", "revision": revision, "due": MONDAY, "open": True,
           "closed_at": NEVER, **fields}
    return doc | ({"unpublished": token} if token else {})


async def test_a_commit_is_all_or_nothing(store: Store) -> None:
    await store.commit(Change(subjects=[Write(subject(), None)]))
    half = Change(subjects=[Write(subject(version=2), 1)], states=[Write(state(revision=8), 7)],
                  requests=[request("r", ADA, 0, MONDAY, "x")])
    with pytest.raises(Conflict):
        await store.commit(half)
    assert (await store.subject(ADA))["version"] == 1
    assert await store.due(MONDAY, None, 10) == []


async def test_a_subject_that_changed_since_it_was_read_is_a_conflict(store: Store) -> None:
    await store.commit(Change(subjects=[Write(subject(), None)]))
    await store.commit(Change(subjects=[Write(subject(version=2, rules=1), 1)]))
    with pytest.raises(Conflict):
        await store.commit(Change(subjects=[Write(subject(version=2, rules=9), 1)]))
    assert (await store.subject(ADA))["rules"] == 1


async def test_a_state_that_changed_since_it_was_read_is_a_conflict(store: Store) -> None:
    await store.commit(Change(states=[Write(state(), None)]))
    await store.commit(Change(states=[Write(state(revision=2), 1)]))
    with pytest.raises(Conflict):
        await store.commit(Change(states=[Write(state(revision=2, record='{"n": "late"}'), 1)]))
    assert (await store.state("t1"))["record"] == '{"n": 2}'


async def test_of_two_who_insert_the_same_one_wins(store: Store) -> None:
    async def insert(rules: int) -> bool:
        try:
            await store.commit(Change(subjects=[Write(subject(rules=rules), None)]))
        except Conflict:
            return False
        return True

    assert sorted(await asyncio.gather(insert(1), insert(2))) == [False, True]


async def test_eight_writers_of_one_subject_lose_no_write(store: Store) -> None:
    await store.commit(Change(subjects=[Write(subject(), None)]))

    async def add() -> None:
        while True:
            doc = await store.subject(ADA)
            try:
                await store.commit(Change(subjects=[Write({**doc, "version": doc["version"] + 1, "rules": doc["rules"] + 1},
                                                          doc["version"])]))
                return
            except Conflict:
                await asyncio.sleep(0.005)

    await asyncio.gather(*(add() for _ in range(8)))
    assert (await store.subject(ADA))["rules"] == 8


async def test_only_the_requests_that_were_read_are_deleted(store: Store) -> None:
    await store.commit(Change(requests=[request("r1", ADA, 0, MONDAY, "x")]))
    read = (await store.load([ADA], MONDAY)).requests[ADA]
    await store.commit(Change(requests=[request("r2", ADA, 0, MONDAY, "x")]))
    await store.commit(Change(served=[r["_id"] for r in read]))
    assert [r["_id"] for r in (await store.load([ADA], MONDAY)).requests[ADA]] == ["r2"]


async def test_requests_are_due_in_their_partitions_and_at_their_time(store: Store) -> None:
    later = MONDAY + timedelta(hours=1)
    await store.commit(Change(requests=[request("r1", ADA, 0, MONDAY, "x"), request("r2", BEN, 1, MONDAY, "x"),
                                        request("r3", "stay:CY", 0, later, "x")]))
    assert await store.due(MONDAY, [0], 10) == [(ADA, 0)]
    assert sorted(await store.due(MONDAY, None, 10)) == [(ADA, 0), (BEN, 1)]
    assert await store.next_due() == MONDAY
    assert len(await store.due(later, None, 10)) == 3


async def test_a_subjects_own_next_time_has_one_row(store: Store) -> None:
    for hours in (1, 2):
        await store.commit(Change(requests=[request(again_id(ADA), ADA, 0, MONDAY + timedelta(hours=hours), "time")]))
    assert [r["due"] for r in (await store.load([ADA], MONDAY)).requests[ADA]] == [MONDAY + timedelta(hours=2)]


async def test_a_due_time_is_never_rounded_down(store: Store) -> None:
    at = MONDAY + timedelta(microseconds=1)
    await store.commit(Change(requests=[request("r", ADA, 0, at, "x")]))
    assert await store.due(MONDAY, None, 10) == []


async def test_a_token_goes_only_where_the_revision_is_still_the_one_sent(store: Store) -> None:
    await store.commit(Change(states=[Write(state(), None), Write(state("t2"), None)]))
    sent = await store.unpublished(10)
    await store.commit(Change(states=[Write(state(revision=2, token="newer"), 1)]))
    assert await store.published(sent) == ["t1"]
    assert [(name, d["_id"], d["revision"]) for name, d in await store.unpublished(10)] == [("states", "t1", 2)]
    assert not await store.at_rest(MONDAY)


async def test_the_outbox_is_never_overwritten(store: Store) -> None:
    told = {"_id": "f1", "subject": ADA, "topic": "room-assigned", "key": "ADA", "value": "{}", "headers": {},
            "at": MONDAY.isoformat(), "revision": 1, "unpublished": "tok"}
    await store.commit(Change(outbox=[told]))
    with pytest.raises(Conflict):
        await store.commit(Change(outbox=[{**told, "value": "{1}"}]))
    await store.published(await store.unpublished(10))
    assert await store.at_rest(MONDAY)
    assert await store.tell_again() == 1
    assert [d["value"] for _, d in await store.unpublished(10)] == ["{}"]


async def test_an_idempotency_key_is_taken_once(store: Store) -> None:
    key = {"_id": "k", "digest": "d", "status": 201, "answer": "{}", "expires": NEVER}
    await store.commit(Change(keys=[key]))
    with pytest.raises(Conflict):
        await store.commit(Change(keys=[key], subjects=[Write(subject(), None)]))
    assert await store.subject(ADA) is None
    assert (await store.key("k"))["answer"] == "{}"


async def test_what_is_on_feeds_is_read_in_pages(store: Store) -> None:
    docs = [state(f"t{n}") for n in range(5)] + [state("old", open=False, closed_at=MONDAY - timedelta(days=9)),
                                                 state("private", topic=None, token=None)]
    await store.commit(Change(states=[Write(doc, None) for doc in docs]))
    since = MONDAY - timedelta(days=7)
    pages = [docs async for docs in store.states(["desk-tasks"], since, 3)]
    assert [len(docs) for docs in pages] == [3, 2]
    assert sorted(d["_id"] for docs in pages for d in docs) == ["t0", "t1", "t2", "t3", "t4"]


@pytest.mark.real
async def test_a_connection_made_while_the_server_was_starting_is_not_used_for_ever(mongo_uri: str) -> None:
    store = MongoStore(mongo_uri, f"test_{secrets.token_hex(6)}")
    await store.start()
    await store.commit(Change(subjects=[Write(subject(), None)], states=[Write(state(), None)]))
    for server in store.client.delegate._topology._servers.values():
        for connection in server.pool.conns:
            connection.supports_sessions = False  # as a server says that has not found its replica set yet
    with pytest.raises(Unavailable):
        await store.commit(Change(states=[Write(state(revision=2), 1)], requests=[request("r1", ADA, 0, MONDAY, "x")]))
    await store.commit(Change(states=[Write(state(revision=2), 1)], requests=[request("r1", ADA, 0, MONDAY, "x")]))
    assert (await store.state("t1"))["revision"] == 2
    await store.stop()


@pytest.mark.real
async def test_an_index_that_takes_longer_than_an_answer_may_is_waited_for(mongo_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"test_{secrets.token_hex(6)}"
    slow, hasty = MongoStore(mongo_uri, name), MongoStore(mongo_uri, name, answer_timeout=0.1)
    await slow.db.states.insert_many([{"_id": n, "subject": secrets.token_hex(8), "record": "{}"} for n in range(100_000)])
    with monkeypatch.context() as patch, pytest.raises(Unavailable, match="NetworkTimeout"):
        patch.setattr(store_module, "INDEXED", 1)
        await hasty.start()
    await hasty.start()
    assert len(await slow.db.states.index_information()) == len(INDEXES["states"]) + 1
    await slow.client.drop_database(name)
    await hasty.stop()
    await slow.stop()


@pytest.mark.real
async def test_what_is_on_feeds_is_found_without_a_look_at_every_past_stay(mongo_uri: str) -> None:
    store = MongoStore(mongo_uri, f"test_{secrets.token_hex(6)}")
    await store.start()
    past = MONDAY - timedelta(days=90)
    await store.db.states.insert_many([state(f"a{n:04}", open=False, closed_at=past, token=None) for n in range(3000)])
    await store.db.states.insert_many([state(f"z{n}", token=None) for n in range(3)])

    async def looked_at() -> int:
        return int((await store.client.admin.command("serverStatus"))["metrics"]["queryExecutor"]["scanned"])

    before = await looked_at()
    pages = [docs async for docs in store.states(["desk-tasks", "promises"], MONDAY - timedelta(days=7), 2, brief=True)]
    assert (await looked_at()) - before < 100
    assert [doc["_id"] for docs in pages for doc in docs] == ["z0", "z1", "z2"]
    await store.db.subjects.insert_many([subject(f"stay:A{n:04}", closed_at=past, site="belgrade") for n in range(3000)])
    await store.db.subjects.insert_many([subject(f"stay:Z{n}", site="belgrade") for n in (2, 0, 1)])
    before = await looked_at()
    for site in (None, "belgrade"):
        assert [doc["_id"] for doc in await store.open_stays(site)] == ["stay:Z0", "stay:Z1", "stay:Z2"]
    assert (await looked_at()) - before < 100
    await store.stop()


async def test_a_pool_sees_its_open_tasks_and_nothing_else(store: Store) -> None:
    await store.commit(Change(states=[
        Write(state("a", pool="pool:rooms/belgrade"), None), Write(state("b", pool="pool:rooms/belgrade", open=False), None),
        Write(state("c", pool="pool:rooms/bled"), None), Write(state("d"), None)]))
    assert [d["_id"] for d in await store.pool_states("pool:rooms/belgrade")] == ["a"]


async def test_resources_and_open_stays_are_found_by_site(store: Store) -> None:
    names = ["resource:belgrade/room/101", "resource:belgrade/room-x/1", "resource:bled/room/1", "resource:belgrade/van/1"]
    await store.commit(Change(subjects=[Write(subject(n), None) for n in names] + [
        Write(subject(ADA, site="belgrade"), None), Write(subject(BEN, site="bled"), None),
        Write(subject("stay:OLD", site="belgrade", closed_at=MONDAY), None)]))
    assert [d["_id"] for d in await store.resources("belgrade", ["room"])] == ["resource:belgrade/room/101"]
    assert [d["_id"] for d in await store.open_stays("belgrade")] == [ADA]
    assert [d["_id"] for d in await store.open_stays()] == [ADA, BEN]


async def test_a_services_own_collections_are_fenced_too(store: Store) -> None:
    await store.commit(Change(own={"patients": [Write({"_id": "P-1", "version": 1}, None)]}))
    with pytest.raises(Conflict):
        await store.commit(Change(own={"patients": [Write({"_id": "P-1", "version": 3}, 2)]}))
    assert await store.own("patients", "P-1") == {"_id": "P-1", "version": 1}
    assert await store.own_all("patients", "", 10) == [{"_id": "P-1", "version": 1}]


async def test_a_state_stored_as_fields_is_stored_as_text_from_the_next_start_on(database: str | None) -> None:
    if database is None:
        pytest.skip("what is in memory is never older than its process")
    store = MongoStore(database, f"before_{secrets.token_hex(6)}")
    task = planned(pick_up(), chosen={"van": "van-1"})
    now = task_doc(task, "", MONDAY)
    before = {**json.loads(now["private"]), "details": task.details, "chosen": dict(task.chosen)}
    before.pop("under")
    await store.db.states.insert_many([{**now, "_id": id_, "record": json.loads(now["record"]), "private": before} for id_ in "ab"])
    await store.start()
    assert [task_of(doc) for doc in [await store.state("a"), await store.state("b")]] == [task, task]
    await store.wipe()
    await store.stop()
