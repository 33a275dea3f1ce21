"""Ada at home: what the care team is owed after a discharge, as tasks, and how the two promises of intake stand by them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.intake.judge import judge
from services.intake.plan import plan
from services.intake.rules.follow_up import CALL, INVITATION
from shared.language.clinic import Clinic
from shared.language.diff import Desk, diff
from shared.language.facts import Fact
from shared.language.promises import Promise
from shared.language.stay import view
from shared.language.tasks import Owed, Task
from shared.service import Around, Verdict
from tests.intake.ada import ADA, BELGRADE, at, owed


def on(text: str) -> datetime:
    """`12-07 10:00` is that minute of the winter of 2026, in Belgrade."""
    day, clock = text.split()
    return datetime.fromisoformat(f"{'2026' if day > '06' else '2027'}-{day}T{clock}:00+01:00")


def care(*facts: Fact, clinic: Clinic = BELGRADE) -> list[Owed]:
    return [task for task in owed(*facts, clinic=clinic) if task.feed == "care"]


def tasks_of(*facts: Fact, now: datetime | None = None, before: Sequence[Task] = ()) -> tuple[Task, ...]:
    around = Around(BELGRADE, now or at("30 23:00"))
    return diff(plan(view(ADA, facts), around).owed, before, Desk("intake", f"stay:{ADA}", BELGRADE.zone("belgrade")))


def moved(tasks: Sequence[Task], name: str, status: Any, when: str, **more: Any) -> tuple[Task, ...]:
    """`name`: the slot of a call, or the kind of the invitation; the newest attempt is meant."""
    newest = max((t for t in tasks if name in (t.slot, t.kind) and t.kind in (CALL, INVITATION)), key=lambda t: t.attempt)
    return tuple(replace(t, status=status, moved_at=on(when), **more) if t is newest else t for t in tasks)


def verdict(*facts: Fact, tasks: Sequence[Task] = (), now: datetime | None = None, clinic: Clinic = BELGRADE) -> Verdict:
    return judge(view(ADA, facts), tasks, Around(clinic, now or at("30 23:00")))


def promise(name: str, *facts: Fact, tasks: Sequence[Task] = (), now: datetime | None = None,
            clinic: Clinic = BELGRADE) -> Promise:
    (found,) = [p for p in verdict(*facts, tasks=tasks, now=now, clinic=clinic).promises if p.promise == name]
    return found


def stands(name: str, state: Any, reason: str, next_at: datetime | None = None) -> Promise:
    return Promise(ADA, name, "intake", state, reason, next_at)
