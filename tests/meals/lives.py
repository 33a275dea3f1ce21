"""Lives at random: a booking, words about two diets in any order, procedures with their fasts, and a kitchen of any kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as some

from shared.language.facts import Fact
from shared.language.resources import Resource
from tests.meals.trays import admitted, dish, on, told

STYLES = ("regular", "regular", "halal", "vegan", "light", "jain")
FOODS = ("7", "7", "7-easy", "4", "mash", None)
DRINKS = ("0", "0", "0", "2", 3, None)
ALLERGIES = ("peanuts", "milk", "nuts", "nuts:hazelnut", "nuts:almond", "gluten", "gluten:rye", "other:kiwi", "other:latex",
             "other:rice", "Milk")
MINUTE = timedelta(minutes=1)
Word = tuple[datetime, str, dict[str, Any]]  # when told, of whom, what of the diet
FIRST: dict[str, Any] = {"patient": {"style": "halal", "allergies_asked": True},
                         "C-1": {"style": "regular", "allergies_asked": True}}
seldom = some.sampled_from([False] * 9 + [True])


@dataclass(frozen=True)
class Operation:
    """As last told; `done` None: nobody has reported it."""

    start: datetime
    minutes: int
    sedation: bool
    solids_from: datetime | None
    done: datetime | None
    after: str | None
    until: datetime | None


@dataclass(frozen=True)
class Life:
    words: list[Word]
    operations: list[Operation]
    facts: list[Fact]
    dishes: list[Resource]
    now: datetime


def _any_dish(number: int) -> Resource:
    """One of all kinds, by its number; drawing them whole would cost more time than trying them."""
    def turn(words: Sequence[Any], step: int) -> Any:
        return words[number // step % len(words)]
    contains = [[], ["peanuts"], ["milk", "eggs"], [], ["nuts"], ["nuts:hazelnut"], ["gluten:rye"], ["nuts:chestnut"], [],
                ["gluten:wheat"]]
    details = {
        "contains": turn(contains, 1), "may_contain": turn([[], [], ["nuts:almond"], [], ["milk"], [], ["peanuts"]], 1),
        "ingredients": turn([["rice"], ["lentils", "kiwi"], ["carrot"], ["bread", "banana"], ["milk"], ["carrot", "lentils"]], 1),
        "drinks": turn([[], ["0"], [], ["0", "2"], [], None, []], 3)}
    if number % 13 == 12:
        details[turn(["contains", "may_contain", "ingredients"], 13)] = None
    styles = turn([["halal", "light"], ["vegan", "light", "halal"], ["halal"], ["light"], ["vegan", "halal"]], 2)
    foods = turn([["7"], ["7", "7-easy", "4"], ["7-easy", "7"], ["7", "4", "5"]], 1)
    features = ["breakfast", "lunch", "dinner", "regular", *styles, *(f"food:{food}" for food in foods)]
    return dish(f"dish-{number}", *features, **details)


KITCHEN = [_any_dish(number) for number in range(90)]
dishes = some.lists(some.sampled_from(KITCHEN), min_size=3, max_size=12, unique_by=lambda dish: dish.id)


@some.composite
def diets(draw: some.DrawFn) -> dict[str, Any]:
    """What one word says of a diet: mostly one thing."""
    says: dict[str, Any] = {}
    if draw(some.integers(0, 3)) == 0:
        says["style"] = draw(some.sampled_from(STYLES))
    if draw(seldom):
        says["allergies_asked"] = draw(some.booleans())
    if draw(some.integers(0, 3)) == 0:
        says["food"] = draw(some.sampled_from(FOODS))
    if draw(some.integers(0, 5)) == 0:
        says["drinks"] = draw(some.sampled_from(DRINKS))
    if draw(some.booleans()):
        says["allergies"] = {draw(some.sampled_from(ALLERGIES)): draw(some.sampled_from([
            {"severity": "mild"}, {"status": "active"}, {}, None, {"status": "refuted"}, {"status": "refuted", "by": "Dr Ilić"}]))}
    return says


@some.composite
def operations(draw: some.DrawFn, ref: str, facts: list[Fact]) -> Operation:
    """Scheduled once, or again with all of it; perhaps done, perhaps with a diet."""
    for told_at in (on(20), on(21))[: draw(some.integers(1, 2))]:
        start = on(draw(some.integers(24, 26)), f"{draw(some.integers(6, 17)):02}:00")
        sedation, minutes = draw(some.booleans()), draw(some.integers(10, 180))
        solids = start - timedelta(hours=draw(some.integers(2, 12))) if draw(some.booleans()) else None
        fasting = {"solids_from": solids.isoformat()} if solids else None
        facts.append(told("procedure-scheduled", told_at, procedure_id=ref, starts_at=start.isoformat(), minutes=minutes,
                          sedation=sedation, fasting=fasting))
    done = start + draw(some.integers(-30, 300)) * MINUTE if draw(some.integers(0, 3)) else None
    after = draw(some.sampled_from(("light", "light", "vegan", "mush", None))) if done else None
    until = done + timedelta(hours=draw(some.integers(2, 30))) if done and after and draw(some.booleans()) else None
    if done:
        told_diet = {"style": after, "until": until.isoformat() if until else None} if after else None
        facts.append(told("procedure-done", done, procedure_id=ref, done_at=done.isoformat(), diet_after=told_diet))
    return Operation(start, minutes, sedation, solids, done, after, until)


@some.composite
def lives(draw: some.DrawFn) -> Life:
    """Ada and C-1, from Monday 11:00 to Friday's check-out."""
    profile = {"patient_ref": "P-7781", "arrives_on": "2026-11-23", "leaves_on": "2026-11-27", "diet": FIRST["patient"],
               "companions": {"C-1": {"diet": FIRST["C-1"]}}}
    facts, at = [told("stay-booked", on(2), profile=profile), admitted(on(23, "11:00"))], on(22)
    words: list[Word] = [(on(2), person, says) for person, says in FIRST.items()]
    for _ in range(draw(some.integers(0, 5))):
        at += draw(some.integers(1, 2000)) * MINUTE
        who, says = draw(some.sampled_from(("patient", "patient", "C-1"))), draw(diets())
        words.append((at, who, says))
        said = {"diet": says} if who == "patient" else {"companions": {who: {"diet": says}}}
        facts.append(told("stay-booked", at, profile=said))
    found = [draw(operations(f"PR-{number}", facts)) for number in range(draw(some.integers(0, 2)))]
    now = on(23, "11:00") + draw(some.integers(0, 95)) * timedelta(hours=1)
    return Life(words, found, facts, draw(dishes), now)
