"""Admissions, procedures, discharges and departures over HTTP: each is one fact, and each can be taken back."""

from datetime import timedelta

from tests.intake.ada import ADA
from tests.intake.front import fields, front
from tests.shell.house import MONDAY, booking

ADMISSION, DISCHARGE, PROCEDURES = (f"/stays/{ADA}/{name}" for name in ("admission", "discharge", "procedures"))
NOW = MONDAY.isoformat()
PR_1 = {"kind": "intrathecal-administration", "starts_at": "2026-11-25T09:00:00+01:00", "minutes": 50}


def after(milliseconds: int) -> str:
    return (MONDAY + timedelta(milliseconds=milliseconds)).isoformat()


async def test_an_admission_is_now_unless_it_says_when() -> None:
    async with front() as door:
        await door.book()
        assert (await door.post(ADMISSION)).json() == {"stay_id": ADA, "warnings": []}
        assert door.told("patient-admitted") == [{"topic": "patient-admitted", "stay_id": ADA, "told_at": after(1),
                                                  "told_by": "intake", "admitted_at": NOW}]
        said = {"admitted_at": "2026-11-16T08:50:00+01:00", "told_by": "ward-app", "profile": {"wristband": "NEW"}}
        assert (await door.post(ADMISSION, said)).status_code == 201
        assert door.told("patient-admitted")[1] == {
            "topic": "patient-admitted", "stay_id": ADA, "told_at": after(2), **said}
        assert await door.phase() == "admitted"


async def test_what_an_admission_tells_of_the_profile_is_read_like_an_amendment() -> None:
    async with front() as door:
        await door.book()
        await door.book(stay_id="BEG-2", arrives_on="2026-11-30", leaves_on="2026-12-05", arrival=None, departure=None,
                        companions=None)
        refused = await door.post(ADMISSION, {"profile": {"diet": None, "leaves_on": "2026-12-31"}})
        assert (refused.status_code, sorted(fields(refused))) == (422, [
            "profile.departure.at", "profile.departure.on", "profile.diet", "profile.leaves_on"])
        longer = await door.post(ADMISSION, {"profile": {"leaves_on": "2026-12-01"}})
        assert (longer.status_code, longer.json()["other_stay"]) == (409, "BEG-2")
        no_offset = await door.post(ADMISSION, {"admitted_at": "2026-11-23T16:20:00", "site": "belgrade"})
        assert list(fields(no_offset)) == ["admitted_at"]
        nowhere = await door.post(ADMISSION, {"site": "atlantis"})
        assert fields(nowhere) == {"site": "one of belgrade; atlantis is none of them"}


async def test_an_admission_is_withdrawn_with_a_reason_and_told_again() -> None:
    async with front() as door:
        await door.book()
        await door.post(ADMISSION)
        assert list(fields(await door.http.delete(ADMISSION))) == ["reason"]
        for _ in range(2):  # who asks again because the answer was lost hears the same, and tells nothing
            gone = await door.http.delete(ADMISSION, params={"reason": "the wrong patient", "told_by": "ward-app"})
            assert (gone.status_code, gone.json()) == (200, {"stay_id": ADA, "warnings": []})
        assert door.told("patient-admitted")[1:] == [{
            "topic": "patient-admitted", "stay_id": ADA, "told_at": after(2), "told_by": "ward-app",
            "withdrawn": True, "reason": "the wrong patient"}]
        assert await door.phase() == "booked"
        await door.post(ADMISSION)
        assert await door.phase() == "admitted"
        await door.house.rest()
        assert await door.phase() == "admitted", "and so it is when it is heard back"


async def test_there_is_nothing_to_take_back_where_nothing_was_told() -> None:
    async with front() as door:
        await door.book()
        assert (await door.http.delete(ADMISSION, params={"reason": "a mistake"})).status_code == 404


async def test_a_procedure_gets_the_next_id_and_is_amended_by_it() -> None:
    async with front() as door:
        await door.book()
        answers = [(await door.post(PROCEDURES, PR_1)).json()["procedure_id"] for _ in range(2)]
        assert answers == ["PR-1", "PR-2"]
        later = {"procedure_id": "PR-1", "starts_at": "2026-11-25T11:00:00+01:00"}
        assert (await door.post(PROCEDURES, later)).json() == {"stay_id": ADA, "procedure_id": "PR-1", "warnings": []}
        assert door.told("procedure-scheduled")[-1] == {
            "topic": "procedure-scheduled", "stay_id": ADA, "told_at": after(3), "told_by": "intake", **later}
        new = await door.post(PROCEDURES, {"procedure_id": "PR-3"})
        assert fields(new) == dict.fromkeys(("kind", "starts_at"), "a new procedure needs it; known are PR-1, PR-2")


