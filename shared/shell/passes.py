"""To reconcile is the only thing that the system does: make what is owed and what exists agree. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from shared.language.clinic import Clinic
from shared.language.closing import closes_at
from shared.language.diff import Desk, diff
from shared.language.flight import Flight
from shared.language.overdue import overdue, unreported
from shared.language.promises import Promise
from shared.language.resources import Resource
from shared.language.shifts import turns
from shared.language.stay import Stay
from shared.language.tasks import BEGUN, PLANNED, Owed, Task, altered, held_by, settled
from shared.service import Around, Assigned, Contest, Pool, Service, Told

FREED = timedelta(minutes=15)  # after somebody's task is due he may be free for the rest of another
_DEMAND = (*PLANNED, "status", "declined")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a pass asks to be written: changed tasks, promises, facts to tell, pools and stays to wake, the next time. `facts`
    None: nothing can be said of it now, and what was told stands; a fact that was told and is not among them is taken back.
    `after`: all tasks as they are to be, their revisions not yet settled."""

    tasks: Sequence[Task] = ()
    after: Sequence[Task] = ()
    promises: Sequence[Promise] = ()
    facts: Sequence[Told] | None = None
    wakes: frozenset[str] = frozenset()
    again_at: datetime | None = None
    site: str | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Bench:
    """What every pass of one service needs."""

    service: Service
    clinic: Clinic
    flights: Mapping[tuple[str, date], Flight] = field(default_factory=dict)
    resources: Sequence[Resource] = ()


def reconcile_stay(bench: Bench, stay: Stay, stored: Sequence[Task], moved: Sequence[Task], now: datetime,
                   answered: bool = False) -> Outcome:
    """`stored` are the tasks as they were read; `moved` the same with what people have just done to them, or, `answered`, as a
    pass before this one left them, with what pools have said to it."""
    service, clinic = bench.service, bench.clinic
    site = clinic.site_of(stay.site)
    desk = Desk(service.name, f"stay:{stay.id}", clinic.zone(site))
    around = around_of(bench, moved, now)
    plan = service.plan(stay, around)
    after = diff(plan.owed, moved, desk)
    after = diff((), after, desk, origin="shell")  # a stay that can be planned is not failing
    after, next_failure = unreported(after, now)
    climbed, next_step = overdue(after, clinic.ladder, now)
    after = diff(climbed, after, desk, origin="overdue")
    verdict = service.judge(stay, after, around)
    changed = _changed(stored, after)
    promises = [p if p.next_at is None or p.next_at > now else replace(p, next_at=None) for p in verdict.promises]
    end = closes_at(stay, after)
    wanted = (end, plan.again_at, next_failure, next_step, verdict.again_at, *(p.next_at for p in promises))
    times = [at for at in wanted if at and at > now]  # a keeper looks again at each milestone that it has told
    wakes = _demands(moved if answered else stored, changed)
    return Outcome(changed, after, promises, verdict.facts, wakes, min(times, default=None), site,
                   closed=end is not None and end <= now)


def around_of(bench: Bench, tasks: Sequence[Task], now: datetime) -> Around:
    """What plan and judge see beside the stay's own facts: what pools have assigned to it, and what people have begun."""
    begun = {t.key: t for t in sorted(tasks, key=lambda t: t.attempt) if t.origin == "plan"}
    return Around(bench.clinic, now, assigned={t.key: t for t in tasks if t.pool and t.open},
                  begun={key: t for key, t in begun.items() if t.status in BEGUN},
                  flights=bench.flights, resources=bench.resources)


def failing(bench: Bench, subject: str, site: str | None, stored: Sequence[Task], moved: Sequence[Task], since: datetime,
            reason: str) -> Outcome:
    """A subject whose own rules raise: its tasks stay as people have them, and the desk is told."""
    desk = Desk(bench.service.name, subject, bench.clinic.zone(site))
    owed = Owed(kind="failing", feed="desk", start=since, due=since, site=site,
                details={"what": f"{bench.service.name} cannot plan this: {reason}"})
    changed = _changed(stored, diff([owed], moved, desk, origin="shell"))
    return Outcome(changed, wakes=_demands(stored, changed), site=site)


