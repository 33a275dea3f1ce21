"""What the language's own examples say, read as any service reads them."""

from datetime import date, datetime

from shared.language.facts import FACTS, Fact
from shared.language.facts.intake import (
    Allergy,
    Care,
    Chair,
    Companion,
    Diet,
    DietAfter,
    Discharged,
    Fasting,
    Journey,
    Party,
    PatientAdmitted,
    PatientLeft,
    Profile,
)
from shared.language.facts.stay import Placement, RoomAssigned
from shared.language.facts.transport import ArrivalExpected
from shared.language.known import Known, merge
from shared.language.reading import read_fact
from shared.language.resources import Resource, Window, with_status
from shared.language.stay import Procedure, Stay, view
from tests.language import examples
from tests.language.telling import ADA, NOW, at


def told(topic: str, text: str, stamped: datetime) -> Fact:
    fact = read_fact(topic, text.encode(), {}, stamped, NOW)
    assert isinstance(fact, Fact), fact
    return fact


FACTS_OF_ADA = (
    told("patient-admitted", examples.ADMITTED, at("23 16:22")),
    told("procedure-scheduled", examples.SCHEDULED, at("24 10:00")),
    told("procedure-done", examples.DONE, at("25 10:00")),
    told("discharged", examples.DISCHARGED, at("30 10:21")),
    told("arrival-expected", examples.ARRIVAL_EXPECTED, at("23 12:00")),
    told("room-assigned", examples.ROOM_ASSIGNED, at("22 12:00")),
    told("patient-left", examples.PATIENT_LEFT, at("30 11:06")),
)
FLIGHT_IN = Journey(mode="flight", flight="LH1406", on=date(2026, 11, 23), place="BEG", at=at("23 13:40"),
                    assistance="WCHC", transfer=True)
FLIGHT_HOME = Journey(mode="flight", flight="LH1407", on=date(2026, 11, 30), place="BEG", at=at("30 14:30"),
                      assistance="WCHC", transfer=True)


def ada() -> Stay:
    return view(ADA, FACTS_OF_ADA)


def test_the_admission_tells_the_whole_profile():
    assert ada().profile == Profile(
        patient_ref="P-7781", wristband="K7M4QX", visit="treatment", arrives_on=date(2026, 11, 23),
        leaves_on=date(2026, 11, 30), arrival=FLIGHT_IN, departure=FLIGHT_HOME, mobility="wheelchair-seated",
        own_chair=Chair(powered=True, kg=140, battery="lithium"), room_needs=["roll-in-shower", "ceiling-hoist"],
        languages=["en"], interpreter=True,
        diet=Diet(style="halal", food="7", drinks="0", allergies_asked=True, dislikes=["mushrooms"],
                  allergies={"peanuts": Allergy(severity="anaphylaxis", status="active")}),
        care=Care(level="T4", dysreflexia_risk=True, systolic_baseline=95, turns_every_minutes=120),
        companions={"C-1": Companion.model_validate({"role": "family", "bed": True, "from": "2026-11-23",
                                                     "until": "2026-11-30", "diet": {"style": "regular"}})},
        party=Party(ref="BEG-PARTY-3", share_room=True))


def test_the_stay_stands_as_its_facts_say():
    stay = ada()
    assert (stay.phase, stay.site, stay.admitted_at, stay.discharged_at, stay.left_for_good(), stay.unreadable) == (
        "discharged", "belgrade", at("23 16:20"), at("30 10:20"), at("30 11:05"), ())
    assert (stay.arrival, stay.departure) == (FLIGHT_IN, FLIGHT_HOME)
    assert stay.flights() == (("LH1406", date(2026, 11, 23)), ("LH1407", date(2026, 11, 30)))
    assert (stay.first_told, stay.booked_at) == (at("22 12:00"), at("22 12:00"))


def test_the_procedure_is_told_by_two_facts():
    assert ada().procedures == {"PR-1": Procedure(
        kind="intrathecal-administration", starts_at=at("25 09:00"), minutes=50, interpreter=True, sedation=True,
        fasting=Fasting(solids_from=at("25 03:00"), clear_fluids_from=at("25 07:00")), done_at=at("25 09:55"),
        diet_after=DietAfter(style="light", until=at("25 21:00")), rest_until=at("25 13:55"), observe_every_minutes=60,
        observe_until=at("25 15:55"), mobility_after="stretcher")}


def test_every_other_word_stands_in_its_place():
    words = ada().words
    assert words.admission == PatientAdmitted(admitted_at=at("23 16:20"))
    assert words.discharge == Discharged(discharged_at=at("30 10:20"), onward=FLIGHT_HOME, home_care_weeks=5,
                                         check_up_after_months=3)
    assert words.arrival_expected == ArrivalExpected(expected_at=at("23 19:40"), status="delayed",
                                                     cause="LH1406 estimated 17:40")
    assert words.room == RoomAssigned(why="…", placements=[
        Placement.model_validate({"room": "204", "from": at("23 14:00"), "to": at("30 11:00")})])
    assert words.left == {"patient": PatientLeft(left_at=at("30 11:05"))}


def test_a_fact_that_tells_no_time_was_told_when_its_record_was_written():
    assert [fact.told_at for fact in FACTS_OF_ADA[:3]] == [
        datetime.fromisoformat("2026-11-23T16:21:07+01:00"), at("24 10:00"), at("25 10:00")]
    assert [fact.told_by for fact in FACTS_OF_ADA[:3]] == ["ward-app", None, None]


def test_a_flight_is_named_by_its_number_and_its_day():
    fact = told("flight-status", examples.FLIGHT_STATUS, at("23 12:00"))
    assert fact.subject == "flight:LH1406/2026-11-23"
    assert merge([fact]).data == {"estimated": "2026-11-23T17:40:00+01:00", "status": "delayed"}
    same = told("flight-status", '{"flight": " lh 1406", "on": "20261123"}', at("23 12:00"))
    assert same.subject == fact.subject


def test_the_van_is_out_for_its_brakes():
    fact = told("resource-status", examples.RESOURCE_STATUS, at("23 07:00"))
    van = Resource("belgrade/vehicle/van-2", frozenset({"ramp"}), 8)
    assert fact.subject == "resource:belgrade/vehicle/van-2"
    assert with_status(van, merge([fact])) == Resource(
        "belgrade/vehicle/van-2", frozenset({"ramp"}), 8, out=(Window(at("23 08:00"), at("23 18:00"), "brakes"),))


def test_what_is_known_of_nothing_is_nothing():
    assert merge([]) == Known()


def test_every_topic_names_its_subject_and_its_teller():
    assert {topic: (kind.subject, kind.teller) for topic, kind in FACTS.items()} == {
        "stay-booked": ("stay", "intake"), "patient-admitted": ("stay", "intake"), "procedure-scheduled": ("stay", "intake"),
        "procedure-done": ("stay", "intake"), "discharged": ("stay", "intake"), "patient-left": ("stay", "intake"),
        "arrival-expected": ("stay", "transport"), "room-assigned": ("stay", "stay"), "flight-status": ("flight", "flights"),
        "resource-status": ("resource", "resources")}
