"""Which dish somebody gets: a safe one or none, turning by day and person; dislikes are avoided where that is possible.

A texture is met exactly: a softer food is not allowed by itself (IDDSI); the liquid part of a dish must be made to the level
of the person's drinks. The walk begins at a place that day and person give, so a dish that changes moves only its own eaters.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zlib import crc32

from services.meals.rules.allergens import clashes
from services.meals.rules.diet_orders import Order
from services.meals.rules.dishes import Dish, dishes
from services.meals.rules.house import House, Meal
from shared.language.resources import Resource

Likes = tuple[str, Order]
AFTERNOON = 16  # o'clock: from then on a meal is the second of its day for which the same dishes are made


@dataclass(slots=True)
class Menu:
    """What a site can cook, with what is safe for whom remembered: the same orders come again at every meal."""

    house: House
    dishes: dict[str, Dish]
    _safe: dict[Likes, list[Dish]] = field(default_factory=dict)

    def choose(self, order: Order, meal: Meal, serve: datetime, who: str) -> Dish | None:
        """`who`: stay and person; the same day, person and dishes give the same dish."""
        begins, circle = serve - self.house.plating, self._safe_for(order, meal.period)
        number = 2 * meal.day.toordinal() + (meal.opens.astimezone(self.house.zone).hour >= AFTERNOON)
        start = (crc32(who.encode()) + number) % len(circle) if circle else 0
        cooked = [dish for dish in (*circle[start:], *circle[:start]) if dish.cooked(begins, serve)]
        return next((dish for dish in cooked if not _disliked(order, dish)), cooked[0] if cooked else None)

    def _safe_for(self, order: Order, period: str) -> list[Dish]:
        if (period, order) not in self._safe:
            safe = (d for d in self.dishes.values() if period in d.features and not unfit(order, d, self.house))
            self._safe[period, order] = sorted(safe, key=lambda dish: (crc32(dish.name.encode()), dish.name))
        return self._safe[period, order]


def menu(house: House, resources: Iterable[Resource]) -> Menu:
    return Menu(house, dishes(resources))


def unfit(order: Order, dish: Dish, house: House) -> list[str]:
    """Why the dish is not for this order, in words; empty: it is safe."""
    out = [f"is not {style}" for style in order.styles if style not in dish.recipe.suits]
    if order.food not in dish.foods:
        out.append(f"is not made to IDDSI food {order.food}")
    if dish.drinks is None or (dish.drinks and order.drinks not in dish.drinks):
        out.append(f"its liquid part is not made to IDDSI drinks {order.drinks}")
    return out + clashes(order.allergies, dish.recipe, house.latex)


def _disliked(order: Order, dish: Dish) -> bool:
    return bool(clashes((f"other:{word}" for word in order.dislikes if word.strip()), dish.recipe, {}))
