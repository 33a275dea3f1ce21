"""Rooms, vans and people: half-open bookings, whole units, and when something cannot be used."""

from dataclasses import replace
from typing import Any

from shared.language.known import Known, merge
from shared.language.resources import Booking, Full, Resource, Window, book, free, with_status
from tests.language.telling import at, heard, iso

ROOM = Resource("belgrade/room/204", frozenset({"ceiling-hoist"}), 2, details=(("floor", 2),))


def night(first: str, last: str, units: int = 1, by: str = "ada") -> Booking:
    return Booking(ROOM.id, at(first), at(last), units, by)


def told(**says: Any) -> Known:
    """What is known when this is said on the 22nd, of a room that was last heard of on the 1st."""
    facts = [heard("resource-status", {"resource": ROOM.id, "told_at": iso(when), **said}) for when, said in (
        ("01 07:00", {"details": {"floor": 2}}), ("22 07:00", says))]
    return merge(facts)  # type: ignore[arg-type]


def test_a_booking_ends_when_the_next_one_begins():
    bookings = [night("23 14:00", "24 11:00", 2), night("25 14:00", "26 11:00", 2)]
    assert free(ROOM, bookings, at("24 11:00"), at("25 14:00")) == 2
    assert free(ROOM, bookings, at("24 10:59"), at("25 14:00")) == 0
    assert free(ROOM, bookings, at("24 11:00"), at("25 14:01")) == 0


def test_what_is_free_is_free_at_every_moment():
    """Two beds taken one after the other leave one bed, not none."""
    bookings = [night("23 14:00", "24 14:00"), night("24 14:00", "25 14:00")]
    assert free(ROOM, bookings, at("23 14:00"), at("25 14:00")) == 1
    assert free(ROOM, [*bookings, night("24 10:00", "24 15:00")], at("23 14:00"), at("25 14:00")) == 0
    elsewhere = Booking("belgrade/room/205", at("23 14:00"), at("25 14:00"), 2, "bo")
    assert free(ROOM, [elsewhere], at("23 14:00"), at("25 14:00")) == 2


def test_a_booking_finds_its_place_or_hears_why_not():
    taken = night("23 14:00", "24 11:00")
    assert book(ROOM, [taken], night("23 14:00", "24 11:00", by="bo")) == (taken, night("23 14:00", "24 11:00", by="bo"))
    assert book(ROOM, [taken], night("23 20:00", "25 11:00", 2)) == Full("204 has 1 of 2 free, 2 asked")


def test_a_booking_of_nothing_is_refused():
    refused = Full("a booking of belgrade/room/204 needs at least one unit and an end after its start")
    for wish in (night("23 14:00", "23 14:00"), night("23 14:00", "24 14:00", 0)):
        assert book(ROOM, [], wish) == refused
    assert isinstance(book(ROOM, [], Booking("belgrade/room/205", at("23 14:00"), at("24 14:00"), 1, "bo")), Full)
    assert free(ROOM, [], at("24 14:00"), at("23 14:00")) == 0


def test_out_of_service_is_half_open_too():
    room = Resource(ROOM.id, units=1, out=(Window(at("23 08:00"), at("23 18:00"), "lift"),))
    assert [free(room, [], at(a), at(b)) for a, b in (
        ("23 07:00", "23 08:00"), ("23 07:00", "23 08:01"), ("23 17:59", "23 19:00"), ("23 18:00", "23 19:00"),
    )] == [1, 0, 0, 1]


def test_until_further_notice_has_no_end_and_a_window_that_ends_as_it_begins_has_no_length():
    assert Window(at("23 08:00"), None).meets(at("30 08:00"), at("30 09:00"))
    assert not Window(at("23 08:00"), None).meets(at("23 07:00"), at("23 08:00"))
    assert not Window(at("23 08:00"), at("23 08:00")).meets(at("23 07:00"), at("23 09:00"))


def test_what_is_told_of_a_room_stands_over_the_clinic_file():
    assert with_status(ROOM, told(features=["bariatric-bed"], units=1, on_duty=False, details={"beds": 1})) == Resource(
        ROOM.id, frozenset({"bariatric-bed"}), 1, on_duty=False, details=(("beds", 1), ("floor", 2)),
        changed_at=at("22 07:00"))
    assert with_status(ROOM, Known()) == ROOM
    told_badly = with_status(ROOM, told(units=-1, features="hoist"))
    assert told_badly == replace(ROOM, unreadable=("features", "units"), changed_at=at("22 07:00"))


def windows(**out: Any) -> tuple[Window, ...]:
    return with_status(ROOM, told(out=out)).out


def test_an_outage_is_told_and_taken_back_by_its_name():
    assert windows(a={"from": iso("23 08:00"), "reason": "lift"}, b=None) == (Window(at("23 08:00"), None, "lift"),)


def test_an_outage_without_a_beginning_began_when_it_was_told():
    """A van whose brakes are broken must not drive because nobody said since when; if nothing was said of it, all the time."""
    assert windows(a={"to": iso("24 08:00")}, b={"reason": "lift", "from": "monday"}, c={}) == (
        Window(at("22 07:00"), at("24 08:00"), "out of service"), Window(at("22 07:00"), None, "lift"),
        Window(at("01 07:00"), None, "out of service"))
