"""The view of one flight on one day. What is shown of its time moves by 10 minutes or not at all, whoever corrects it how often."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.language.facts import Fact, Json
from shared.language.facts.base import without
from shared.language.facts.flights import FlightStatus
from shared.language.known import Known, in_order, merge
from shared.language.lenient import read
from shared.language.words import instant

NET = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Flight:
    """`words`: every word of its time, (told at, instant or None where it was cleared), in the order of merging."""

    number: str
    on: date
    status: FlightStatus
    known: Known
    words: tuple[tuple[datetime, datetime | None], ...] = ()

    def expected(self, scheduled: datetime | None) -> datetime | None:
        """The time that is shown: it follows a word only when that differs by 10 min or more from what is shown. A word that
        was cleared leaves the schedule. Depends on the set of the facts alone."""
        base = self.status.scheduled or scheduled
        shown = base
        for _, word in self.words:
            at = word or base
            if at and (shown is None or abs(at - shown) >= NET):
                shown = at
        return shown

    @property
    def cancelled(self) -> bool:
        return self.status.status == "cancelled"

    @property
    def diverted(self) -> bool:
        return self.status.status == "diverted"

    @property
    def landed(self) -> bool:
        return self.status.actual is not None or self.status.status == "landed"


def flight_view(number: str, on: date, facts: Iterable[Fact]) -> Flight:
    told = tuple(facts)
    known = merge(told)
    status, _ = read(FlightStatus, without(known.data, "flight", "on"))
    words: list[tuple[datetime, datetime | None]] = []
    said: Json = {}
    for fact, patch in in_order(told):
        if not {"estimated", "actual"} & patch.keys():
            continue
        said |= {name: instant(patch[name]) for name in ("estimated", "actual") if name in patch}
        words.append((fact.told_at, said.get("actual") or said.get("estimated")))
    return Flight(number, on, status, known, tuple(words))
