"""Who works when: the rota by the house's own clock, and over it what was told of coming and going."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as some

from shared.language.resources import Resource, Window, duty_of
from shared.language.shifts import DAYS, on_duty, shifts, turns, works
from tests.language.telling import at, heard, iso

BELGRADE = ZoneInfo("Europe/Belgrade")
DAY, NIGHT = {"from": "07:00", "to": "19:00"}, {"from": "19:00", "to": "07:00"}


def nurse(*entries: dict[str, Any], **says: Any) -> Resource:
    return Resource("belgrade/nurse/ivana", details=(("shifts", list(entries)),), **says)


def words(*told: tuple[str, bool]) -> Any:
    return duty_of(heard("resource-status", {"resource": "belgrade/nurse/ivana", "told_at": iso(when), "on_duty": on})  # type: ignore[misc]
                   for when, on in told)


def test_a_night_begins_on_its_day_and_ends_the_next_morning():
    found = shifts(nurse({**NIGHT, "days": ["mon"]}), BELGRADE, at("23 00:00"), at("26 00:00"))  # the 23rd is a Monday
    assert found == [(at("23 19:00"), at("24 07:00"))]


def test_a_shift_told_by_another_clock_is_none_that_anybody_can_read():
    odd = nurse({"from": "07:00+05:00", "to": "19:00+05:00"}, {**DAY, "to": "12:00"})
    assert shifts(odd, BELGRADE, at("23 00:00"), at("23 23:00")) == [(at("23 07:00"), at("23 12:00"))]


def test_the_night_in_which_the_clock_goes_back_has_thirteen_hours():
    start = datetime(2026, 10, 24, 12, tzinfo=BELGRADE)
    [(begins, ends)] = shifts(nurse({**NIGHT, "days": ["sat"]}), BELGRADE, start, start + timedelta(days=1))
    assert ends.timestamp() - begins.timestamp() == 13 * 3600


def test_on_duty_is_on_shift_and_not_out():
    away = nurse(DAY, out=(Window(at("23 12:00"), at("23 12:30"), "break"),))
    seen = {hour: on_duty(away, at(f"23 {hour}"), BELGRADE) for hour in ("06:59", "07:00", "12:00", "12:30", "19:00")}
    assert seen == {"06:59": False, "07:00": True, "12:00": False, "12:30": True, "19:00": False}


def test_who_goes_off_duty_is_off_until_the_next_shift():
    gone = nurse(DAY, duty=words(("23 15:10", False)))
    seen = [on_duty(gone, at(when), BELGRADE) for when in ("23 15:09", "23 15:10", "23 18:59", "24 07:00")]
    assert seen == [True, False, False, True]


def test_who_stays_on_is_on_until_told_off():
    stays = nurse(DAY, duty=words(("23 19:05", True), ("23 22:00", False)))
    assert [on_duty(stays, at(when), BELGRADE) for when in ("23 19:00", "23 19:05", "23 21:59", "23 22:00")] == [
        False, True, True, False]


def test_a_job_needs_the_whole_of_a_shift_or_two_that_touch():
    assert works(nurse(DAY), at("23 07:00"), at("23 19:00"), BELGRADE, at("22 00:00"))
    assert not works(nurse(DAY), at("23 18:30"), at("23 19:30"), BELGRADE, at("22 00:00"))
    assert works(nurse(DAY, NIGHT), at("23 18:30"), at("23 19:30"), BELGRADE, at("22 00:00"))


def test_of_the_hour_that_an_autumn_night_repeats_each_is_its_own():
    first, again = (datetime(2026, 10, 25, 2, 30, fold=fold, tzinfo=BELGRADE) for fold in (0, 1))
    half = nurse({"days": ["sun"], "from": "01:00", "to": "02:30"})  # ends in the first of the two
    for begins, there in ((again, False), (first - timedelta(hours=1), True), (again, False)):
        ends = (begins.astimezone(UTC) + timedelta(minutes=10)).astimezone(BELGRADE)
        assert works(half, begins, ends, BELGRADE, at("22 00:00")) is there


def test_who_has_gone_home_has_no_more_jobs_in_this_shift_but_in_the_next():
    gone = nurse(DAY, duty=words(("23 15:10", False)))
    assert not works(gone, at("23 17:00"), at("23 18:00"), BELGRADE, at("23 15:30"))
    assert works(gone, at("24 09:00"), at("24 10:00"), BELGRADE, at("23 15:30"))


def test_the_rota_turns_at_each_begin_and_end():
    assert turns([nurse(DAY)], BELGRADE, at("23 07:00")) == at("23 19:00")
    assert turns([nurse(DAY, out=(Window(at("23 08:00"), None, "ill"),))], BELGRADE, at("23 07:00")) == at("23 08:00")


def test_a_shift_that_nobody_can_read_is_none_and_the_others_stay():
    odd: list[Any] = [7, None, "night", {}, {"from": 7, "to": "19:00"}, {"from": "soon", "to": "19:00"}, {**DAY, "days": 3},
                      {"from": "07:00+00:00", "to": "19:00"}]
    assert shifts(nurse(*odd, NIGHT), BELGRADE, at("23 12:00"), at("24 12:00")) == [(at("23 19:00"), at("24 07:00"))]
    assert not works(nurse(*odd), at("23 12:00"), at("23 13:00"), BELGRADE, at("23 12:00"))
    for rota in (7, None, "always", {"from": "07:00"}):
        whole = Resource("belgrade/driver/marko", details=(("shifts", rota),))
        assert shifts(whole, BELGRADE, at("23 12:00"), at("24 12:00")) == []


@given(some.lists(some.sampled_from(DAYS), unique=True), some.integers(0, 23), some.integers(1, 12), some.integers(0, 20_000))
def test_on_duty_is_what_the_shifts_say(days: list[str], begins: int, hours: int, minute: int):
    worker = nurse({"days": days, "from": f"{begins:02}:00", "to": f"{(begins + hours) % 24:02}:00"})
    moment = at("01 00:00") + timedelta(minutes=minute)
    there = shifts(worker, BELGRADE, moment, moment + timedelta(minutes=1))
    assert on_duty(worker, moment, BELGRADE) == any(a <= moment < b for a, b in there)
