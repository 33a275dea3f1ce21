"""An admission later than the discharge is a contradiction that only a person can settle."""

from itertools import permutations

from tests.intake.ada import admitted, booked, desk, discharged, owed, told


def test_who_is_admitted_again_after_the_discharge_is_asked_about_in_either_order() -> None:
    """Until somebody withdraws the discharge nobody feeds or nurses that patient."""
    again = told("30 21:00", "patient-admitted", admitted_at="2026-11-30T20:00:00+01:00")
    question = desk("admitted-after-discharge", "30 21:00", "30 22:00", admitted_at="2026-11-30T20:00:00+01:00",
                    discharged_at="2026-11-30T10:20:00+01:00",
                    what="the admission is later than the discharge: if the patient is here, withdraw the discharge")
    for facts in permutations((booked(), admitted(), discharged(), again)):
        assert owed(*facts) == [question]
    assert owed(booked(), admitted(), discharged(), again, told("30 21:30", "discharged", withdrawn=True)) == []
