"""What a database or a broker would refuse for ever is refused here, as its planner's mistake: it must never block the rest."""

from typing import Any

import orjson

LARGEST = 500_000  # bytes of JSON; a broker takes records of a million bytes unless it is told otherwise
_AS_TOLD = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def text_of(value: Any) -> str:
    """The JSON of `value`; raises ValueError unless it gives `value` back as it was, and fits into one record."""
    try:
        text = orjson.dumps(value, option=_AS_TOLD)
    except TypeError as error:
        raise ValueError(f"what is not JSON: {error}") from error
    if len(text) > LARGEST:
        raise ValueError(f"more than {LARGEST} bytes in one state")
    if orjson.loads(text) != value:
        raise ValueError("what JSON gives back otherwise than it was")
    return text.decode()
