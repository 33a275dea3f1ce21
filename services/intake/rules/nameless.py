"""A patient's name is in no fact: words that hold it are refused. Only the whole name: a surname may be the doctor's."""

import re
from collections.abc import Iterator
from typing import Any

from services.intake.rules.strict_reading import Problem

WITHOUT = "what is told here is read by everybody in the house: say it without the patient's name"


def naming(says: Any, name: str, here: str = "") -> Iterator[Problem]:
    """Every place in the JSON `says` that holds `name`, as whole words, whatever its case and its spaces."""
    words = name.casefold().split()
    if len(words) > 1:
        whole = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)")
        yield from _naming(says, whole, here)


def _naming(says: Any, whole: re.Pattern[str], here: str) -> Iterator[Problem]:
    if isinstance(says, str) and whole.search(says.casefold()):
        yield Problem(here, WITHOUT)
    elif isinstance(says, list):
        for number, value in enumerate(says):
            yield from _naming(value, whole, f"{here}.{number}")
    elif isinstance(says, dict):
        for member, value in says.items():
            if whole.search(member.casefold()):
                yield Problem(here or "body", WITHOUT)
            yield from _naming(value, whole, f"{here}.{member}" if here else member)
