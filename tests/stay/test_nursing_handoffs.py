"""A patient in the house is handed over at the admission and at each change of shift: once each, and it stays so."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.stay.rules.handoffs import handoffs
from services.stay.rules.room_demand import ROOM
from shared.language.clinic import Clinic
from shared.language.overdue import overdue
from shared.language.resources import Resource
from shared.language.tasks import Owed
from shared.service import Plan
from tests.stay.ada import ada, admitted, booked, discharged, house, left, on, room_of, told
from tests.stay.ward import ADA, accepted, around, asked_of, nurse, off, slots

ADMITTED = on(23, "16:20")
EVENING, MORNING = "2026-11-23T18:00Z", "2026-11-24T06:00Z"


def owed(*facts: Any, now: datetime = on(23, "16:30"), **assigned: Any) -> list[Owed]:
    return list(handoffs(ada(*facts), around(now, **assigned)).owed)


def sheet(*facts: Any, now: datetime = on(23, "16:30"), slot: str = "admission", **assigned: Any) -> Any:
    return next(wish.details for wish in owed(*facts, now=now, **assigned) if wish.slot == slot)


def procedure(at: str, **says: Any) -> Any:
    return told("procedure-scheduled", on(23, "16:25"), procedure_id="PR-1", kind="intrathecal-administration",
                starts_at=f"2026-11-25T{at}:00+01:00", **says)


def minutes(first: datetime, *after: int) -> tuple[datetime, ...]:
    return tuple(first + timedelta(minutes=n) for n in after)


def test_nothing_is_handed_over_before_the_admission():
    for stay in (ada(), ada(booked()), ada(booked(), told("stay-booked", on(3), withdrawn=True)),
                 ada(booked(), admitted(), told("patient-admitted", on(24), withdrawn=True)), ada(booked(), discharged())):
        assert handoffs(stay, around(on(24))) == Plan()


def test_the_admission_and_the_next_change_of_shift_are_asked_for_at_once():
    plan = handoffs(ADA, around(on(23, "16:30")))
    first, change = plan.owed
    assert (first.slot, change.slot) == ("admission", EVENING)
    assert (first.kind, first.feed, first.site) == (change.kind, change.feed, change.site) == ("handoff", "nursing", "belgrade")
    assert (first.start, first.accept_by, first.due) == minutes(ADMITTED, 0, 5, 15)
    assert (change.start, change.accept_by, change.due) == minutes(on(23, "19:00"), -15, 5, 15)
    assert plan.again_at == on(23, "19:00")


def test_at_each_change_one_more_is_asked_for_and_those_of_the_past_stay():
    assert slots(ADA, on(23, "18:59")) == ["admission", EVENING]
    assert slots(ADA, on(23, "19:00")) == ["admission", EVENING, MORNING]
    week = slots(ADA, on(29, "12:00"))
    assert len(week) == len(set(week)) == 14
    before = asked_of(ADA, on(23, "18:59"))
    assert asked_of(ADA, on(23, "19:00"), before)[:2] == before


def test_in_the_nights_of_the_clock_change_each_change_is_asked_for_once():
    autumn = ada(booked(), admitted(on(24, "12:00", 10)))
    assert slots(autumn, on(25, "12:00", 10)) == ["admission", "2026-10-24T17:00Z", "2026-10-25T06:00Z", "2026-10-25T18:00Z"]
    spring = ada(booked(on(1, month=2)), admitted(on(28, "12:00", 3)))
    assert slots(spring, on(29, "12:00", 3)) == ["admission", "2026-03-28T18:00Z", "2026-03-29T05:00Z", "2026-03-29T17:00Z"]


def test_an_absence_told_since_moves_no_change_of_shift():
    away: list[Resource] = [nurse("ivana", {"from": "10:00", "to": "12:00"}, **off(on(23)))]
    assert handoffs(ADA, around(on(23, "16:30"), away)) == handoffs(ADA, around(on(23, "16:30")))


def test_a_house_without_a_rota_changes_at_seven_and_nineteen_or_as_it_says():
    def bare(**settings: Any) -> Clinic:
        return Clinic(clinic="C", sites={"belgrade": {"zone": "Europe/Belgrade"}}, settings={"stay": settings})  # type: ignore[dict-item]
    assert slots(ADA, on(23, "16:30"), bare()) == ["admission", EVENING]
    assert slots(ADA, on(23, "16:30"), bare(shift_changes=["06:00", "14:00", "22:00"])) == ["admission", "2026-11-23T21:00Z"]


def test_who_is_admitted_on_paper_later_is_taken_over_when_the_ward_is_told():
    late = ada(booked(), told("patient-admitted", on(24, "10:00"), admitted_at="2026-11-23T16:20:00+01:00"))
    first, change = handoffs(late, around(on(24, "10:00"))).owed
    assert (first.slot, first.start) == ("admission", on(24, "10:00"))
    assert change.slot == "2026-11-24T18:00Z"


def test_who_came_without_anybody_saying_when_is_taken_over_when_that_was_told():
    assert slots(ada(told("patient-admitted", ADMITTED)), on(23, "16:30")) == ["admission", EVENING]


@pytest.mark.parametrize("end", [discharged(on(24, "10:20")), left(on(24, "10:20"))])
def test_after_the_discharge_or_the_departure_no_handoff_is_due(end: Any):
    plan = handoffs(ada(booked(), admitted(), end), around(on(24, "10:21")))
    assert [wish.slot for wish in plan.owed] == ["admission", EVENING, MORNING]
    assert plan.again_at is None


def test_an_outing_is_no_departure():
    assert "2026-11-24T18:00Z" in slots(ada(booked(), admitted(), left(on(24, "10:20"), back_at=on(24, "13:00").isoformat())),
                                        on(24, "12:00"))


def test_the_sheet_names_the_patient_twice_and_what_could_harm():
    allergies = {"peanuts": {"severity": "anaphylaxis"}, "milk": {"status": "refuted", "by": "Dr. L"}}
    diet = {"allergies_asked": True, "allergies": allergies}
    care = {"level": "T4", "dysreflexia_risk": True, "systolic_baseline": 95, "turns_every_minutes": 120}
    ada_is = booked(patient_ref="P-7781", languages=["en"], interpreter=True, diet=diet, care=care)
    arrives = admitted(profile={"wristband": "K7M4QX"})
    room = room_of(ada(ada_is, arrives), on(23, "16:30"), resource="204")
    assert sheet(ada_is, arrives, assigned={ROOM: room}) == {
        "at": "2026-11-23T16:20:00+01:00", "until": "2026-11-23T19:00:00+01:00", "patient_ref": "P-7781", "wristband": "K7M4QX",
        "room": "204", "mobility": "wheelchair-seated", "languages": ["en"], "interpreter": True, "allergies": ["peanuts"],
        "dysreflexia_risk": True, "systolic_baseline": 95, "turns_every_minutes": 120, "fasting": [], "procedures": []}


def test_that_nobody_has_asked_about_allergies_is_not_that_there_are_none():
    assert sheet(booked(), admitted())["allergies"] is None
    assert sheet(booked(diet={"allergies_asked": True}), admitted())["allergies"] == []
    assert sheet(booked(diet={"allergies": {"kiwi?": {}}}), admitted())["allergies"] == ["kiwi?"]


def test_procedures_and_fasts_stand_on_the_sheets_of_their_shifts():
    fasting = {"solids_from": "2026-11-25T03:00:00+01:00", "clear_fluids_from": "2026-11-25T07:00:00+01:00"}
    facts = booked(), admitted(), procedure("09:00", minutes=50, sedation=True, fasting=fasting)
    fast = [{**fasting, "until": "2026-11-25T09:00:00+01:00"}]
    due = [{"procedure": "intrathecal-administration", "starts_at": "2026-11-25T09:00:00+01:00", "minutes": 50, "sedation": True}]
    now = on(25, "08:00")
    shifts = (MORNING, "2026-11-24T18:00Z", "2026-11-25T06:00Z", "2026-11-25T18:00Z")
    sheets = [sheet(*facts, now=now, slot=slot) for slot in shifts]
    assert [one["fasting"] for one in sheets] == [[], fast, fast, []]
    assert [one["procedures"] for one in sheets] == [[], [], due, []]


def test_the_sheet_of_a_shift_is_the_same_at_every_moment_of_it():
    facts = booked(), admitted(), procedure("09:00")
    moments = [on(25, hour) for hour in ("07:00", "08:59", "12:00", "19:00", "23:00")]
    assert len({repr(sheet(*facts, now=now, slot="2026-11-25T06:00Z")) for now in moments}) == 1


def test_a_room_that_was_changed_stands_on_the_sheets_from_then_on():
    move = {"left": [{"room": "204", "from": ADMITTED.isoformat(), "to": on(24).isoformat()}], "because": "the hoist is stuck",
            "since": on(24).isoformat()}
    room = replace(room_of(ADA, on(24)), resource="206", chosen=move)
    now = on(24, "20:00")
    rooms = [wish.details["room"] for wish in owed(booked(), admitted(), now=now, assigned={ROOM: room})]
    assert rooms == ["204", "204", "204", "206", "206"]


def test_a_handoff_that_nobody_accepts_climbs_the_ladder_and_one_that_is_accepted_does_not():
    def rung(now: datetime, *tasks: Any) -> list[tuple[str, datetime]]:
        return [(wish.details["role"], wish.start) for wish in overdue(tasks, house().ladder, now)[0]]
    first, change = asked_of(ADA, on(23, "16:30"))
    assert rung(on(23, "16:24"), first, change) == []
    on_call, charge, manager = (("nurse-on-call", on(23, "16:25")), ("charge-nurse", on(23, "16:30")), ("manager", on(23, "16:35")))
    assert rung(on(23, "16:25"), first, change) == [on_call]
    assert rung(on(23, "16:35"), first, change) == [on_call, charge, manager]
    assert rung(on(23, "16:35"), accepted(first, "ivana", on(23, "16:26")), change) == []
    assert house().ladder["handoff"][-1].wait == timedelta(minutes=10)


def test_what_was_accepted_stays_accepted_when_more_becomes_known():
    first, change = asked_of(ADA, on(23, "16:30"))
    mine = accepted(first, "ivana", on(23, "16:24"))
    later = ada(booked(), admitted(), procedure("09:00"), booked(on(24), diet={"allergies": {"latex": {}}}))
    again = {t.slot: t for t in asked_of(later, on(24), (mine, change))}["admission"]
    assert (again.status, again.assignee, again.details["allergies"]) == ("accepted", "ivana", ["latex"])


def test_a_day_visit_is_handed_over_like_any_other():
    day = ada(booked(visit="check-up", leaves_on=None), admitted())
    assert slots(day, on(23, "16:30")) == ["admission", EVENING]


def test_at_a_site_that_is_none_of_ours_nobody_is_handed_over():
    assert handoffs(ada(told("stay-booked", on(2), site="atlantis"), admitted()), around(on(23, "16:30"))) == Plan()
