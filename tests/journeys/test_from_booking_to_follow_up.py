"""Ada's stay, as the clinic sells it: fetched, housed, understood, fed, nursed, treated, taken back and called afterwards.

One house, real MongoDB and Kafka, and nothing but HTTP and Kafka between the house and those who tell this story.
"""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.processes import Member
from tests.journeys.telling_the_story import Story, at
from tests.journeys.test_from_booking_to_turnover import ADA
from tests.servers.parts import Parts

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]
STAY = "BEG-2026-0412"


@pytest.fixture
def story(tmp_path: Path, parts: Parts) -> Iterator[Story]:
    clock = tmp_path / "clock.json"
    told = Story.__new__(Story)
    clock.write_text(f'{{"now": "{at("16 09:00").isoformat()}"}}')
    house = Member("up", 1, tmp_path, {"STAYWARD_KAFKA": parts.kafka, "STAYWARD_MONGO": parts.mongo, "STAYWARD_CLOCK": str(clock),
                                       "STAYWARD_PREFIX": f"story-{secrets.token_hex(3)}-"})
    house.start()
    try:
        house.wait()
        told.__init__(house, clock, STAY)  # type: ignore[misc]
        yield told
    except BaseException:
        print(house.log()[-3000:])
        raise
    finally:
        house.kill()


