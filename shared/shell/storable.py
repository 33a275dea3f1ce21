"""What a database or a broker would refuse for ever is refused here, as its planner's mistake: it must never block the rest."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson

LARGEST = 500_000  # characters as JSON; a broker takes records of a million bytes unless it is told otherwise
_INT64 = 2**63
_STRICTLY = orjson.OPT_STRICT_INTEGER | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def check_storable(value: Any) -> None:
    """Raises ValueError unless `value` is JSON that MongoDB gives back as it was, and that fits into one record."""
    if not _plainly(value) and _size(value) > LARGEST:
        raise ValueError(f"more than {LARGEST} characters in one state")


def _plainly(value: Any) -> bool:
    """Nearly all is small, and comes back from its JSON as it was; what is not plain yet is looked at closely."""
    try:
        text = orjson.dumps(value, option=_STRICTLY)
        return 3 * len(text) <= LARGEST and b'"$' not in text and b"\\u0000" not in text and bool(orjson.loads(text) == value)
    except (TypeError, ValueError):  # what is no JSON, or an integer of more than 53 bits
        return False


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
