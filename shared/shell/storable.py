"""What a database or a broker would refuse for ever is refused here, as its planner's mistake: it must never block the rest."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

LARGEST = 500_000  # characters as JSON; a broker takes records of a million bytes unless it is told otherwise
_INT64 = 2**63


def check_storable(value: Any) -> None:
    """Raises ValueError unless `value` is JSON that MongoDB gives back as it was, and that fits into one record."""
    if _size(value) > LARGEST:
        raise ValueError(f"more than {LARGEST} characters in one state")


def _size(value: Any) -> int:
    kind = type(value)  # nearly all is text, objects and lists of plain kinds; the match below is what decides
    if kind is str and value.isascii():
        return 2 + len(value)
    if kind is dict:
        size = 2
        for name, each in value.items():
            size += _name(name) + _size(each)
        return size
    match value:
        case str():
            return 2 + (len(value) if value.isascii() else 3 * len(value.encode("utf-16-le")))
        case None | bool() | float():
            return 8
        case int():
            if not -_INT64 <= value < _INT64:
                raise ValueError("an integer of more than 64 bits")
            return 8
        case Mapping():
            return 2 + sum(_name(name) + _size(each) for name, each in value.items())
        case list():
            return 2 + sum(_size(each) for each in value)
    raise ValueError(f"a {type(value).__name__} is not JSON")


@lru_cache(maxsize=4096)  # the same few hundred names in every state
def _name(name: Any) -> int:
    if not isinstance(name, str) or "\0" in name or name.startswith("$"):
        raise ValueError("a member that cannot be named so in MongoDB")
    return 2 + _size(name)
