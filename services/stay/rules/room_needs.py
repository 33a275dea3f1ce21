"""What a room must have for a stay: hard features and beds. A room that lacks one of them is no room for this patient."""

import re
from datetime import date

from shared.language.facts.intake import Companion, Profile
from shared.language.stay import Stay

# The way a patient moves asks this of the door and the way to the bed (a wide door: 900 mm clear, as DIN 18040-2 asks
# where a wheelchair is used without limits).
OF_MOBILITY: dict[str | None, tuple[str, ...]] = {
    "walking": (),
    "wheelchair-transfer": ("step-free",),
    "wheelchair-seated": ("step-free", "wide-door"),
    "stretcher": ("step-free", "stretcher-access"),
}
# Above C5, whose key muscles bend the elbow (ISNCSCI), the arms move nothing: a call button cannot be pressed.
_NO_ARMS = re.compile(r"C[1-4]\b", re.IGNORECASE)

WORDS = {
    "step-free": "step-free access", "wide-door": "a wide door", "stretcher-access": "stretcher access",
    "roll-in-shower": "a roll-in shower", "ceiling-hoist": "a ceiling hoist", "mobile-hoist": "a mobile hoist",
    "pressure-relief-bed": "a pressure-relief bed", "bariatric-bed": "a bariatric bed",
    "companion-bed": "a companion's bed", "near-lift": "a place near the lift", "oxygen": "oxygen",
    "isolation": "isolation", "sip-puff-call": "a sip-and-puff call",
}


def needs(profile: Profile) -> list[str]:
    """The hard features, sorted: those asked for, and those that follow from how the patient moves in daily life (the hours
    after a procedure do not count). A risk of dysreflexia asks for nurses, not for a room."""
    asked = {*(profile.room_needs or ()), *OF_MOBILITY.get(profile.mobility, ())}
    level = profile.care.level if profile.care else None
    if level and _NO_ARMS.match(level.strip()) and profile.mobility in ("wheelchair-seated", "stretcher"):
        asked.add("sip-puff-call")
    return sorted(asked)


def beds(stay: Stay, first: date, last: date) -> int:
    """The patient, and as many companions with a bed as are there in any one night of [first, last)."""
    nights = [there for ref, companion in (stay.profile.companions or {}).items()
              if companion.bed and not stay.left_for_good(ref) and (there := _nights(companion, first, last))]
    return 1 + max((sum(came <= night < goes for came, goes in nights) for night, _ in nights), default=0)


def _nights(companion: Companion, first: date, last: date) -> tuple[date, date] | None:
    came, goes = max(companion.from_ or first, first), min(companion.until or last, last)
    return (came, goes) if came < goes else None


def in_words(feature: str) -> str:
    return WORDS.get(feature, feature.replace("-", " "))


def short(feature: str) -> str:
    return in_words(feature).removeprefix("a ")


def listed(words: list[str]) -> str:
    """a, b and c"""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
