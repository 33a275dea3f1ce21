"""What is known of a subject depends on the set of its facts alone: each laid over the ones before it, as RFC 7386 has it.

The order is `(told_at, canonical JSON of the placed fact)`, so topics, redelivery and replay cannot matter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.language.allergies import gather
from shared.language.facts import Fact, Json, canonical, placed

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """Who said the present value of a field, and when."""

    told_at: datetime
    told_by: str | None
    topic: str


@dataclass(frozen=True, slots=True)
class Known:
    """`data` is the merged JSON; `said` has each leaf and each cleared field; `allergies` by person and allergen."""

    data: Json = field(default_factory=dict)
    said: Mapping[Path, Said] = field(default_factory=dict)
    allergies: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    topics: Mapping[str, datetime] = field(default_factory=dict)  # topic -> first told
    first_told: datetime | None = None

    def told(self, *path: str) -> datetime | None:
        """When the latest word at or below `path` was told."""
        times = [s.told_at for p, s in self.said.items() if p[: len(path)] == path]
        return max(times, default=None)

    def at(self, *path: str) -> Any:
        found: Any = self.data
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        return found


def in_order(facts: Iterable[Fact]) -> list[tuple[Fact, Json]]:
    told = [(fact, placed(fact)) for fact in facts]
    return sorted(told, key=lambda pair: (pair[0].told_at, canonical(pair[1])))


def merge(facts: Iterable[Fact]) -> Known:
    data: Json = {}
    said: dict[Path, Said] = {}
    topics: dict[str, datetime] = {}
    ordered = in_order(facts)
    for fact, patch in ordered:
        topics.setdefault(fact.topic, fact.told_at)
        _lay(data, patch, (), said, Said(fact.told_at, fact.told_by, fact.topic))
    allergies = gather((fact.told_at, patch) for fact, patch in ordered)
    _keep_allergies(data, allergies)
    return Known(data, said, allergies, topics, ordered[0][0].told_at if ordered else None)


def _lay(target: Json, patch: Json, path: Path, said: dict[Path, Said], by: Said) -> None:
    for name, value in patch.items():
        here = (*path, name)
        if isinstance(value, dict):
            if not isinstance(target.get(name), dict):
                said.pop(here, None)
                target[name] = {}
            _lay(target[name], value, here, said, by)
        else:
            if isinstance(target.get(name), dict):
                _forget(said, here)
            said[here] = by
            if value is None:
                target.pop(name, None)
            else:
                target[name] = value


def _forget(said: dict[Path, Said], path: Path) -> None:
    for old in [p for p in said if p[: len(path)] == path]:
        del said[old]


def _keep_allergies(data: Json, allergies: Mapping[str, Mapping[str, Json]]) -> None:
    """Puts every allergy back where a null, a silence or a sloppy word has taken it away."""
    for person, words in allergies.items():
        profile = _object(data, "profile")
        home = profile
        if person != "patient":
            companions = profile.get("companions")
            if not isinstance(companions, dict) or not isinstance(companions.get(person), dict):
                continue  # a companion who no longer comes; `Known.allergies` remembers, should he come after all
            home = companions[person]
        _object(home, "diet")["allergies"] = {name: dict(word) for name, word in words.items()}


def _object(parent: Json, name: str) -> Json:
    if not isinstance(parent.get(name), dict):
        parent[name] = {}
    found: Json = parent[name]
    return found
