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
    found: dict[str, Unreadable] = {}
    while True:
        try:
            return model.model_validate(left), tuple(found[path] for path in sorted(found))
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                path = _field(fault["loc"])
                name = ".".join((under, *path) if under else path)
                right = fault["msg"].removeprefix("Value error, ")
                found.setdefault(name, Unreadable(name, repr(fault["input"])[:80], right))
                _cut(left, path)


def _field(loc: tuple[int | str, ...]) -> tuple[str, ...]:
    path: list[str] = []
    for step in loc:
        if isinstance(step, int) or step == "[key]":
            break
        path.append(step)
    return tuple(path)


def _cut(data: dict[str, Any], path: tuple[str, ...]) -> None:
    for step in path[:-1]:
        data = data[step]
    data.pop(path[-1], None)
