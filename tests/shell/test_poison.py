"""What can never be stored, or was stamped by a broken clock, blocks nobody: its facts are kept and the others go on."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from shared.language.facts import Fact
from shared.language.reading import FULLEST
from shared.language.stay import Stay
from shared.language.tasks import Owed
from shared.service import Around, Plan
from shared.shell.documents import Unavailable, new_subject, with_facts
from shared.shell.follow import as_record
from shared.shell.memory import MemoryStore
from shared.shell.memory_bus import MemoryBus
from shared.shell.storable import LARGEST, text_of
from tests.shell.house import MONDAY, booking, house
from tests.shell.porter import CLINIC, PORTER

PLANTED: dict[str, Any] = {"int": 2**64, "number": {1: "one"}, "instant": MONDAY, "tuple": (1,), "nan": float("nan"),
                           "surrogate": "\ud800", "large": "я" * (LARGEST // 2 + 1)}


@pytest.mark.parametrize("name", PLANTED)
async def test_what_cannot_be_stored_makes_its_stay_failing_and_the_others_go_on(name: str) -> None:
    def plan(stay: Stay, around: Around) -> Plan:
        says = PLANTED[name] if stay.id == "BAD" else 1
        return Plan([Owed(kind="bell", feed="porter", start=MONDAY, due=MONDAY, site="belgrade", details={"says": says})])

    store = MemoryStore()
    async with house([replace(PORTER, plan=plan)], CLINIC, [store], MemoryBus()) as h:
        await h.tell("stay-booked", booking("BAD"), booking("GOOD"))
        await h.rest()
        assert [t["stay_id"] for t in h.feed("porter")] == ["GOOD"]
        assert [(t["stay_id"], t["kind"]) for t in h.feed("desk")] == [("BAD", "failing")]
        assert len(store.data["subjects"]["stay:BAD"]["facts"]) == 1


def test_what_json_can_say_is_stored() -> None:
    text_of({"a": [1, -2**63, 1.5, None, True, "ž\0", {"b.c": {}, "$ref": "x", "a\0b": 1}]})


@pytest.mark.parametrize("stamp", [-1, None, 1_790_000_000_000_000, 2**62])
def test_a_record_stamped_by_a_broken_clock_can_be_read(stamp: int | None) -> None:
    raw = SimpleNamespace(topic="t", partition=0, offset=0, key=None, value=b"{}", headers=(), timestamp=stamp)
    assert as_record(raw).stamped == datetime.fromtimestamp(0, UTC)


def test_the_facts_of_a_subject_fit_into_one_document_in_any_script_and_however_small() -> None:
    for words in ("я" * 80_000, ""):
        value = json.dumps({"stay_id": "ADA", "note": words}, ensure_ascii=False)
        facts = [Fact(f"{n:032}", "stay-booked", "stay:ADA", MONDAY + timedelta(seconds=n), value) for n in range(200)]
        doc = with_facts(new_subject("stay:ADA"), facts)
        assert doc is not None
        assert doc["bytes"] >= len(json.dumps(doc["facts"], ensure_ascii=False).encode())
    assert FULLEST < 15 * 1024 * 1024


async def test_a_database_that_is_away_for_a_moment_is_no_failure_of_a_pool() -> None:
    store = MemoryStore()
    async with house([PORTER], CLINIC, [store], MemoryBus()) as h:
        asked, there = [], store.load

        async def away(subjects: list[str], *more: Any) -> Any:
            if not any(subject.startswith("pool:") for subject in subjects):
                return await there(subjects, *more)
            asked.extend(subjects)
            store.load = there  # type: ignore[method-assign]
            raise Unavailable("MongoDB: AutoReconnect")

        store.load = away  # type: ignore[method-assign]
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        assert asked and h.feed("desk") == []
