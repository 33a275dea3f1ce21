"""Whoever moves a task finds it moved: the answer waits for the screens of its own process, and never for long."""

import asyncio
from time import perf_counter

from shared.shell import feeds
from shared.shell.feeds import Mirror
from shared.shell.ports import Record
from tests.shell.house import MONDAY


def told(revision: int) -> Record:
    return Record("desk-tasks", 0, revision, b"a", b"{}", (("stayward_revision", str(revision).encode()),), MONDAY)


async def test_the_answer_waits_until_the_screen_shows_that_revision_or_a_later_one() -> None:
    mirror = Mirror()
    mirror.take(told(1))
    waiting = asyncio.create_task(mirror.shows("desk-tasks", "a", 2))
    await asyncio.sleep(0.03)
    assert not waiting.done()
    mirror.take(told(3))
    assert await waiting


async def test_a_broker_that_is_away_holds_up_nobody() -> None:
    began = perf_counter()
    assert not await Mirror().shows("desk-tasks", "a", 1)
    assert feeds.SOON <= perf_counter() - began < 5
