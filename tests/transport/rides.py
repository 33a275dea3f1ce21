"""Ada lands in Belgrade on Monday 23 November 2026 at 13:40 in her own powered chair, with one companion, and flies home a week
later; and the fleet of the Belgrade house: four vehicles for chairs, one of them for a stretcher, a car, six drivers."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from services.transport.details import RideDetails
from services.transport.service import SERVICE
from shared.language.clinic import Clinic
from shared.language.diff import Desk, diff
from shared.language.facts import Fact
from shared.language.flight import Flight, flight_view
from shared.language.promises import Promise
from shared.language.reading import fact
from shared.language.resources import Resource
from shared.language.stay import Stay, view
from shared.language.tasks import Owed, Task
from shared.service import Around, Assigned, Contest, Plan, Verdict
from shared.shell.passes import Bench, around_of

BELGRADE = ZoneInfo("Europe/Belgrade")
IN = {"mode": "flight", "flight": "LH1406", "on": "2026-11-23", "place": "BEG", "at": "2026-11-23T13:40:00+01:00",
      "assistance": "WCHC", "transfer": True}
OUT = {"mode": "flight", "flight": "LH1407", "on": "2026-11-30", "place": "BEG", "at": "2026-11-30T14:30:00+01:00",
       "assistance": "WCHC", "transfer": True}
PROFILE: dict[str, Any] = {
    "patient_ref": "P-7781", "visit": "treatment", "arrives_on": "2026-11-23", "leaves_on": "2026-11-30", "arrival": IN,
    "departure": OUT, "mobility": "wheelchair-seated", "own_chair": {"powered": True, "kg": 140, "battery": "lithium"},
    "languages": ["en"], "care": {"level": "T4", "dysreflexia_risk": True},
    "companions": {"C-1": {"role": "family", "from": "2026-11-23", "until": "2026-11-30"}}}


@cache
def house() -> Clinic:
    text = Path(__file__).parents[2].joinpath("deploy/clinics/belgrade.yaml").read_text()
    return Clinic.model_validate(YAML(typ="safe").load(text))


def fleet(*names: str) -> list[Resource]:
    """The vehicles and drivers of the Belgrade house, or those named."""
    there = [r for kind in ("vehicle", "driver") for r in house().resources("belgrade", kind)]
    return [r for r in there if not names or r.name in names]


def on(day: int, hour: str = "12:00", month: int = 11) -> datetime:
    """A moment of 2026 on the wall clock of the house."""
    return datetime.fromisoformat(f"2026-{month:02}-{day:02}T{hour}").replace(tzinfo=BELGRADE)


def told(topic: str, at: datetime, **says: Any) -> Fact:
    return fact(topic, json.dumps({"stay_id": "ADA", **says}), "ADA", at)


def booked(at: datetime = on(2), **profile: Any) -> Fact:
    return told("stay-booked", at, profile={**PROFILE, **profile})


def amended(at: datetime, **profile: Any) -> Fact:
    return told("stay-booked", at, profile=profile)


def admitted(at: datetime = on(23, "16:20"), **says: Any) -> Fact:
    return told("patient-admitted", at, **{"admitted_at": at.isoformat(), **says})


def discharged(at: datetime = on(30, "09:20"), **says: Any) -> Fact:
    return told("discharged", at, discharged_at=at.isoformat(), **says)


def left(at: datetime, **says: Any) -> Fact:
    return told("patient-left", at, left_at=at.isoformat(), **says)


def done(at: datetime, after: str | None, ref: str = "PR-1") -> Fact:
    return told("procedure-done", at, procedure_id=ref, done_at=at.isoformat(), mobility_after=after)


def ada(*facts: Fact) -> Stay:
    return view("ADA", facts or (booked(),))


def flight(*words: tuple[datetime, dict[str, Any]], number: str = "LH1406", day: int = 23) -> Flight:
    """What was told of the flight, one word after the other."""
    facts = [fact("flight-status", json.dumps({"flight": number, "on": f"2026-11-{day}", **says}), f"{number}/2026-11-{day}", at)
             for at, says in words]
    return flight_view(number, date(2026, 11, day), facts)


def estimated(hour: str, day: int = 23) -> dict[str, Any]:
    return {"status": "delayed", "estimated": on(day, hour).isoformat()}


def around(now: datetime, tasks: Iterable[Task] = (), *flights: Flight, clinic: Clinic | None = None) -> Around:
    there = list(tasks)
    bench = Bench(SERVICE, clinic or house(), {(f.number, f.on): f for f in flights})
    return around_of(bench, there, now)


def planned(stay: Stay, now: datetime, tasks: Iterable[Task] = (), *flights: Flight) -> Plan:
    return SERVICE.plan(stay, around(now, tasks, *flights))


def owed(stay: Stay, now: datetime, *kinds: str, tasks: Iterable[Task] = (), flights: Sequence[Flight] = ()) -> list[Owed]:
    """What is owed, of these kinds, or all of the rides."""
    return [wish for wish in planned(stay, now, tasks, *flights).owed
            if (wish.kind in kinds if kinds else wish.feed == "driver")]


def tasks_of(stay: Stay, now: datetime, before: Sequence[Task] = (), *flights: Flight) -> tuple[Task, ...]:
    return diff(planned(stay, now, before, *flights).owed, before, Desk("transport", f"stay:{stay.id}", BELGRADE))


def verdict(stay: Stay, now: datetime, tasks: Sequence[Task], *flights: Flight) -> Verdict:
    return SERVICE.judge(stay, tasks, around(now, tasks, *flights))


def promise(stay: Stay, now: datetime, tasks: Sequence[Task], *flights: Flight, of: str = "transfer-in") -> Promise:
    return next(p for p in verdict(stay, now, tasks, *flights).promises if p.promise == of)


def assigned(waiting: Sequence[Task], now: datetime, held: Sequence[Task] = (), resources: Sequence[Resource] | None = None,
             clinic: Clinic | None = None) -> Mapping[str, Assigned]:
    pool = SERVICE.pool("fleet")
    assert pool is not None
    return pool.assign(Contest(clinic or house(), "belgrade", now, held, waiting, fleet() if resources is None else resources))


def written(task: Task, answer: Assigned) -> Task:
    """The task with the answer on it, as the shell writes it."""
    if answer.hold is not None:
        return replace(task, resource=None, assignee=None, why=answer.why, chosen=dict(answer.chosen),
                       holds={"assign": answer.hold})
    new = replace(task, resource=answer.resource, assignee=answer.assignee, why=answer.why, chosen=dict(answer.chosen), holds={})
    if task.status == "accepted" and new.assignee != task.assignee:
        return replace(new, status="requested", stage="offered", reason=answer.why)
    return new


LOAD = {"walking": 5, "wheelchair-transfer": 10, "wheelchair-seated": 15, "stretcher": 25}  # minutes
PLACES: dict[str, dict[str, int]] = {"wheelchair-seated": {"wheelchairs": 1, "kg": 200}, "stretcher": {"stretchers": 1, "crew": 2}}


def ride(name: str, due: datetime, direction: str = "in", mobility: str = "walking", along: int = 0, place: str = "BEG",
         asks: Mapping[str, Any] | None = None, **changes: Any) -> Task:
    """The ride of somebody who is at that place, or at our door, at `due`, with so many people along."""
    ends = {"from_place": place, "to_place": "clinic"} if direction == "in" else {"from_place": "clinic", "to_place": place}
    details = RideDetails.model_validate({
        "direction": direction, "mobility": mobility, "seats": along + (mobility not in PLACES), "people": 1 + along, "luggage": 1,
        "load_minutes": LOAD[mobility], "ride_minutes": 30, **ends, **PLACES.get(mobility, {}), **(asks or {})})
    start = due - timedelta(minutes=40 if direction == "in" else 10)
    return Task(**{"task_id": name, "owner": "transport", "subject": f"stay:{name}", "feed": "driver", "slot": direction,
                   "kind": "airport-pickup" if direction == "in" else "airport-ride", "pool": "fleet", "site": "belgrade",
                   "start": start, "due": due, "hold_from": start - timedelta(hours=2), "details": details.as_json(), **changes})


def crew(of: Task, **changes: Any) -> Task:
    """The second of the two who carry that stretcher."""
    details = {"direction": of.slot, "board": None}
    return replace(of, **{"task_id": f"{of.task_id}-crew", "kind": "crew", "details": details, **changes})


def placed(tasks: Sequence[Task], now: datetime, resources: Sequence[Resource] | None = None) -> list[Task]:
    """All tasks, those of the pool with their vehicles and drivers."""
    answers = assigned([t for t in tasks if t.pool], now, (), resources)
    return [written(t, answers[t.task_id]) if t.task_id in answers else t for t in tasks]


def moved(tasks: Sequence[Task], slot: str, status: Any, at: datetime, stage: str | None = None, reason: str | None = None,
          kind: str | None = None) -> list[Task]:
    """The tasks after somebody has moved those of that way, or only that kind."""
    return [replace(t, status=status, moved_at=at, stage=stage, reason=reason)
            if t.slot == slot and t.feed == "driver" and kind in (None, t.kind) else t for t in tasks]
