"""Who is responsible for a patient: exactly one nurse, who is on duty, at every moment at which anybody is."""

from datetime import timedelta

import pytest

from services.stay.rules.responsible import since_when
from tests.stay.ada import house, on
from tests.stay.ward import DAY, NIGHT, SHIFT, absent, come, handoff, nurse, nurses, off, ward, who

IVANA = handoff("ivana", on(24, "07:04"), SHIFT)


def test_whoever_accepted_has_the_patient_until_her_shift_ends():
    assert who(nurses(), on(24, "07:04"), IVANA) == "ivana"
    assert who(nurses(), on(24, "18:59"), IVANA) == "ivana"


def test_before_anybody_has_accepted_and_after_the_shift_the_charge_nurse_has_the_patient():
    assert who(nurses(), on(24, "07:03"), IVANA) == "sanja"
    assert who(nurses(), on(24, "19:00"), IVANA) == "dejan"


def test_a_nurse_who_goes_off_duty_unrelieved_gives_the_patient_to_the_charge_nurse_from_that_very_moment():
    told = nurses(ivana=off(on(24, "15:10")))
    assert who(told, on(24, "15:09"), IVANA) == "ivana"
    assert who(told, on(24, "15:10"), IVANA) == "sanja"


def test_coming_back_on_duty_does_not_take_the_patient_back():
    told = nurses(ivana={"duty": ((on(24, "15:10"), False), (on(24, "16:00"), True))})
    assert who(told, on(24, "16:30"), IVANA) == "sanja"


def test_a_break_is_covered_and_comes_back_by_itself():
    told = nurses(ivana=absent(on(24, "12:00"), on(24, "12:30"), "break"))
    assert [who(told, on(24, at), IVANA) for at in ("11:59", "12:00", "12:29", "12:30")] == ["ivana", "sanja", "sanja", "ivana"]


def test_any_other_absence_does_not_come_back_by_itself():
    told = nurses(ivana=absent(on(24, "12:00"), on(24, "12:30"), "at the dentist"))
    assert who(told, on(24, "12:31"), IVANA) == "sanja"


def test_a_charge_nurse_on_a_break_is_covered_by_the_next_by_name():
    told = nurses(sanja=absent(on(24, "12:00"), on(24, "12:30"), "Break"))
    assert who(told, on(24, "12:10")) == "ivana"


def test_of_several_charge_nurses_it_is_the_first_by_name():
    house = [nurse("vera", DAY, charge=True), nurse("ana", DAY), nurse("olga", DAY, charge=True)]
    assert who(house, on(24, "12:00")) == who(reversed(house), on(24, "12:00")) == "olga"


def test_nobody_on_duty_is_nobody_responsible():
    assert who([nurse("ivana", DAY)], on(24, "19:00"), IVANA) is None
    assert who([], on(24, "12:00")) is None


def test_what_somebody_accepts_who_is_not_there_does_not_count():
    assert who(nurses(), on(24, "08:00"), handoff("bojan", on(24, "07:30"), SHIFT)) == "sanja"
    assert who(nurses(), on(24, "08:00"), handoff("marko", on(24, "07:04"), SHIFT)) == "sanja"


def test_who_comes_early_and_accepts_has_the_patient_from_the_change():
    night = handoff("bojan", on(24, "18:50"), on(24, "19:00"))
    assert who(nurses(), on(24, "18:55"), IVANA, night) == "ivana"
    assert who(nurses(), on(24, "19:00"), IVANA, night) == "bojan"
    assert who(nurses(bojan=come(on(24, "18:45"))), on(24, "18:55"), IVANA, night) == "bojan"


def test_nobody_accepts_for_a_shift_that_is_not_hers():
    hers = handoff("ivana", on(24, "18:50"), on(24, "19:00"))
    assert who(nurses(), on(24, "18:55"), hers) == "sanja"
    assert who(nurses(), on(24, "19:05"), hers) == "dejan"


def test_who_works_two_shifts_keeps_her_patient_and_may_accept_her_again():
    house = [nurse("ivana", DAY, NIGHT), nurse("sanja", DAY, NIGHT, charge=True)]
    assert who(house, on(24, "19:30"), IVANA) == "ivana"
    assert who(house, on(24, "19:30"), IVANA, handoff("ivana", on(24, "19:02"), on(24, "19:00"))) == "ivana"


def test_of_two_who_accepted_it_is_the_one_of_the_later_change():
    admission = handoff("teodora", on(24, "06:58"), on(24, "06:55"))
    both = (handoff("ivana", on(24, "07:10"), on(24, "06:55")), handoff("teodora", on(24, "07:02"), SHIFT))
    assert who(nurses(), on(24, "08:00"), *both) == who(nurses(), on(24, "08:00"), *reversed(both)) == "teodora"
    assert who(nurses(), on(24, "08:00"), admission, IVANA) == "ivana"


@pytest.mark.parametrize(("month", "day", "hours"), [(10, 24, 13), (3, 28, 11)])
def test_the_night_of_the_clock_change_is_one_shift_of_its_own_length(month: int, day: int, hours: int):
    evening, morning = on(day, "19:00", month), on(day + 1, "07:00", month)
    crew, taken = [nurse("bojan", NIGHT), nurse("sanja", DAY, charge=True)], handoff("bojan", evening)
    assert ward(crew).turns(evening, morning)[-1] == morning
    assert (morning.timestamp() - evening.timestamp()) / 3600 == hours
    assert who(crew, evening, taken) == "bojan"
    assert who(crew, morning - timedelta(minutes=1), taken) == "bojan"
    assert who(crew, morning, taken) == "sanja"


def test_a_rota_that_nobody_can_read_is_no_rota_and_harms_nobody_else():
    odd = nurse("ivana", {"from": "seven", "to": "19:00"}, "mon", {"days": 3, "from": "07:00", "to": "19:00"})
    assert who([odd, nurse("teodora", DAY)], on(24, "12:00")) == "teodora"
    assert who([nurse("ivana", *odd.details[0][1], DAY)], on(24, "12:00")) == "ivana"


def test_since_when_it_is_so_is_known():
    told = nurses(ivana=off(on(24, "15:10")), sanja=off(on(24, "17:00")))
    assert since_when([IVANA], ward(told), on(24, "16:00"), on(24, "07:00")) == on(24, "15:10")
    assert since_when([IVANA], ward(told), on(24, "18:00"), on(24, "07:00")) == on(24, "17:00")


def test_the_rota_of_the_belgrade_house_leaves_no_moment_of_the_week_without_a_charge_nurse():
    charge = [r for r in house().resources("belgrade", "nurse") if "charge-nurse" in r.features]
    assert ward(charge).unwatched(on(23, "00:00"), on(30, "00:00")) == []
    assert ward(charge[:-1]).unwatched(on(23, "00:00"), on(30, "00:00")) != []
