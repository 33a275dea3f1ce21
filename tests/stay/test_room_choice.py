"""Who gets which room, what is held, and what is said when there is none."""

from dataclasses import replace
from typing import Any

import pytest

from services.stay.details import Moved
from shared.language.resources import Resource, Window
from shared.language.tasks import Task
from shared.service import Assigned
from tests.stay.ada import assigned, demand, on, rooms, written

NOW = on(3)
WEEK = (on(23, "14:00"), on(30, "11:00"))
HOIST, SHOWER, STRETCHER = "ceiling-hoist", "roll-in-shower", "stretcher-access"


def who_is_where(waiting: list[Task], held: list[Task] | None = None, now: Any = NOW,
                 resources: list[Resource] | None = None) -> dict[str, str | None]:
    return {name: answer.resource for name, answer in assigned(waiting, now, held or [], resources).items()}


def out(name: str, start: Any, end: Any = None, reason: str = "") -> Resource:
    return replace(rooms(name)[0], out=(Window(start, end, reason),))


def test_the_tightest_room_that_fits_and_why():
    assert assigned([demand("ada", *WEEK, HOIST, SHOWER, "step-free", "wide-door")], NOW) == {"ada": Assigned(
        resource="306", why="306: ceiling hoist, roll-in shower, step-free access, wide door; tightest fit")}


def test_who_needs_nothing_special_leaves_the_special_rooms_to_others():
    assert assigned([demand("bo", *WEEK)], NOW) == {
        "bo": Assigned(resource="107", why="107: no special needs; tightest fit")}


def test_the_earlier_booking_is_served_first_whoever_comes_first():
    early, late = demand("early", *WEEK, booked_on=1), demand("late", on(20), on(30), booked_on=2)
    assert who_is_where([late, early], resources=rooms("107", "306")) == {"early": "107", "late": "306"}


def test_two_hours_lie_between_two_guests_of_one_room():
    one, two = demand("one", *WEEK), demand("two", on(30, "12:59"), on(5, month=12), booked_on=2)
    assert who_is_where([one, two], resources=rooms("107")) == {"one": "107", "two": None}
    assert who_is_where([one, replace(two, start=on(30, "13:00"))], resources=rooms("107")) == {"one": "107", "two": "107"}


def test_a_room_out_of_service_for_a_part_of_the_stay_is_no_room():
    leak = out("107", on(27, "08:00"), on(28, "18:00"), "leak")
    assert who_is_where([demand("bo", *WEEK)], resources=[leak]) == {"bo": None}
    assert who_is_where([demand("bo", on(29), on(30))], resources=[leak]) == {"bo": "107"}


def test_housekeepers_are_no_rooms():
    assert who_is_where([demand("bo", *WEEK)], resources=[Resource("belgrade/housekeeper/mira")]) == {"bo": None}


@pytest.mark.parametrize(("wish", "taken", "resources", "hold"), [
    (demand("ada", *WEEK, HOIST), [], rooms("107", "108"),
     "no room with a ceiling hoist from 23 to 30 November: the house has none"),
    (demand("ada", *WEEK, "jacuzzi-on-the-roof"), [], rooms(),
     "no room with jacuzzi on the roof from 23 to 30 November: the house has none"),
    (demand("ada", *WEEK, HOIST, "isolation"), [], rooms(),
     "no room with a ceiling hoist and isolation from 23 to 30 November: no one room has all of it"),
    (demand("ada", *WEEK, beds=3), [], rooms(),
     "no room with 3 beds from 23 to 30 November: no one room has all of it"),
    (demand("ada", *WEEK, HOIST, SHOWER), [demand("bo", *WEEK, room="306")], [*rooms("306", "101"), out("204", on(1))],
     "no room with a ceiling hoist from 23 to 30 November: 306 is taken and 204 is out of service then"),
    (demand("ada", *WEEK, beds=2), [demand("bo", *WEEK, room="108"), demand("cy", *WEEK, room="208")],
     rooms("107", "108", "208"), "no room with 2 beds from 23 to 30 November: 108 and 208 are taken then"),
    (demand("ada", on(28), on(2, month=12)), [demand(n, *WEEK, room=n) for n in ("107", "207", "307", "108")],
     rooms("107", "207", "307", "108"), "no room from 28 November to 2 December: 4 rooms are taken then"),
    (demand("ada", on(28), on(2, month=12)), [], [], "no room from 28 November to 2 December: the house has none"),
])
def test_a_hold_names_the_need_that_cannot_be_met(wish: Task, taken: list[Task], resources: list[Resource], hold: str):
    assert assigned([wish], NOW, taken, resources)["ada"] == Assigned(hold=hold)


