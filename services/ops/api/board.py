"""The board as this process knows it now: stays from its own store, promises and desk tasks from the mirror.

A stay is read and merged once for each version; rows that say the same stay the same object, so that screens draw them once.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from services.ops.rules.asked_for import Wanted
from services.ops.rules.board_row import Row, row
from services.ops.rules.cells import Said, columns, said
from services.ops.rules.desk import Ask, open_asks
from services.ops.rules.house_counts import Counts, counts
from shared.language.stay import Stay, view
from shared.shell.documents import facts_of
from shared.shell.feeds import Row as Line
from shared.shell.running import Running

T = TypeVar("T")
Made = tuple[Stay, Mapping[str, Said], list[Ask]]  # what a row is made of
PROMISES, DESK = "promises", "desk-tasks"
AT_ONCE = 50  # stays read in one go: 40 ms, and then others have their turn


@dataclass(frozen=True, slots=True)
class Page:
    """What one reader sees at one moment."""

    now: datetime
    columns: tuple[str, ...]
    counts: Counts
    rows: tuple[Row, ...]
    total: int
    asks: tuple[Ask, ...]


class Board:
    """`look` is quick and asks nobody; `hear` asks the store which stays have changed."""

    def __init__(self, running: Running) -> None:
        self.running, self.clinic = running, running.clinic
        self.columns: tuple[str, ...] = columns(())
        self.rows: list[Row] = []
        self.asks: dict[str, Ask] = {}
        self.now = running.clock.now()
        self._stays: dict[str, tuple[int, Stay]] = {}
        self._made: dict[str, tuple[Made, Row]] = {}
        self._said: dict[str, tuple[Line, Said | None]] = {}
        self._hearing = asyncio.Lock()

    async def hear(self) -> bool:
        """Takes in the stays that have changed since; True if any has."""
        async with self._hearing:
            versions = {doc["_id"]: doc["version"] for doc in await self.running.store.open_stays()}
            gone = self._stays.keys() - versions.keys()
            for id_ in gone:
                del self._stays[id_]
            new = [id_ for id_, version in versions.items() if id_ not in self._stays or self._stays[id_][0] != version]
            for start in range(0, len(new), AT_ONCE):
                found = await self.running.store.load(new[start : start + AT_ONCE], self.running.clock.now())
                for id_, doc in found.subjects.items():
                    self._stays[id_] = (doc["version"], view(id_.removeprefix("stay:"), facts_of(doc)))
            return bool(gone or new)

    def look(self, everywhere: bool = True) -> None:
        """Rows anew, from what has been heard and what the mirror shows at this moment; not `everywhere`: only where it says
        something new, and not yet where time alone has passed."""
        self.now = now = self.running.clock.now()
        words, asks = self._words(), open_asks(self.running.mirror.values(DESK), now)
        self.columns = columns({promise for of in words.values() for promise in of})
        by_stay: dict[str, list[Ask]] = {}
        self.asks = {ask.task_id: _same(self.asks.get(ask.task_id), ask) for ask in asks}
        for ask in self.asks.values():
            by_stay.setdefault(ask.stay_id or "", []).append(ask)
        made: dict[str, tuple[Made, Row]] = {}
        for _, stay in self._stays.values():
            of: Made = (stay, words.get(stay.id, {}), by_stay.get(stay.id, []))
            before = self._made.get(stay.id)
            if everywhere or before is None or before[0] != of:
                made[stay.id] = (of, _same(before[1] if before else None, self._row(*of, now)))
            else:
                made[stay.id] = before
        self._made = made
        self.rows = [row for _, row in made.values()]

    def page(self, wanted: Wanted) -> Page:
        rows = wanted.among(self.rows, self.now)
        here = Wanted(site=wanted.site, everything=wanted.everything).among(self.rows, self.now)
        asks = tuple(ask for ask in self.asks.values() if wanted.is_at(ask.site))
        return Page(self.now, self.columns, counts(here, self.today), tuple(wanted.page(rows)), len(rows), asks)

    def today(self, site: str | None) -> date:
        return self.now.astimezone(self.clinic.zone(site)).date()

    def _row(self, stay: Stay, words: Mapping[str, Said], asks: list[Ask], now: datetime) -> Row:
        site = self.clinic.site_of(stay.site)
        return row(stay, site, self.clinic.zone(site), words, asks, now)

    def _words(self) -> dict[str, dict[str, Said]]:
        """stay -> promise -> its keeper's last word; a record is read once."""
        lines, before = self.running.mirror.rows.get(PROMISES, {}), self._said
        self._said = {key: known if (known := before.get(key)) and known[0] is line else (line, said(line.value, line.at))
                      for key, line in lines.items()}
        found: dict[str, dict[str, Said]] = {}
        for line, word in self._said.values():
            if word and isinstance(stay := line.value.get("stay_id"), str):
                found.setdefault(stay, {})[word.promise] = word
        return found


def _same(old: T | None, new: T) -> T:
    return old if old is not None and old == new else new
