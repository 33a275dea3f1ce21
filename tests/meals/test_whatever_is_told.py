"""However wrong the words, and in whatever order they come: meals plans, promises, and serves nobody whose diet cannot be read."""

from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as some

from services.meals.service import SERVICE
from shared.language.stay import view
from shared.shell.passes import Bench, reconcile_stay
from tests.meals.trays import booked, house, menu, on, planned
from tests.property.strategies import Record, heard, shuffled, told


@given(told(12), some.booleans(), some.integers(0, 200), some.randoms(use_true_random=False))
def test_the_same_words_in_any_order_owe_the_same_once_each(records: list[Record], known: bool, hours: int, chance: Random):
    now, before = on(22) + timedelta(hours=hours), [booked(on(20))] if known else []
    stay = view("BEG-2026-0412", [*before, *heard(records)])
    plan = planned(stay, now)
    assert planned(view("BEG-2026-0412", [*heard(shuffled(records, chance)), *before]), now) == plan
    assert len({wish.key for wish in plan.owed}) == len(plan.owed)
    assert all(wish.start <= wish.due and (wish.accept_by is None or wish.accept_by <= wish.due) for wish in plan.owed)
    assert plan.again_at is None or plan.again_at > now
    asked = {wish.person for wish in plan.owed if wish.kind == "ask-diet"}
    assert not asked & {wish.person for wish in plan.owed if wish.kind == "tray"}
    out = reconcile_stay(Bench(SERVICE, house(), resources=menu()), stay, [], [], now)
    assert [(promise.promise, promise.keeper, bool(promise.reason)) for promise in out.promises] == [("meals", "meals", True)]
