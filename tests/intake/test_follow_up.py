"""What Ada is owed once she is at home: a call each week, an invitation to the check-up, and no word too many on the feed."""

from services.intake.rules.follow_up import ASK
from shared.language.clinic import Clinic
from shared.language.tasks import Owed, record
from tests.intake.ada import BELGRADE, BOTH, admitted, booked, discharged, owed, planned, told
from tests.intake.at_home import care, on, tasks_of

WHO = {"patient_ref": "P-7781", "languages": ["en"]}
STAYED = booked(), admitted()


def call(week: int, of: int, start: str, due: str) -> Owed:
    details = {"what": f"call the patient at home, week {week} of {of}", "week": week, "of": of, "ask": ASK, **WHO}
    return Owed(kind="follow-up", feed="care", slot=f"week-{week}", start=on(start), due=on(due), accept_by=on(start),
                site="belgrade", details=details)


def invitation(start: str, due: str, day: str, text: str, months: int) -> Owed:
    details = {"what": f"invite the patient to the check-up around {text}: free and voluntary", "check_up_on": day,
               "after_months": months, **WHO}
    return Owed(kind="check-up-invitation", feed="care", start=on(start), due=on(due), accept_by=on(start), site="belgrade",
                details=details)


def test_who_went_home_is_called_on_the_same_weekday_of_each_week_until_the_end_of_the_next_day() -> None:
    assert owed(*STAYED, discharged(home_care_weeks=2)) == [
        call(1, 2, "12-07 10:00", "12-09 00:00"), call(2, 2, "12-14 10:00", "12-16 00:00")]


def test_she_is_invited_to_the_check_up_four_weeks_before_it() -> None:
    assert owed(*STAYED, discharged(check_up_after_months=3)) == [
        invitation("01-31 10:00", "02-08 00:00", "2027-02-28", "28 February 2027", 3)]


def test_a_check_up_after_a_month_is_not_asked_for_before_she_is_home() -> None:
    house = Clinic.model_validate({**BELGRADE.model_dump(), "settings": {"intake": {"check_up_invited_weeks_before": 8}}})
    assert care(*STAYED, discharged(check_up_after_months=1), clinic=house) == [
        invitation("12-01 10:00", "12-09 00:00", "2026-12-30", "30 December 2026", 1)]


def test_the_hour_of_the_call_is_the_houses() -> None:
    house = Clinic.model_validate({**BELGRADE.model_dump(), "settings": {"intake": {"follow_up_at": "16:30"}}})
    assert [task.start for task in care(*STAYED, discharged(home_care_weeks=1), clinic=house)] == [on("12-07 16:30")]


def test_ten_in_the_morning_is_ten_in_the_morning_on_both_sides_of_the_clock_change() -> None:
    home = told("30 10:00", "discharged", discharged_at="2027-03-24T10:00:00+01:00", home_care_weeks=1)
    assert [task.start.isoformat() for task in care(*STAYED, home)] == ["2027-03-31T10:00:00+02:00"]


def test_a_discharge_late_in_the_evening_counts_by_the_wall_clock_of_the_house() -> None:
    home = told("30 23:50", "discharged", discharged_at="2026-11-30T23:30:00Z", home_care_weeks=1)
    assert [task.start for task in care(*STAYED, home)] == [on("12-08 10:00")]


def test_nobody_is_called_who_is_still_in_the_house_or_was_promised_no_call() -> None:
    assert care(*STAYED) == []
    assert care(*STAYED, discharged()) == []
    assert care(*STAYED, discharged(home_care_weeks=0, check_up_after_months=0)) == []
    assert care(*STAYED, discharged(home_care_weeks="five", check_up_after_months=-1)) == []


def test_a_discharge_to_a_flight_asks_the_desk_nothing_new() -> None:
    onward = {"mode": "flight", "flight": "LH1407", "on": "2026-11-30", "place": "BEG", "at": "2026-11-30T14:30:00+01:00",
              "assistance": "WCHC", "transfer": True}
    assert [task.feed for task in owed(*STAYED, discharged(onward=onward, home_care_weeks=1))] == ["care"]


def test_a_house_that_is_not_known_has_no_clock_to_call_by() -> None:
    assert care(booked(site=None), admitted(), discharged(home_care_weeks=1), clinic=BOTH) == []


def test_what_was_due_before_anybody_told_of_the_stay_is_not_owed() -> None:
    late = told("30 12:00", "discharged", discharged_at="2026-11-21T10:00:00+01:00", home_care_weeks=2)
    assert [task.slot for task in care(late)] == ["week-2"]


def test_a_patient_of_whom_little_is_known_is_called_all_the_same() -> None:
    (task,) = care(discharged(home_care_weeks=1))
    assert (task.details["patient_ref"], task.details["languages"]) == (None, [])


def test_a_withdrawn_discharge_takes_the_calls_back_and_the_next_one_brings_them_from_its_own_day() -> None:
    mistake = discharged("26 10:20", home_care_weeks=1)
    back = told("26 12:00", "discharged", withdrawn=True)
    first = tasks_of(*STAYED, mistake)
    taken = tasks_of(*STAYED, mistake, back, before=first)
    again = tasks_of(*STAYED, mistake, back, discharged(), before=taken)
    assert [[(t.slot, t.status, t.start) for t in tasks if t.feed == "care"] for tasks in (first, taken, again)] == [
        [("week-1", "requested", on("12-03 10:00"))], [("week-1", "cancelled", on("12-03 10:00"))],
        [("week-1", "requested", on("12-07 10:00"))]]


def test_a_cancelled_stay_is_not_called() -> None:
    assert planned(booked(), discharged(home_care_weeks=1), told("30 12:00", "stay-booked", withdrawn=True)).owed == ()


def test_the_feed_of_the_care_team_carries_no_level_of_injury_no_allergy_and_no_way_home() -> None:
    shown = [record(task) for task in tasks_of(*STAYED, discharged(home_care_weeks=1, check_up_after_months=3))]
    assert [set(row["details"]) for row in shown] == [
        {"kind", "what", "patient_ref", "languages", "week", "of", "ask"},
        {"kind", "what", "patient_ref", "languages", "check_up_on", "after_months"}]
    assert not any(word in str(shown) for word in ("T4", "peanuts", "LH1407", "K7M4QX"))


def test_a_check_up_day_that_its_month_does_not_have_is_the_last_one_it_has() -> None:
    home = told("30 10:00", "discharged", discharged_at="2026-08-31T10:00:00+02:00", check_up_after_months=6)
    assert [task.details["check_up_on"] for task in care(*STAYED, home)] == ["2027-02-28"]
