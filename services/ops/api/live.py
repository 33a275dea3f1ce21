"""One watch for all readers of this process: it looks again when something has changed, at most four times a second.

A reader is sent the difference between the page that he has and the page that there is; a slow one skips pages, never rows.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

import structlog
from sse_starlette import ServerSentEvent

from services.ops.api.board import DESK, PROMISES, Board, Page
from services.ops.api.screen import Screen
from services.ops.rules.asked_for import Wanted
from shared.language.facts import Json

log = structlog.get_logger("stayward.ops")
PACE, HEAR, LOOK, BEAT = 0.25, 1.0, 3.0, 10.0  # seconds of machine time: of changes, of facts, of silence, of a quiet stream


class Live:
    """The watch begins with the first reader and ends with the last; a mirror that closes ends every stream."""

    def __init__(self, board: Board, screen: Screen) -> None:
        self.board, self.screen = board, screen
        self._readers: set[asyncio.Event] = set()
        self._watching: asyncio.Task[None] | None = None

    async def stream(self, wanted: Wanted) -> AsyncIterator[ServerSentEvent]:
        """A `snapshot`, then a `change` for what is different; `beat` with a comment when nothing is."""
        reader = asyncio.Event()
        self._readers.add(reader)
        watching = self._at_watch()  # before we look, so that nothing falls between
        try:
            await self.board.hear()
            self.board.look()
            shown = self.board.page(wanted)
            yield self._event("snapshot", self.snapshot(shown, wanted))
            while True:
                changed = await _within(BEAT, reader)
                if watching.done():
                    return
                page = self.board.page(wanted)
                if page.columns != shown.columns:
                    yield self._event("snapshot", self.snapshot(page, wanted))
                elif told := self.difference(shown, page, wanted):
                    yield self._event("change", told)
                elif not changed:
                    yield self._event("beat", self._clock(page, wanted), comment="beat")
                shown = page
        finally:
            self._readers.discard(reader)
            if not self._readers:
                watching.cancel()

    def _at_watch(self) -> asyncio.Task[None]:
        """The one watch; when it is over, however it ends, it follows nothing and every reader hears of it."""
        if self._watching is None or self._watching.done():
            mirror = self.board.running.mirror
            queues = {topic: mirror.read(topic) for topic in (PROMISES, DESK)}
            self._watching = asyncio.create_task(self._watch(list(queues.values())), name="the board's watch")

            def over(_: object) -> None:
                for topic, queue in queues.items():
                    mirror.leave(topic, queue)
                self._wake()

            self._watching.add_done_callback(over)
        return self._watching

    async def _watch(self, queues: Iterable["asyncio.Queue[Json | None]"]) -> None:
        clock = self.board.running.clock
        heard = looked = clock.elapsed()
        while True:
            await asyncio.sleep(PACE)
            told = [said for queue in queues for said in _waiting(queue)]
            if None in told:  # we are stopping, or are too slow: readers come back for a snapshot
                return
            changed = bool(told)
            if clock.elapsed() - heard >= HEAR:
                changed |= await self._hear()
                heard = clock.elapsed()
            everywhere = clock.elapsed() - looked >= LOOK
            if changed or everywhere:
                self.board.look(everywhere)
                looked = clock.elapsed() if everywhere else looked
                self._wake()

    async def _hear(self) -> bool:
        try:
            return await self.board.hear()
        except Exception as error:  # what the mirror says goes on; the store is asked again
            log.warning("the store does not answer the board", error=type(error).__name__)
            return False

    def _wake(self) -> None:
        for reader in self._readers:
            reader.set()

    def snapshot(self, page: Page, wanted: Wanted) -> Json:
        return {**self._clock(page, wanted), "head": self.screen.head(page), "columns": self.screen.columns(page.columns),
                "total": page.total, "stays": [self.screen.row(row, page.columns) for row in page.rows],
                "asks": [self.screen.ask(ask) for ask in page.asks]}

    def difference(self, before: Page, after: Page, wanted: Wanted) -> Json | None:
        """Rows are the same when they are the same object: the board sees to that."""
        rows, old_rows = {r.stay_id: r for r in after.rows}, {r.stay_id: r for r in before.rows}
        asks, old_asks = {a.task_id: a for a in after.asks}, {a.task_id: a for a in before.asks}
        told: Json = {
            "stays": [self.screen.row(row, after.columns) for row in _new(rows, old_rows)],
            "asks": [self.screen.ask(ask) for ask in _new(asks, old_asks)],
            "stays_gone": sorted(old_rows.keys() - rows.keys()), "asks_gone": sorted(old_asks.keys() - asks.keys())}
        told = {name: found for name, found in told.items() if found}
        if (before.counts, before.total) != (after.counts, after.total):
            told |= {"head": self.screen.head(after), "total": after.total}
        clock = self._clock(after, wanted)
        return {**clock, **told} if told or clock["clock"] != self._clock(before, wanted)["clock"] else None

    def _clock(self, page: Page, wanted: Wanted) -> Json:
        return {"now": page.now.isoformat(), "clock": self.screen.clock(page.now, wanted.site)}

    @staticmethod
    def _event(name: str, says: Json, comment: str | None = None) -> ServerSentEvent:
        return ServerSentEvent(json.dumps(says), event=name, comment=comment)


def _new(after: Mapping[str, Any], before: Mapping[str, Any]) -> Iterable[Any]:
    return [what for name, what in after.items() if before.get(name) is not what]


def _waiting(queue: "asyncio.Queue[Json | None]") -> list[Json | None]:
    return [queue.get_nowait() for _ in range(queue.qsize())]


async def _within(seconds: float, event: asyncio.Event) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    event.clear()
    return True
