"""What may be on a plate, written anew from the words of a life: not a line of the rules is used here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.language.resources import Resource
from tests.meals.lives import Life, Operation

LATEX = {"banana", "avocado", "chestnut", "nuts"}  # nuts of which nobody says which may be chestnuts


@dataclass(frozen=True)
class Truth:
    """What is true of somebody's diet in the end; `known`: a tray may be made at all."""

    known: bool
    style: str
    food: str
    drinks: str
    allergies: frozenset[str]


def truth(life: Life, person: str) -> Truth:
    last: dict[str, Any] = {}
    ever: set[str] = set()
    allergies: dict[str, dict[str, Any]] = {}
    for _, who, says in life.words:
        if who == person:
            last |= {name: value for name, value in says.items() if name != "allergies"}
            ever |= {name for name, value in says.items() if value is not None}
            for word, said in says.get("allergies", {}).items():
                if said is not None:
                    allergies[word] = _laid_over(allergies.get(word, {}), said)
    active = frozenset(word for word, said in allergies.items() if not (said.get("status") == "refuted" and said.get("named")))
    food, drinks = last.get("food"), last.get("drinks")
    known = (last.get("style") in ("regular", "halal", "vegan", "light") and last.get("allergies_asked") is True
             and (food in ("7", "7-easy", "4") or "food" not in ever) and (drinks in ("0", "2") or "drinks" not in ever)
             and "Milk" not in active)
    return Truth(known, str(last.get("style")), food or "7", drinks or "0", active)


def _laid_over(before: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """A refutation counts with a name told with it or after it."""
    after = {**before, **{name: value for name, value in said.items() if name in ("status", "by")}}
    if "by" in said:
        after["named"] = True
    elif "status" in said:
        after["named"] = False
    return after


def window(operation: Operation) -> tuple[datetime, datetime] | None:
    """[no solids, planned end)"""
    end = operation.start + timedelta(minutes=operation.minutes)
    if operation.solids_from:
        return operation.solids_from, end
    return (operation.start - timedelta(hours=6), end) if operation.sedation else None


def wrong_with(plate: Mapping[str, Any], dish: Resource | None, person: str, at: datetime, life: Life) -> list[str]:
    """All that speaks against eating this at that time."""
    is_true, out = truth(life, person), []
    if not is_true.known:
        out.append("no known diet")
    if dish is None:
        return [*out, "no dish"]
    inside = dict(dish.details)
    styles = {is_true.style} | (_after(life, at) if person == "patient" else set())
    wanted = styles - {"regular"} or {"regular"}
    if not wanted <= dish.features:
        out.append("style")
    if plate["food"] != is_true.food or f"food:{is_true.food}" not in dish.features:
        out.append("texture")
    liquid = inside.get("drinks")
    if plate["drinks"] != is_true.drinks or liquid is None or (liquid and is_true.drinks not in liquid):
        out.append("drinks")
    out += [f"allergy {word}" for word in is_true.allergies if _meets(word, inside)]
    return out + (_fasting(life, at) if person == "patient" else [])


def _after(life: Life, at: datetime) -> set[str]:
    return {o.after for o in life.operations
            if o.done and o.after in ("light", "vegan") and o.done <= at and (o.until is None or at < o.until)}


def _fasting(life: Life, at: datetime) -> list[str]:
    out = []
    for operation in life.operations:
        span = window(operation)
        if span and span[0] <= at < span[1]:
            out.append("inside a fast")
        if span is None and operation.done and operation.done <= at and operation.after == "mush" \
                and not any(o.done and o.done >= operation.done and o.after in ("light", "vegan") for o in life.operations):
            out.append("a diet that nobody can read")
        if span and at >= span[1]:
            done = operation.done if operation.done and operation.done >= span[0] else None
            told = [o.done for o in life.operations if o.done and o.after in ("light", "vegan") and done and o.done >= done]
            if done is None or done > at or not told:
                out.append("not released")
    return out


def released_later(life: Life, at: datetime) -> bool:
    """Whether a fast was over by then, and what may be eaten after it was told only afterwards: the meal waits, or is none."""
    for operation in life.operations:
        span, done = window(operation), operation.done
        told = [o.done for o in life.operations if o.done and o.after in ("light", "vegan") and done and o.done >= done]
        if span and span[1] <= at < min(told, default=at):
            return True
    return False


def _meets(allergy: str, inside: Mapping[str, Any]) -> bool:
    lists = [inside.get(name) for name in ("contains", "may_contain", "ingredients")]
    if None in lists:
        return True
    declared = [*inside["contains"], *inside["may_contain"]]
    base, _, kind = allergy.partition(":")
    if base == "other":
        seen = {*inside["ingredients"], *(word.split(":")[-1] for word in declared)}
        return bool(seen & (LATEX if kind == "latex" else {kind}))
    if (kind or base) in inside["ingredients"]:  # what is cooked with it contains it, whatever was declared
        return True
    return any(word == base or (word.startswith(f"{base}:") and kind in ("", word.split(":")[1])) for word in declared)
