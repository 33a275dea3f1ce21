"""Words: the closed lists and the shapes of instants, days and tags. A word that is not here is unknown, never guessed."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

import langcodes
from pydantic import AfterValidator, BeforeValidator

Visit = Literal["treatment", "harvest", "check-up"]
Mode = Literal["flight", "train", "car", "own", "ambulance"]
Mobility = Literal["walking", "wheelchair-transfer", "wheelchair-seated", "stretcher"]
Food = Literal["3", "4", "5", "6", "7", "7-easy"]  # IDDSI foods 3 to 7; 7-easy is its "easy to chew" sub-level
Drinks = Literal["0", "1", "2", "3", "4"]  # IDDSI drinks 0 to 4
Style = Literal["regular", "light", "vegetarian", "vegan", "halal", "kosher", "pescatarian", "diabetic"]
Assistance = Literal["WCHR", "WCHS", "WCHC", "WCMP", "WCBD", "WCBW", "WCLB", "STCR", "MEDA", "BLND", "DEAF",
                     "DPNA", "MAAS", "OXYG", "NONE"]  # IATA passenger assistance codes (special service requests)
FlightState = Literal["scheduled", "delayed", "departed", "landed", "diverted", "cancelled", "unknown"]
Severity = Literal["mild", "moderate", "severe", "anaphylaxis"]

# The 14 allergens of Regulation (EU) 1169/2011, Annex II. It is a labelling list, hence `other:<name>`.
EU_14 = ("gluten", "crustaceans", "eggs", "fish", "peanuts", "soy", "milk", "nuts", "celery", "mustard",
         "sesame", "sulphites", "lupin", "molluscs")
_ALLERGEN = re.compile(rf"(?:{'|'.join(EU_14)}|(?:gluten|nuts):[a-z][a-z -]*|other:\S.*)")


def _instant(value: Any) -> datetime:
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("an instant with its offset, like 2026-11-23T16:20:00+01:00") from None
    if at.tzinfo is None:
        raise ValueError("an instant needs its offset, like 2026-11-23T16:20:00+01:00")
    if not 1900 <= at.year <= 2200:
        raise ValueError("an instant between the years 1900 and 2200")
    return at


def _day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("a day like 2026-11-23") from None
    if not 1900 <= day.year <= 2200:
        raise ValueError("a day between the years 1900 and 2200")
    return day


def _tag(value: str) -> str:
    if not langcodes.tag_is_valid(value):
        raise ValueError("a BCP 47 language tag, like en, sr-Latn or pt-BR")
    return value


def _allergen(value: str) -> str:
    if not _ALLERGEN.fullmatch(value):
        raise ValueError(f"one of {', '.join(EU_14)}, a species like nuts:hazelnut, or other:<name>")
    return value


Instant = Annotated[datetime, BeforeValidator(_instant)]
Day = Annotated[date, BeforeValidator(_day)]
Language = Annotated[str, AfterValidator(_tag)]
Allergen = Annotated[str, AfterValidator(_allergen)]


def instant(value: Any) -> datetime | None:
    """The instant that `value` spells, or None where it spells none."""
    try:
        return _instant(value)
    except ValueError:
        return None


def says_it_is_a_subject(value: Any) -> bool:
    """True for an id: 1 to 128 printable characters without a space."""
    return isinstance(value, str) and 0 < len(value) <= 128 and value.isprintable() and " " not in value
