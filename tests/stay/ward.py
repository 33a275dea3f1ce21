"""The nurses of the Belgrade house, what is told of their duty, and Ada's handoffs as they accept them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.stay.rules.handoffs import handoffs
from services.stay.rules.nursing_promise import nursing_promise
from services.stay.rules.responsible import Handoff, responsible
from services.stay.rules.ward import Ward, ward_of
from shared.language.clinic import Clinic
from shared.language.diff import Desk, diff
from shared.language.moves import Move, Refused, apply
from shared.language.promises import Promise
from shared.language.resources import Resource, Window
from shared.language.stay import Stay
from shared.language.tasks import Task, settled
from shared.service import Around, Verdict
from tests.stay.ada import BELGRADE, ada, admitted, booked, house, on

DAY, NIGHT = {"from": "07:00", "to": "19:00"}, {"from": "19:00", "to": "07:00"}
ADA = ada(booked(), admitted())


def nurse(name: str, *rota: Any, charge: bool = False, out: Sequence[Window] = (),
          duty: Sequence[tuple[datetime, bool]] = ()) -> Resource:
    features = frozenset({"charge-nurse"} if charge else ())
    return Resource(f"belgrade/nurse/{name}", features, out=tuple(out), duty=tuple(duty), details=(("shifts", list(rota)),))


def nurses(**told: Any) -> list[Resource]:
    """All nurses of the house, with what was told of some: `ivana={"duty": (...)}`."""
    return [replace(r, **told.get(r.name, {})) for r in house().resources("belgrade", "nurse")]


def off(at: datetime) -> dict[str, Any]:
    return {"duty": ((at, False),)}


def come(at: datetime) -> dict[str, Any]:
    return {"duty": ((at, True),)}


def absent(start: datetime, end: datetime | None, reason: str) -> dict[str, Any]:
    return {"out": (Window(start, end, reason),)}


def ward(resources: Iterable[Resource]) -> Ward:
    return ward_of(resources, "belgrade", BELGRADE)


def who(resources: Iterable[Resource], at: datetime, *handed: Handoff) -> str | None:
    found = responsible(handed, ward(resources), at)
    return found.nurse.name if found else None


def around(now: datetime, resources: Sequence[Resource] | None = None, clinic: Clinic | None = None, **says: Any) -> Around:
    return Around(clinic or house(), now, resources=nurses() if resources is None else resources, **says)


def slots(stay: Stay, now: datetime, clinic: Clinic | None = None) -> list[str]:
    return [wish.slot for wish in handoffs(stay, around(now, clinic=clinic)).owed]


def asked_of(stay: Stay, now: datetime, before: Sequence[Task] = ()) -> tuple[Task, ...]:
    known = {task.task_id: task for task in before}
    after = diff(handoffs(stay, around(now)).owed, before, Desk("stay", f"stay:{stay.id}", BELGRADE))
    return tuple(settled(known.get(task.task_id), task) for task in after)


def accepted(task: Task, by: str, at: datetime, to: Any = "accepted") -> Task:
    moved = apply(task, Move(to=to, by=by, at=at), at)
    assert not isinstance(moved, Refused), moved
    return moved


def handed(stay: Stay, now: datetime, **taken: tuple[str, datetime]) -> list[Task]:
    """The handoffs asked for by now, some of them accepted: `admission=("ivana", at)`, `d24_07=(…)` that of the 24th at 07:00."""
    def name(task: Task) -> str:
        return task.slot if task.slot == "admission" else f"d{datetime.fromisoformat(task.slot).astimezone(BELGRADE):%d_%H}"
    tasks = asked_of(stay, now)
    assert taken.keys() <= {name(task) for task in tasks}
    return [accepted(task, *taken[name(task)]) if name(task) in taken else task for task in tasks]


def nursing(stay: Stay, now: datetime, tasks: Sequence[Task] = (), **told: Any) -> Verdict:
    return nursing_promise(stay, tasks, around(now, nurses(**told)))


def stands(stay: Stay, now: datetime, tasks: Sequence[Task] = (), **told: Any) -> tuple[str, str]:
    """The state of the promise and its reason."""
    promise = nursing(stay, now, tasks, **told).promises[0]
    return promise.state, promise.reason


def promised(state: Any, reason: str, next_at: datetime | None = None) -> Promise:
    return Promise("ADA", "nursing", "stay", state, reason, next_at)


def handoff(by: str, at: datetime, change: datetime | None = None) -> Handoff:
    return Handoff(change or at, at, by)


SHIFT = on(24, "07:00")  # Tuesday: sanja in charge, ivana and teodora beside her
