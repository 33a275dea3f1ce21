"""What a reader of the board asks for: one site, some text, some states, one page of it; and what is over, only if asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from services.ops.rules.board_row import Row

SHOWN = timedelta(days=7)  # a stay that is over stays on the board for so long


@dataclass(frozen=True, slots=True)
class Wanted:
    """`states`: any promise of the stay in one of these; `text`: in the stay's id, the patient's reference or the room."""

    site: str | None = None
    text: str = ""
    states: frozenset[str] = frozenset()
    everything: bool = False
    offset: int = 0
    limit: int = 200

    def among(self, rows: Iterable[Row], now: datetime) -> list[Row]:
        """All that fits, worst first."""
        return sorted((row for row in rows if self._takes(row, now)), key=lambda row: row.order)

    def query(self, ahead: int) -> str:
        """The same question, so many pages ahead, as the query of an address."""
        asked = {"site": self.site, "q": self.text, "state": ",".join(sorted(self.states)), "all": self.everything and "true",
                 "offset": max(0, self.offset + ahead * self.limit), "limit": self.limit}
        return urlencode({name: word for name, word in asked.items() if word})

    def page(self, rows: Sequence[Row]) -> Sequence[Row]:
        return rows[self.offset : self.offset + self.limit]

    def is_at(self, site: str | None) -> bool:
        """What has no site is everybody's, or nobody would look after it."""
        return None in (site, self.site) or site == self.site

    def _takes(self, row: Row, now: datetime) -> bool:
        if not self.is_at(row.site):
            return False
        if self.states and not any(cell.state in self.states for cell in row.cells):
            return False
        if not self.everything and row.over_since and now - row.over_since > SHOWN:
            return False
        return self.text.casefold() in " ".join((row.stay_id, row.patient_ref or "", row.room or "")).casefold()
