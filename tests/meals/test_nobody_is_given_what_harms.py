"""What must hold of every tray, whatever is told in whatever order: an oracle of its own looks at each plate."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as some

from shared.language.diff import Desk, diff
from shared.language.tasks import Owed, Task
from tests.meals.lives import Life, lives
from tests.meals.oracle import released_later, truth, wrong_with
from tests.meals.trays import BELGRADE, ada, on, planned, told, trays

MEALS = 12  # of one person from Monday 11:00 to Friday's check-out: Monday's lunch to Friday's breakfast
seen: Counter[str] = Counter()


@given(lives())
def test_no_ticket_has_an_allergen_a_wrong_texture_or_a_meal_inside_a_fast(life: Life):
    plan = planned(ada(*life.facts), life.now, life.dishes)
    kitchen = {dish.name: dish for dish in life.dishes}
    for person in ("patient", "C-1"):
        found = trays(plan, person)
        for slot, tray in found.items():
            if tray.hold:
                assert (tray.details["dish"], tray.details["recipe"]) == (None, None)
            else:
                wrong = wrong_with(tray.details, kitchen.get(str(tray.details["dish"])), person, tray.due, life)
                assert wrong == [], (slot, wrong)
                assert set(tray.details["allergens"]) == truth(life, person).allergies
        served = sum(tray.hold is None for tray in found.values())
        seen.update({"meals": MEALS, "served": served, "held": len(found) - served, "suppressed": max(0, MEALS - len(found))})


@given(lives())
def test_whoever_has_no_known_diet_has_no_tray_and_a_nurse_is_told(life: Life):
    plan = planned(ada(*life.facts), life.now, life.dishes)
    for person in ("patient", "C-1"):
        unknown = not truth(life, person).known
        assert bool([w for w in plan.owed if w.kind == "ask-diet" and w.person == person]) == unknown
        assert not (unknown and trays(plan, person))


@given(lives(), some.randoms(use_true_random=False))
def test_the_order_in_which_things_are_told_does_not_matter(life: Life, chance):
    facts, dishes = list(life.facts), list(life.dishes)
    chance.shuffle(facts)
    chance.shuffle(dishes)
    assert planned(ada(*facts), life.now, dishes) == planned(ada(*life.facts), life.now, life.dishes)


@given(lives(), some.data())
def test_a_tray_on_its_way_is_stopped_when_and_only_when_it_has_become_unsafe(life: Life, data: some.DataObject):
    """Plated by what was known after the first words; then the others come."""
    told = sorted(life.facts, key=lambda fact: fact.told_at)
    early = planned(ada(*told[: data.draw(some.integers(2, len(told)))]), life.now, life.dishes)
    begun = [begin(owed) for owed in early.owed if owed.kind == "tray" and owed.hold is None]
    if not begun:
        return
    task = data.draw(some.sampled_from(begun))
    plan = planned(ada(*life.facts), life.now, life.dishes, [task])
    dish = next(dish for dish in life.dishes if dish.name == task.details["dish"])
    owed = [wish for wish in plan.owed if wish.key == task.key]
    at = owed[0].due if owed else task.due  # a meal that a procedure delays is served later, and judged then
    wrong = wrong_with(task.details, dish, task.person, at, life)
    stops = [wish for wish in plan.owed if wish.kind == "stop-tray"]
    if wrong:
        seen["stopped"] += 1
        assert (owed, [stop.slot for stop in stops]) == ([], [task.slot]), wrong
    elif stops:  # only a fast that begins while it is eaten, or is on its way, stops what nothing else speaks against
        reasons = stops[0].details["reasons"]
        assert released_later(life, at) or all("fasting" in reason or "waiting" in reason for reason in reasons), stops
    elif owed:
        assert owed[0].details["dish"] == task.details["dish"]
    second = [wish for wish in plan.owed if wish.slot == f"{task.slot}/2" and not wish.hold]
    for wish in second:
        chosen = next(dish for dish in life.dishes if dish.name == wish.details["dish"])
        assert wrong_with(wish.details, chosen, wish.person, wish.due, life) == []


@given(lives(), some.sampled_from(("2024-11-27", "2026-11-23", "2026-11-25", "2028-11-27", "soon")), some.data())
def test_no_word_about_the_days_hides_what_may_harm(life: Life, day: str, data: some.DataObject):
    """Every tray of what was known at first is on its way, when somebody tells other days for all of them."""
    early = planned(ada(*life.facts[:2]), life.now, life.dishes)
    owed = [wish for wish in early.owed if wish.kind == "tray" and not wish.hold]
    if not owed:
        return
    task, kitchen = begin(data.draw(some.sampled_from(owed))), {dish.name: dish for dish in life.dishes}
    wrong = wrong_with(task.details, kitchen.get(str(task.details["dish"])), task.person, task.due, life)
    days = told("stay-booked", on(27, "23:00"), profile={"leaves_on": day, "companions": {"C-1": {"until": day}}})
    plan = planned(ada(*life.facts, days), life.now, life.dishes, [task])
    if truth(life, task.person).known and any(word.startswith(("allergy", "texture", "drinks", "inside")) for word in wrong):
        seen["stopped in spite of the days"] += 1
        assert [wish.slot for wish in plan.owed if wish.kind == "stop-tray"] == [task.slot], wrong


def begin(owed: Owed) -> Task:
    """The tray, plated."""
    task, = diff([owed], [], Desk("meals", "stay:ADA", BELGRADE))
    return replace(task, status="in-progress", stage="plated", moved_at=task.start + timedelta(minutes=2))


def test_the_kitchen_really_cooks_and_really_stops():
    """Nothing is proved by a kitchen that serves nobody, nor by one that never has a reason to stop."""
    stopped = seen["held"] + seen["suppressed"]
    print(f"\n{seen['meals']} meals of a person: {seen['served']} served, {seen['held']} held, {seen['suppressed']} suppressed; "
          f"{seen['stopped']} begun trays stopped")
    assert seen["served"] >= 0.3 * seen["meals"] and stopped >= 0.1 * seen["meals"]
    assert seen["stopped"] > 0 and seen["stopped in spite of the days"] > 0
