"""The timeline of a stay: who said what, when it was so, and how late it was told; made of the facts and of nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from services.ops.rules.cells import iso
from services.ops.rules.plain_words import day, moment
from services.ops.rules.shown_fields import shown
from shared.language.facts import FACTS, Fact, Json, parsed
from shared.language.known import in_order
from shared.language.stay import Stay
from shared.language.words import instant

LONGEST = 300  # characters of one word
TELLERS: Mapping[str, str] = {topic: kind.teller for topic, kind in FACTS.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """`told_at`: since when it holds; `heard_at`: when the record was made; `late_seconds` lie between them, None where nobody
    knows; `unsaid`: names of fields that were told and are not shown."""

    topic: str
    told_by: str
    told_at: datetime
    heard_at: datetime | None
    late_seconds: int | None
    says: tuple[tuple[str, str], ...]
    unsaid: tuple[str, ...]

    @property
    def late(self) -> timedelta | None:
        """Where the teller was late by a minute or more."""
        return timedelta(seconds=self.late_seconds) if self.late_seconds and self.late_seconds >= 60 else None

    def as_json(self) -> Json:
        return {"topic": self.topic, "told_by": self.told_by, "told_at": iso(self.told_at), "heard_at": iso(self.heard_at),
                "late_seconds": self.late_seconds, "says": [{"field": f, "value": v} for f, v in self.says],
                "not_shown": list(self.unsaid)}


def timeline(stay: Stay, zone: tzinfo) -> list[Entry]:
    """In the order in which the words were told, which is the order in which they count."""
    return [_entry(fact, zone) for fact, _ in in_order(stay.facts)]


def _entry(fact: Fact, zone: tzinfo) -> Entry:
    says, unsaid = shown(parsed(fact.value))
    late = max(0, round((fact.stamped - fact.told_at).total_seconds())) if fact.stamped else None
    return Entry(fact.topic, fact.told_by or TELLERS[fact.topic], fact.told_at, fact.stamped, late,
                 tuple((field, in_words(word, zone)) for field, word in says), tuple(unsaid))


def in_words(word: Any, zone: tzinfo) -> str:
    if word is None:
        return "taken away"
    if isinstance(word, bool):
        return "yes" if word else "no"
    if isinstance(word, list):
        return ", ".join(in_words(each, zone) for each in word)[:LONGEST] or "none"
    if isinstance(word, str):
        return _when(word, zone) or word[:LONGEST]
    return str(word)[:LONGEST]


def _when(word: str, zone: tzinfo) -> str | None:
    if len(word) == len("2026-11-23") and word[4:5] == word[7:8] == "-":
        try:
            return day(date.fromisoformat(word))
        except ValueError:
            return None
    at = instant(word) if "T" in word else None
    return moment(at, zone) if at else None
