"""A booking over HTTP: taken with one fact, or refused with the field that is not right."""

from typing import Any

from tests.intake.ada import ADA, BOTH, PROFILE, profile
from tests.intake.front import fields, front
from tests.shell.house import MONDAY, booking

FREE: dict[str, Any] = {"arrival": None, "departure": None, "companions": None}
LATER = {**FREE, "arrives_on": "2026-12-10", "leaves_on": "2026-12-17"}


async def test_a_booking_is_one_fact_and_intake_hears_it_back_as_everybody_does() -> None:
    async with front() as door:
        answer = await door.book()
        assert (answer.status_code, answer.json()) == (201, {"stay_id": ADA, "warnings": []})
        assert door.told() == [{"topic": "stay-booked", "stay_id": ADA, "told_at": MONDAY.isoformat(), "told_by": "intake",
                                "site": "belgrade", "profile": PROFILE}]
        await door.house.rest()
        heard = await door.store.subject(f"stay:{ADA}")
        assert heard is not None and len(heard["facts"]) == 1


async def test_who_it_is_can_be_read_at_once_and_is_told_to_nobody() -> None:
    async with front() as door:
        body = {"stay_id": ADA, "name": "Ada Byron", "contacts": {"phone": "+44 20"}, "profile": profile()}
        await door.post("/stays", body)
        shown = (await door.http.get(f"/stays/{ADA}")).json()
        assert {name: shown[name] for name in ("name", "contacts", "phase")} == {
            "name": "Ada Byron", "contacts": {"phone": "+44 20"}, "phase": "booked"}
        assert shown["known"]["profile"]["mobility"] == "wheelchair-seated"


async def test_without_an_id_it_is_the_next_number_of_the_house_and_the_year() -> None:
    async with front(BOTH) as door:
        async def book(site: str, ref: str) -> str:
            body = {"site": site, "name": "Ada Byron", "profile": profile(patient_ref=ref)}
            return str((await door.post("/stays", body)).json()["stay_id"])

        assert [await book("belgrade", "P-1"), await book("belgrade", "P-2"), await book("ljubljana", "P-3")] == [
            "BEL-2026-0001", "BEL-2026-0002", "LJU-2026-0001"]


async def test_a_number_that_others_have_used_is_passed_over() -> None:
    async with front() as door:
        await door.house.tell("stay-booked", booking("BEL-2026-0001"))
        await door.house.rest()
        assert (await door.book(stay_id=None)).json()["stay_id"] == "BEL-2026-0002"


async def test_twenty_bookings_at_the_same_moment_get_twenty_numbers() -> None:
    async with front() as door:
        answers = await door.at_once(*(door.book(stay_id=None, patient_ref=f"P-{n}") for n in range(20)))
        given = sorted(answer.json()["stay_id"] for answer in answers if answer.status_code == 201)
        busy = [answer for answer in answers if answer.status_code == 503]
        assert given == [f"BEL-2026-{n:04d}" for n in range(1, 21 - len(busy))]


async def test_an_id_that_is_taken_is_refused() -> None:
    async with front() as door:
        await door.book()
        again = await door.book(patient_ref="P-2")
        assert (again.status_code, list(fields(again))) == (409, ["stay_id"])
        await door.house.tell("stay-booked", booking("HIS-1"))
        await door.house.rest()
        assert (await door.book(stay_id="HIS-1", patient_ref="P-3")).status_code == 409


async def test_a_stay_that_was_only_heard_of_is_booked_under_its_id_and_gets_its_name() -> None:
    async with front() as door:
        await door.house.tell("patient-admitted", {"stay_id": ADA, "admitted_at": "2026-11-16T08:00:00+01:00"})
        await door.house.rest()
        assert (await door.book()).status_code == 201
        shown = (await door.http.get(f"/stays/{ADA}")).json()
        assert (shown["name"], shown["phase"]) == ("Ada Byron", "admitted")


async def test_what_is_not_right_is_refused_by_its_field_and_nothing_is_told() -> None:
    async with front(BOTH) as door:
        arrival = {"mode": "car", "at": "2026-11-23T13:40:00", "wheels": 4}
        answer = await door.post("/stays", {
            "site": "atlantis", "nickname": "Ada", "name": " ",
            "profile": profile(mobility="flying", arrives_on="23.11.2026", arrival=arrival)})
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
        assert fields(answer) == {
            "nickname": "no such field; did you mean name?",
            "name": "String should have at least 1 character; not ' '",
            "profile.mobility": "'walking', 'wheelchair-transfer', 'wheelchair-seated' or 'stretcher'; not 'flying'",
            "profile.arrives_on": "a day like 2026-11-23; not '23.11.2026'",
            "profile.arrival.at": "an instant needs its offset, like 2026-11-23T16:20:00+01:00; not '2026-11-23T13:40:00'",
            "profile.arrival.wheels": "no such field; there is mode, flight, on, place, at, assistance, transfer, may_share"}
        nowhere = await door.post("/stays", {"name": "Ada Byron", "profile": profile(patient_ref="Ada Byron")})
        assert fields(nowhere) == {
            "site": "one of belgrade, ljubljana; none was told",
            "profile.patient_ref": "a reference of 1 to 128 printable characters without a space, not a name"}
        assert door.records() == []


async def test_thirty_nights_are_taken_thirty_one_refused_and_twelve_warned_of() -> None:
    async with front() as door:
        refused = await door.book(leaves_on="2026-12-24", **FREE)
        assert (refused.status_code, fields(refused)) == (
            422, {"profile.leaves_on": "at most 30 nights after 2026-11-23; not 31"})
        warned = await door.book(leaves_on="2026-12-05", **FREE)
        assert warned.json() == {"stay_id": ADA, "warnings": [
            {"field": "profile.leaves_on", "detail": "a treatment takes 5 to 9 nights; this one has 12"}]}
        harvest: dict[str, Any] = {"patient_ref": "P-2", "visit": "harvest", "leaves_on": "2026-12-23"}
        assert (await door.book(stay_id=None, **harvest, **FREE)).status_code == 201


async def test_all_stays_are_read_a_page_at_a_time() -> None:
    async with front() as door:
        for n in range(3):
            await door.book(stay_id=f"BEG-{n}", patient_ref=f"P-{n}")
        await door.house.tell("stay-booked", booking("BEG-9"))
        await door.house.rest()
        first = (await door.http.get("/stays", params={"limit": 3})).json()
        second = (await door.http.get("/stays", params={"after": first["next"]})).json()
        assert [row["stay_id"] for row in first["stays"] + second["stays"]] == ["BEG-0", "BEG-1", "BEG-2", "BEG-9"]
        assert first["stays"][0] == {"stay_id": "BEG-0", "name": "Ada Byron", "site": "belgrade", "phase": "booked",
                                     "arrives_on": "2026-11-23", "leaves_on": "2026-11-30"}
        assert (second["stays"][0]["name"], second["next"]) == (None, None)
