"""Which dish somebody gets: a safe one or none, turning by day and person; dislikes are avoided where that is possible.

A texture is met exactly: a softer food is not allowed by itself (IDDSI); the liquid part of a dish must be made to the level
of the person's drinks. The walk begins at a place that day and person give, so a dish that changes moves only its own eaters.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zlib import crc32

from services.meals.rules.allergens import clashes
from services.meals.rules.diet_orders import Order
from services.meals.rules.dishes import Dish, dishes
from services.meals.rules.house import House, Meal
from shared.language.resources import Resource

AFTERNOON = 16  # o'clock: from then on a meal is the second of its day for which the same dishes are made


@dataclass(frozen=True, slots=True, eq=False)
class Menu:
    """What a site can cook. Equal only to itself, so that what is safe for whom can be kept: the same orders come again."""

    house: House
    dishes: dict[str, Dish]

    def choose(self, order: Order, meal: Meal, serve: datetime, who: str) -> Dish | None:
        """`who`: stay and person; the same day, person and dishes give the same dish."""
        begins, circle = serve - self.house.plating, _safe(self, order, meal.period)
        number = 2 * meal.day.toordinal() + (meal.hour >= AFTERNOON)
        start = (crc32(who.encode()) + number) % len(circle) if circle else 0
        first = None
        for dish in (*circle[start:], *circle[:start]):
            if dish.cooked(begins, serve):
                if not _disliked(order, dish):
                    return dish
                first = first or dish
        return first


@dataclass(frozen=True, slots=True)
class _Of:
    """What a menu is made from; told from others by the names, and compared whole only with those of the same names."""

    house: House
    resources: tuple[Resource, ...]

    def __hash__(self) -> int:
        return hash((self.house, tuple(resource.id for resource in self.resources)))


def menu(house: House, resources: Iterable[Resource]) -> Menu:
    return _menu(_Of(house, tuple(resources)))


@lru_cache(maxsize=16)  # the present menu of each site, and what it was before the last words of the cooks
def _menu(of: _Of) -> Menu:
    return Menu(of.house, dishes(of.resources))


@lru_cache(maxsize=4096)  # the diets of those who are in the house or expected, at each period
def _safe(menu: Menu, order: Order, period: str) -> tuple[Dish, ...]:
    harmful = {name for allergy in order.allergies for name in _harmful(menu, allergy)}
    safe = (d for d in menu.dishes.values() if period in d.features and d.name not in harmful and _fits(order, d))
    return tuple(sorted(safe, key=lambda dish: (crc32(dish.name.encode()), dish.name)))


@lru_cache(maxsize=4096)  # the same few allergies, at each menu
def _harmful(menu: Menu, allergy: str) -> frozenset[str]:
    """The dishes that clash with it."""
    return frozenset(dish.name for dish in menu.dishes.values() if clashes((allergy,), dish.recipe, menu.house.latex))


def _fits(order: Order, dish: Dish) -> bool:
    """Whether the dish is of all the styles, and made to the textures; a liquid part that nobody can read is to none."""
    return dish.pours(order.drinks) and dish.made_to(order.food) and set(order.styles) <= set(dish.recipe.suits)


def _disliked(order: Order, dish: Dish) -> bool:
    return bool(clashes((f"other:{word}" for word in order.dislikes if word.strip()), dish.recipe, {}))