def cured(bench: Bench, subject: str, site: str | None, stored: Sequence[Task], moved: Sequence[Task]) -> list[Task]:
    """What the desk was told of a pool that can be assigned again is over."""
    return _changed(stored, diff((), moved, Desk(bench.service.name, subject, bench.clinic.zone(site)), origin="shell"))


def only_moved(stored: Sequence[Task], moved: Sequence[Task]) -> Outcome:
    """What people did, where others decide what follows from it."""
    changed = _changed(stored, moved)
    return Outcome(changed, wakes=_demands(stored, changed))


def reconcile_pool(bench: Bench, pool: Pool, site: str, tasks: Sequence[Task], resources: Sequence[Resource],
                   now: datetime) -> Outcome:
    held = [t for t in tasks if is_held(t, now)]
    waiting = [t for t in tasks if not is_held(t, now)]
    answers = pool.assign(Contest(bench.clinic, site, now, held, waiting, resources))
    after = [_answered(t, answers[t.task_id]) if t.task_id in answers else t for t in tasks]
    changed = _changed(tasks, after)
    again_at = _looks_again(bench, site, after, resources, now)
    return Outcome(changed, after, wakes=frozenset(t.subject for t in changed), site=site, again_at=again_at)


def _looks_again(bench: Bench, site: str, tasks: Sequence[Task], resources: Sequence[Resource], now: datetime) -> datetime | None:
    """While somebody waits: when a shift or an absence turns, or another's time is over. Who begins late needs only the rest."""
    if not any("assign" in t.holds for t in tasks):
        return None
    freed = [t.due + FREED for t in tasks if not t.holds and t.due + FREED > now]
    turned = turns(resources, bench.clinic.zone(site), now)
    return min((at for at in (*freed, turned) if at), default=None)


def is_held(task: Task, now: datetime) -> bool:
    """Accepted, in progress, or inside the horizon that plan has set for it."""
    placed = task.resource is not None or task.assignee is not None
    settled_by_now = task.hold_from is not None and task.hold_from <= now
    return placed and (task.status in ("accepted", "in-progress") or settled_by_now)


def _answered(task: Task, answer: Assigned) -> Task:
    """The task with its answer; mostly it has it already."""
    where = (answer.resource, answer.assignee, answer.why or "") if answer.hold is None else (None, None, answer.why)
    same = task.holds.get("assign") == answer.hold and task.chosen == answer.chosen
    if same and (task.resource, task.assignee, task.why) == where:
        return task
    resource, assignee, why = where
    new = altered(task, resource=resource, assignee=assignee, why=why, chosen=dict(answer.chosen),
                  holds=held_by(task.holds, "assign", answer.hold))
    if answer.hold is None and task.status == "accepted" and assignee != task.assignee:
        return altered(new, status="requested", stage="offered", reason=answer.why)
    return new


def _changed(before: Iterable[Task], after: Iterable[Task]) -> list[Task]:
    known = {task.task_id: task for task in before}
    out = [settled(known.get(task.task_id), task) for task in after]
    return [task for task in out if known.get(task.task_id) is not task]


def _demands(before: Sequence[Task], changed: Sequence[Task]) -> frozenset[str]:
    """The pools whose demands changed; an answer of the pool itself is no change of demand."""
    known = {task.task_id: task for task in before}
    pools: set[str] = set()
    for task in changed:
        old = known.get(task.task_id)
        if old is None or any(getattr(old, name) != getattr(task, name) for name in _DEMAND):
            pools |= {f"pool:{t.pool}/{t.site}" for t in (task, old) if t and t.pool}
    return frozenset(pools)
