"""An allergy is never lost by silence or by null, at whatever level: only `refuted` with the clinician in `by` ends it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.language.facts.base import Json, by_name, canonical


@dataclass(slots=True)
class _Word:
    """`told`: what was said at each moment, in how many pieces ever."""

    said: Json = field(default_factory=dict)
    told: dict[datetime, Json] = field(default_factory=dict)

    def lay(self, at: datetime, word: Any) -> None:
        if not isinstance(word, dict):
            word = {"said_as": word}
        _add(self.said, word)
        self.told.setdefault(at, {}).update((name, value) for name, value in word.items() if value is not None)

    def as_known(self) -> Json:
        """`refuted` counts only with a `by` told with it, or after it and of nothing else: who tells how severe an allergy is
        does not sign that there is none."""
        known = self.said
        by, signed = known.get("by"), False
        for words in self.told.values():
            signs = "by" in words and (words.keys() == {"by"} or words.get("status") == "refuted")
            signed = signs or (signed and "status" not in words)
        named = isinstance(by, str) and bool(by.strip())
        status = "refuted" if known.get("status") == "refuted" and signed and named else "active"
        return dict(by_name({**known, "status": status}))


def _add(said: Json, word: Json) -> None:
    """A merge patch in which null takes nothing away."""
    for name, value in word.items():
        if isinstance(value, dict):
            if not isinstance(said.get(name), dict):
                said[name] = {}
            _add(said[name], value)
        elif value is not None:
            said[name] = value


def _diets(placed: Json) -> Iterator[tuple[str, Any]]:
    """(person, what is said of that person's diet)"""
    profile = placed.get("profile")
    if not isinstance(profile, dict):
        return
    yield "patient", profile.get("diet")
    companions = profile.get("companions")
    if isinstance(companions, dict):
        for ref, companion in companions.items():
            if isinstance(companion, dict):
                yield ref, companion.get("diet")


def _named(diet: Any) -> Iterator[tuple[str, Any]]:
    """A list or a bare word says which, if nothing else; what is no word is kept under its own JSON, to be asked about."""
    words = diet.get("allergies") if isinstance(diet, dict) else None
    if isinstance(words, dict):
        yield from words.items()
    elif words:
        for word in words if isinstance(words, list) else [words]:
            if word:
                yield word if isinstance(word, str) else canonical(word), {}


def gather(patches: Iterable[tuple[datetime, Json]]) -> dict[str, dict[str, Json]]:
    """person -> allergen -> {severity, status: active | refuted, by, …}, from patches in the order of merging."""
    people: dict[str, dict[str, _Word]] = {}
    for at, placed in patches:
        for person, diet in _diets(placed):
            for allergen, word in _named(diet):
                if word is not None:
                    people.setdefault(person, {}).setdefault(allergen, _Word()).lay(at, word)
    return {person: {allergen: word.as_known() for allergen, word in sorted(words.items())}
            for person, words in sorted(people.items())}
