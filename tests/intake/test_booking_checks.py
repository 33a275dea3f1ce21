"""What HTTP refuses of a booking, and what it takes with a warning: each by the name of its field."""

from typing import Any

from services.intake.rules.booking_checks import Checked, check, site_problem
from services.intake.rules.strict_reading import Problem, read_strictly
from shared.language.facts.intake import Profile
from tests.intake.ada import BELGRADE, BOTH, PROFILE, profile


def checked(**changes: Any) -> Checked:
    read = read_strictly(Profile, profile(**changes))
    assert isinstance(read, Profile)
    return check(read, BELGRADE, "belgrade")


def refused(**changes: Any) -> dict[str, str]:
    return {problem.field: problem.detail for problem in checked(**changes).problems}


def flying(way: str, **changes: Any) -> dict[str, Any]:
    return {way: PROFILE[way] | changes}


def test_adas_booking_is_taken_without_a_word() -> None:
    assert checked() == Checked()


def test_a_booking_names_its_patient_and_its_days() -> None:
    assert refused(patient_ref=None, arrives_on=None, leaves_on=None, companions=None) == {
        "profile.patient_ref": "a booking needs it", "profile.arrives_on": "a booking needs it",
        "profile.leaves_on": "a booking needs it"}


def test_a_stay_that_ends_before_it_begins_is_refused_once() -> None:
    assert refused(leaves_on="2026-11-22", departure=None) == {
        "profile.leaves_on": "on or after the day of arrival, 2026-11-23; not 2026-11-22"}


def test_thirty_nights_are_taken_and_thirty_one_refused() -> None:
    assert refused(leaves_on="2026-12-23", departure=None) == {}
    assert refused(leaves_on="2026-12-24", departure=None) == {
        "profile.leaves_on": "at most 30 nights after 2026-11-23; not 31"}


def test_a_treatment_outside_five_to_nine_nights_is_taken_with_a_warning() -> None:
    days = ("11-27", "11-28", "12-02", "12-03")
    taken = [(day, checked(leaves_on=f"2026-{day}", departure=None, companions=None)) for day in days]
    assert taken == [
        ("11-27", Checked((), (Problem("profile.leaves_on", "a treatment takes 5 to 9 nights; this one has 4"),))),
        ("11-28", Checked()), ("12-02", Checked()),
        ("12-03", Checked((), (Problem("profile.leaves_on", "a treatment takes 5 to 9 nights; this one has 10"),)))]


def test_a_check_up_is_a_day_visit() -> None:
    assert checked(visit="check-up", leaves_on="2026-11-23", departure=None, companions=None) == Checked()
    assert list(refused(visit="check-up")) == ["profile.leaves_on"]


def test_a_harvest_may_have_two_nights() -> None:
    assert checked(visit="harvest", leaves_on="2026-11-25", departure=None, companions=None) == Checked()


def test_a_journey_is_within_a_day_of_its_end_of_the_stay_as_the_clinic_reads_the_clock() -> None:
    assert refused(**flying("arrival", at="2026-11-24T23:59:00+01:00", on="2026-11-22")) == {}
    assert refused(**flying("arrival", at="2026-11-24T23:00:00+00:00")) == {
        "profile.arrival.at": "within a day of 2026-11-23; not 2026-11-25"}
    assert refused(**flying("departure", on="2026-11-28")) == {
        "profile.departure.on": "within a day of 2026-11-30; not 2026-11-28"}


def test_nobody_leaves_before_arriving() -> None:
    assert refused(visit="harvest", leaves_on="2026-11-23", companions=None,
                   **flying("departure", on="2026-11-23", at="2026-11-23T12:00:00+01:00")) == {
        "profile.departure.at": "after the arrival, 2026-11-23T13:40:00+01:00; not 2026-11-23T12:00:00+01:00"}


def test_a_flight_needs_its_number_its_day_and_its_time() -> None:
    assert refused(arrival={"mode": "flight", "transfer": False}) == {
        "profile.arrival.flight": "a flight needs it", "profile.arrival.on": "a flight needs it",
        "profile.arrival.at": "a flight needs it"}


def test_a_transfer_needs_its_place_and_its_time_and_an_own_car_needs_nothing() -> None:
    assert refused(arrival={"mode": "train", "transfer": True}) == {
        "profile.arrival.place": "a transfer needs it", "profile.arrival.at": "a transfer needs it"}
    assert refused(arrival={"mode": "own", "transfer": True}) == {}


def test_a_journey_says_by_what() -> None:
    assert refused(arrival={"transfer": False}) == {"profile.arrival.mode": "flight, train, car, own or ambulance"}


def test_a_companion_comes_and_goes_inside_the_stay() -> None:
    assert refused(companions={"C-1": {"from": "2026-11-22", "until": "2026-12-01"},
                               "C-2": {"from": "2026-11-26", "until": "2026-11-25"}}) == {
        "profile.companions.C-1.from": "a day of the stay, 2026-11-23 to 2026-11-30; not 2026-11-22",
        "profile.companions.C-1.until": "a day of the stay, 2026-11-23 to 2026-11-30; not 2026-12-01",
        "profile.companions.C-2.until": "on or after 2026-11-26; not 2026-11-25"}


def test_who_shares_a_room_says_with_which_party() -> None:
    assert refused(party={"share_room": True}) == {
        "profile.party.ref": "the party that shares the room; share_room needs it"}
    assert refused(party={"share_room": False}) == {}


def test_an_allergy_is_refuted_only_by_somebody() -> None:
    assert refused(diet={"allergies": {"peanuts": {"status": "refuted"}, "fish": {"status": "gone"}}}) == {
        "profile.diet.allergies.peanuts.by": "the clinician who refutes it, told together with the status",
        "profile.diet.allergies.fish.status": "'active' or 'refuted'; not 'gone'"}


def test_a_site_is_one_of_the_clinics() -> None:
    assert [site_problem("belgrade", BOTH), site_problem(None, BELGRADE)] == [None, None]
    assert site_problem(None, BOTH) == Problem("site", "one of belgrade, ljubljana; none was told")
    assert site_problem("atlantis", BELGRADE) == Problem("site", "one of belgrade; atlantis is none of them")
