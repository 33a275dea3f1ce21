"""Which vehicle and driver a ride gets, and what is said when there is none: the fleet of the Belgrade house on a Monday."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from shared.language.resources import Resource, Window
from shared.language.tasks import Task
from shared.service import Assigned
from tests.transport.rides import assigned, crew, fleet, house, on, ride, written

NOW = on(20)
AT = on(23, "15:00")
NOON = on(23, "12:00")


def given(*waiting: Task, held: tuple[Task, ...] = (), resources: Any = None, now: Any = NOW) -> dict[str, tuple[Any, Any]]:
    """ride -> vehicle and driver"""
    answers = assigned(waiting, now, held, resources)
    return {name: (answer.resource, answer.assignee) for name, answer in sorted(answers.items())}


def hold(*waiting: Task, resources: Any = None, now: Any = NOW) -> str | None:
    return assigned(waiting, now, (), resources)[waiting[-1].task_id].hold


def accepted(task: Task, vehicle: str, driver: str, **changes: Any) -> Task:
    return replace(task, **{"status": "accepted", "resource": vehicle, "assignee": driver, "why": "as accepted", **changes})


def without(*names: str) -> list[Resource]:
    return [r for r in fleet() if r.name not in names]


def out(name: str, reason: str = "") -> list[Resource]:
    """The fleet with one out of service for all of Monday."""
    window = Window(on(23, "06:00"), on(23, "22:00"), reason)
    return [replace(r, out=(window,)) if r.name == name else r for r in fleet()]


def off_duty(name: str) -> list[Resource]:
    return [replace(r, duty=((on(23, "12:15"), False),)) if r.name == name else r for r in fleet()]


def test_who_walks_rides_in_the_car_and_the_chair_takes_the_smallest_van() -> None:
    assert given(ride("ada", AT, mobility="wheelchair-seated"), ride("ben", AT)) == {
        "ada": ("van-3", "stefan"), "ben": ("car-1", "filip")}


def test_a_patient_in_his_own_chair_is_never_given_a_seat() -> None:
    only_seats = fleet("car-1", "marko")
    assert hold(ride("ada", AT, mobility="wheelchair-seated"), resources=only_seats) == (
        "no vehicle with a wheelchair place and 200 kg from 14:20 to 15:45: the house has none")


def test_a_chair_too_heavy_for_the_ramp_takes_the_van_with_the_lift() -> None:
    assert given(ride("ada", AT, mobility="wheelchair-seated", asks={"kg": 320})) == {"ada": ("van-2", "stefan")}
    assert hold(ride("ada", AT, mobility="wheelchair-seated", asks={"kg": 500})) == (
        "no vehicle with a wheelchair place and 500 kg from 14:20 to 15:45: the house has none")


def test_a_wheelchair_place_without_tie_downs_is_none() -> None:
    loose = [replace(r, features=r.features - {"tie-downs"}) for r in fleet()]
    assert hold(ride("ada", AT, mobility="wheelchair-seated"), resources=loose) == (
        "no vehicle with a wheelchair place and 200 kg from 14:20 to 15:45: the house has none")


def test_a_wheelchair_place_takes_two_seats_away() -> None:
    assert given(ride("ada", AT, mobility="wheelchair-seated", along=3))["ada"][0] == "van-1"
    assert given(ride("ada", AT, mobility="wheelchair-seated", along=4))["ada"][0] == "van-2"
    assert hold(ride("ada", AT, mobility="wheelchair-seated", along=5)) == (
        "no vehicle with a wheelchair place, 200 kg and five seats from 14:20 to 15:45: the house has none")


def test_luggage_has_to_go_in_too() -> None:
    assert given(ride("ada", AT, asks={"luggage": 4}))["ada"][0] == "van-3"
    assert hold(ride("ada", AT, asks={"luggage": 9})) == (
        "no vehicle with a seat and room for 9 pieces of luggage from 14:20 to 15:35: the house has none")


def test_a_stretcher_takes_the_ambulance_and_two_who_are_trained() -> None:
    ada = ride("ada", AT, mobility="stretcher")
    assert given(ada, crew(ada)) == {"ada": ("amb-1", "luka"), "ada-crew": ("amb-1", "marko")}
    one = assigned([ada, crew(ada)], NOW, (), without("luka", "uros"))
    assert {a.hold for a in one.values()} == {"no two drivers trained for stretchers from 14:20 to 15:55: petar is off shift"}


def test_the_driver_who_speaks_the_patients_language_comes_first() -> None:
    assert given(ride("ada", AT, asks={"languages": ["it"]})) == {"ada": ("car-1", "filip")}
    assert given(ride("ada", AT, asks={"languages": ["de"]})) == {"ada": ("car-1", "luka")}
    assert assigned([ride("ada", AT, mobility="wheelchair-seated", asks={"languages": ["tr"]})], NOW)["ada"] == Assigned(
        "van-3", "uros", "van-3: ramp and one wheelchair place; uros: on shift, trained for chairs, speaks tr",
        {"trip_id": "T-van-3-ada", "pick_up_at": "2026-11-23T15:00:00+01:00"})


def test_a_driver_is_on_shift_until_he_is_back() -> None:
    only_filip = fleet("car-1", "filip")
    assert given(ride("ada", on(23, "14:55"), "out"), resources=only_filip) == {"ada": ("car-1", "filip")}
    assert hold(ride("ada", on(23, "14:56"), "out"), resources=only_filip) == "no driver from 14:46 to 16:01: filip is off shift"


def test_nobody_drives_by_night_and_the_hold_says_so() -> None:
    assert hold(ride("ada", on(23, "03:00"), "out")) == "no driver from 02:50 to 04:05: 6 of them are off shift"


def test_a_driver_told_off_duty_and_one_who_declined_are_not_asked() -> None:
    chair = ride("ada", AT, mobility="wheelchair-seated")
    assert given(chair, resources=off_duty("stefan"), now=on(23, "12:30"))["ada"] == ("van-3", "luka")
    assert given(replace(chair, declined={"stefan": chair.start}))["ada"] == ("van-3", "luka")
    everybody = dict.fromkeys(("marko", "luka", "stefan", "uros"), chair.start)
    assert hold(replace(chair, declined=everybody)) == (
        "no driver trained for chairs from 14:20 to 15:45: 4 of them have declined, petar is off shift")


def test_a_vehicle_out_of_service_is_named_with_the_reason() -> None:
    assert hold(ride("ada", AT, mobility="wheelchair-seated", asks={"kg": 350}), resources=[
        r for r in out("van-2", "brakes") if r.name != "amb-1"]) == (
        "no vehicle with a wheelchair place and 350 kg from 14:20 to 15:45: van-2 is out of service (brakes)")


def test_a_vehicle_goes_on_from_where_it_is_and_no_sooner() -> None:
    van, home = fleet("van-1", "stefan"), ride("ada", on(23, "13:00"), "out")  # over at BEG at 13:35
    assert given(home, ride("ben", on(23, "13:40")), resources=van) == {"ada": ("van-1", "stefan"), "ben": ("van-1", "stefan")}
    assert given(home, ride("ben", on(23, "13:39")), resources=van)["ben"] == (None, None)
    assert given(home, ride("ben", on(23, "14:10"), "out"), resources=van)["ben"] == ("van-1", "stefan")
    assert given(home, ride("ben", on(23, "14:09"), "out"), resources=van)["ben"] == (None, None)


def test_two_who_may_share_and_land_together_ride_together_and_nobody_waits_more_than_half_an_hour() -> None:
    share: Any = {"may_share": True}
    ben, cleo = ride("ben", NOON, asks=share), ride("cleo", NOON + timedelta(minutes=30), asks=share)
    answers = assigned([ben, cleo, ride("dora", NOON + timedelta(minutes=31), asks=share)], NOW)
    trips = {name: answer.chosen["trip_id"] for name, answer in answers.items()}
    assert trips == {"ben": "T-car-1-ben", "cleo": "T-car-1-ben", "dora": "T-van-3-dora"}
    assert answers["ben"].chosen["pick_up_at"] == "2026-11-23T12:30:00+01:00"
    assert answers["ben"].why == "car-1: one seat, shared by two stays; filip: on shift"


def test_who_did_not_say_so_shares_only_with_the_own_party() -> None:
    stranger, friend, own = ride("ben", AT), ride("cleo", AT, asks={"may_share": True}), ride("dora", AT, asks={"party": "P-3"})
    own_too = ride("emil", AT, asks={"party": "P-3"})
    answers = assigned([stranger, friend, own, own_too], NOW)
    assert {answers["dora"].chosen["trip_id"]} == {answers["emil"].chosen["trip_id"]}
    assert len({answer.chosen["trip_id"] for answer in answers.values()}) == 3


def test_two_chairs_share_only_where_there_are_two_places() -> None:
    share: Any = {"may_share": True}
    pair = [ride(name, AT, mobility="wheelchair-seated", asks=share) for name in ("ben", "cleo")]
    assert given(*pair) == {"ben": ("van-3", "stefan"), "cleo": ("van-1", "luka")}
    assert given(*pair, resources=fleet("van-2", "luka")) == {"ben": ("van-2", "luka"), "cleo": ("van-2", "luka")}


def test_who_leaves_together_leaves_when_the_first_must_with_time_to_load_both() -> None:
    share: Any = {"may_share": True}
    pair = [ride("ben", on(23, "11:00"), "out", asks=share), ride("cleo", on(23, "11:10"), "out", asks=share)]
    answers = assigned(pair, NOW)
    assert {answer.chosen["pick_up_at"] for answer in answers.values()} == {"2026-11-23T10:55:00+01:00"}


def test_what_was_accepted_stays_though_another_would_fit_better() -> None:
    ada = accepted(ride("ada", AT, mobility="wheelchair-seated"), "amb-1", "uros")
    assert given(ride("ben", AT), held=(ada,)) == {"ada": ("amb-1", "uros"), "ben": ("car-1", "filip")}


def test_what_was_accepted_and_broke_down_is_moved_and_says_why_for_good() -> None:
    ada = accepted(ride("ada", AT, mobility="wheelchair-seated"), "van-2", "luka")
    answer = assigned([], NOW, [ada], out("van-2", "brakes"))["ada"]
    assert (answer.resource, answer.assignee) == ("van-3", "luka")
    assert answer.why == ("moved from van-2: out of service (brakes); van-3: ramp and one wheelchair place; "
                          "luka: on shift, trained for chairs")
    assert assigned([], NOW, [written(ada, answer)], out("van-2", "brakes"))["ada"] == answer


def test_a_driver_who_goes_off_duty_loses_the_ride_and_it_is_offered_to_another() -> None:
    ada = accepted(ride("ada", AT, mobility="wheelchair-seated"), "van-1", "luka")
    answer = assigned([], on(23, "12:30"), [ada], off_duty("luka"))["ada"]
    moved = written(ada, answer)
    assert (moved.resource, moved.assignee, moved.status, moved.stage) == ("van-3", "stefan", "requested", "offered")
    assert (answer.why or "").startswith("moved from luka: off shift; van-3: ")


def test_a_held_ride_that_finds_nothing_else_says_what_it_lost_and_what_it_needs() -> None:
    ada = accepted(ride("ada", AT, mobility="wheelchair-seated", asks={"kg": 350}), "van-2", "luka")
    assert assigned([], NOW, [ada], [r for r in out("van-2", "brakes") if r.name != "amb-1"])["ada"].hold == (
        "moved from van-2: out of service (brakes); no vehicle with a wheelchair place and 350 kg from 14:20 to 15:45: "
        "van-2 is out of service (brakes)")


def test_of_two_held_rides_that_clash_the_one_whose_terms_changed_last_loses() -> None:
    first = accepted(ride("zoe", AT), "car-1", "filip", terms=1)
    last = accepted(ride("ada", AT), "car-1", "luka", terms=5)
    answers = assigned([], NOW, [last, first])
    assert (answers["zoe"].resource, answers["ada"].resource) == ("car-1", "van-3")
    assert (answers["ada"].why or "").startswith("moved from car-1: another ride that holds it is there at the same time; ")


def test_a_ride_under_way_stays_where_it_is_and_the_doubt_is_written() -> None:
    ada = accepted(ride("ada", AT), "van-2", "luka", status="in-progress")
    answer = assigned([], on(23, "15:05"), [ada], out("van-2", "brakes"))["ada"]
    assert (answer.resource, answer.assignee, answer.why) == ("van-2", "luka", "as accepted")
    assert answer.chosen["doubt"] == "van-2 is out of service (brakes)"


def test_the_second_of_the_crew_who_declines_is_replaced_and_the_driver_stays() -> None:
    ada = accepted(ride("ada", AT, mobility="stretcher"), "amb-1", "luka")
    second = crew(ada, status="requested", stage="declined", declined={"marko": ada.start}, resource="amb-1", assignee="marko")
    assert given(second, held=(ada,)) == {"ada": ("amb-1", "luka"), "ada-crew": ("amb-1", "uros")}


def test_a_ride_that_waits_for_a_word_takes_no_vehicle_from_one_that_is_ready() -> None:
    waits = ride("ada", on(23, "14:55"), holds={"plan": "LH1406 is cancelled: a new arrival is to be told"}, hold_from=None)
    assert given(waits, ride("ben", AT), resources=fleet("car-1", "filip")) == {"ada": (None, None), "ben": ("car-1", "filip")}


def test_the_clinic_file_has_a_ladder_for_every_kind() -> None:
    assert {"airport-pickup", "station-pickup", "pickup", "airport-ride", "station-ride", "ride", "crew", "flight-cancelled",
            "flight-diverted", "flight-late", "departure-open", "flight-papers"} <= set(house().ladder)
