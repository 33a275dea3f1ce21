"""What is known of a stay depends on the set of its facts alone, however they were cut, doubled, ordered and batched."""

import json
import re
from collections.abc import Iterable
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import given

from shared.language.facts import Fact, Json
from shared.language.facts.intake import Diet, Profile
from shared.language.known import Known, in_order, merge
from shared.language.stay import Stay, view
from tests.property.sayings import STAY
from tests.property.strategies import NOON, Record, batched, doubled, heard, randoms, shuffled, split, thoroughly, told

PEOPLE = ("patient", "C-1", "C/1", "C.1")


def known(k: Known) -> tuple[Any, ...]:
    """All of it; as text where the order of members could be seen downstream."""
    said = {path: (s.told_at, s.told_by, s.topic) for path, s in k.said.items()}
    return json.dumps([k.data, k.allergies, k.pushed_aside]), said, k.topics, k.first_told


def seen(facts: Iterable[Fact]) -> tuple[Any, ...]:
    """Everything that a service can see of a stay."""
    stay: Stay = view(STAY, facts)
    return (stay.phase, stay.site, stay.booking_withdrawn, stay.admission_withdrawn, stay.admitted_at, stay.discharged_at,
            stay.booked_at, stay.first_told, repr(stay.procedures), [stay.fasting_was_moved(p) for p in ("PR-1", "PR.2")],
            repr(stay.words), stay.unreadable, stay.arrival, stay.departure, stay.flights(),
            [stay.left_for_good(person) for person in PEOPLE], known(stay.known))


@thoroughly
@given(told(), randoms)
def test_the_order_in_which_facts_are_heard_is_not_known(records: list[Record], random: Random):
    assert seen(heard(shuffled(records, random))) == seen(heard(records))


@thoroughly
@given(told(), randoms)
def test_a_fact_delivered_twice_is_one_fact_with_its_earliest_time(records: list[Record], random: Random):
    assert seen(heard(doubled(records, random))) == seen(heard(records))


def test_a_retry_without_a_time_cannot_rewind_a_correction():
    moments = (NOON, NOON + timedelta(minutes=5), NOON + timedelta(minutes=10))
    records = [Record("stay-booked", {"stay_id": STAY, "profile": {"mobility": word}}, moment)
               for word, moment in zip(("walking", "stretcher", "walking"), moments, strict=True)]
    assert view(STAY, heard(records)).profile == Profile(mobility="stretcher")


@thoroughly
@given(told(), randoms)
def test_batches_that_overlap_are_one_set(records: list[Record], random: Random):
    assert seen(batched(records, random)) == seen(heard(records))


@thoroughly
@given(told(), randoms)
def test_a_fact_told_in_pieces_is_the_same_fact(records: list[Record], random: Random):
    """Where no other fact shares its moment: within one moment the words themselves decide, and pieces are other words."""
    assert seen(split(heard(records), random)) == seen(heard(records))


def _patched(target: Any, patch: Any) -> Any:
    """RFC 7386, section 2, word for word."""
    if not isinstance(patch, dict):
        return patch
    target = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            target.pop(name, None)
        else:
            target[name] = _patched(target.get(name), value)
    return target


def _mentions_allergies(record: Record) -> bool:
    return "allergies" in json.dumps(record.says)


@thoroughly
@given(told())
def test_what_is_known_is_a_merge_patch_after_the_other(records: list[Record]):
    facts = heard(record for record in records if not _mentions_allergies(record))
    patched: Json = {}
    for _, patch in in_order(facts):
        patched = _patched(patched, patch)
    assert merge(facts).data == patched


@thoroughly
@given(told())
def test_a_word_is_said_exactly_where_something_is_known_or_cleared(records: list[Record]):
    facts = heard(record for record in records if not _mentions_allergies(record))
    k = merge(facts)
    cleared = {path for path in k.said if k.at(*path) is None}
    assert set(k.said) - cleared == set(_words(k.data))
    assert all(k.told(*path) == s.told_at for path, s in k.said.items())


def _words(value: Any, path: tuple[str, ...] = ()) -> Iterable[tuple[str, ...]]:
    if not isinstance(value, dict):
        yield path
    else:
        for name, inner in value.items():
            yield from _words(inner, (*path, name))


def _refutes(record: Record) -> bool:
    return '"refuted"' in json.dumps(record.says)


def _named(record: Record) -> bool:
    return re.search(r'"by": "\S', json.dumps(record.says)) is not None


def _active(k: Known) -> set[tuple[str, str]]:
    return {(who, what) for who, words in k.allergies.items() for what, word in words.items() if word["status"] == "active"}


@thoroughly
@given(told(5), told(5))
def test_an_allergy_told_active_stays_active_while_nobody_refutes(before: list[Record], later: list[Record]):
    """A clinician's name told after an unnamed refutation completes it; so a name is kept out where one waits for it."""
    waits = any(map(_refutes, before))
    kind = [record for record in later if not _refutes(record) and not (waits and _named(record))]
    assert _active(merge(heard(before))) <= _active(merge(heard(before + kind)))


@thoroughly
@given(told(5), told(5))
def test_nobody_but_a_named_clinician_refutes(before: list[Record], later: list[Record]):
    records = [record for record in before + later if not _named(record)]
    words = [word for people in merge(heard(records)).allergies.values() for word in people.values()]
    assert [word["status"] for word in words] == ["active"] * len(words)


@thoroughly
@given(told())
def test_every_allergy_is_seen_or_asked_about(records: list[Record]):
    """By whoever reads the typed view: with its status, or as a word that nobody can read."""
    stay = view(STAY, heard(records))
    asked = {word.path for word in stay.unreadable}
    companions = (stay.profile.companions or {}).items()
    diets = {ref: (f"profile.companions.{ref}.diet", companion.diet) for ref, companion in companions}
    diets["patient"] = "profile.diet", stay.profile.diet
    for person, words in stay.known.allergies.items():
        path, diet = diets.get(person, ("", Diet()))
        for allergen, word in words.items() if person in diets else ():
            seen_as = (diet.allergies or {}).get(allergen) if diet else None
            assert f"{path}.allergies.{allergen}" in asked or (seen_as and seen_as.status == word["status"])
