"""The closed lists, and the shapes of instants, days, tags and allergens."""

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.language.facts.base import canonical
from shared.language.words import EU_14, Allergen, Day, Instant, Language, instant
from tests.language.telling import at


def reads(kind: Any, word: Any) -> Any:
    try:
        return TypeAdapter(kind).validate_python(word)
    except ValidationError as error:
        return error.errors()[0]["msg"]


def test_an_instant_has_an_offset_and_a_plausible_year():
    assert reads(Instant, "2026-11-23T15:20:00Z") == at("23 16:20")
    assert [reads(Instant, word) for word in ("2026-11-23T16:20:00", "1899-11-23T16:20:00Z", "soon", 5)] == [
        "Value error, an instant needs its offset, like 2026-11-23T16:20:00+01:00",
        "Value error, an instant between the years 1900 and 2200",
        "Value error, an instant with its offset, like 2026-11-23T16:20:00+01:00",
        "Value error, an instant with its offset, like 2026-11-23T16:20:00+01:00"]
    assert [instant(word) for word in ("soon", None, True, {}, [])] == [None] * 5


def test_a_day_is_a_day_and_no_instant():
    assert reads(Day, "2026-11-23") == date(2026, 11, 23)
    assert [reads(Day, word) for word in ("2026-11-23T00:00:00Z", 20261123, at("23 16:20"))] == [
        "Value error, a day like 2026-11-23"] * 3
    assert reads(Day, "2201-01-01") == "Value error, a day between the years 1900 and 2200"


@pytest.mark.parametrize("word", [*EU_14, "nuts:hazelnut", "gluten:durum wheat", "other:kiwi"])
def test_an_allergen_of_the_list(word: str):
    assert reads(Allergen, word) == word


@pytest.mark.parametrize("word", ["kiwi", "Peanuts", "other:", "other: ", "nuts:", "milk:goat", "peanuts\n", ""])
def test_an_allergen_that_is_not_on_the_list(word: str):
    assert reads(Allergen, word).startswith("Value error, one of gluten, crustaceans")


def test_a_language_is_a_tag():
    assert [reads(Language, tag) for tag in ("en", "sr-Latn", "pt-BR")] == ["en", "sr-Latn", "pt-BR"]
    assert {reads(Language, tag) for tag in ("", "english", "*", "a" * 500)} == {
        "Value error, a BCP 47 language tag, like en, sr-Latn or pt-BR"}


def test_one_json_value_has_one_text():
    assert canonical({"b": 1, "a": ["ž", None]}) == canonical({"a": ["ž", None], "b": 1}) == '{"a":["\\u017e",null],"b":1}'
