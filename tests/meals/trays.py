"""Ada eats at the Belgrade house from Monday 23 November 2026: halal, no peanuts, her sister C-1 beside her."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from services.meals.service import SERVICE
from shared.language.clinic import Clinic
from shared.language.facts import Fact
from shared.language.promises import Promise
from shared.language.reading import fact
from shared.language.resources import Resource
from shared.language.stay import Stay, view
from shared.language.tasks import Owed, Task
from shared.service import Around, Plan
from shared.shell.passes import Bench, reconcile_stay

BELGRADE = ZoneInfo("Europe/Belgrade")
HALAL = {"style": "halal", "food": "7", "drinks": "0", "allergies_asked": True,
         "allergies": {"peanuts": {"severity": "anaphylaxis", "status": "active"}}}
REGULAR = {"style": "regular", "allergies_asked": True}
PROFILE = {"patient_ref": "P-7781", "wristband": "K7M4QX", "visit": "treatment", "arrives_on": "2026-11-23",
           "leaves_on": "2026-11-30", "diet": HALAL}


@cache
def house() -> Clinic:
    text = Path(__file__).parents[2].joinpath("deploy/clinics/belgrade.yaml").read_text()
    return Clinic.model_validate(YAML(typ="safe").load(text))


def menu(*names: str) -> list[Resource]:
    """The dishes of the Belgrade house, or those named."""
    return [r for r in house().resources("belgrade", "dish") if not names or r.name in names]


def dish(name: str, *features: str, **details: Any) -> Resource:
    """A dish of no liquid part and nothing in it but rice, unless said otherwise."""
    told = {"contains": [], "may_contain": [], "ingredients": ["rice"], "drinks": [], **details}
    return Resource(f"belgrade/dish/{name}", frozenset(features or ("lunch", "regular", "halal", "food:7")),
                    details=tuple(sorted((k, v) for k, v in told.items() if v is not None)))


def on(day: int, hour: str = "12:00", month: int = 11) -> datetime:
    """A moment of 2026 on the wall clock of the house."""
    return datetime.fromisoformat(f"2026-{month:02}-{day:02}T{hour}").replace(tzinfo=BELGRADE)


def iso(day: int, hour: str = "12:00", month: int = 11) -> str:
    return on(day, hour, month).isoformat()


def told(topic: str, at: datetime, **says: Any) -> Fact:
    return fact(topic, json.dumps({"stay_id": "ADA", **says}), "ADA", at)


def booked(at: datetime = on(2), **profile: Any) -> Fact:
    return told("stay-booked", at, profile={**PROFILE, **profile})


def diet(at: datetime, **says: Any) -> Fact:
    """One more word about Ada's diet."""
    return told("stay-booked", at, profile={"diet": says})


def admitted(at: datetime = on(23, "16:20"), **says: Any) -> Fact:
    return told("patient-admitted", at, **{"admitted_at": at.isoformat(), **says})


def scheduled(at: datetime = on(23, "17:00"), **says: Any) -> Fact:
    """PR-1 on Wednesday at nine, 50 minutes, with six hours without solids."""
    fasting = {"solids_from": iso(25, "03:00"), "clear_fluids_from": iso(25, "07:00")}
    return told("procedure-scheduled", at, **{"procedure_id": "PR-1", "starts_at": iso(25, "09:00"), "minutes": 50,
                                              "sedation": True, "fasting": fasting, **says})


def done(at: datetime = on(25, "09:55"), **says: Any) -> Fact:
    return told("procedure-done", at, **{"procedure_id": "PR-1", "done_at": at.isoformat(), **says})


def discharged(at: datetime = on(30, "10:20")) -> Fact:
    return told("discharged", at, discharged_at=at.isoformat())


def left(at: datetime, **says: Any) -> Fact:
    return told("patient-left", at, left_at=at.isoformat(), **says)


def ada(*facts: Fact) -> Stay:
    return view("ADA", facts)


def planned(stay: Stay, now: datetime = on(3), dishes: Iterable[Resource] | None = None, begun: Iterable[Task] = (),
            clinic: Clinic | None = None) -> Plan:
    return SERVICE.plan(stay, Around(clinic or house(), now, begun={t.key: t for t in begun},
                                     resources=menu() if dishes is None else list(dishes)))


def trays(plan: Plan, person: str = "patient") -> dict[str, Owed]:
    """Slot -> the tray owed to this person."""
    return {wish.slot: wish for wish in plan.owed if wish.kind == "tray" and wish.person == person}


def asked(plan: Plan, kind: str) -> list[Owed]:
    return [wish for wish in plan.owed if wish.kind == kind]


def kinds(plan: Plan) -> set[str]:
    return {wish.kind for wish in plan.owed}


class Kitchen:
    """A kitchen at work: facts come, people move tasks, and each pass is the shell's own."""

    def __init__(self, *facts: Fact, dishes: Sequence[Resource] | None = None) -> None:
        self.facts: list[Fact] = list(facts)
        self.dishes = list(menu() if dishes is None else dishes)
        self.tasks: dict[str, Task] = {}
        self.promise: Promise | None = None

    def at(self, now: datetime, *facts: Fact) -> "Kitchen":
        """What is owed at `now`, after these facts too; passes until nothing changes."""
        self.facts += facts
        for _ in range(5):
            stored = list(self.tasks.values())
            bench = Bench(SERVICE, house(), resources=self.dishes)
            out = reconcile_stay(bench, view("ADA", self.facts), stored, stored, now)
            self.tasks |= {task.task_id: task for task in out.tasks}
            self.promise = out.promises[0]
            if not out.tasks:
                return self
        raise AssertionError("no rest")

    def task(self, kind: str, slot: str, person: str = "patient") -> Task:
        """The latest attempt."""
        found = [t for t in self.tasks.values() if t.key == (kind, person, slot)]
        return max(found, key=lambda t: t.attempt)

    def moved(self, task: Task, status: str, at: datetime, **changes: Any) -> "Kitchen":
        """Somebody moves the task, and everything follows from it."""
        closed = {"holds": {}} if status in ("completed", "failed") else {}
        self.tasks[task.task_id] = replace(task, status=status, moved_at=at, revision=task.revision + 1, **closed, **changes)
        return self.at(at)

    def open(self, *wanted: str) -> dict[tuple[str, str], str]:
        """(kind, slot) -> status of the open tasks of these kinds."""
        return {(t.kind, t.slot): t.status for t in self.tasks.values() if t.open and t.kind in wanted}

    @property
    def how(self) -> tuple[str, str]:
        assert self.promise is not None
        return self.promise.state, self.promise.reason
