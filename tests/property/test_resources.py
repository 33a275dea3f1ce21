"""No resource is ever booked above what there is of it, at any moment, by any order of wishes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from shared.language.resources import Booking, Full, Resource, Window, book, free
from tests.property.strategies import lightly, thoroughly

HOURS = range(13)


def at(hour: int) -> datetime:
    return datetime(2026, 11, 23, hour, tzinfo=UTC)


HOUR = st.sampled_from(HOURS)
WISH = st.sampled_from([Booking(f"belgrade/room/{room}", at(first), at(last), units, "ada") for first, last, units, room in
                        product(HOURS, HOURS, range(4), ("204", "204", "205"))])
OUT = st.sampled_from([Window(at(first), None if last == 13 else at(last)) for first, last in product(HOURS, range(14))])
ROOM = st.builds(lambda units, out: Resource("belgrade/room/204", units=units, out=tuple(out)),
                 st.integers(0, 4), st.lists(OUT, max_size=2))
WISHES = st.lists(WISH, max_size=12)


def taken(bookings: list[Booking] | tuple[Booking, ...], hour: int) -> int:
    """Beds of room 204 that somebody has between this hour and the next."""
    return sum(b.units for b in bookings if b.resource == "belgrade/room/204" and b.start <= at(hour) < b.end)


def shut(room: Resource, hour: int) -> bool:
    return any(w.start <= at(hour) and (w.end is None or at(hour) < w.end) for w in room.out)


def hours(booking: Booking) -> list[int]:
    return [hour for hour in HOURS if booking.start <= at(hour) < booking.end]


@thoroughly
@given(ROOM, WISHES)
def test_booking_never_exceeds_what_there_is_and_never_refuses_what_fits(room: Resource, wishes: list[Booking]):
    booked: tuple[Booking, ...] = ()
    for wish in wishes:
        fits = wish.resource == room.id and wish.units > 0 and wish.start < wish.end and all(
            taken(booked, hour) + wish.units <= room.units and not shut(room, hour) for hour in hours(wish))
        answer = book(room, booked, wish)
        assert answer == (*booked, wish) if fits else isinstance(answer, Full)
        booked = booked if isinstance(answer, Full) else answer
    assert all(taken(booked, hour) <= (0 if shut(room, hour) else room.units) for hour in HOURS)


@thoroughly
@given(ROOM, WISHES, HOUR, HOUR)
def test_what_is_free_is_what_nobody_has_at_the_worst_hour(room: Resource, bookings: list[Booking], first: int, last: int):
    """Also where more is booked than there is, since a bed was taken out afterwards: then nothing is free."""
    asked = range(first, last)
    worst = min((0 if shut(room, hour) else max(0, room.units - taken(bookings, hour)) for hour in asked), default=0)
    assert free(room, bookings, at(first), at(last)) == worst
    assert free(room, bookings[::-1], at(first), at(last)) == worst


@thoroughly
@given(ROOM, WISHES, HOUR, HOUR)
def test_a_booking_that_goes_gives_back_exactly_what_it_took(room: Resource, bookings: list[Booking], first: int, last: int):
    there = free(room, bookings, at(first), at(last))
    answer = book(room, bookings, Booking(room.id, at(first), at(last), max(1, there), "bo"))
    assert isinstance(answer, tuple) == (there > 0)
    if isinstance(answer, tuple):
        assert free(room, answer, at(first), at(last)) == 0
        assert free(room, answer[:-1], at(first), at(last)) == there


@lightly
@given(ROOM, WISH, HOUR, HOUR, st.integers(-12, 12))
def test_the_zone_in_which_a_clock_is_read_does_not_matter(room: Resource, wish: Booking, first: int, last: int, zone: int):
    there = timezone(timedelta(hours=zone))
    elsewhere = replace(wish, start=wish.start.astimezone(there), end=wish.end.astimezone(there))
    assert free(room, [elsewhere], at(first), at(last)) == free(room, [wish], at(first).astimezone(there), at(last))
