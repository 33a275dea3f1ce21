"""A flight's time: what is shown moves by ten minutes or not at all, in whatever order the words were heard."""

from datetime import date
from itertools import permutations

from shared.language.facts import Fact
from shared.language.flight import Flight, flight_view
from tests.language.telling import at, heard, iso

ON = date(2026, 11, 23)
SCHEDULED = at("23 13:40")


def told(when: str, **says: object) -> Fact:
    fact = heard("flight-status", {"flight": "LH1406", "on": "2026-11-23", "told_at": iso(when), **says})
    assert isinstance(fact, Fact), fact
    return fact


def estimated(*words: tuple[str, str | None]) -> Flight:
    return flight_view("LH1406", ON, [told(when, estimated=time and iso(f"23 {time}")) for when, time in words])


def test_without_a_word_it_comes_as_scheduled():
    assert estimated().expected(SCHEDULED) == SCHEDULED
    assert estimated().expected(None) is None


def test_nine_minutes_are_no_change_and_ten_are():
    assert estimated(("23 10:00", "13:49")).expected(SCHEDULED) == SCHEDULED
    assert estimated(("23 10:00", "13:50")).expected(SCHEDULED) == at("23 13:50")


def test_an_estimate_that_swings_is_one_change():
    swings = estimated(("23 10:00", "17:40"), ("23 10:05", "17:43"), ("23 10:10", "17:36"), ("23 10:15", "17:49"))
    assert swings.expected(SCHEDULED) == at("23 17:40")


def test_small_steps_are_a_change_once_they_come_to_ten_minutes():
    assert estimated(("23 10:00", "13:46"), ("23 10:05", "13:52")).expected(SCHEDULED) == at("23 13:52")


def test_the_order_in_which_they_are_heard_does_not_matter():
    words = [told("23 10:00", estimated=iso("23 17:40")), told("23 11:00", estimated=iso("23 15:00")),
             told("23 12:00", actual=iso("23 15:06")), told("23 12:30", estimated=None)]
    assert {flight_view("LH1406", ON, order).expected(SCHEDULED) for order in permutations(words)} == {at("23 15:00")}


def test_an_estimate_that_is_taken_back_leaves_the_schedule():
    assert estimated(("23 10:00", "17:40"), ("23 11:00", None)).expected(SCHEDULED) == SCHEDULED


def test_a_word_that_is_no_instant_is_no_word():
    assert flight_view("LH1406", ON, [told("23 10:00", estimated="soon")]).expected(SCHEDULED) == SCHEDULED


def test_cancelled_diverted_landed():
    seen = [flight_view("LH1406", ON, [told("23 10:00", status=word)]) for word in ("cancelled", "diverted", "landed")]
    assert [(f.cancelled, f.diverted, f.landed) for f in seen] == [(True, False, False), (False, True, False), (False, False, True)]
