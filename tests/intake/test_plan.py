"""What intake asks the desk: once, at the time that the facts give it, and no longer than the answer matters."""

from itertools import permutations

from shared.service import Plan
from tests.intake.ada import BOTH, admitted, booked, desk, discharged, owed, planned, profile, told

ONWARD = {"mode": "flight", "flight": "LH1411", "on": "2026-11-26", "place": "BEG",
          "at": "2026-11-26T14:30:00+01:00", "transfer": True}
UNCLEAR = "discharged, and the booked departure is another day's: how and when does the patient go?"


def test_a_stay_of_which_everything_was_told_owes_the_desk_nothing() -> None:
    assert planned(booked(), admitted()) == Plan([])


def test_a_stay_of_which_nothing_was_told_owes_nothing() -> None:
    assert planned() == Plan()


def test_a_stay_with_only_a_procedure_is_asked_about_after_two_minutes() -> None:
    scan = told("25 09:00", "procedure-scheduled", procedure_id="PR-1", starts_at="2026-11-25T12:00:00+01:00")
    assert planned(scan, now="25 09:01") == Plan([], again_at=planned(scan, now="25 09:01").again_at)
    assert planned(scan, now="25 09:01").again_at == desk("", "25 09:02", "25 09:32").start
    assert planned(scan, now="25 09:02") == Plan([desk(
        "unknown-stay", "25 09:02", "25 09:32", stay_id="BEG-2026-0412", heard=["procedure-scheduled"],
        what="who is BEG-2026-0412? heard of it only by procedure-scheduled")])


def test_a_booking_that_comes_a_minute_later_ends_the_question_who_this_is() -> None:
    scan = told("02 09:59", "procedure-scheduled", procedure_id="PR-1", starts_at="2026-11-25T12:00:00+01:00")
    assert planned(scan, booked()) == Plan([])


def test_an_admission_that_says_only_the_minute_is_one_task_that_names_what_is_missing() -> None:
    fields = {
        "profile.patient_ref": "which patient this is",
        "profile.wristband": "the code on the wristband",
        "profile.leaves_on": "the last day of the stay",
        "profile.mobility": "how the patient moves",
        "profile.languages": "which languages the patient speaks",
        "profile.diet.style": "the style of diet",
        "profile.diet.allergies_asked": "whether the patient was asked about allergies",
        "profile.departure": "the way home: by what, when, and whether we drive",
    }
    assert owed(admitted(), now="23 16:21") == [desk(
        "missing-words", "23 16:21", "23 17:21", "admitted", what=f"find out: {'; '.join(fields.values())}", fields=fields)]


def test_where_there_are_two_houses_the_bare_admission_is_still_one_task_which_asks_for_the_house_too() -> None:
    [task] = owed(admitted(), clinic=BOTH)
    assert (task.kind, task.site) == ("missing-words", None)
    assert task.details["fields"]["site"] == "which site: belgrade, ljubljana"


def test_a_booking_three_weeks_ahead_leaves_the_desk_a_day_to_find_out() -> None:
    fields = {"profile.mobility": "how the patient moves"}
    assert owed(booked(mobility=None)) == [desk(
        "missing-words", "02 10:00", "03 10:00", "booked", what="find out: how the patient moves", fields=fields)]


def test_a_booking_for_this_afternoon_is_due_when_the_house_opens() -> None:
    [task] = owed(booked("23 09:00", mobility=None))
    assert task.due == desk("", "23 09:00", "23 14:00").due


def test_a_word_told_by_the_admission_is_missing_no_more() -> None:
    assert planned(booked(mobility=None), admitted(profile={"mobility": "walking"})) == Plan([])


def test_a_wristband_is_asked_for_at_the_bedside_not_at_the_booking() -> None:
    assert owed(booked(wristband=None)) == []
    [task] = owed(booked(wristband=None), admitted())
    assert task.details["fields"] == {"profile.wristband": "the code on the wristband"}


def test_a_transfer_without_a_flight_is_asked_for_its_flight() -> None:
    [task] = owed(booked(arrival={"mode": "flight", "place": "BEG", "transfer": True}))
    assert task.details["fields"] == {"profile.arrival.flight": "the way in: the number of the flight",
                                      "profile.arrival.on": "the way in: the day of the flight",
                                      "profile.arrival.at": "the way in: at what time"}


def test_a_patient_who_comes_in_her_own_car_is_asked_for_no_place() -> None:
    assert owed(booked(arrival={"mode": "own"}, departure={"mode": "car", "transfer": False})) == []


