"""A patient is in the house once: of two who ask for the same days, also at the same moment, one is told of the other."""

from datetime import timedelta
from typing import Any

from tests.intake.ada import ADA
from tests.intake.front import fields, front
from tests.shell.house import MONDAY

FREE: dict[str, Any] = {"arrival": None, "departure": None, "companions": None}
LATER = {**FREE, "arrives_on": "2026-12-10", "leaves_on": "2026-12-17"}


async def test_overlapping_stays_of_a_patient_are_refused_and_the_other_is_named() -> None:
    async with front() as door:
        await door.book()
        answer = await door.book(stay_id="BEG-2", arrives_on="2026-11-28", leaves_on="2026-12-04", arrival=None,
                                 departure=None, companions=None)
        assert (answer.status_code, answer.json()["other_stay"]) == (409, ADA)
        assert fields(answer) == {"profile.arrives_on": f"days outside those of {ADA}: 2026-11-23 to 2026-11-30; "
                                                        "not 2026-11-28 to 2026-12-04"}
        assert (await door.book(stay_id="BEG-2", **LATER)).status_code == 201, "other days are free"
        assert (await door.book(stay_id="BEG-3", patient_ref="P-2")).status_code == 201, "so is another patient"


async def test_of_two_overlapping_stays_asked_at_the_same_moment_one_is_taken() -> None:
    async with front() as door:
        answers = await door.at_once(*(door.book(stay_id=f"BEG-{n}") for n in range(4)))
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
        assert len(door.told()) == 1


async def test_a_cancelled_stay_frees_its_days_and_is_told_once() -> None:
    async with front() as door:
        await door.book()
        assert (await door.post(f"/stays/{ADA}/cancellation", {"reason": "put off"})).status_code == 201
        assert (await door.post(f"/stays/{ADA}/cancellation")).status_code == 201
        assert [(fact.get("withdrawn"), fact.get("reason")) for fact in door.told()] == [(None, None), (True, "put off")]
        assert await door.phase() == "nothing"
        assert (await door.book(stay_id="BEG-2")).status_code == 201


async def test_days_that_were_changed_over_kafka_count_as_they_are_now() -> None:
    async with front() as door:
        await door.book()
        moved = {"arrives_on": "2026-12-10", "leaves_on": "2026-12-17"}
        told = (MONDAY + timedelta(minutes=1)).isoformat()
        await door.house.tell("patient-admitted", {"stay_id": ADA, "told_at": told, "profile": moved})
        await door.house.rest()
        assert (await door.book(stay_id="BEG-2", **LATER)).json()["other_stay"] == ADA
        assert (await door.book(stay_id="BEG-2")).status_code == 201


async def test_new_days_must_be_free_and_the_old_ones_become_so() -> None:
    async with front() as door:
        await door.book()
        await door.book(stay_id="BEG-2", **LATER)
        refused = await door.amend("BEG-2", arrives_on="2026-11-29", leaves_on="2026-12-05")
        assert (refused.status_code, refused.json()["other_stay"]) == (409, ADA)
        assert (await door.amend(arrives_on="2026-11-30", leaves_on="2026-12-07", **FREE)).status_code == 200
        assert (await door.book(stay_id="BEG-3")).status_code == 201


async def test_of_two_stays_that_move_to_the_same_days_at_the_same_moment_one_is_taken() -> None:
    async with front() as door:
        await door.book()
        await door.book(stay_id="BEG-2", **LATER)
        days: dict[str, Any] = {"arrives_on": "2027-01-10", "leaves_on": "2027-01-17", **FREE}
        answers = await door.at_once(door.amend(**days), door.amend("BEG-2", **days))
        assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_days_that_an_app_has_moved_are_moved_back_only_if_nobody_asks_for_them_at_the_same_moment() -> None:
    async with front() as door:
        await door.book()
        away = {"arrives_on": "2027-01-10", "leaves_on": "2027-01-17"}
        told = (MONDAY + timedelta(minutes=1)).isoformat()
        await door.house.tell("patient-admitted", {"stay_id": ADA, "told_at": told, "profile": away})
        await door.house.rest()
        back = door.amend(arrives_on="2026-11-23", leaves_on="2026-11-30")
        answers = await door.at_once(back, door.book(stay_id="BEG-2"))
        assert sorted(answer.status_code for answer in answers) in ([200, 409], [201, 409])
