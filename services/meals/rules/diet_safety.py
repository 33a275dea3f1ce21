"""What is wrong with a tray that somebody has begun, by what is known now, and since when that is known.

A tray is judged by what was in it when it was plated and by what its dish is made of now, together. Since when: the earliest
word after which it was wrong without a break, found by asking the same of the stay as it was known before each word.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime

from services.meals.details import Tray
from services.meals.rules.after_procedures import aftermath, resumed
from services.meals.rules.allergens import clashes
from services.meals.rules.diet_orders import Unknown, order_of
from services.meals.rules.dish_choice import Menu
from services.meals.rules.dishes import Dish
from services.meals.rules.fasting import fasts
from services.meals.rules.house import House
from services.meals.rules.sittings import meets, overtaken
from services.meals.rules.tickets import plated
from shared.language.stay import Stay, view
from shared.language.tasks import Task


@dataclass(frozen=True, slots=True)
class Fault:
    """`harms`: whoever eats it may come to harm, and not only against his will."""

    says: str
    harms: bool = True


@dataclass(frozen=True, slots=True)
class Faults:
    """`since` None: the dish is made otherwise than it was, and nobody told since when."""

    found: tuple[Fault, ...]
    since: datetime | None

    @property
    def harms(self) -> bool:
        return any(fault.harms for fault in self.found)


@dataclass(slots=True)
class History:
    """The stay as it was known at earlier moments; each is worked out once, when asked for."""

    stay: Stay
    _earlier: dict[int, Stay] = field(default_factory=dict)
    _told: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._told = sorted({fact.told_at for fact in self.stay.facts})

    def told_by(self, at: datetime) -> bool:
        """Whether nothing was told after that moment."""
        return not self._told or self._told[-1] <= at

    def at(self, moment: datetime) -> Stay:
        """As known then, words of that very moment included."""
        return self._first(sum(told <= moment for told in self._told))

    def backwards(self) -> Iterator[tuple[datetime, Stay]]:
        """(when words were told, the stay before them), the newest first"""
        for number in range(len(self._told) - 1, -1, -1):
            yield self._told[number], self._first(number)

    def _first(self, number: int) -> Stay:
        if number not in self._earlier:
            there = set(self._told[:number])
            self._earlier[number] = view(self.stay.id, (fact for fact in self.stay.facts if fact.told_at in there))
        return self._earlier[number]


def faults(history: History, task: Task, menu: Menu, now: datetime) -> Faults | None:
    """None: it may be eaten."""
    stay, house, dish = history.stay, menu.house, _dish_now(task, menu)
    found = _wrong(stay, task, house, dish)
    if not found:
        return _overtaken(stay, task, house, now)
    if _wrong(stay, task, house):
        return Faults(found, _since(history, task, house))
    changed = dish.changed_at.astimezone(UTC) if dish and dish.changed_at else None
    return Faults(found, changed and max(changed, _since(history, task, house, dish) or changed))


def harm_beyond(history: History, task: Task, menu: Menu, seen: Set[str]) -> datetime | None:
    """Since when any harm is known beyond those seen before; None: nobody told."""
    house, dish = menu.house, _dish_now(task, menu)
    found = _wrong(history.stay, task, house)
    if any(fault.harms and fault.says not in seen for fault in found):
        return _since(history, task, house, but={*seen, *(fault.says for fault in found if not fault.harms)})
    return dish.changed_at if dish else None


def _dish_now(task: Task, menu: Menu) -> Dish | None:
    tray = plated(task)
    return menu.dishes.get(tray.dish or "") if tray else None


def _since(history: History, task: Task, house: House, dish: Dish | None = None, but: Set[str] = frozenset()) -> datetime | None:
    """The word before which it might still be eaten, `but` for what is said there."""
    for told, before in history.backwards():
        if all(fault.says in but for fault in _wrong(before, task, house, dish)):
            return told.astimezone(UTC)
    return None


def _overtaken(stay: Stay, task: Task, house: House, now: datetime) -> Faults | None:
    if task.person != "patient" or task.status == "failed":
        return None
    ended = task.moved_at if task.status == "completed" else None
    fast = overtaken(fasts(stay, house), task.due.astimezone(UTC), ended or now)
    return Faults((Fault(f"fasting for {fast.ref}"),), fast.solids_from) if fast else None


def _wrong(stay: Stay, task: Task, house: House, dish: Dish | None = None) -> tuple[Fault, ...]:
    """By what was plated; with `dish` also by what it is made of now."""
    tray, order = plated(task), order_of(stay, task.person)
    if isinstance(order, Unknown):
        return tuple(Fault(f"not known: {ask}", order.harms) for ask in order.asks)
    out, styles = [], order.styles
    serve = task.due.astimezone(UTC)
    if task.person == "patient":
        found = fasts(stay, house)
        if fast := meets(found, house, serve):
            return (Fault(f"fasting for {fast.ref}"),)
        after = resumed(aftermath(stay, found), house, serve)
        out = [Fault(after.hold)] if after.hold else []
        styles = order.with_styles(after.styles).styles
    if tray is None or tray.recipe is None:
        return (*out, Fault("what is on it is not known"))
    if tray.food != order.food:
        out.append(Fault(f"made to IDDSI food {tray.food}, not {order.food}"))
    if tray.drinks != order.drinks:
        out.append(Fault(f"made to IDDSI drinks {tray.drinks}, not {order.drinks}"))
    out += _made_otherwise(tray, dish) if dish else []
    recipes = [tray.recipe, *([dish.recipe] if dish else [])]
    missing = sorted({style for recipe in recipes for style in styles if style not in recipe.suits})
    reasons = sorted({reason for recipe in recipes for reason in clashes(order.allergies, recipe, house.latex)})
    return (*out, *map(Fault, reasons), *(Fault(f"is not {style}", harms=style == "light") for style in missing))


def _made_otherwise(tray: Tray, dish: Dish) -> list[Fault]:
    """Textures that the dish is not made to after all; whoever eats and drinks everything is not harmed by a softer one."""
    food = tray.food == "7" or dish.made_to(tray.food)
    drinks = tray.drinks == "0" or dish.pours(tray.drinks)
    return [Fault(f"{dish.name} is not made to IDDSI {level}") for level, met in
            ((f"food {tray.food}", food), (f"drinks {tray.drinks}", drinks)) if not met]
