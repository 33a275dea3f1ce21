"""A stay is closed thirty days after its last task: off its feeds, kept as it is, opened again by an operator and nobody else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.language.moves import Move
from shared.shell.dead_letters import read_letter, replayed
from shared.shell.documents import NEVER, record_of
from shared.shell.laws import broken_laws
from shared.shell.memory import MemoryStore
from shared.shell.memory_bus import MemoryBus
from shared.shell.store import MongoStore
from tests.shell.house import House, booking, house
from tests.shell.porter import CLINIC, PORTER

AT = "2026-11-23T13:40:00+01:00"
ARRIVAL = {"mode": "flight", "flight": "LH1406", "on": "2026-11-23", "place": "BEG", "at": AT}
GONE = datetime.fromisoformat("2026-11-30T10:00:00+01:00")
ALMOST, CLOSED = GONE + timedelta(days=30, seconds=-1), GONE + timedelta(days=30)


@pytest.fixture(params=["memory", pytest.param("mongo", marks=pytest.mark.real)])
def store(request: pytest.FixtureRequest) -> Any:
    uri = request.getfixturevalue("mongo_uri") if request.param == "mongo" else None
    return MongoStore(uri, f"closing_{id(request)}") if uri else MemoryStore()


@asynccontextmanager
async def over(store: Any) -> AsyncIterator[House]:
    """Ada came, was carried, was discharged: nothing more is owed."""
    async with house([PORTER], CLINIC, [store], MemoryBus()) as h:
        await h.tell("flight-status", {"flight": "LH1406", "on": "2026-11-23", "estimated": "2026-11-23T13:50:00+01:00"})
        await h.tell("stay-booked", booking("ADA", arrival=ARRIVAL))
        await h.rest()
        h.clock.step(datetime.fromisoformat(AT) + timedelta(hours=1))
        for task in h.feed("porter"):
            for to in ("accepted", "completed"):
                await h.running[0].engine.move(task["task_id"], Move(to=to, by="vera"))  # type: ignore[arg-type]
        h.clock.step(GONE)
        await h.tell("discharged", {"stay_id": "ADA", "discharged_at": GONE.isoformat(), "told_at": GONE.isoformat()})
        await h.rest()
        yield h


def rows(h: House) -> dict[str, int]:
    return {topic: len(h.running[0].mirror.values(topic)) for topic in ("porter-tasks", "promises")}


async def at(h: House, moment: datetime) -> None:
    h.clock.step(moment)
    h.running[0].engine.hurry()
    await h.rest()
    assert await broken_laws(h.running[0]) == []


async def test_until_the_last_moment_everything_stands_and_then_nothing(store: Any) -> None:
    async with over(store) as h:
        await at(h, ALMOST)
        assert rows(h) == {"porter-tasks": 2, "promises": 1}
        await at(h, CLOSED)
        assert rows(h) == {"porter-tasks": 0, "promises": 0}
        doc, flight = await store.subject("stay:ADA"), await store.subject("flight:LH1406/2026-11-23")
        assert (doc["closed_at"], len(doc["facts"]), flight["named_by"]) == (CLOSED, 2, [])
        assert await store.open_stays() == await store.outbox_of("stay:ADA") == []
        assert await store.next_due() is None
        kept = await store.load(["stay:ADA"], CLOSED)
        records = [record_of(state) for state in kept.states["stay:ADA"]]
        assert {record.get("status") for record in records if record.get("feed") == "porter"} == {"completed"}


async def test_a_new_fact_of_a_closed_stay_is_a_dead_letter_and_a_known_one_is_nothing_new(store: Any) -> None:
    async with over(store) as h:
        await at(h, CLOSED)
        await h.tell("discharged", {"stay_id": "ADA", "discharged_at": GONE.isoformat(), "told_at": GONE.isoformat()})
        await h.tell("discharged", {"stay_id": "ADA", "home_care_weeks": 5})
        await h.rest()
        [letter] = letters(h)
        assert (letter.reason, letter.topic) == ("stay-closed", "discharged")
        assert "replay --reopen" in letter.detail
        assert rows(h) == {"porter-tasks": 0, "promises": 0}


async def test_an_operator_opens_it_again_with_what_was_not_heard(store: Any) -> None:
    async with over(store) as h:
        await at(h, CLOSED)
        later = datetime.fromisoformat("2027-01-03T09:00:00+01:00")
        h.clock.step(later)
        await h.tell("stay-booked", {"stay_id": "ADA", "profile": {"companions": {"C-1": {"bed": True}}}})
        await h.rest()
        [letter] = letters(h)
        await h.bus.publish([replayed(letter, reopen=True)])
        await h.rest()
        doc = await store.subject("stay:ADA")
        assert (doc["closed_at"], len(doc["facts"])) == (NEVER, 3)
        assert rows(h) == {"porter-tasks": 2, "promises": 1}
        assert {t["status"] for t in h.feed("porter")} == {"completed"}
        assert await broken_laws(h.running[0]) == []
        await at(h, later + timedelta(days=30))
        assert rows(h) == {"porter-tasks": 0, "promises": 0}


async def test_a_flight_told_of_after_the_closing_wakes_nobody(store: Any) -> None:
    async with over(store) as h:
        await at(h, CLOSED)
        await h.tell("flight-status", {"flight": "LH1406", "on": "2026-11-23", "status": "landed"})
        await h.rest()
        assert rows(h) == {"porter-tasks": 0, "promises": 0}


def letters(h: House) -> list[Any]:
    lanes = h.bus.topics.get("porter.dead-letters", [])  # type: ignore[attr-defined]
    return [read_letter(record) for lane in lanes for record in lane]