def test_ada_is_fetched_housed_understood_fed_nursed_treated_taken_back_and_called(story: Story) -> None:
    # A week before, the clinic books her: a promise of every kind is made, and none is called kept.
    story.post("/intake/stays", stay_id=STAY, site="belgrade", name="Ada Marić", profile={
        **ADA, "interpreter": True, "own_chair": {"powered": True, "kg": 140, "battery": "lithium"},
        "companions": {"C-1": {"role": "sister", "bed": True, "from": "2026-11-23", "until": "2026-11-30",
                               "diet": {"style": "regular", "allergies_asked": True}}}})
    story.stands(room="planned", transfer_in="planned", transfer_out="planned", interpreter="planned", meals="planned",
                 nursing="planned", procedures="planned", follow_up="planned")
    ride = story.sees("driver", kind="airport-pickup")
    assert (ride["details"]["wheelchairs"], ride["details"]["kg"] >= 140, ride["place"]) == (1, True, "BEG arrivals")
    assert "name" not in ride["details"] and "care" not in ride["details"]
    talk = story.first("interpreter", on="23")
    assert "en" in talk["why"] and talk["assignee"]

    # On the morning of the 23rd her flight is late by four hours: the ride, the talk and the first meal move.
    story.it_is("23 09:00")
    dinner = story.sees("kitchen", on="23", person="patient", details={"period": "dinner", "late": False})
    story.moves(ride, "accepted", by=ride["assignee"])
    story.stands(transfer_in="confirmed")
    story.told_on("flight-status", flight="LH1406", on="2026-11-23", estimated="2026-11-23T17:40:00+01:00", status="delayed")
    later = story.sees("driver", kind="airport-pickup", status="requested", stage="offered")
    assert "moved" in later["reason"] and later["due"] > ride["due"]
    late = story.sees("kitchen", on="23", person="patient", details={"period": "dinner", "late": True})
    assert (late["task_id"], late["due"]) == (dinner["task_id"], at("23 20:10").isoformat())
    moved = story.sees("interpreter", task_id=talk["task_id"], start=at("23 19:55").isoformat())
    assert moved["assignee"]

    # The room is made ready, the driver brings her, the ward admits her, a nurse takes her over.
    prepare = story.sees("housekeeping", kind="prepare")
    story.moves(prepare, "accepted", "in-progress", "completed", by="mira")
    story.stands(room="confirmed")
    driver = later["assignee"]
    story.moves(later, "accepted", by=driver)
    story.it_is("23 19:05")
    story.moves(later, "in-progress: en-route", "in-progress: arrived", "in-progress: on-board", by=driver)
    story.it_is("23 20:00")
    story.moves(later, "completed: handed-over", by=driver)
    story.stands(transfer_in="kept")
    story.told_on("patient-admitted", stay_id=STAY, told_by="ward-app", admitted_at=at("23 20:05").isoformat(),
                  profile={"wristband": "K7M4QX"})
    story.it_is("23 20:10")
    handoff = story.sees("nursing", kind="handoff", details={"at": at("23 20:05").isoformat()})
    assert handoff["details"]["wristband"] == "K7M4QX"
    story.moves(handoff, "accepted", "completed", by="marija")
    story.stands(nursing="confirmed")
    story.life_goes_on("24 20:00")

    # Nothing on her trays has a peanut in it; before the puncture she fasts, and afterwards she eats light.
    story.post(f"/intake/stays/{STAY}/procedures", procedure_id="PR-1", kind="intrathecal-administration",
               starts_at="2026-11-25T09:00:00+01:00", minutes=50, interpreter=True, sedation=True,
               fasting={"solids_from": "2026-11-25T03:00:00+01:00", "clear_fluids_from": "2026-11-25T07:00:00+01:00"})
    held = story.sees("kitchen", on="25", person="patient", status="on-hold", details={"period": "lunch"})
    assert "PR-1" in held["holds"]["plan"]
    assert not story.tasks("kitchen", on="25", person="patient", status="requested", details={"period": "breakfast"})
    assert story.tasks("kitchen", on="25", person="C-1", status="requested", details={"period": "breakfast"})
    assert story.first("interpreter", on="25")["assignee"]
    story.life_goes_on("25 09:56")
    story.told_on("procedure-done", stay_id=STAY, procedure_id="PR-1", done_at=at("25 09:55").isoformat(),
                  diet_after={"style": "light", "until": at("25 21:00").isoformat()})
    lunch = story.sees("kitchen", on="25", person="patient", status="requested", details={"period": "lunch"})
    assert lunch["details"]["styles"] and "light" in lunch["details"]["styles"]
    story.moves(lunch, "accepted", "in-progress: plated", "completed: delivered", by="rade")
    story.stands(procedures="confirmed")
    trays = [t for t in story.tasks("kitchen", person="patient") if t["details"]["dish"]]
    assert len(trays) > 10
    assert all("peanuts" not in (t["details"]["recipe"]["contains"] + t["details"]["recipe"]["may_contain"]) for t in trays)
    assert {(t["details"]["patient_ref"], t["details"]["wristband"]) for t in trays} == {("P-7781", "K7M4QX")}

    # On the 30th she is discharged, driven to her flight, and her room is turned over.
    story.life_goes_on("30 10:21")
    story.post(f"/intake/stays/{STAY}/discharge", discharged_at=at("30 10:20").isoformat(), onward=ADA["departure"],
               home_care_weeks=2, check_up_after_months=3)
    back = story.sees("driver", kind="airport-ride")
    story.moves(back, "accepted", "in-progress: on-board", by=back["assignee"])
    story.told_on("patient-left", stay_id=STAY, person="patient", left_at=at("30 10:21").isoformat())
    turnover = story.sees("housekeeping", kind="turnover")
    story.moves(turnover, "accepted", "in-progress", "completed", by="goran")
    story.it_is("30 11:40")
    story.moves(back, "completed: handed-over", by=back["assignee"])
    story.stands(transfer_out="kept", room="kept", procedures="kept", nursing="kept", meals="kept",
                 interpreter="kept")

    # At home she is called each week, and invited to the check-up.
    calls = [t for t in story.tasks("care") if t["kind"] == "follow-up"]
    assert len(calls) == 2
    for call in calls:
        story.it_is(f"{call['start'][5:10]} 10:30")
        story.moves(call, "accepted", "completed", by="milica")
    story.stands(follow_up="confirmed")
    invitation = story.sees("care", kind="check-up-invitation")
    assert "name" not in invitation["details"]
    timeline = story.http.get(f"/ops/stays/{STAY}").raise_for_status().json()["timeline"]
    assert len(timeline) >= 9

    # The databases of meals and of the board are lost: what is on the topics makes them again, the same.
    def seen() -> tuple[object, ...]:
        row = next(row for row in story.http.get("/ops/board", params={"all": "true"}).json()["stays"] if row["stay_id"] == STAY)
        return (story.tasks("kitchen"), story.promises(), row["room"], story.http.get(f"/ops/stays/{STAY}").json()["timeline"])

    before = seen()
    story.is_lost_and_rebuilt("meals", "ops")
    story.stands(**{name.replace("-", "_"): state for name, state in story.promises().items()})
    assert seen() == before
