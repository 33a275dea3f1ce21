"""Which allergies a recipe clashes with. `may_contain` and unknown ingredients block for every allergy of every severity.

An allergy to a species is blocked by that species, by one named more or less closely (salmon, Atlantic salmon) and by the bare
word; an allergy to the bare word by every species. What is no allergen of the EU list (Regulation (EU) 1169/2011 is a labelling
list) is looked for among the ingredients.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from pydantic import TypeAdapter, ValidationError

from services.meals.details import Recipe
from shared.language.words import Allergen

_WORD: TypeAdapter[str] = TypeAdapter(Allergen)
CrossReactions = Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=4096)
def is_allergen(word: str) -> bool:
    """Whether the word is in the language; "Peanuts" and "penuts" are not, and nobody may guess."""
    try:
        _WORD.validate_python(word)
    except ValidationError:
        return False
    return True


def clashes(allergies: Iterable[str], recipe: Recipe | None, cross: CrossReactions) -> list[str]:
    """Why this recipe is not for somebody with these allergies, in words; empty: nothing speaks against it."""
    asked = sorted(allergies)
    if not asked:
        return []
    if recipe is None or recipe.contains is None or recipe.may_contain is None or recipe.ingredients is None:
        return ["what is in it is not known"]
    found = {_clash(allergy, recipe, cross) for allergy in asked}
    return sorted(reason for reason in found if reason)


def _clash(allergy: str, recipe: Recipe, cross: CrossReactions) -> str | None:
    contains, may, ingredients = recipe.contains or (), recipe.may_contain or (), recipe.ingredients or ()
    for verb, words in (("contains", contains), ("may contain", may)):
        if met := next((word for word in sorted(words) if _meets(allergy, word)), None):
            return f"{verb} {_plain(met)}"
    inside = [*ingredients, *map(_plain, (*contains, *may))]
    classes = {word.partition(":")[0] for word in (*contains, *may)} - {"other"}
    for food in _foods(allergy, cross):
        near = {one for one in inside if _is_in(food, one, loosely=allergy.startswith("other:"))}
        if met := min(near | {one for one in classes if _is_in(food, one, loosely=False)}, default=None):
            reacts = "" if food == _plain(allergy) else f", which {_plain(allergy)} reacts with"
            return f"contains {met}{reacts}"
    return None


def _meets(allergy: str, word: str) -> bool:
    (base, _, species), (other, _, kind) = allergy.partition(":"), word.partition(":")
    if base != other:
        return False
    one, two = set(_stems(species)), set(_stems(kind))
    return not species or not kind or one <= two or two <= one


def _foods(allergy: str, cross: CrossReactions) -> list[str]:
    """What to look for among ingredients: the thing itself, and what it reacts with."""
    name = _plain(allergy)
    related = [food for source, foods in sorted(cross.items()) if set(_stems(source)) <= set(_stems(name)) for food in foods]
    return [name, *related]


def _is_in(food: str, ingredient: str, loosely: bool) -> bool:
    """Whole words, whatever their number; `loosely`: also as a part of a word, in either direction."""
    wanted, there = _stems(food), _stems(ingredient)
    if set(wanted) <= set(there):
        return True
    one, two = "".join(wanted), "".join(there)
    return loosely and bool(one and two) and (one in two or two in one)


@lru_cache(maxsize=4096)
def _stems(text: str) -> tuple[str, ...]:
    """Accents put together or apart, wide or narrow letters: the same word (Unicode's NFKC)."""
    return tuple(_singular(word) for word in re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("oes"):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _plain(word: str) -> str:
    """hazelnut, of nuts:hazelnut; kiwi, of other:kiwi"""
    return word.partition(":")[2] or word


def in_words(allergies: Iterable[str]) -> list[str]:
    return [_plain(word).strip() for word in sorted(allergies)]
