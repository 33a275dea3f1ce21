"""A word that is not in its list makes that one field unknown; the rest of the fact counts."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from shared.language.facts.base import Says

Model = TypeVar("Model", bound=Says)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A field that nobody can read: where, what was said, and what would be right."""

    path: str
    said: str
    right: str


def read(model: type[Model], data: Mapping[str, Any], under: str = "") -> tuple[Model, tuple[Unreadable, ...]]:
    """The model with every unreadable field left out, and those fields; a bad element makes its whole list unknown."""
    try:
        return model.model_validate(data), ()
    except ValidationError:
        left = deepcopy(dict(data))
    found: dict[tuple[str, ...], Unreadable] = {}
    while True:
        try:
            return model.model_validate(left), tuple(found[path] for path in sorted(found))
        except ValidationError as error:
            before = len(found)
            for fault in error.errors(include_url=False):
                if path := _cut(left, fault["loc"]):
                    name = ".".join((under, *path) if under else path)
                    right = fault["msg"].removeprefix("Value error, ")
                    found[path] = Unreadable(name, repr(fault["input"])[:80], right)
            if len(found) == before:
                raise  # a model that asks for a field, which no Says does: there is nothing to leave out


def _cut(data: dict[str, Any], loc: tuple[int | str, ...]) -> tuple[str, ...]:
    """Cuts the field that the fault is in, and says which: () where another fault has taken it out before."""
    path: list[str] = []
    home, here = data, data
    for step in loc:
        if not isinstance(here, dict):
            break  # within a list, which is unknown as a whole
        if step == "[key]" and step not in here:
            break  # the fault is the name of the member itself
        if step not in here:
            return ()
        home, here = here, here[step]
        path.append(str(step))
    del home[path[-1]]
    return tuple(path)
