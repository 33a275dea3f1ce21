"""A word that is not in its list makes that one field unknown; the rest of the fact counts."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from shared.language.facts.base import Says

Model = TypeVar("Model", bound=Says)
Path = tuple[str, ...]


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
    found: dict[Path, Unreadable] = {}
    while True:
        try:
            return model.model_validate(left), tuple(found[path] for path in sorted(found))
        except ValidationError as error:
            faults: dict[Path, Unreadable] = {}
            for fault in error.errors(include_url=False):
                path = _field(left, fault["loc"])
                name = ".".join((under, *path) if under else path)
                right = fault["msg"].removeprefix("Value error, ")
                faults.setdefault(path, Unreadable(name, repr(fault["input"])[:80], right))
            for path in [path for path in faults if any(path[:n] in faults for n in range(len(path)))]:
                del faults[path]  # what holds it is unknown as a whole
            for path in faults:
                _cut(left, path)
            found |= faults


def _field(data: Any, loc: tuple[int | str, ...]) -> Path:
    """The innermost field that `loc` is in: of a list the whole of it, of a bad name in a map the member of that name."""
    path: list[str] = []
    for step in loc:
        if not isinstance(data, dict) or (step == "[key]" and step not in data):
            break
        data = data[step]
        path.append(str(step))
    return tuple(path)


def _cut(data: dict[str, Any], path: Path) -> None:
    for step in path[:-1]:
        data = data[step]
    del data[path[-1]]
