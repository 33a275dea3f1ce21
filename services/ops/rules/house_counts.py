"""The head of the board in numbers: promises by state, and who comes, is here and leaves, today and tomorrow."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from services.ops.rules.board_row import Row
from services.ops.rules.cells import SEVERITY
from shared.language.facts import Json

HERE = ("booked", "admitted")


@dataclass(frozen=True, slots=True)
class Day:
    """`in_house`: today who is here now, tomorrow who will sleep here then."""

    arrivals: int
    in_house: int
    departures: int

    def as_json(self) -> Json:
        return {"arrivals": self.arrivals, "in_house": self.in_house, "departures": self.departures}


@dataclass(frozen=True, slots=True)
class Counts:
    """`promises`: worst state first, every state there is."""

    promises: tuple[tuple[str, int], ...]
    today: Day
    tomorrow: Day

    def as_json(self) -> Json:
        return {"promises": dict(self.promises), "today": self.today.as_json(), "tomorrow": self.tomorrow.as_json()}


def counts(rows: Iterable[Row], today_at: Callable[[str | None], date]) -> Counts:
    """`today_at`: the day at a site."""
    stays = [(row, today_at(row.site)) for row in rows]
    states = Counter(cell.state for row, _ in stays for cell in row.cells)
    return Counts(tuple((state, states[state]) for state in SEVERITY), _day(stays, 0), _day(stays, 1))


def _day(stays: list[tuple[Row, date]], ahead: int) -> Day:
    found = [(row, today + timedelta(days=ahead), leaving(row, today)) for row, today in stays if row.phase != "nothing"]
    arrivals = sum(row.arrives_on == day and (ahead == 0 or row.phase == "booked") for row, day, _ in found)
    departures = sum(leaves == day for _, day, leaves in found)
    if ahead == 0:
        return Day(arrivals, sum(row.in_house for row, _, _ in found), departures)
    return Day(arrivals, sum(_sleeps(row, day, leaves) for row, day, leaves in found), departures)


def leaving(row: Row, today: date) -> date | None:
    """Who stays on past the day of leaving leaves tomorrow, until somebody knows better."""
    if row.in_house and row.leaves_on and row.leaves_on < today:
        return today + timedelta(days=1)
    return row.leaves_on


def _sleeps(row: Row, night: date, leaves: date | None) -> bool:
    comes = row.in_house or (row.phase == "booked" and row.arrives_on is not None and row.arrives_on <= night)
    return row.phase in HERE and comes and (leaves is None or leaves > night)
