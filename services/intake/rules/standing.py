"""Since when a word stands: from the first fact that said it so, however often it was said again since.

An app that sends all it knows with every fact must not make an old question look new: its ladder would never climb.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from shared.language.facts import Json
from shared.language.known import Path, in_order
from shared.language.stay import Stay

_SILENT = object()


def stand_since(stay: Stay, paths: Iterable[Path]) -> Mapping[Path, datetime]:
    """When the present word at each path (None where it was cleared) began to stand; without those never spoken of."""
    present = {path: stay.known.at(*path) for path in paths}
    since: dict[Path, datetime] = {}
    for fact, patch in in_order(stay.facts) if present else ():
        for path, word in present.items():
            said = _word(patch, path)
            if said is _SILENT:
                continue
            if _same(said, word):
                since.setdefault(path, fact.told_at)
            else:
                since.pop(path, None)
    return since


def place(known: Json, path: str) -> Path:
    """The place that a dotted path means; references have dots of their own."""
    for name, value in known.items():
        if path == name:
            return (name,)
        if path.startswith(f"{name}.") and isinstance(value, dict) and (rest := place(value, path[len(name) + 1:])):
            return (name, *rest)
    return ()


def _word(patch: Json, path: Path) -> Any:
    """What the patch says at `path`; a null or a plain word above it clears it."""
    found: Any = patch
    for name in path:
        if not isinstance(found, dict):
            return None
        if name not in found:
            return _SILENT
        found = found[name]
    return found


def _same(said: Any, word: Any) -> bool:
    return bool(said == word) or (isinstance(said, dict) and isinstance(word, dict))
