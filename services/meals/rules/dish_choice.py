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
GOLDEN = 0.6180339887  # of the circle: the step whose multiples keep farthest from each other


@dataclass(slots=True)
class Menu:
    """What a site can cook, with what is safe for whom remembered: the same orders come again at every meal."""

    house: House
    dishes: dict[str, Dish]
    _safe: dict[Likes, list[Dish]] = field(default_factory=dict)

    def choose(self, order: Order, meal: Meal, serve: datetime, who: str) -> Dish | None:
        """`who`: stay and person; the same day, person and dishes give the same dish."""
        begins = serve - self.house.plating
        safe = [dish for dish in self._safe_for(order, meal.period) if dish.cooked(begins, serve)]
        if not safe:
            return None
        liked = [dish for dish in safe if not _disliked(order, dish)] or safe
        point = (_angle(who) + _angle(meal.period) + meal.day.toordinal() * GOLDEN) % 1
        return min(liked, key=lambda dish: ((_angle(dish.name) - point) % 1, dish.name))

    def _safe_for(self, order: Order, period: str) -> list[Dish]:
        if (period, order) not in self._safe:
            self._safe[period, order] = [dish for dish in self.dishes.values()
                                         if period in dish.features and not unfit(order, dish, self.house)]
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


def _angle(name: str) -> float:
    return crc32(name.encode()) / 2**32
