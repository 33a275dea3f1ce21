"""Talks and interpreters for the tests: Ada speaks Turkish here, which in the Belgrade house only Cem and Elif do."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.stay.assign import assign_interpreters
from services.stay.rules.engagements import engagements, interpreter_promise
from services.stay.service import SERVICE
from shared.language.facts import Fact
from shared.language.promises import Promise
from shared.language.resources import Resource
from shared.language.stay import view
from shared.language.tasks import Owed, Task
from shared.service import Around, Assigned, Contest, Plan, Pool
from shared.shell.passes import Bench, Outcome, reconcile_pool, reconcile_stay
from tests.stay.ada import ada, booked, house, on, told

POOL = Pool("interpreters", ("interpreter",), assign_interpreters)
BENCH = Bench(replace(SERVICE, plan=engagements, judge=interpreter_promise, pools=(POOL,)), house())
TURKISH: dict[str, Any] = {
    "languages": ["tr"], "interpreter": True, "patient_ref": "P-7781",
    "arrival": {"mode": "flight", "at": on(23, "13:40").isoformat(), "transfer": True}}


def turkish(at: datetime = on(2), **profile: Any) -> Fact:
    return booked(at, **{**TURKISH, **profile})


def procedure(ref: str = "PR-1", at: datetime = on(23, "16:00"), starts: datetime | None = on(25, "09:00"), **says: Any) -> Fact:
    when = {"starts_at": starts.isoformat()} if starts else {}
    return told("procedure-scheduled", at, procedure_id=ref, minutes=50, **when, **says)


def done(at: datetime, ref: str = "PR-1") -> Fact:
    return told("procedure-done", at, procedure_id=ref, done_at=at.isoformat())


def expected(at: datetime, heard: datetime) -> Fact:
    return told("arrival-expected", heard, expected_at=at.isoformat(), status="delayed")


def engaged(*facts: Fact, now: datetime = on(3), **around: Any) -> Plan:
    return engagements(ada(*facts), Around(house(), now, **around))


def owed(*facts: Fact, now: datetime = on(3), **around: Any) -> dict[str, Owed]:
    return {wish.slot: wish for wish in engaged(*facts, now=now, **around).owed}


def times(*facts: Fact, now: datetime = on(3), **around: Any) -> dict[str, tuple[datetime, datetime]]:
    return {slot: (wish.start, wish.due) for slot, wish in owed(*facts, now=now, **around).items()}


def interpreters(*names: str) -> list[Resource]:
    """Those of the Belgrade house, or those named."""
    return [r for r in house().resources("belgrade", "interpreter") if not names or r.name in names]


def talk(name: str, start: datetime, end: datetime, *languages: str, medical: bool = True, by: str | None = None,
         **changes: Any) -> Task:
    """The engagement of a stay of that name; `by`: who is assigned."""
    details = {"purpose": "procedure", "languages": list(languages), "medical": medical, "patient_ref": None}
    return Task(**{"task_id": name, "owner": "stay", "subject": f"stay:{name}", "kind": "interpret", "feed": "interpreter",
                   "pool": "interpreters", "site": "belgrade", "start": start, "due": end, "details": details,
                   "assignee": by, "resource": by, "place": "reception", "agreed": (start, "reception", by), **changes})


def assigned(waiting: Sequence[Task], now: datetime = on(3), held: Sequence[Task] = (),
             people: Sequence[Resource] | None = None) -> Mapping[str, Assigned]:
    there = interpreters() if people is None else people
    return assign_interpreters(Contest(house(), "belgrade", now, held, waiting, there))


class Days:
    """The days of one stay beside others' talks: what the shell does with plan, pool and promise until all is at rest."""

    def __init__(self, *others: Task, people: Sequence[Resource] | None = None) -> None:
        self.tasks: dict[str, Task] = {task.task_id: task for task in others}
        self.people = interpreters() if people is None else people
        self.outcome = Outcome()

    def settle(self, now: datetime, *facts: Fact, about: str = "ADA") -> "Days":
        stay = view(about, facts)
        for _ in range(9):
            own = [task for task in self.tasks.values() if task.subject == f"stay:{stay.id}"]
            self.outcome = reconcile_stay(BENCH, stay, own, own, now)
            written = self._write(self.outcome)
            there = [task for task in self.tasks.values() if task.pool == "interpreters" and task.open]
            if not self._write(reconcile_pool(BENCH, POOL, "belgrade", there, self.people, now)) and not written:
                return self
        raise AssertionError("it does not come to rest")

    def move(self, slot: str, **people: Any) -> None:
        task = self.task(slot)
        self.tasks[task.task_id] = replace(task, **people)

    def task(self, slot: str) -> Task:
        found = [task for task in self.tasks.values() if task.kind == "interpret" and task.slot == slot]
        return max(found, key=lambda task: task.attempt)

    @property
    def promise(self) -> Promise:
        return self.outcome.promises[0]

    def _write(self, outcome: Outcome) -> int:
        self.tasks |= {task.task_id: task for task in outcome.tasks}
        return len(outcome.tasks)
