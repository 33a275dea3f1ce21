"""What the house can cook: dishes as the clinic file has them, with what the cooks have told since.

`features`: the meals for which it is (breakfast, lunch, dinner), the styles of diet that it suits, and `food:<IDDSI>` for each
texture in which it is made. `details`: `contains`, `may_contain` (words of the language), `ingredients`, and `drinks`: the IDDSI
levels to which its liquid part is thickened, empty for a dish without one. A list that is missing or unreadable is unknown;
of a dish of which anything was told that nobody can read, all is unknown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from services.meals.details import Recipe
from services.meals.rules.allergens import is_allergen
from shared.language.resources import Resource
from shared.language.words import Drinks, Food, Style, instant

STYLES: tuple[str, ...] = get_args(Style)
FOODS: tuple[str, ...] = get_args(Food)
DRINKS: tuple[str, ...] = get_args(Drinks)


@dataclass(frozen=True, slots=True)
class Dish:
    """`drinks` None: nobody can read how thick its liquid part is; `changed_at`: when the recipe became this, if told."""

    name: str
    recipe: Recipe
    features: frozenset[str]
    foods: frozenset[str]
    drinks: frozenset[str] | None
    changed_at: datetime | None
    resource: Resource

    def made_to(self, food: str) -> bool:
        return food in self.foods

    def pours(self, drinks: str) -> bool:
        """Whether its liquid part is made to this level, or it has none."""
        return self.drinks is not None and (not self.drinks or drinks in self.drinks)

    def cooked(self, start: datetime, end: datetime) -> bool:
        return self.resource.usable(start, end)


def dishes(resources: Iterable[Resource]) -> dict[str, Dish]:
    """By name, in the order of names."""
    found = {r.name: _dish(r) for r in resources if r.id.split("/")[1:2] == ["dish"]}
    return dict(sorted(found.items()))


def _dish(resource: Resource) -> Dish:
    details = {} if {"details", "features"} & set(resource.unreadable) else dict(resource.details)
    drinks = _strings(details.get("drinks"))
    recipe = Recipe(suits=tuple(style for style in STYLES if style in resource.features),
                    contains=_allergens(details.get("contains")), may_contain=_allergens(details.get("may_contain")),
                    ingredients=_strings(details.get("ingredients")) or None)
    foods = frozenset(food for food in FOODS if f"food:{food}" in resource.features)
    thick = frozenset(drinks) if drinks is not None and set(drinks) <= set(DRINKS) else None
    return Dish(resource.name, recipe, resource.features, foods, thick, instant(details.get("changed_at")) or resource.changed_at,
                resource)


def _strings(said: Any) -> tuple[str, ...] | None:
    if not isinstance(said, list | tuple) or not all(isinstance(word, str) and word.strip() for word in said):
        return None
    return tuple(sorted(said))


def _allergens(said: Any) -> tuple[str, ...] | None:
    words = _strings(said)
    return words if words is not None and all(map(is_allergen, words)) else None
