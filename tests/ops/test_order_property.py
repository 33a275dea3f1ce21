"""The order of the board is a law: whatever keepers say, nothing in trouble stands below what is not."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from services.ops.rules.asked_for import Wanted
from services.ops.rules.board_row import WORST_FIRST, Row
from services.ops.rules.cells import SEVERITY
from tests.ops.ada import KEPT_BY, ada, booked, on, on_board, says

NOW = on(23)
STAY = ada(booked())
STATES = [state for state in SEVERITY if state != "silent"]
WORDS = st.dictionaries(st.sampled_from(list(KEPT_BY)), st.tuples(
    st.sampled_from(STATES), st.one_of(st.none(), st.integers(-300, 3000)), st.integers(-400, 0)))


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    found = []
    for number, words in enumerate(draw(st.lists(WORDS, max_size=8))):
        said = {name: says(name, state, at=NOW + timedelta(minutes=told),
                           next_at=None if ahead is None else NOW + timedelta(minutes=ahead))
                for name, (state, ahead, told) in words.items()}
        found.append(replace(on_board(STAY, NOW, said), stay_id=f"BEG-{number:02}"))
    return found


def rank(row: Row) -> int:
    return WORST_FIRST.index(row.worst) if row.worst in WORST_FIRST else len(WORST_FIRST)


@given(rows(), st.randoms(use_true_random=False))
def test_the_worst_is_never_below_the_better_and_the_next_milestone_decides_between_equals(
        found: list[Row], chance: Random) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)
    line = Wanted().among(shuffled, NOW)
    assert line == Wanted().among(found, NOW)
    for above, below in pairwise(line):
        assert rank(above) <= rank(below)
        if rank(above) == rank(below) and below.next:
            assert above.next and above.next.next_at and below.next.next_at and above.next.next_at <= below.next.next_at


@given(rows())
def test_every_promise_has_a_state_a_keeper_and_a_sentence(found: list[Row]) -> None:
    for row in found:
        assert [cell.promise for cell in row.cells] == list(KEPT_BY)
        assert all(cell.state in SEVERITY and cell.keeper and cell.reason for cell in row.cells)


@given(rows())
def test_pages_cut_the_line_and_lose_nothing(found: list[Row]) -> None:
    line = Wanted().among(found, NOW)
    pages = [Wanted(offset=offset, limit=3).page(line) for offset in range(0, len(line) + 1, 3)]
    assert [row for page in pages for row in page] == line
