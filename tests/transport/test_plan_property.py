"""However wrong the words, and in whatever order they come: transport plans, promises and assigns, and never stops."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from shared.language.facts import Fact
from shared.language.flight import Flight
from shared.language.tasks import Task
from tests.transport.rides import IN, OUT, PROFILE, ada, flight, on, placed, planned, tasks_of, told, verdict

WRONG: some.SearchStrategy[Any] = some.sampled_from([None, True, 0, "", "soon", [], [None], {}, {"x": "y"}])
AT = some.sampled_from([on(23, "13:40"), on(23, "23:30"), on(24, "02:00"), on(30, "14:30"), on(30, "09:00")])
INSTANTS = AT.map(datetime.isoformat)
MODES = some.sampled_from(["flight", "flight", "flight", "train", "car", "own", "ambulance", None])
JOURNEYS = some.fixed_dictionaries({}, optional={
    "mode": MODES | WRONG, "flight": some.sampled_from(["LH1406", "LH1407", None]) | WRONG, "place": some.just("BEG") | WRONG,
    "on": some.sampled_from(["2026-11-23", "2026-11-30"]) | WRONG, "at": INSTANTS | WRONG, "assistance": some.just("WCHC") | WRONG,
    "transfer": some.booleans() | WRONG, "may_share": some.booleans() | WRONG})
PROFILES = some.fixed_dictionaries({}, optional={
    "arrival": JOURNEYS | some.just(IN) | WRONG, "departure": JOURNEYS | some.just(OUT) | WRONG,
    "mobility": some.sampled_from(["walking", "wheelchair-transfer", "wheelchair-seated", "stretcher"]) | WRONG,
    "own_chair": some.just({"powered": True, "kg": 140}) | some.just({"powered": False}) | WRONG,
    "companions": some.just({"C-1": {"from": "2026-11-24"}, "C/2": {"role": 5}}) | WRONG,
    "leaves_on": some.just("2026-11-30") | WRONG, "arrives_on": some.just("2026-11-23") | WRONG,
    "languages": some.just(["en", "sr-Latn"]) | WRONG, "party": some.just({"ref": "P-3"}) | WRONG})
TOLD_AT = some.sampled_from([on(2), on(22), on(23, "12:00"), on(23, "16:00"), on(28), on(30, "10:00")])
NOW = some.integers(0, 9 * 96).map(lambda quarter: on(22, "00:00") + timedelta(minutes=15 * quarter))


@some.composite
def facts(draw: some.DrawFn) -> Fact:
    topic = draw(some.sampled_from(["stay-booked", "stay-booked", "patient-admitted", "discharged", "patient-left",
                                    "procedure-done"]))
    says: dict[str, Any] = draw(some.fixed_dictionaries({}, optional={"withdrawn": some.booleans() | WRONG}))
    if topic in ("stay-booked", "patient-admitted"):
        says |= {"profile": draw(PROFILES.map(lambda p: {**PROFILE, **p}) | PROFILES), "admitted_at": draw(INSTANTS | WRONG)}
    if topic == "discharged":
        says |= {"discharged_at": draw(INSTANTS | WRONG), "onward": draw(JOURNEYS | WRONG)}
    if topic == "patient-left":
        says |= {"left_at": draw(INSTANTS | WRONG), "back_at": draw(some.none() | INSTANTS | WRONG)}
    if topic == "procedure-done":
        says |= {"procedure_id": "PR.1", "done_at": draw(INSTANTS | WRONG), "mobility_after": draw(some.just("stretcher") | WRONG)}
    return told(topic, draw(TOLD_AT), **says)


def told_so() -> some.SearchStrategy[list[Fact]]:
    return some.lists(facts(), min_size=1, max_size=5, unique_by=lambda fact: fact.id)


@some.composite
def flights(draw: some.DrawFn) -> list[Flight]:
    words = some.fixed_dictionaries({}, optional={
        "status": some.sampled_from(["delayed", "cancelled", "diverted", "landed", "lost"]), "estimated": INSTANTS | WRONG,
        "actual": INSTANTS | WRONG, "scheduled": INSTANTS | WRONG, "place": some.just("INI")})
    there = some.lists(some.tuples(TOLD_AT, words), max_size=4)
    return [flight(*draw(there)), flight(*draw(there), number="LH1407", day=30)]


@some.composite
def begun(draw: some.DrawFn, tasks: Sequence[Task], now: datetime) -> list[Task]:
    """What people may have done by now."""
    moves = some.sampled_from([("requested", None), ("accepted", None), ("in-progress", "en-route"), ("in-progress", "handed-over"),
                               ("completed", None), ("failed", None), ("failed", "arrived-otherwise"), ("failed", "waived")])
    ready = [t for t in tasks if t.start <= now]
    return [replace(t, status=status, stage=stage, moved_at=now) if t in ready else t
            for t in tasks for status, stage in [draw(moves)]]


@given(told_so(), flights(), NOW, some.data())
def test_the_same_words_in_any_order_owe_the_same(said: list[Fact], there: list[Flight], now: datetime, data: Any) -> None:
    plan = planned(ada(*said), now, (), *there)
    assert planned(ada(*data.draw(some.permutations(said))), now, (), *there) == plan
    assert len({wish.key for wish in plan.owed}) == len(plan.owed)
    first = min(fact.told_at for fact in said)
    assert all(first <= wish.due and wish.start < wish.due for wish in plan.owed)


@given(told_so(), flights(), NOW, some.data())
def test_one_ride_of_the_patient_each_way_whatever_was_begun(said: list[Fact], there: list[Flight], now: datetime,
                                                             data: Any) -> None:
    tasks = data.draw(begun(tasks_of(ada(*said), now, (), *there), now))
    later = ada(*said, data.draw(facts()))
    after = tasks_of(later, now, tasks, *there)
    assert tasks_of(later, now, after, *there) == after
    for slot in ("in", "out"):
        rides = [t for t in after if t.slot == slot and t.person == "patient" and t.pool and t.kind != "crew" and t.open
                 and "recall" not in t.holds]
        assert len(rides) <= 1


@given(told_so(), flights(), NOW, some.integers(1, 200))
def test_what_is_owed_changes_by_itself_only_when_it_was_said(said: list[Fact], there: list[Flight], now: datetime,
                                                              hours: int) -> None:
    stay = ada(*said)
    plan = planned(stay, now, (), *there)
    later = now + timedelta(hours=hours)
    if plan.again_at is not None:
        assert plan.again_at > now
        later = min(later, plan.again_at - timedelta(microseconds=1))
    assert planned(stay, later, (), *there).owed == plan.owed


@given(told_so(), flights(), NOW, some.data())
def test_both_promises_are_told_and_change_by_themselves_only_at_their_time(said: list[Fact], there: list[Flight],
                                                                            now: datetime, data: Any) -> None:
    stay = ada(*said)
    tasks = data.draw(begun(placed(tasks_of(stay, now, (), *there), now), now))
    promises = verdict(stay, now, tasks, *there).promises
    assert [p.promise for p in promises] == ["transfer-in", "transfer-out"]
    for number, promise in enumerate(promises):
        assert promise.reason and (promise.next_at is None or promise.next_at > now)
        plans = planned(stay, now, tasks, *there).again_at
        until = min(at for at in (promise.next_at, plans, now + timedelta(days=9)) if at) - timedelta(microseconds=1)
        assert verdict(stay, until, tasks, *there).promises[number] == promise
