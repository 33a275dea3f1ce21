"""The stream: a snapshot, then what is different, a beat when nothing is; and an end when the house stops."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sse_starlette import ServerSentEvent

from services.ops.api import live
from services.ops.api.board import Board
from services.ops.api.live import Live
from services.ops.api.screen import Screen
from services.ops.rules.asked_for import Wanted
from shared.shell.ports import Out
from tests.ops.house import Ops, ops


class Reader:
    """Reads a stream event by event."""

    def __init__(self, house: Ops, screen: Live, wanted: Wanted) -> None:
        self.events: AsyncIterator[ServerSentEvent] = screen.stream(wanted)

    async def next(self) -> tuple[str, dict[str, Any]]:
        async with asyncio.timeout(10):
            event = await anext(self.events)
        return str(event.event), json.loads(str(event.data))

    async def changes(self) -> dict[str, Any]:
        """The next change that is about rows."""
        while True:
            name, told = await self.next()
            if name == "change" and set(told) - {"now", "clock"}:
                return told

    async def ended(self) -> bool:
        async with asyncio.timeout(10):
            return [event async for event in self.events] == []


@asynccontextmanager
async def reading(*wanted: Wanted) -> AsyncIterator[tuple[Ops, Live, list[Reader]]]:
    async with ops() as house:
        await house.book("ADA", "BEN")
        screen = Live(Board(house.running), Screen(house.running.clinic))
        readers = [Reader(house, screen, each) for each in wanted or (Wanted(),)]
        yield house, screen, readers
        for reader in readers:
            await reader.events.aclose()  # type: ignore[attr-defined]


async def test_a_reader_has_the_whole_board_first_and_then_only_what_changed() -> None:
    async with reading() as (house, _, [reader]):
        name, first = await reader.next()
        assert (name, [row["id"] for row in first["stays"]], first["total"]) == ("snapshot", ["ADA", "BEN"], 2)
        await house.says("BEN", "broken: no vehicle")
        told = await reader.changes()
        assert ([row["id"] for row in told["stays"]], "no vehicle" in told["stays"][0]["html"]) == (["BEN"], True)
        assert told["stays"][0]["order"] < first["stays"][0]["order"]
        assert '<b>1</b></li>' in told["head"]


async def test_a_new_stay_and_a_new_question_appear_and_what_no_longer_fits_goes() -> None:
    async with reading(Wanted(states=frozenset({"broken"}))) as (house, _, [reader]):
        assert (await reader.next())[1]["stays"] == []
        await house.says("BEN", "broken: no vehicle", status="ask")
        told = await reader.changes()
        while not {"stays", "asks"} <= told.keys():
            told |= await reader.changes()
        assert [row["id"] for row in told["stays"]] == ["BEN"]
        await house.says("BEN", "confirmed: Marko accepted", status=None)
        gone = await reader.changes()
        while not {"stays_gone", "asks_gone"} <= gone.keys():
            gone |= await reader.changes()
        assert (gone["stays_gone"], gone["asks_gone"], gone["total"]) == (["BEN"], [told["asks"][0]["id"]], 0)


async def test_many_changes_at_once_are_one_event() -> None:
    async with reading() as (house, _, [reader]):
        await reader.next()
        for number in range(30):
            await house.house.tell("arrival-expected", {"stay_id": "BEN", "cause": f"at-risk: late by {number} minutes",
                                                        "told_at": f"2026-11-16T09:00:{number:02}+01:00"})
        seen = 0
        while "late by 29 minutes" not in str(await reader.changes()):
            seen += 1
        assert seen < 5


async def test_a_row_is_drawn_once_for_all_who_look() -> None:
    async with reading(Wanted(), Wanted()) as (house, screen, readers):
        for reader in readers:
            await reader.next()
        drawn: list[str] = []
        draw = screen.screen._draw
        screen.screen._draw = lambda template, **values: (drawn.append(template), draw(template, **values))[1]  # type: ignore[method-assign]
        await house.says("BEN", "broken: no vehicle")
        assert [(await reader.changes())["stays"][0]["id"] for reader in readers] == ["BEN", "BEN"]
        assert drawn.count("row.html") == 1


async def test_a_row_that_says_the_same_is_the_same_row_and_is_not_sent_again() -> None:
    async with reading() as (_, screen, [reader]):
        await reader.next()
        before = screen.board.page(Wanted())
        screen.board.look()
        after = screen.board.page(Wanted())
        assert all(new is old for new, old in zip(after.rows, before.rows, strict=True))
        assert screen.difference(before, after, Wanted()) is None


async def test_a_quiet_stream_beats(monkeypatch: Any) -> None:
    monkeypatch.setattr(live, "BEAT", 0.05)
    async with reading() as (_, _, [reader]):
        await reader.next()
        async with asyncio.timeout(10):
            beat = await anext(reader.events)
        assert (beat.event, beat.comment) == ("beat", "beat")
        assert b": beat" in beat.encode() and b"event: beat" in beat.encode()


async def test_the_stream_ends_when_the_house_stops_and_a_new_one_begins_afresh() -> None:
    async with reading(Wanted(), Wanted()) as (house, _, [first, later]):
        await first.next()
        house.running.mirror.close()
        assert await first.ended()
        assert (await later.next())[0] == "snapshot"


async def test_the_watch_ends_with_its_last_reader() -> None:
    async with reading() as (house, screen, [reader]):
        await reader.next()
        watching = screen._watching
        assert watching is not None and not watching.done()
        await reader.events.aclose()  # type: ignore[attr-defined]
        await asyncio.wait([watching], timeout=5)
        assert watching.done()
        assert not any(house.running.mirror.readers.values())


async def test_a_promise_of_a_new_kind_brings_a_new_column() -> None:
    async with reading() as (house, _, [reader]):
        await reader.next()
        await house.house.bus.publish([_laundry(house)])
        name, told = await reader.next()
        while name != "snapshot":
            name, told = await reader.next()
        assert "laundry" in told["columns"]


def _laundry(house: Ops) -> Out:
    value = {"stay_id": "ADA", "promise": "laundry", "keeper": "laundry", "state": "at-risk", "reason": "no water"}
    return Out("promises", "ADA/laundry", json.dumps(value).encode(), house.house.clock.now(), {"stayward_revision": "1"})
