"""Ada comes to the Belgrade house on Monday 23 November 2026 for seven nights: T4, in her own chair, hoisted into bed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from services.stay.rules.room_demand import ROOM
from services.stay.rules.room_demand import rooms as rooms_owed
from services.stay.service import SERVICE
from shared.language.clinic import Clinic
from shared.language.diff import Desk, diff
from shared.language.facts import Fact
from shared.language.reading import fact
from shared.language.resources import Resource
from shared.language.stay import Stay, view
from shared.language.tasks import Owed, Task
from shared.service import Around, Assigned, Contest, Plan

BELGRADE = ZoneInfo("Europe/Belgrade")
PROFILE = {"visit": "treatment", "arrives_on": "2026-11-23", "leaves_on": "2026-11-30", "mobility": "wheelchair-seated",
           "room_needs": ["roll-in-shower", "ceiling-hoist"], "care": {"level": "T4", "dysreflexia_risk": True}}


@cache
def house() -> Clinic:
    text = Path(__file__).parents[2].joinpath("deploy/clinics/belgrade.yaml").read_text()
    return Clinic.model_validate(YAML(typ="safe").load(text))


def rooms(*names: str) -> list[Resource]:
    """The rooms of the Belgrade house, or those named."""
    return [r for r in house().resources("belgrade", "room") if not names or r.name in names]


def on(day: int, hour: str = "12:00", month: int = 11) -> datetime:
    """A moment of 2026 on the wall clock of the house."""
    return datetime.fromisoformat(f"2026-{month:02}-{day:02}T{hour}").replace(tzinfo=BELGRADE)


def told(topic: str, at: datetime, **says: Any) -> Fact:
    return fact(topic, json.dumps({"stay_id": "ADA", **says}), "ADA", at)


def booked(at: datetime = on(2), **profile: Any) -> Fact:
    return told("stay-booked", at, profile={**PROFILE, **profile})


def admitted(at: datetime = on(23, "16:20"), **says: Any) -> Fact:
    return told("patient-admitted", at, **{"admitted_at": at.isoformat(), **says})


def discharged(at: datetime = on(30, "10:20")) -> Fact:
    return told("discharged", at, discharged_at=at.isoformat())


def left(at: datetime = on(30, "11:05"), **says: Any) -> Fact:
    return told("patient-left", at, left_at=at.isoformat(), **says)


def ada(*facts: Fact) -> Stay:
    return view("ADA", facts)


def planned(stay: Stay, now: datetime, room: Task | None = None, clinic: Clinic | None = None) -> Plan:
    return rooms_owed(stay, Around(clinic or house(), now, {ROOM: room} if room else {}))


def owed(plan: Plan, kind: str) -> list[Owed]:
    return [wish for wish in plan.owed if wish.kind == kind]


def tasks_of(stay: Stay, now: datetime, room: Task | None = None, before: Sequence[Task] = ()) -> tuple[Task, ...]:
    return diff(planned(stay, now, room).owed, before, Desk("stay", f"stay:{stay.id}", BELGRADE))


def room_of(stay: Stay, now: datetime, **assigned: Any) -> Task:
    """The room task of the stay, as assigned; its terms change in this very moment."""
    return replace(next(t for t in tasks_of(stay, now) if t.kind == "room"), **assigned)


def assigned(waiting: Sequence[Task], now: datetime, held: Sequence[Task] = (),
             resources: Sequence[Resource] | None = None) -> Mapping[str, Assigned]:
    pool = SERVICE.pool("rooms")
    assert pool is not None
    return pool.assign(Contest(house(), "belgrade", now, held, waiting, rooms() if resources is None else resources))


def written(task: Task, answer: Assigned) -> Task:
    """The task with the answer on it, as the shell writes it."""
    return replace(task, resource=answer.resource, assignee=answer.assignee, why=answer.why, chosen=dict(answer.chosen),
                   holds={"assign": answer.hold} if answer.hold else {})


def demand(name: str, start: datetime, end: datetime, *needs: str, beds: int = 1, booked_on: int = 1,
           party: str | None = None, room: str | None = None, **changes: Any) -> Task:
    """The room task of somebody who booked on that day of November."""
    details = {"needs": sorted(needs), "beds": beds, "booked_at": f"2026-11-{booked_on:02}T12:00:00+00:00", "party": party}
    return Task(**{"task_id": name, "owner": "stay", "subject": f"stay:{name}", "kind": "room", "feed": None,
                   "pool": "rooms", "site": "belgrade", "start": start, "due": end, "details": details,
                   "resource": room, **changes})
