"""When a stay may be closed: never while somebody is here or owes it something, and not before the calls at home are over."""

from datetime import timedelta

from shared.language.closing import closes_at
from tests.language.houses import driven, planned
from tests.language.telling import ada, at, booked, iso, tell

HOME = tell("discharged", "30 10:20", discharged_at=iso("30 10:20"))
MONTH = timedelta(days=30)


def test_thirty_days_after_the_discharge_the_last_word_or_the_last_task_whichever_is_last():
    assert closes_at(ada(booked(), HOME), []) == at("30 10:20") + MONTH
    assert closes_at(ada(booked(), HOME, tell("discharged", "30 20:00", home_care_weeks=0)), []) == at("30 20:00") + MONTH
    ride = driven("completed", moved_at=at("30 21:00"))
    assert closes_at(ada(booked(), HOME), [ride]) == at("30 21:00") + MONTH


def test_the_calls_at_home_and_the_check_up_are_part_of_the_stay_for_everybody():
    weeks = ada(booked(), HOME, tell("discharged", "30 10:20", home_care_weeks=5))
    months = ada(booked(), HOME, tell("discharged", "30 10:20", home_care_weeks=5, check_up_after_months=3))
    assert closes_at(weeks, []) == at("30 10:20") + timedelta(weeks=5) + MONTH
    assert closes_at(months, []) == at("30 10:20") + timedelta(days=93) + MONTH


def test_who_is_here_or_is_owed_something_is_not_closed():
    assert closes_at(ada(booked(), tell("patient-admitted", "23 16:20", admitted_at=iso("23 16:20"))), []) is None
    assert closes_at(ada(booked(), HOME), [planned()]) is None
    assert closes_at(ada(booked(arrives_on="2026-12-23")), []) is None


def test_who_was_cancelled_or_never_came_is_closed():
    assert closes_at(ada(booked(), tell("stay-booked", "02 09:00", withdrawn=True)), []) == at("02 09:00") + MONTH
    never = closes_at(ada(booked(leaves_on="2026-11-30")), [])
    assert never and never.date().isoformat() == "2026-12-31"