def test_a_check_up_needs_no_last_day() -> None:
    assert owed(booked(visit="check-up", leaves_on=None)) == []


def test_a_companion_without_a_diet_is_a_missing_word_until_he_has_left() -> None:
    guest = {"C.1": {"role": "family", "bed": True}}
    [task] = owed(booked(companions=guest), admitted())
    assert task.details["fields"] == {"profile.companions.C.1.diet.style": "the style of diet of companion C.1"}
    left = told("25 10:00", "patient-left", person="C.1", left_at="2026-11-25T10:00:00+01:00")
    assert owed(booked(companions=guest), admitted(), left) == []


def test_a_word_that_is_cleared_later_is_asked_for_from_then_on() -> None:
    cleared = told("05 12:00", "stay-booked", profile={"mobility": None})
    [task] = owed(booked(), cleared)
    assert task.start == desk("", "05 12:00", "05 13:00").start


def test_a_word_told_in_between_ends_the_first_question_and_a_later_null_begins_another() -> None:
    words = [(day, told(f"{day} 12:00", "stay-booked", profile={"mobility": word}))
             for day, word in (("03", None), ("04", "walking"), ("05", None))]
    [task] = owed(booked(), *(fact for _, fact in words))
    assert task.start == desk("", "05 12:00", "05 13:00").start


def test_an_app_that_repeats_that_allergies_were_not_asked_does_not_make_the_question_look_new() -> None:
    not_asked = {"diet": {"style": "halal", "allergies_asked": False}}
    first, again = admitted(profile=profile(**not_asked)), admitted("24 16:21", profile=profile(**not_asked))
    assert owed(first) == owed(first, again) == [desk(
        "missing-words", "23 16:21", "23 17:21", "admitted", what="find out: whether the patient was asked about allergies",
        fields={"profile.diet.allergies_asked": "whether the patient was asked about allergies"})]


def test_an_unreadable_diet_is_asked_for_once_and_not_called_missing_as_well() -> None:
    right = "'regular', 'light', 'vegetarian', 'vegan', 'halal', 'kosher', 'pescatarian' or 'diabetic'"
    assert owed(booked(diet={"style": "jain", "allergies_asked": True})) == [desk(
        "unreadable-word", "02 10:00", "02 11:00", "profile.diet.style", path="profile.diet.style", said="'jain'",
        right=right, what="profile.diet.style cannot be read: say it again")]


def test_two_unreadable_words_are_two_questions() -> None:
    asked = owed(booked(mobility="flying", languages=["Serbian!"]))
    assert {task.slot: task.details["said"] for task in asked} == {
        "profile.mobility": "'flying'", "profile.languages": "'Serbian!'"}


def test_an_unreadable_word_is_asked_for_even_where_nobody_knows_whose_stay_it_is() -> None:
    scan = told("25 09:00", "procedure-scheduled", procedure_id="PR.1", starts_at="noon")
    assert [(t.kind, t.slot) for t in owed(scan, now="25 09:00")] == [("unreadable-word", "procedures.PR.1.starts_at")]


def test_what_was_said_of_an_injury_is_not_shown_to_the_desk() -> None:
    [task] = owed(booked(care={"level": 4}))
    assert (task.slot, task.details["said"]) == ("profile.care.level", None)


def test_a_name_where_an_object_belongs_is_not_shown_either() -> None:
    [task] = owed(booked(companions={"C-1": "Charles Babbage"}))
    assert (task.slot, task.details["said"], task.details["right"]) == ("profile.companions.C-1", None, "a JSON object")


def test_a_procedure_that_was_taken_back_is_asked_nothing() -> None:
    scan = told("24 09:00", "procedure-scheduled", procedure_id="PR-1", starts_at="noon")
    gone = told("24 10:00", "procedure-scheduled", procedure_id="PR-1", withdrawn=True)
    assert owed(booked(), admitted(), scan, gone) == []


def test_a_withdrawn_booking_owes_nothing() -> None:
    assert planned(booked(mobility=None), told("05 10:00", "stay-booked", withdrawn=True)) == Plan()


def test_a_booking_withdrawn_although_the_patient_is_in_the_house_is_told_to_the_desk() -> None:
    assert owed(booked(), admitted(), told("24 08:00", "stay-booked", withdrawn=True)) == [desk(
        "withdrawn-but-admitted", "24 08:00", "24 09:00", admitted_at="2026-11-23T16:20:00+01:00",
        what="the booking was withdrawn, but the patient is admitted: which is right?")]