async def test_a_procedure_is_taken_back_and_scheduled_again() -> None:
    async with front() as door:
        await door.book()
        await door.post(PROCEDURES, PR_1)
        await door.post(PROCEDURES, {"procedure_id": "PR-1", "withdrawn": True, "reason": "put off"})
        await door.post(PROCEDURES, {"procedure_id": "PR-1", "starts_at": "2026-11-26T09:00:00+01:00"})
        known = (await door.http.get(f"/stays/{ADA}")).json()["known"]["procedures"]["PR-1"]
        assert known == {**PR_1, "starts_at": "2026-11-26T09:00:00+01:00", "withdrawn": False}


async def test_a_done_is_now_and_a_later_word_does_not_move_it() -> None:
    async with front() as door:
        await door.book()
        await door.post(PROCEDURES, PR_1)
        await door.post(f"{PROCEDURES}/PR-1/done", {"diet_after": {"style": "light"}})
        door.house.clock.step(MONDAY + timedelta(hours=1))
        await door.post(f"{PROCEDURES}/PR-1/done", {"rest_until": "2026-11-25T13:55:00+01:00"})
        facts = door.told("procedure-done")
        assert [(f.get("done_at"), f.get("rest_until")) for f in facts] == [(NOW, None), (None, "2026-11-25T13:55:00+01:00")]
        unknown = await door.post(f"{PROCEDURES}/PR-9/done")
        assert (unknown.status_code, unknown.json()["detail"]) == (
            404, f"no procedure PR-9 was scheduled for {ADA}; known are PR-1")


async def test_a_discharge_is_taken_and_what_the_way_home_lacks_is_a_warning() -> None:
    async with front() as door:
        await door.book()
        await door.post(ADMISSION)
        answer = await door.post(DISCHARGE, {"onward": {"mode": "train", "transfer": True}, "home_care_weeks": 5})
        assert (answer.status_code, answer.json()["warnings"]) == (201, [
            {"field": f"onward.{name}", "detail": "a transfer needs it"} for name in ("place", "at")])
        assert await door.phase() == "discharged"
        await door.http.delete(DISCHARGE, params={"reason": "a fever"})
        assert await door.phase() == "admitted"
        assert [(f.get("discharged_at"), f.get("withdrawn"), f.get("reason")) for f in door.told("discharged")] == [
            (NOW, None, None), (None, True, "a fever")]
        await door.post(DISCHARGE)
        assert await door.phase() == "discharged"


async def test_a_patient_who_goes_home_early_may_come_again_in_the_days_that_were_booked() -> None:
    async with front() as door:
        await door.book()
        await door.post(ADMISSION)
        await door.post(DISCHARGE, {"discharged_at": "2026-11-25T10:00:00+01:00"})
        again = await door.book(stay_id="BEG-2", arrives_on="2026-11-27", leaves_on="2026-12-02", arrival=None,
                                departure=None, companions=None)
        assert again.status_code == 201
        back = await door.http.delete(DISCHARGE, params={"reason": "a fever"})
        assert back.status_code == 200, "events are true whatever the calendar says"


async def test_a_companion_goes_out_and_the_patient_leaves_for_good() -> None:
    async with front() as door:
        await door.book()
        departure = f"/stays/{ADA}/departure"
        outing = {"person": "C-1", "left_at": "2026-11-24T10:00:00+01:00", "back_at": "2026-11-24T18:00:00+01:00"}
        assert (await door.post(departure, outing)).status_code == 201
        assert (await door.post(departure)).status_code == 201
        assert [{k: f[k] for k in ("person", "left_at", "back_at")} for f in door.told("patient-left")] == [
            outing, {"person": "patient", "left_at": NOW, "back_at": None}]
        wrong = await door.post(departure, {"person": "C-2", "back_at": "2026-11-01T10:00:00+01:00"})
        assert fields(wrong) == {"person": "one of patient, C-1; not 'C-2'",
                                 "back_at": f"after left_at, {NOW}; not 2026-11-01T10:00:00+01:00"}


async def test_stays_that_others_have_told_us_of_are_admitted_and_discharged_here_too() -> None:
    async with front() as door:
        await door.house.tell("stay-booked", booking(ADA))
        await door.house.rest()
        assert [(await door.post(path)).status_code for path in (ADMISSION, DISCHARGE)] == [201, 201]
        await door.house.rest()
        assert await door.phase() == "discharged"
