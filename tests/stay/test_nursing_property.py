"""Whatever the rota, the absences, the words of duty and the acceptances: exactly one nurse is responsible, who is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from services.stay.rules.handoffs import handoffs
from services.stay.rules.responsible import Handoff, responsible, since_when
from shared.language.resources import Resource, Window
from shared.language.shifts import DAYS
from tests.stay.ada import BELGRADE, ada, admitted, booked, on
from tests.stay.ward import around, nurse, ward, who

HALF = timedelta(minutes=30)
NAMES = ("ana", "bea", "cleo", "dora")
GRID = [on(24, "06:00") + n * HALF for n in range(72)]  # a day and a half from Tuesday morning
NOBODY = [False] * len(GRID)
moments = some.sampled_from(GRID)


def hour(half: int) -> str:
    return f"{half // 2:02}:{half % 2 * 30:02}"


@some.composite
def rotas(draw: some.DrawFn) -> dict[str, Any]:
    begins = draw(some.integers(0, 47))
    ends = (begins + draw(some.integers(8, 40))) % 48
    days = draw(some.sampled_from([DAYS, DAYS, DAYS, DAYS[1:2], DAYS[2:3]]))
    return {"from": hour(begins), "to": hour(ends), "days": list(days)}


@some.composite
def absences(draw: some.DrawFn) -> Window:
    start = draw(moments)
    return Window(start, start + HALF * draw(some.integers(1, 8)), draw(some.sampled_from(["break", "break", "ill"])))


@some.composite
def crews(draw: some.DrawFn) -> list[Resource]:
    words = some.just([]) | some.lists(some.tuples(moments, some.booleans()), max_size=2, unique_by=lambda word: word[0])
    names = NAMES[: draw(some.sampled_from([3, 2, 4, 3, 2, 1, 0]))]
    return [nurse(name, *draw(some.lists(rotas(), min_size=draw(some.sampled_from([1, 1, 0])), max_size=2)),
                  charge=draw(some.booleans()), out=[draw(absences()) for _ in range(draw(some.integers(0, 2)))], duty=draw(words))
            for name in names]


@dataclass
class Clock:
    """The oracle: it walks through the days by half hours and turns a switch for each nurse, knowing no rule but the words."""

    crew: Sequence[Resource]

    def __post_init__(self) -> None:
        self.there: dict[str, list[bool]] = {r.name: self._walk(r) for r in self.crew}

    def _walk(self, r: Resource) -> list[bool]:
        """Whether she is there at each moment of the grid, or on a break."""
        steps, present = [], False
        at = GRID[0] - timedelta(days=2)
        while at <= GRID[-1]:
            turns, inside = self._by_rota(r, at)
            present = inside if turns else present
            present = next((on for told, on in r.duty if told == at), present)
            ill = any(w.start <= at and (w.end is None or at < w.end) for w in r.out if w.reason == "ill")
            steps.append((at, present and not ill))
            at += HALF
        return [there for moment, there in steps if moment >= GRID[0]]

    def _by_rota(self, r: Resource, at: datetime) -> tuple[bool, bool]:
        """(whether a shift of hers begins or ends just now, whether she is in one)"""
        turns, inside = False, False
        for entry in dict(r.details)["shifts"]:
            begins, ends = (int(entry[name][:2]) * 60 + int(entry[name][3:]) for name in ("from", "to"))
            for back in (0, 1):
                day = at.replace(hour=0, minute=0) - timedelta(days=back)
                if DAYS[day.weekday()] in entry["days"]:
                    minute = round((at - day) / timedelta(minutes=1))
                    last = ends if ends > begins else ends + 1440
                    turns |= minute in (begins, last)
                    inside |= begins <= minute < last
        return turns, inside

    def on_duty(self, r: Resource, at: datetime) -> bool:
        return self.there[r.name][GRID.index(at)] and not any(w.start <= at < w.end for w in r.out if w.end)

    def responsible(self, handed: Sequence[Handoff]) -> list[str | None]:
        """At each moment of the grid, walking: the last change that was accepted, and whether its nurse has left since."""
        holder: Handoff | None = None
        stayed, found = False, list[str | None]()
        for n, at in enumerate(GRID):
            stayed = stayed and holder is not None and self.there[holder.by][n]
            for handoff in sorted(handed):
                if self._from(handoff) == at and (holder is None or handoff >= holder):
                    holder, stayed = handoff, True
            now_on = [r for r in self.crew if self.on_duty(r, at)]
            mine = [r.name for r in now_on if stayed and holder and r.name == holder.by]
            charge = sorted(r.name for r in now_on if "charge-nurse" in r.features)
            found.append(next(iter([*mine, *charge, *sorted(r.name for r in now_on)]), None))
        return found

    def _from(self, handoff: Handoff) -> datetime | None:
        def there(at: datetime) -> bool:
            return handoff.by in self.there and GRID[0] <= at <= GRID[-1] and self.there[handoff.by][GRID.index(at)]
        if not there(max(handoff.at, handoff.change)):
            return None
        return handoff.at if there(handoff.at) else handoff.change


Days = tuple[list[Resource], list[Handoff]]


@some.composite
def days(draw: some.DrawFn) -> Days:
    """A crew, and what they accept: mostly somebody who is there then, about the change of a shift."""
    crew = draw(crews())
    there = Clock(crew).there
    handed = []
    for _ in range(draw(some.sampled_from([3, 5, 2, 1, 0]))):
        by = draw(some.sampled_from([*there, *there, *there, "nobody's nurse"]))
        hers = [at for at, on in zip(GRID, there.get(by, NOBODY), strict=True) if on]
        at = draw(some.sampled_from(hers) if hers and draw(some.sampled_from([True, True, False])) else moments)
        handed.append(Handoff(at + HALF * draw(some.integers(-3, 3)), at, by))
    return crew, [h for h in handed if h.change <= GRID[-1]]


@given(days())
def test_at_every_moment_it_is_the_one_that_the_walking_oracle_names(told: Days):
    crew, handed = told
    assert [who(crew, at, *handed) for at in GRID] == Clock(crew).responsible(handed)


@given(days())
def test_exactly_one_is_responsible_while_anybody_is_on_duty_and_he_is_on_duty(told: Days):
    crew, handed = told
    oracle = Clock(crew)
    for at in GRID[::9]:
        there = {r.name for r in crew if oracle.on_duty(r, at)}
        assert who(crew, at, *handed) in (there or {None})


@given(days(), moments, some.randoms(use_true_random=False))
def test_the_order_in_which_it_is_told_does_not_matter(told: Days, at: datetime, chance: Any):
    crew, handed = told
    turned, also = list(crew), list(handed)
    chance.shuffle(turned)
    chance.shuffle(also)
    assert responsible(also, ward(turned), at) == responsible(handed, ward(crew), at)


@given(days(), moments)
def test_since_that_moment_it_has_been_the_same_and_before_it_another(told: Days, at: datetime):
    crew, handed = told
    since = since_when(handed, ward(crew), at, GRID[0])
    now = who(crew, at, *handed)
    assert all(who(crew, moment, *handed) == now for moment in GRID if since <= moment <= at)
    assert since == GRID[0] or who(crew, since - HALF, *handed) != now


@given(some.integers(0, 400), some.integers(0, 400))
def test_at_every_moment_each_change_since_the_admission_is_asked_for_once_and_stays_asked_for(first: int, later: int):
    """Over the night of 25 October, which has thirteen hours."""
    stay = ada(booked(on(1, month=9)), admitted(at := on(20, "08:10", 10)))
    now = (at + HALF * first).astimezone(BELGRADE)
    then = max(now, (at + HALF * later).astimezone(BELGRADE))
    here, there = (handoffs(stay, around(moment)).owed for moment in (now, then))
    assert there[: len(here)] == here
    assert len({wish.key for wish in there}) == len(there)
    gaps = {b.due - a.due for a, b in pairwise(there[1:])}
    assert gaps <= {timedelta(hours=11), timedelta(hours=12), timedelta(hours=13)}