def test_what_is_held_keeps_its_room_though_another_would_be_tighter():
    slept = demand("ada", *WEEK, room="204", why="204: ceiling hoist; tightest fit")
    assert assigned([], on(25), [slept]) == {"ada": Assigned(resource="204", why="204: ceiling hoist; tightest fit")}


def test_an_earlier_booking_yields_to_a_room_that_is_slept_in():
    slept, coming = demand("walk-in", *WEEK, room="107", booked_on=23), demand("early", on(26), on(28), booked_on=1)
    assert who_is_where([coming], [slept], on(25), rooms("107")) == {"walk-in": "107", "early": None}


def test_an_overstayer_keeps_the_room_and_the_next_guest_gets_another():
    ada = demand("ada", WEEK[0], on(1, "11:00", month=12), room="107")
    next_guest = demand("bo", on(30, "14:00"), on(6, "11:00", month=12), booked_on=2)
    assert who_is_where([next_guest], [ada], on(30, "11:00"), rooms("107", "207")) == {"ada": "107", "bo": "207"}


def test_a_held_room_that_goes_out_of_service_is_lost_with_the_reason():
    slept = demand("ada", *WEEK, HOIST, room="204")
    house = [out("204", on(27, "08:00"), on(28, "18:00"), "leak"), *rooms("104")]
    because = "moved from 204: out of service from 27 November 08:00 to 28 November 18:00 (leak)"
    assert assigned([], on(26), [slept], house) == {"ada": Assigned(
        resource="104", why=f"{because}; 104: ceiling hoist; tightest fit",
        chosen={"left": [{"room": "204", "from": WEEK[0].isoformat(), "to": on(26).isoformat()}], "because": because,
                "since": on(26).isoformat()})}


def test_a_held_room_lost_with_no_other_to_go_to_is_a_hold_that_says_both():
    slept = demand("ada", *WEEK, HOIST, room="204")
    answer = assigned([], on(26), [slept], rooms("107"))["ada"]
    because = "moved from 204: 204 is no longer a room of this house"
    assert (answer.resource, answer.why, answer.hold) == (
        None, because, f"{because}; no room with a ceiling hoist from 26 to 30 November: the house has none")


def test_a_patient_who_waits_for_another_room_gets_the_first_that_is_free_and_the_reason_stays_written():
    lost = demand("ada", *WEEK, HOIST, room="204", hold_from=on(24))
    waits = written(lost, assigned([], on(26), [lost], rooms("107"))["ada"])
    answer = assigned([waits], on(27), [], rooms("104"))["ada"]
    assert answer.why == "moved from 204: 204 is no longer a room of this house; 104: ceiling hoist; tightest fit"
    assert Moved.model_validate(answer.chosen).since == on(27)


def test_what_was_out_of_service_before_today_moves_nobody():
    slept = demand("ada", *WEEK, room="107", why="107: tightest fit")
    assert assigned([], on(26), [slept], [out("107", on(24), on(25))]) == {
        "ada": Assigned(resource="107", why="107: tightest fit")}


def test_a_need_that_grew_moves_the_patient():
    slept = demand("ada", *WEEK, "step-free", "wide-door", room="107")
    assert assigned([], on(26), [slept])["ada"].why == (
        "moved from 107: it does not have a wide door; 101: step-free access, wide door; tightest fit")


def test_of_two_held_that_clash_the_one_whose_terms_changed_last_loses():
    old = demand("old", *WEEK, room="107", terms=2, booked_on=9)
    new = demand("new", on(25), on(28), room="107", terms=5, booked_on=1)
    assert who_is_where([], [new, old], on(26), rooms("107", "207")) == {"old": "107", "new": "207"}


def test_who_moved_in_after_a_guest_left_late_is_not_moved_for_it():
    gone = demand("gone", on(16), on(23, "15:00"), room="107", hold_from=on(17))
    ada = demand("ada", on(23, "14:00"), WEEK[1], room="107", hold_from=on(23, "16:00"))
    assert who_is_where([], [gone, ada], on(23, "16:30"), rooms("107", "207")) == {"gone": "107", "ada": "107"}


def test_who_is_here_without_a_room_comes_before_who_is_yet_to_come():
    here = demand("here", *WEEK, booked_on=23, hold_from=on(24))
    coming = demand("coming", on(28), on(30), booked_on=1)
    assert who_is_where([coming, here], now=on(25), resources=rooms("107")) == {"here": "107", "coming": None}


