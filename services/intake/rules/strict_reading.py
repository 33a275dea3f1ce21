"""HTTP reads strictly: a word that is not in its list and a field that nobody knows are both refused, by name.

Facts are read leniently (`shared.language.lenient`); a caller that waits for an answer can correct itself.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import ValidationError

from shared.language.facts.base import Says
from shared.language.reading import Letter, read_object

Model = TypeVar("Model", bound=Says)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A dotted JSON path ("" for the whole body), and what would be right."""

    field: str
    detail: str


def read_strictly(model: type[Model], data: Any, under: str = "") -> Model | tuple[Problem, ...]:
    """The model that `data` spells, or everything that is wrong with it, by field."""
    here = tuple(under.split(".")) if under else ()
    if not_json := not_tellable(data, under):
        return (not_json,)
    found = list(_strangers(model, data, here))
    try:
        read = model.model_validate(data)
    except ValidationError as error:
        found += (Problem(_dotted(*here, *fault["loc"]), _right(fault["msg"], fault["input"]))
                  for fault in error.errors(include_url=False) if fault["type"] != "extra_forbidden")  # told above
    else:
        if not found:
            return read
    return tuple(sorted(set(found)))


def not_tellable(data: Any, under: str = "") -> Problem | None:
    """What no reader of a fact would take: half a character, levels without end, more than a fact may hold."""
    try:
        found = read_object(json.dumps(data).encode()) if isinstance(data, dict) else None
    except (RecursionError, TypeError) as error:
        return Problem(under, f"plain JSON; not {type(error).__name__}")
    return Problem(under, found.detail) if isinstance(found, Letter) else None


def strange_fields(model: type[Says], data: dict[str, Any], under: str) -> tuple[Problem, ...]:
    """Fields that nobody knows, also where they are null."""
    return tuple(_strange_fields(model, data, tuple(under.split("."))))


def _dotted(*path: int | str) -> str:
    return ".".join(str(step) for step in path if step != "[key]")


def _right(message: str, said: Any) -> str:
    right = message.removeprefix("Value error, ").removeprefix("Input should be ").split(", unable to")[0]
    if right.startswith("a valid dictionary"):
        right = "a JSON object"
    return f"{right}; not {repr(said)[:80]}"


def _strangers(kind: Any, data: Any, here: tuple[str, ...]) -> Iterator[Problem]:
    """The fields of `data` that `kind` does not have, at any depth; pydantic ignores them."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        for choice in inner:
            yield from _strangers(choice, data, here)
    elif origin is Annotated:
        yield from _strangers(inner[0], data, here)
    elif origin is dict and isinstance(data, dict):
        for name, value in data.items():
            yield from _strangers(inner[1], value, (*here, name))
    elif origin is list and isinstance(data, list):
        for number, value in enumerate(data):
            yield from _strangers(inner[0], value, (*here, str(number)))
    elif isinstance(kind, type) and issubclass(kind, Says) and isinstance(data, dict):
        yield from _strange_fields(kind, data, here)


def _strange_fields(kind: type[Says], data: dict[str, Any], here: tuple[str, ...]) -> Iterator[Problem]:
    fields = {field.alias or name: field.annotation for name, field in kind.model_fields.items()}
    for name, value in data.items():
        if name in fields:
            yield from _strangers(fields[name], value, (*here, name))
            continue
        near = get_close_matches(name, fields, n=1)
        meant = f"did you mean {near[0]}?" if near else f"there is {', '.join(fields)}"
        yield Problem(_dotted(*here, name), f"no such field; {meant}")
