"""A porter: a small service for the shell's tests. Pooled trolleys, a flight, a promise, a rule that can be made to raise."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from shared.language.clinic import Clinic
from shared.language.promises import Promise
from shared.language.stay import Stay
from shared.language.tasks import Owed, Task
from shared.service import Around, Assigned, Contest, Plan, Pool, Service, Told, Verdict

CLINIC = Clinic.model_validate({
    "clinic": "the porters' house", "demo": True,
    "sites": {"belgrade": {"zone": "Europe/Belgrade", "resources": {"trolley": {"t1": {}, "t2": {}, "t3": {}}}}},
    "ladders": {"carry": [{"after": "accept_by", "wait_minutes": 5}, {"after": "due", "wait_minutes": 10, "role": "manager"}]},
})


def plan(stay: Stay, around: Around) -> Plan:
    """A bag is carried at the arrival; the bell is rung once a trolley is known. `BOOM` is a planted bug."""
    if stay.profile.patient_ref == "BOOM":
        raise ZeroDivisionError("a planted bug")
    arrival = stay.arrival
    if stay.phase not in ("booked", "admitted", "discharged") or not arrival or not arrival.at:
        return Plan()
    at = arrival.at
    for flight in around.flights.values():
        at = flight.status.estimated or at
    site = around.clinic.site_of(stay.site)
    carry = Owed(kind="carry", feed="porter", start=at, due=at + timedelta(minutes=30), site=site, pool="trolleys",
                 accept_by=at - timedelta(hours=1), details={"bags": len(stay.profile.companions or {}) + 1})
    placed = around.assigned.get(carry.key)
    bell = [Owed(kind="bell", feed="porter", slot=placed.resource, place=placed.resource, start=at, due=at, site=site)
            ] if placed and placed.resource else []
    return Plan([carry, *bell])


def judge(stay: Stay, tasks: Sequence[Task], around: Around) -> Verdict:
    carry = next((t for t in tasks if t.kind == "carry" and t.status != "cancelled"), None)
    if carry is None:
        return Verdict([Promise(stay.id, "luggage", "porter", "not-needed", "nothing to carry")])
    hold = carry.holds.get("assign")
    state = Promise(stay.id, "luggage", "porter", "at-risk" if hold else "planned", hold or carry.why or "waiting")
    facts = [Told("arrival-expected", {"expected_at": carry.start.isoformat(), "cause": carry.resource})]
    return Verdict([state], facts if carry.resource else [])


def assign(contest: Contest) -> Mapping[str, Assigned]:
    """First by start, then id; a trolley carries one stay at a time."""
    answers: dict[str, Assigned] = {}
    taken: list[tuple[str, Task]] = [(t.resource, t) for t in contest.held if t.resource]
    answers |= {t.task_id: Assigned(t.resource, why=t.why or "held") for t in contest.held}
    for task in sorted(contest.waiting, key=lambda t: (t.start, t.task_id)):
        free = [r.id.rsplit("/")[-1] for r in contest.resources if r.usable(task.start, task.due) and r.units and not any(
            name == r.name and t.start < task.due and task.start < t.due for name, t in taken)]
        if free:
            taken.append((free[0], task))
            answers[task.task_id] = Assigned(free[0], why=f"{free[0]} is free")
        else:
            answers[task.task_id] = Assigned(hold=f"no trolley at {task.start:%H:%M}")
    return answers


PORTER = Service(
    name="porter", says="carries bags", rules=1,
    hears=("stay-booked", "patient-admitted", "discharged", "flight-status", "resource-status"),
    tells=("arrival-expected",), feeds=("porter", "desk"), promises=("luggage",),
    pools=(Pool("trolleys", ("trolley",), assign),), owns=("trolley",), plan=plan, judge=judge)
