"""A cell is one promise of one stay as its keeper last told it, or the keeper's silence. Columns are found, not listed here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from services.ops.rules.plain_words import at_least
from services.ops.rules.silence import silent_since
from shared.language.facts import Json
from shared.language.promises import KEEPERS, State
from shared.language.words import instant

STATES = frozenset(get_args(State))
SEVERITY = ("broken", "at-risk", "silent", "planned", "confirmed", "kept", "not-needed")


@dataclass(frozen=True, slots=True)
class Said:
    """A keeper's last word of a promise, and when it was told."""

    promise: str
    keeper: str
    state: str
    reason: str
    next_at: datetime | None
    told: datetime


@dataclass(frozen=True, slots=True)
class Cell:
    """`state` is the keeper's, or `silent`, and then `said` is what it was before; `since`: when it was told, or silence began."""

    promise: str
    keeper: str
    state: str
    reason: str
    next_at: datetime | None = None
    since: datetime | None = None
    said: str | None = None

    def as_json(self) -> Json:
        return {"promise": self.promise, "keeper": self.keeper, "state": self.state, "reason": self.reason,
                "next_at": iso(self.next_at), "since": iso(self.since), "said": self.said}


def said(record: Json, told: datetime) -> Said | None:
    """None for a record that is no promise: the topic is open to everybody."""
    name, state = record.get("promise"), record.get("state")
    if not isinstance(name, str) or not name or not isinstance(state, str) or state not in STATES:
        return None
    keeper = record.get("keeper")
    return Said(name, keeper if isinstance(keeper, str) and keeper else KEEPERS.get(name, "nobody"), state,
                str(record.get("reason") or ""), instant(record.get("next_at")), told)


def columns(words: Iterable[str]) -> tuple[str, ...]:
    """What every stay is promised, then whatever else a keeper speaks of."""
    return (*KEEPERS, *sorted(set(words) - set(KEEPERS)))


def cells(words: Mapping[str, Said], known: datetime | None, now: datetime) -> tuple[Cell, ...]:
    """In the order of `columns`; a promise that is no one's duty is there only where somebody has spoken of it."""
    return tuple(_cell(promise, words.get(promise), known, now) for promise in columns(words))


def _cell(promise: str, word: Said | None, known: datetime | None, now: datetime) -> Cell:
    keeper = word.keeper if word else KEEPERS[promise]
    since = silent_since(known, word.told if word else None, word.next_at if word else None, now)
    if since is None and word:
        return Cell(promise, keeper, word.state, word.reason, word.next_at, word.told)
    if since is None:
        return Cell(promise, keeper, "planned", f"waiting for the first word of {keeper}", since=known)
    nothing = f"{keeper} has said nothing for {at_least(now - since)}"
    before = f"; before that {word.state}: {word.reason}" if word else ""
    return Cell(promise, keeper, "silent", nothing + before, since=since, said=word.state if word else None)


def worst(row: Iterable[Cell]) -> str:
    found = {cell.state for cell in row}
    return next((state for state in SEVERITY if state in found), "not-needed")


def iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
