"""The timeline shows the fields listed here and names of no others: a word that nobody has thought about is not shown.

Not shown, though the language knows them: `care` (nursing's alone), `wristband` (the second identifier at the bedside).
What a foreign program adds may be a name or a diagnosis.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.language.facts import Json
from shared.language.facts.base import ENVELOPE

Path = tuple[str, ...]
LONGEST = 100  # characters of a name
_JOURNEY = ("mode", "flight", "on", "place", "at", "assistance", "transfer", "may_share")
_DIET = ("style", "food", "drinks", "allergies_asked", "dislikes", "allergies.*.severity",
         "allergies.*.status", "allergies.*.by")


def _under(place: str, *fields: str) -> Path:
    return tuple(f"{place}.{field}" for field in fields)


SHOWN: Mapping[str, Path] = {
    "site": (), "withdrawn": (), "reason": (),
    "profile": (
        "patient_ref", "visit", "arrives_on", "leaves_on", "mobility", "room_needs", "languages", "interpreter",
        *_under("arrival", *_JOURNEY), *_under("departure", *_JOURNEY), *_under("own_chair", "powered", "kg", "battery"),
        *_under("diet", *_DIET), *_under("companions.*", "role", "bed", "from", "until", *_under("diet", *_DIET)),
        *_under("party", "ref", "share_room")),
    "admitted_at": (), "discharged_at": (), "onward": _JOURNEY, "home_care_weeks": (), "check_up_after_months": (),
    "person": (), "left_at": (), "back_at": (),
    "procedure_id": (), "kind": (), "starts_at": (), "minutes": (), "interpreter": (), "sedation": (),
    "fasting": ("solids_from", "clear_fluids_from"), "done_at": (), "diet_after": ("style", "until"), "rest_until": (),
    "observe_every_minutes": (), "observe_until": (), "mobility_after": (),
    "placements": ("*.room", "*.from", "*.to"), "why": (), "expected_at": (), "status": (), "cause": (),
}
PATHS = frozenset(f"{top}.{field}" if field else top for top, fields in SHOWN.items() for field in (fields or ("",)))
_TREE: dict[str, Any] = {}
for _path in PATHS:
    _here = _TREE
    for _step in _path.split("."):
        _here = _here.setdefault(_step, {})


def shown(value: Json) -> tuple[list[tuple[str, Any]], list[str]]:
    """(path in words, what was said) of what may be shown, and the names of what was said beside it."""
    told = {field: word for field, word in value.items() if field not in ENVELOPE}
    found = list(_walk(told, _TREE, ()))
    unsaid = dict.fromkeys(_words(path) for path, _, may in found if not may)
    return [(_words(path), word) for path, word, may in found if may], list(unsaid)


def _walk(told: Mapping[str, Any], tree: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, Any, bool]]:
    """(path, word, may it be shown); below what is not listed nothing is looked at."""
    for field, word in told.items():
        here, below = (*path, field), tree.get(field, tree.get("*"))
        if isinstance(word, list) and below and "*" in below:  # placements: each by its number
            word = {str(number): each for number, each in enumerate(word, 1)}
        if below and isinstance(word, dict):
            yield from _walk(word, below, here)
        else:
            yield here, word, below is not None and _is_word(word, below)


def _is_word(word: Any, below: Mapping[str, Any]) -> bool:
    """A null takes away whatever was there; else the listed fields alone have words, and nothing has JSON in it."""
    each = word if isinstance(word, list) else [word]
    return word is None or (not below and not any(isinstance(one, dict | list) for one in each))


def _words(path: Path) -> str:
    """arrival flight; diet allergies peanuts severity"""
    return " ".join(step.replace("_", " ") for step in path if step != "profile")[:LONGEST] or "profile"
