"""Whatever is told of a stay, its talks are lawful, and they and their promise change by themselves only when they said so."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as some

from services.stay.rules.engagements import engagements, interpreter_promise
from shared.language.facts import Fact
from shared.language.stay import Stay, view
from shared.language.tasks import Task
from shared.service import Around
from tests.property.sayings import STAY
from tests.property.strategies import Record, heard, randoms, told
from tests.stay.ada import house, on
from tests.stay.interpreting import TURKISH, Days

PROFILE = {**TURKISH, "arrives_on": "2026-11-23", "leaves_on": "2026-11-26"}
PROCEDURE = {"stay_id": STAY, "procedure_id": "PR-1", "starts_at": on(25, "09:00").isoformat(), "minutes": 50}
BOOKING = [Record("stay-booked", {"stay_id": STAY, "profile": PROFILE}, on(20)),
           Record("procedure-scheduled", PROCEDURE, on(21))]
moments = some.integers(0, 14 * 96).map(lambda quarter: on(18, "00:00") + timedelta(minutes=15 * quarter + 1))


def stay_of(records: Sequence[Record], chance: Random | None = None) -> Stay:
    facts: list[Fact] = heard([*BOOKING, *records])
    return view(STAY, chance.sample(facts, len(facts)) if chance else facts)


def tasks_of(stay: Stay, chance: Random) -> list[Task]:
    """The talks of that stay at rest some day, and what people may have done with them."""
    days = Days().settle(on(22), *stay.facts, about=stay.id)
    moved = chance.choice(("requested", "accepted", "in-progress", "completed"))
    return [replace(task, status=moved) if task.kind == "interpret" else task for task in days.tasks.values()]


@given(told(), moments, randoms)
def test_the_talks_of_a_stay_are_lawful_whatever_is_told(records, now, chance):
    stay = stay_of(records)
    plan = engagements(stay, Around(house(), now))
    assert plan == engagements(stay_of(records, chance), Around(house(), now))
    assert len({wish.key for wish in plan.owed}) == len(plan.owed)
    assert plan.again_at is None or plan.again_at > now
    for wish in plan.owed:
        assert wish.start < wish.due >= stay.first_told
        assert wish.accept_by is not None and wish.accept_by >= stay.first_told + min(
            timedelta(hours=1), max(timedelta(), wish.start - stay.first_told))


@given(told(4), moments, some.integers(0, 7 * 96))
def test_the_talks_change_by_themselves_only_when_they_said_so(records, now, quarters):
    stay, later = stay_of(records), now + timedelta(minutes=15 * quarters)
    plan = engagements(stay, Around(house(), now))
    if plan.again_at is None or later < plan.again_at:
        assert engagements(stay, Around(house(), later)).owed == plan.owed


@given(told(4), moments, some.integers(0, 7 * 96), randoms)
def test_there_is_always_one_promise_and_it_changes_by_itself_only_when_it_said_so(records, now, quarters, chance):
    stay, later = stay_of(records), now + timedelta(minutes=15 * quarters)
    tasks = tasks_of(stay, chance)
    verdict, plan = interpreter_promise(stay, tasks, Around(house(), now)), engagements(stay, Around(house(), now))
    [promise] = verdict.promises
    times = [at for at in (verdict.again_at, promise.next_at, plan.again_at) if at]
    assert all(at > now for at in times)
    if not times or later < min(times):
        assert interpreter_promise(stay, tasks, Around(house(), later)).promises == (promise,)