def test_a_room_free_only_from_now_on_is_enough_for_who_waits_already():
    gone = demand("gone", on(16), on(24, "10:00"), room="107", hold_from=on(17))
    assert who_is_where([demand("ada", *WEEK)], [gone], on(24, "11:59"), rooms("107")) == {"gone": "107", "ada": None}
    assert who_is_where([demand("ada", *WEEK)], [gone], on(24, "12:00"), rooms("107")) == {"gone": "107", "ada": "107"}


def test_a_party_shares_one_room_and_moves_when_a_later_mate_needs_a_bed():
    one, two = demand("one", *WEEK, party="P"), demand("two", on(24), on(30), party="P", booked_on=3)
    assert who_is_where([one]) == {"one": "107"}
    answers = assigned([one, two], NOW)
    assert answers == {name: Assigned(resource="108", why="108: no special needs; shared with the party")
                       for name in ("one", "two")}


def test_a_party_has_the_needs_of_all_of_it():
    one, two = demand("one", *WEEK, party="P"), demand("two", *WEEK, HOIST, party="P", booked_on=3)
    assert who_is_where([one, two]) == {"one": "206", "two": "206"}


def test_a_party_moves_a_stranger_aside_but_never_out():
    one, two = demand("one", *WEEK, party="P", booked_on=1), demand("two", *WEEK, party="P", booked_on=3)
    stranger = demand("x", *WEEK, booked_on=2)
    house = rooms("107", "108")
    assert who_is_where([one, stranger], resources=house) == {"one": "107", "x": "108"}
    assert who_is_where([one, stranger, two], resources=house) == {"one": "108", "x": "107", "two": "108"}
    couple = demand("x", *WEEK, booked_on=2, beds=2)
    assert who_is_where([one, couple, two], resources=house) == {"one": "107", "x": "108", "two": None}


def test_a_party_that_no_room_takes_together_is_told_so():
    one, two = (demand(n, *WEEK, HOIST, party="P", beds=2, booked_on=d) for n, d in (("one", 1), ("two", 2)))
    answers = assigned([one, two], NOW)
    assert answers["one"].resource == "206"
    assert answers["two"] == Assigned(
        hold="no room takes the party together from 23 to 30 November: it needs 4 beds and a ceiling hoist")


def test_stays_of_one_party_that_do_not_meet_need_not_share_and_need_no_gap():
    one, two = demand("one", on(23), on(25), party="P"), demand("two", on(25), on(27), party="P", booked_on=2)
    assert who_is_where([one, two], resources=rooms("107")) == {"one": "107", "two": "107"}


def test_a_mate_joins_the_room_that_is_slept_in():
    slept = demand("one", *WEEK, party="P", room="108")
    assert who_is_where([demand("two", on(27), on(30), party="P")], [slept], on(25)) == {"one": "108", "two": "108"}
    full = replace(slept, resource="107")
    assert who_is_where([demand("two", on(27), on(30), party="P")], [full], on(25)) == {"one": "107", "two": None}


def test_a_room_that_a_party_leaves_goes_to_who_was_refused_it():
    house = [Resource("belgrade/room/1", frozenset({"oxygen"})), Resource("belgrade/room/2", frozenset({"a", "b"}), units=2)]
    one, two = demand("one", *WEEK, party="P", booked_on=1), demand("two", *WEEK, party="P", booked_on=3)
    breathless = demand("x", *WEEK, "oxygen", booked_on=2)
    assert who_is_where([one, breathless], resources=house) == {"one": "1", "x": None}
    assert who_is_where([one, breathless, two], resources=house) == {"one": "2", "x": "1", "two": "2"}


def test_a_stranger_who_has_yet_to_come_is_moved_for_a_mate_of_who_sleeps_there():
    slept = demand("one", on(23), on(26), party="P", room="108")
    mate, stranger = demand("two", on(24), on(30), party="P", booked_on=9), demand("x", on(27), on(30), beds=2)
    assert who_is_where([mate, stranger], [slept], on(24), rooms("108", "206")) == {"one": "108", "two": "108", "x": "206"}
    assert who_is_where([mate, stranger], [slept], on(24), rooms("108")) == {"one": "108", "two": None, "x": "108"}


def test_a_mate_of_a_party_that_sleeps_in_two_rooms_waits_for_the_desk():
    apart = [demand("one", *WEEK, party="P", room="108"), demand("two", *WEEK, party="P", room="208", booked_on=2)]
    assert who_is_where([demand("three", *WEEK, party="P", booked_on=3)], apart, on(25)) == {
        "one": "108", "two": "208", "three": None}
