"""What one person may eat by what is known, or what has to be asked first: without a known diet there is no tray.

The style must be told, and that allergies were asked for. Texture and drinks never told are IDDSI 7 and 0; told once and no
longer known, they are asked. Every allergy counts until a clinician has refuted it; one that is in no list blocks every tray.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from services.meals.rules.allergens import in_words, is_allergen
from shared.language.facts import Json
from shared.language.facts.intake import Diet
from shared.language.known import Path
from shared.language.stay import Stay


@dataclass(frozen=True, slots=True)
class Order:
    """`styles`: all of them at once, `regular` only where there is no other; `allergies` are words of the language."""

    styles: tuple[str, ...]
    food: str
    drinks: str
    allergies: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()

    def with_styles(self, more: tuple[str, ...]) -> "Order":
        """A light diet after a procedure does not make a halal or a vegan patient eat something else: both hold."""
        if not more and len(self.styles) == 1:
            return self
        styles = sorted({*self.styles, *more} - {"regular"}) or ["regular"]
        return Order(tuple(styles), self.food, self.drinks, self.allergies, self.dislikes)

    def in_words(self) -> str:
        """without milk and peanuts, halal, IDDSI food 4, IDDSI drinks 3"""
        return _in_words(self)


@lru_cache(maxsize=4096)  # each pass says it again of each tray that has no dish
def _in_words(order: Order) -> str:
    without = f"without {' and '.join(in_words(order.allergies))}" if order.allergies else ""
    food = f"IDDSI food {order.food}" if order.food != "7" else ""
    drinks = f"IDDSI drinks {order.drinks}" if order.drinks != "0" else ""
    return ", ".join(part for part in (without, *order.styles, food, drinks) if part)


@dataclass(frozen=True, slots=True)
class Unknown:
    """What has to be asked, in words; `since`: when the newest of the words was told that made it unknown; `harms`: a tray
    already gone might, because an allergy or a texture cannot be read."""

    asks: tuple[str, ...]
    since: datetime | None
    harms: bool


def order_of(stay: Stay, person: str) -> Order | Unknown:
    path = _path(person)
    diet = _diet(stay, person) or Diet()
    asks: dict[Path, str] = {}
    if diet.style is None:
        asks[(*path, "style")] = "the style of diet"
    if diet.allergies_asked is not True:
        asks[(*path, "allergies_asked")] = "which allergies there are"
    harmful = {(*path, "allergies", word): f"which allergy {word!r} is" for word in _active(stay, person) if not is_allergen(word)}
    textures = (("food", diet.food, "the texture of food (IDDSI)"), ("drinks", diet.drinks, "the thickness of drinks (IDDSI)"))
    for name, value, ask in textures:
        if value is None and _ever_told(stay, (*path, name)):
            harmful[(*path, name)] = ask
    if asks or harmful:
        told = [at for at in (_told(stay, missing) for missing in (*asks, *harmful)) if at]
        return Unknown((*asks.values(), *harmful.values()), max(told, default=None), bool(harmful))
    return Order((diet.style or "",), diet.food or "7", diet.drinks or "0", tuple(_active(stay, person)),
                 tuple(sorted(diet.dislikes or ())))


def _path(person: str) -> Path:
    return ("profile", "diet") if person == "patient" else ("profile", "companions", person, "diet")


def _diet(stay: Stay, person: str) -> Diet | None:
    if person == "patient":
        return stay.profile.diet
    companion = (stay.profile.companions or {}).get(person)
    return companion.diet if companion else None


def _active(stay: Stay, person: str) -> list[str]:
    words = stay.known.allergies.get(person, {})
    return sorted(word for word, said in words.items() if said.get("status") != "refuted")


def _told(stay: Stay, path: Path) -> datetime | None:
    """When the word at this path was told, or the one above it that took its place; None where nobody ever said it."""
    if told := stay.known.told(*path):
        return told
    above = (path[:length] for length in range(len(path) - 1, 1, -1))
    return next((stay.known.said[place].told_at for place in above if place in stay.known.said), None)


def _ever_told(stay: Stay, path: Path) -> bool:
    return any(_says(patch, path) for _, patch in stay.patches)


def _says(patch: Json, path: Path) -> bool:
    """Whether something is said at the path, or in place of what it is in (a diet that is a sentence may say a texture)."""
    said: Any = patch
    for name in path:
        if not isinstance(said, dict):
            return said is not None
        said = said.get(name)
    return said is not None
