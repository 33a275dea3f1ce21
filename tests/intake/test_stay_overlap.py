"""Ada is in the house once."""

from datetime import date

from services.intake.rules.stay_overlap import Days, overlapping

WEEK = {"ADA-1": (date(2026, 11, 23), date(2026, 11, 30))}


def days(first: int, last: int) -> Days:
    return date(2026, 11, first), date(2026, 11, last)


def test_a_stay_that_shares_a_night_overlaps() -> None:
    assert overlapping(WEEK, days(29, 30)) == "ADA-1"
    assert overlapping(WEEK, days(20, 24)) == "ADA-1"


def test_a_stay_may_begin_on_the_day_another_ends() -> None:
    assert overlapping(WEEK, (date(2026, 11, 30), date(2026, 12, 7))) is None
    assert overlapping(WEEK, days(16, 23)) is None


def test_two_day_visits_on_one_day_overlap() -> None:
    assert overlapping({"ADA-2": days(5, 5)}, days(5, 5)) == "ADA-2"
    assert overlapping({"ADA-2": days(5, 5)}, days(6, 6)) is None


def test_a_day_visit_from_inside_a_stay_overlaps_and_one_on_its_first_or_last_day_does_not() -> None:
    assert [overlapping(WEEK, days(day, day)) for day in (22, 23, 25, 30)] == [None, None, "ADA-1", None]


def test_of_several_the_earliest_is_named() -> None:
    later = {"ADA-3": (date(2026, 11, 30), date(2026, 12, 7))}
    assert overlapping(later | WEEK, (date(2026, 11, 1), date(2026, 12, 31))) == "ADA-1"
