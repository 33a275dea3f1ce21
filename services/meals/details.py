"""The details of meals' tasks: what must be right on a tray and whose it is; no name, no diagnosis.

A person is known by two identifiers, `patient_ref` and `wristband` (Joint Commission NPSG.01.01.01); a room is none.
"""

from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.language.facts import Json


class _Details(BaseModel):
    """`kind` is the task's own; the record of a task adds it, so it is left out of what is stored. Instants are ISO 8601."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def as_json(self) -> Json:
        return self.model_dump(mode="json", by_alias=True, exclude={"kind"})


class Recipe(BaseModel):
    """What is in a dish. `suits`: the styles of diet; a list that nobody can read is None, and then anything may be in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    suits: tuple[str, ...] = ()
    contains: tuple[str, ...] | None = None
    may_contain: tuple[str, ...] | None = None
    ingredients: tuple[str, ...] | None = None


class _ForSomebody(_Details):
    """`for`: the patient, or "companion C-1". The identifiers are the patient's; a companion wears no wristband."""

    for_: str = Field(alias="for")
    patient_ref: str | None
    wristband: str | None


class Tray(_ForSomebody):
    """One tray. `dish` and `recipe` are null while it is held; `allergens`: all that must not be in it; `food` and `drinks`:
    IDDSI; `late`: served after its meal has begun; `identify`: what of the identifiers is missing."""

    kind: Literal["tray"] = "tray"
    period: str
    serving_at: str
    late: bool
    dish: str | None
    recipe: Recipe | None
    styles: list[str]
    food: str
    drinks: str
    allergens: list[str]
    dislikes: list[str]
    identify: str | None


@lru_cache(maxsize=4096)  # nobody changes what is in a task
def recipe_json(recipe: Recipe) -> Json:
    return recipe.model_dump(mode="json")


class Bedside(_ForSomebody):
    """A tray that must not be eaten, or was: `reasons` say what is wrong with it, `slot` and `dish` which it is."""

    what: str
    slot: str
    dish: str | None
    reasons: list[str]


class Question(_Details):
    """What has to be found out about one person: `asks`, in words."""

    what: str
    for_: str = Field(alias="for")
    asks: list[str]


class FastQuestion(_Details):
    """What has to be settled about one fast, or about several that run together."""

    what: str
    procedures: list[str]
    solids_from: str | None
    clear_fluids_from: str | None
    starts_at: str | None


class NoDish(_Details):
    """Meals of one day for which the house has no dish that is safe for this person: the needs, in words."""

    what: str
    for_: str = Field(alias="for")
    meals: list[str]
