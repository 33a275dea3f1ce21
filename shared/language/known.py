"""What is known of a subject depends on the set of its facts alone: each laid over the ones before it, as RFC 7386 has it.

The order is `(told_at, canonical JSON of the placed fact)`, so topics, redelivery and replay cannot matter; where even these
tie, topic and teller decide who is named as the one who said it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from shared.language.allergies import gather
from shared.language.facts import Fact, Json, canonical, placed
from shared.language.facts.base import by_name

Path = tuple[str, ...]
_Tree = dict[str, Any]  # like the data, with a Said at each leaf and each cleared field


@dataclass(frozen=True, slots=True)
class Said:
    """Who said the present value of a field, and when."""

    told_at: datetime
    told_by: str | None
    topic: str


@dataclass(frozen=True, slots=True)
class Known:
    """`data` is the merged JSON, its members by name; `said` has each leaf and each cleared field; `allergies` by person and
    allergen; `pushed_aside`: words that stood where an allergy had to be put back, so that somebody can be asked."""

    data: Json = field(default_factory=dict)
    said: Mapping[Path, Said] = field(default_factory=dict)
    allergies: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    topics: Mapping[str, datetime] = field(default_factory=dict)  # topic -> first told
    first_told: datetime | None = None
    pushed_aside: tuple[tuple[Path, Any], ...] = ()

    def told(self, *path: str) -> datetime | None:
        """When the latest word at or below `path` was told."""
        if path in self.said:
            return self.said[path].told_at
        if not isinstance(self.at(*path), dict):
            return None
        return max((s.told_at for p, s in self.said.items() if p[: len(path)] == path), default=None)

    def at(self, *path: str) -> Any:
        found: Any = self.data
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        return found


def in_order(facts: Iterable[Fact]) -> list[tuple[Fact, Json]]:
    told = sorted(((fact, placed(fact)) for fact in facts), key=lambda pair: pair[0].told_at)
    if all(before.told_at < after.told_at for (before, _), (after, _) in pairwise(told)):
        return told  # mostly: what they say need not be spelled out where their times decide
    return sorted(told, key=lambda pair: (pair[0].told_at, canonical(pair[1]), pair[0].topic, pair[0].told_by or ""))


def merge(facts: Iterable[Fact]) -> Known:
    data: Json = {}
    said: _Tree = {}
    topics: dict[str, datetime] = {}
    ordered = in_order(facts)
    for fact, patch in ordered:
        topics.setdefault(fact.topic, fact.told_at)
        _lay(data, patch, said, Said(fact.told_at, fact.told_by, fact.topic))
    allergies = gather((fact.told_at, patch) for fact, patch in ordered)
    pushed_aside = tuple(_keep_allergies(data, allergies))
    first_told = ordered[0][0].told_at if ordered else None
    return Known(by_name(data), dict(_leaves(said)), allergies, topics, first_told, pushed_aside)


def _lay(target: Json, patch: Json, said: _Tree, by: Said) -> None:
    for name, value in patch.items():
        if isinstance(value, dict):
            if not isinstance(target.get(name), dict):
                target[name], said[name] = {}, {}
            _lay(target[name], value, said[name], by)
        else:
            said[name] = by
            if value is None:
                target.pop(name, None)
            else:
                target[name] = value


def _leaves(said: _Tree, path: Path = ()) -> Iterator[tuple[Path, Said]]:
    for name, found in said.items():
        if isinstance(found, Said):
            yield (*path, name), found
        else:
            yield from _leaves(found, (*path, name))


def _keep_allergies(data: Json, allergies: Mapping[str, Mapping[str, Json]]) -> Iterator[tuple[Path, Any]]:
    """Puts every allergy back where a null, a silence or a sloppy word has taken it away; yields the words pushed aside."""
    for person, words in allergies.items():
        path: Path = ("profile",)
        if person != "patient":
            companions = data["profile"].get("companions") if isinstance(data.get("profile"), dict) else None
            if not isinstance(companions, dict) or not isinstance(companions.get(person), dict):
                continue  # a companion who no longer comes; `Known.allergies` remembers, should he come after all
            path = ("profile", "companions", person)
        home = data
        for depth, name in enumerate((*path, "diet"), 1):
            if not isinstance(home.get(name), dict):
                if name in home:
                    yield (*path, "diet")[:depth], home[name]
                home[name] = {}
            home = home[name]
        home["allergies"] = {name: dict(word) for name, word in words.items()}