def test_a_withdrawn_booking_is_no_question_any_more_once_the_patient_is_discharged() -> None:
    assert owed(booked(), admitted(), told("24 08:00", "stay-booked", withdrawn=True), discharged()) == []


def test_an_admission_by_mistake_owes_nothing_and_with_a_booking_it_is_as_booked() -> None:
    mistake = told("23 17:00", "patient-admitted", withdrawn=True)
    assert planned(admitted(), mistake) == Plan()
    assert planned(booked(), admitted(), mistake) == Plan([])


def test_a_patient_discharged_on_the_booked_day_goes_home_as_booked() -> None:
    assert owed(booked(), admitted(), discharged()) == []


def test_a_patient_discharged_four_days_early_is_asked_how_she_goes_home() -> None:
    assert owed(booked(), admitted(), discharged("26 10:20")) == [desk(
        "onward-unclear", "26 10:20", "26 11:20", what=UNCLEAR, discharged_at="2026-11-26T10:20:00+01:00",
        departure_at="2026-11-30T14:30:00+01:00", leaves_on="2026-11-30")]


def test_a_flight_that_left_two_days_before_the_discharge_is_no_way_home() -> None:
    late = told("30 23:00", "discharged", discharged_at="2026-12-02T15:00:00+01:00")
    assert [t.kind for t in owed(booked(), admitted(), late)] == ["onward-unclear"]


def test_without_a_booked_departure_the_last_day_of_the_stay_decides() -> None:
    stay = booked(departure=None), admitted()
    assert [t.kind for t in owed(*stay, discharged("26 10:20"))] == ["onward-unclear"]
    [task] = owed(*stay, discharged("29 10:20"))
    assert (task.kind, task.details["fields"]) == (
        "missing-words", {"profile.departure": "the way home: by what, when, and whether we drive"})


def test_an_onward_journey_told_with_the_discharge_is_the_way_home() -> None:
    assert owed(booked(), admitted(), discharged("26 10:20", onward=ONWARD)) == []


def test_an_onward_journey_that_cannot_be_read_is_one_question_not_two() -> None:
    asked = owed(booked(), admitted(), discharged("26 10:20", onward="by train"))
    assert [(task.kind, task.slot) for task in asked] == [("unreadable-word", "discharge.onward")]


def test_an_onward_journey_without_its_time_is_asked_for_its_time() -> None:
    onward = {"mode": "train", "place": "Prokop", "transfer": True}
    [task] = owed(booked(), admitted(), discharged("26 10:20", onward=onward))
    assert task.details["fields"] == {"discharge.onward.at": "the way home: at what time"}


def test_nobody_is_asked_about_a_patient_who_has_left() -> None:
    left = told("26 11:00", "patient-left", left_at="2026-11-26T11:00:00+01:00")
    sloppy = booked(mobility=None, languages=["?"], site="atlantis")
    assert owed(sloppy, admitted(), discharged("26 10:20"), left) == []


def test_home_care_that_cannot_be_read_is_asked_for_after_she_left() -> None:
    left = told("30 11:00", "patient-left", left_at="2026-11-30T11:00:00+01:00")
    [task] = owed(booked(), admitted(), discharged(home_care_weeks="five"), left)
    assert task.slot == "discharge.home_care_weeks"


def test_a_site_that_the_clinic_does_not_have_is_asked_about() -> None:
    assert owed(booked(site="atlantis")) == [desk(
        "site-unknown", "02 10:00", "02 11:00", site=None, told="atlantis", sites=["belgrade"],
        what="which site? atlantis is none of ours")]


def test_no_site_where_there_are_two_is_asked_about_and_where_there_is_one_it_is_that() -> None:
    assert owed(booked(site=None)) == []
    assert owed(booked(site=None), clinic=BOTH) == [desk(
        "site-unknown", "02 10:00", "02 11:00", site=None, told=None, sites=["belgrade", "ljubljana"],
        what="which site? none was told")]


def test_the_questions_are_the_same_in_whatever_order_the_facts_came() -> None:
    facts = (booked(mobility=None, diet={"style": "jain"}, site=None), admitted(),
             told("24 08:00", "stay-booked", withdrawn=True), told("24 09:00", "stay-booked", profile={"languages": None}))
    assert {str(owed(*told_so, clinic=BOTH)) for told_so in permutations(facts)} == {str(owed(*facts, clinic=BOTH))}
