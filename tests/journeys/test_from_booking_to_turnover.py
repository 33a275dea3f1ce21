"""A booking made by a staff app ends as a room, a housekeeping job and a promise on live feeds."""

from datetime import datetime
from typing import Any

from tests.journeys.conftest import Clinic

ADA = {
    "patient_ref": "P-7781", "wristband": "K7M4QX", "visit": "treatment", "arrives_on": "2026-11-23", "leaves_on": "2026-11-30",
    "arrival": {"mode": "flight", "flight": "LH1406", "on": "2026-11-23", "place": "BEG", "at": "2026-11-23T13:40:00+01:00",
                "assistance": "WCHC", "transfer": True},
    "departure": {"mode": "flight", "flight": "LH1407", "on": "2026-11-30", "place": "BEG", "at": "2026-11-30T14:30:00+01:00",
                  "assistance": "WCHC", "transfer": True},
    "mobility": "wheelchair-seated", "room_needs": ["roll-in-shower", "ceiling-hoist"], "languages": ["en"],
    "diet": {"style": "halal", "food": "7", "drinks": "0", "allergies_asked": True,
             "allergies": {"peanuts": {"severity": "anaphylaxis", "status": "active"}}},
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}:00+01:00")


async def book(clinic: Clinic, stay: str = "BEG-2026-0412", **profile: Any) -> None:
    answer = await clinic.intake.post("/stays", json={"stay_id": stay, "site": "belgrade", "name": "Ada Marić",
                                                      "profile": {**ADA, **profile}})
    assert answer.status_code == 201, answer.text


async def test_a_booking_ends_as_a_room_a_prepared_room_a_kept_promise_and_a_turnover(clinic: Clinic) -> None:
    stay = "BEG-2026-0412"
    await book(clinic)
    await clinic.settled()
    (prepare,) = clinic.tasks("housekeeping", stay, kind="prepare")
    assert (prepare["status"], prepare["due"], prepare["site"]) == ("requested", "2026-11-23T13:55:00+01:00", "belgrade")
    state, reason = clinic.promise(stay)
    assert state == "planned" and prepare["place"] in reason
    assert clinic.tasks("desk", stay) == []

    clinic.house.clock.step(at("23T12:00"))
    await clinic.move(prepare, "accepted", "in-progress", "completed")
    await clinic.settled()
    assert clinic.promise(stay)[0] == "confirmed"

    clinic.house.clock.step(at("23T16:20"))
    assert (await clinic.intake.post(f"/stays/{stay}/admission", json={})).status_code == 201
    await clinic.settled()
    assert clinic.promise(stay)[0] == "confirmed"

    clinic.house.clock.step(at("30T10:20"))
    assert (await clinic.intake.post(f"/stays/{stay}/discharge", json={})).status_code == 201
    await clinic.settled()
    assert clinic.tasks("housekeeping", stay, kind="turnover") == []
    clinic.house.clock.step(at("30T11:05"))
    assert (await clinic.intake.post(f"/stays/{stay}/departure", json={})).status_code == 201
    await clinic.settled()
    (turnover,) = clinic.tasks("housekeeping", stay, kind="turnover")
    assert (turnover["place"], turnover["start"]) == (prepare["place"], "2026-11-30T11:05:00+01:00")
    assert clinic.promise(stay)[0] == "kept"


async def test_when_nobody_accepts_the_desk_hears_of_it_and_again_when_the_room_is_not_ready(clinic: Clinic) -> None:
    stay = "BEG-2026-0412"
    await book(clinic)
    await clinic.settled()
    (prepare,) = clinic.tasks("housekeeping", stay, kind="prepare")
    clinic.house.clock.step(datetime.fromisoformat(prepare["accept_by"]))
    await clinic.settled()
    assert [t["details"]["step"] for t in clinic.tasks("desk", stay, kind="overdue", status="requested")] == [1]
    clinic.house.clock.step(datetime.fromisoformat(prepare["due"]))
    await clinic.settled()
    assert {t["details"]["step"] for t in clinic.tasks("desk", stay, kind="overdue", status="requested")} == {1, 2}
    assert clinic.promise(stay)[0] == "at-risk"
    await clinic.move(prepare, "accepted", "in-progress", "completed")
    await clinic.settled()
    assert clinic.tasks("desk", stay, kind="overdue", status="requested") == []
    assert clinic.promise(stay)[0] == "confirmed"


