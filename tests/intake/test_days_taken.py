"""Which days of its patient's calendar a stay takes."""

from datetime import date
from zoneinfo import ZoneInfo

from services.intake.rules.days_taken import days_taken
from services.intake.rules.stay_overlap import Days
from shared.language.facts import Fact
from shared.language.stay import view
from tests.intake.ada import ADA, admitted, booked, discharged, told


def taken(*facts: Fact) -> Days | None:
    return days_taken(view(ADA, facts), ZoneInfo("Europe/Belgrade"))


def test_as_booked_until_the_discharge_as_the_clinic_reads_the_clock() -> None:
    assert taken(booked()) == (date(2026, 11, 23), date(2026, 11, 30))
    early = discharged("26 00:30", discharged_at="2026-11-25T23:30:00+00:00")
    assert taken(booked(), admitted(), early) == (date(2026, 11, 23), date(2026, 11, 26))
    assert taken(booked(), admitted(), discharged("30 10:20", discharged_at="2026-12-02T10:00:00+01:00")) == taken(booked())
    assert taken(booked(), admitted(), discharged("20 10:00")) == (date(2026, 11, 23), date(2026, 11, 23))


def test_none_once_it_is_cancelled_or_while_a_day_is_not_known() -> None:
    cancelled = told("03 10:00", "stay-booked", withdrawn=True)
    assert [taken(booked(), cancelled), taken(booked(leaves_on=None)), taken()] == [None, None, None]
    assert taken(booked(), cancelled, admitted()) == taken(booked()), "the patient is here all the same"
