"""An amendment over HTTP is a merge patch: what it makes worse is refused, and no allergy is lost by it."""

from datetime import timedelta
from typing import Any

from services.intake.rules.amendments import REFUTE
from tests.intake.ada import ADA
from tests.intake.front import fields, front
from tests.shell.house import MONDAY, booking

FREE: dict[str, Any] = {"arrival": None, "departure": None, "companions": None}


async def test_a_flight_that_changes_its_time_is_told_as_one_word() -> None:
    async with front() as door:
        await door.book()
        answer = await door.amend(arrival={"at": "2026-11-23T17:40:00+01:00"})
        assert (answer.status_code, answer.json()) == (200, {"stay_id": ADA, "warnings": []})
        assert door.told()[1] == {
            "topic": "stay-booked", "stay_id": ADA, "told_by": "intake",
            "told_at": (MONDAY + timedelta(milliseconds=1)).isoformat(),
            "profile": {"arrival": {"at": "2026-11-23T17:40:00+01:00"}}}


async def test_two_amendments_at_the_same_stepped_instant_keep_their_order() -> None:
    async with front() as door:
        await door.book()
        for style in ("vegan", "light", "kosher", "halal", "regular"):
            await door.amend(diet={"style": style})
        await door.house.rest()
        assert (await door.http.get(f"/stays/{ADA}")).json()["known"]["profile"]["diet"]["style"] == "regular"
        assert [f["told_at"] for f in door.told()] == [(MONDAY + timedelta(milliseconds=n)).isoformat() for n in range(6)]


async def test_what_is_said_over_http_is_later_than_what_an_app_whose_clock_is_ahead_has_said() -> None:
    async with front() as door:
        await door.book()
        ahead = (MONDAY + timedelta(minutes=4)).isoformat()
        await door.house.tell("patient-admitted", {"stay_id": ADA, "told_at": ahead, "profile": {"mobility": "walking"}})
        await door.house.rest()
        await door.amend(mobility="stretcher")
        await door.house.rest()
        assert (await door.http.get(f"/stays/{ADA}")).json()["known"]["profile"]["mobility"] == "stretcher"


async def test_an_allergy_is_not_cleared_by_null_but_refuted_by_a_clinician() -> None:
    async with front() as door:
        await door.book()
        answer = await door.amend(diet={"allergies": {"peanuts": None}})
        assert (answer.status_code, fields(answer)) == (422, {"profile.diet.allergies.peanuts": REFUTE})
        assert len(door.told()) == 1
        refuted = {"peanuts": {"status": "refuted", "by": "dr-popov"}}
        assert (await door.amend(diet={"allergies": refuted})).status_code == 200


async def test_unknown_words_and_fields_are_refused() -> None:
    async with front() as door:
        await door.book()
        answer = await door.amend(mobility="flying", shoes=None)
        assert (answer.status_code, sorted(fields(answer))) == (422, ["profile.mobility", "profile.shoes"])
        assert fields(await door.amend()) == {"profile": "at least one word that changes"}


async def test_of_two_amendments_at_the_same_moment_none_is_lost() -> None:
    async with front() as door:
        await door.book()
        answers = await door.at_once(door.amend(mobility="walking"), door.amend(wristband="NEW"))
        assert [answer.status_code for answer in answers] == [200, 200]
        known = (await door.http.get(f"/stays/{ADA}")).json()["known"]["profile"]
        assert (known["mobility"], known["wristband"]) == ("walking", "NEW")


async def test_a_stay_that_others_have_told_us_of_is_amended_too() -> None:
    async with front() as door:
        await door.house.tell("stay-booked", booking("HIS/7"))
        await door.house.rest()
        assert (await door.amend("HIS%2F7", mobility="walking")).status_code == 200
        refused = await door.book(stay_id="BEG-2", patient_ref="P-1")
        assert refused.json()["other_stay"] == "HIS/7", "its days are known now"


async def test_who_was_admitted_without_a_booking_is_not_booked_by_an_amendment() -> None:
    async with front() as door:
        await door.house.tell("patient-admitted", {"stay_id": ADA})
        await door.house.rest()
        await door.amend(mobility="walking")
        assert [fact["topic"] for fact in door.told()][-1] == "patient-admitted"
        assert await door.phase() == "admitted"


async def test_a_stay_that_nobody_has_told_us_of_is_not_found() -> None:
    async with front() as door:
        answers = [await door.amend("BEG-0", mobility="walking"), await door.http.get("/stays/BEG-0"),
                   await door.post("/stays/BEG-0/admission"), await door.post("/stays/BEG-0/cancellation"),
                   await door.http.delete("/stays/BEG-0/discharge", params={"reason": "a mistake"})]
        assert [(answer.status_code, answer.json()["detail"]) for answer in answers] == [
            (404, "nobody has told us of a stay BEG-0")] * 5