async def test_the_third_who_needs_what_two_rooms_have_waits_until_one_leaves(clinic: Clinic) -> None:
    hoist = {"room_needs": ["ceiling-hoist"], "mobility": "stretcher"}
    for n in (1, 2, 3):
        clinic.house.clock.step(at(f"16T10:0{n}"))  # rooms go by when they were booked
        await book(clinic, f"S-{n}", patient_ref=f"P-{n}", **hoist)
        await clinic.settled()
    assert [clinic.promise(f"S-{n}")[0] for n in (1, 2)] == ["planned", "planned"]
    state, reason = clinic.promise("S-3")
    assert state == "at-risk" and "ceiling" in reason
    assert clinic.tasks("housekeeping", "S-3") == []
    cancelled = await clinic.intake.post("/stays/S-1/cancellation", json={"reason": "visa refused"})
    assert cancelled.status_code == 201, cancelled.text
    await clinic.settled()
    assert [clinic.promise(f"S-{n}")[0] for n in (1, 2, 3)] == ["not-needed", "planned", "planned"]
    assert [t["status"] for t in clinic.tasks("housekeeping", "S-1")] == ["cancelled"]


async def test_facts_in_the_wrong_order_from_a_plain_client_end_in_the_same_tasks(clinic: Clinic) -> None:
    told = {"stay-booked": {"profile": ADA, "site": "belgrade", "told_at": "2026-11-10T10:00:00+01:00"},
            "patient-admitted": {"admitted_at": "2026-11-15T16:20:00+01:00", "told_at": "2026-11-15T16:21:00+01:00"},
            "discharged": {"discharged_at": "2026-11-16T08:00:00+01:00", "told_at": "2026-11-16T08:01:00+01:00"}}
    for topic in reversed(told):
        await clinic.house.tell(topic, {"stay_id": "BEG-1", **told[topic]})
        await clinic.house.rest()
    await clinic.settled()
    assert clinic.tasks("desk", "BEG-1", kind="unknown-stay", status="requested") == []
    assert clinic.promise("BEG-1")[0] in ("kept", "broken", "confirmed", "planned")


async def test_two_of_one_party_share_a_room(clinic: Clinic) -> None:
    party = {"party": {"ref": "BEG-PARTY-3", "share_room": True}, "room_needs": [], "mobility": "walking"}
    for n in (1, 2):
        await book(clinic, f"S-{n}", patient_ref=f"P-{n}", **party)
    await clinic.settled()
    rooms = {t["place"] for n in (1, 2) for t in clinic.tasks("housekeeping", f"S-{n}", kind="prepare", status="requested")}
    assert len(rooms) == 1


async def test_a_room_out_of_service_is_left_for_another_with_the_reason(clinic: Clinic) -> None:
    await book(clinic)
    await clinic.settled()
    (before,) = clinic.tasks("housekeeping", "BEG-2026-0412", status="requested")
    out = {"out": {"O-1": {"from": "2026-11-22T08:00:00+01:00", "to": None, "reason": "a burst pipe"}}}
    answer = await clinic.stay.put(f"/resources/belgrade/room/{before['place']}", json=out)
    assert answer.status_code == 202, answer.text
    await clinic.settled()
    (after,) = clinic.tasks("housekeeping", "BEG-2026-0412", status="requested")
    assert after["place"] != before["place"]
    shown = (await clinic.stay.get(f"/resources/belgrade/room/{before['place']}")).json()
    assert [w["reason"] for w in shown["out"]] == ["a burst pipe"]


async def test_a_word_nobody_can_read_is_asked_about_and_the_rest_counts(clinic: Clinic) -> None:
    told = {"stay_id": "BEG-9", "site": "belgrade", "profile": {**ADA, "diet": {"style": "jain", "allergies_asked": True}}}
    await clinic.house.tell("stay-booked", told)
    await clinic.settled()
    (asked,) = clinic.tasks("desk", "BEG-9", kind="unreadable-word")
    assert "jain" in str(asked["details"]) and asked["owner"] == "intake"
    assert len(clinic.tasks("housekeeping", "BEG-9", kind="prepare")) == 1


async def test_the_rooms_say_who_is_where_and_why_and_who_waits(clinic: Clinic) -> None:
    await book(clinic)
    await book(clinic, "S-2", patient_ref="P-2", room_needs=["a-view-of-the-sea"])
    await clinic.settled()
    (prepare,) = clinic.tasks("housekeeping", "BEG-2026-0412")
    told = (await clinic.stay.get("/rooms", params={"from": "2026-11-24T00:00:00+01:00", "to": "2026-11-25T00:00:00+01:00"})).json()
    taken = {room["room"]: room["placements"] for room in told["rooms"] if room["placements"]}
    assert len(told["rooms"]) == 24
    assert [(p["stay_id"], p["from"], p["to"]) for p in taken[prepare["place"]]] == [
        ("BEG-2026-0412", "2026-11-23T14:00:00+01:00", "2026-11-30T11:00:00+01:00")]
    assert [(w["stay_id"], "a-view-of-the-sea" in w["needs"]) for w in told["waiting"]] == [("S-2", True)]
    later = (await clinic.stay.get("/rooms", params={"from": "2027-01-01T00:00:00+01:00"})).json()
    assert not any(room["placements"] for room in later["rooms"])
    wrong = await clinic.stay.get("/rooms", params={"from": "2026-11-24"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "from")
