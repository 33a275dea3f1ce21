"""A database that was lost is made again from the topics: the same tasks, promises and facts told, under the same names."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.language.moves import Move
from shared.shell.documents import Doc
from shared.shell.laws import broken_laws
from shared.shell.memory import MemoryStore
from shared.shell.memory_bus import MemoryBus
from shared.shell.rebuild import Rebuild
from shared.shell.running import Running
from shared.shell.store import MongoStore
from tests.shell.house import booking, house
from tests.shell.porter import CLINIC, PORTER

ARRIVAL = {"mode": "flight", "flight": "LH1406", "on": "2026-11-23", "place": "BEG", "at": "2026-11-23T13:40:00+01:00"}
NOON = datetime.fromisoformat("2026-11-23T12:50:00+01:00")


@pytest.fixture(params=["memory", pytest.param("mongo", marks=pytest.mark.real)])
def opened(request: pytest.FixtureRequest) -> Callable[[], Any]:
    """Opens the same database again and again; one that was closed stays closed."""
    if request.param == "mongo":
        uri, name = request.getfixturevalue("mongo_uri"), f"rebuild_{id(request)}"
        return lambda: MongoStore(uri, name)
    memory = MemoryStore()
    return lambda: memory


async def states_of(store: Any, *stays: str) -> dict[str, tuple[int, Any, bool]]:
    """id -> (revision, record, open), of what is not closed without ever having been begun."""
    loaded = await store.load([f"stay:{stay}" for stay in stays], NOON)
    docs: list[Doc] = [doc for found in loaded.states.values() for doc in found]
    return {doc["_id"]: (doc["revision"], doc["record"], doc["open"]) for doc in docs}


async def test_a_service_is_rebuilt_from_the_topics(opened: Callable[[], Any]) -> None:
    bus, store = MemoryBus(), opened()
    async with house([PORTER], CLINIC, [store], bus) as h:
        await h.tell("flight-status", {"flight": "LH1406", "on": "2026-11-23", "estimated": "2026-11-23T14:00:00+01:00"})
        await h.tell("stay-booked", booking("ADA", arrival=ARRIVAL), booking("BEN"), booking("CAT", at="2026-12-03T10:00:00+01:00"),
                     b"not a fact", {"stay_id": "DAN", "told_by": "nobody"})
        await h.rest()
        carry = {t["stay_id"]: t for t in h.feed("porter") if t["kind"] == "carry"}
        engine = h.running[0].engine
        await engine.move(carry["ADA"]["task_id"], Move(to="accepted", by="vera"))
        await engine.move(carry["ADA"]["task_id"], Move(to="in-progress", by="vera", stage="at the lift"))
        await engine.move(carry["BEN"]["task_id"], Move(to="requested", by="vera"))  # a decline, which is on no topic
        h.clock.step(NOON)  # ladders have fired
        engine.hurry()
        await h.rest()
        stays = ("ADA", "BEN", "CAT", "DAN")
        before, flights = await states_of(store, *stays), (await store.subject("flight:LH1406/2026-11-23"))["named_by"]
        told = {stay: (await store.subject(f"stay:{stay}"))["told"] for stay in stays}
        assert len(before) >= 9
        clock = h.clock
    store = opened()
    again = Rebuild(Running(PORTER, CLINIC, store, bus, clock))
    await again.run()
    assert again.counted["facts"] == 5
    assert again.counted["letters"] == 1
    assert await states_of(store, *stays) == before
    assert {stay: (await store.subject(f"stay:{stay}"))["told"] for stay in stays} == told
    assert (await store.subject("flight:LH1406/2026-11-23"))["named_by"] == flights == ["stay:ADA"]
    async with house([PORTER], CLINIC, [opened()], bus, now=NOON) as h:
        await h.rest()
        assert await broken_laws(h.running[0]) == []
        await h.tell("stay-booked", booking("ADA", arrival={**ARRIVAL, "at": "2026-11-23T18:00:00+01:00"},
                                            told=(NOON - timedelta(minutes=1)).isoformat()))
        await h.rest()
        assert await broken_laws(h.running[0]) == []
