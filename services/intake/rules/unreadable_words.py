"""A word that nobody can read is asked for once, at its own place; nobody else asks for that place meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.intake.rules.standing import place, stand_since
from shared.language.lenient import Unreadable
from shared.language.stay import Stay

_OBJECT = "Input should be a valid dictionary"
_DIAGNOSIS = "profile.care."
_AFTER_LEAVING = ("discharge.", "left.")  # home care, the check-up, and whether the patient is gone for good


@dataclass(frozen=True, slots=True)
class Unread:
    """A place to ask for; `said` None where it may hold a name or a diagnosis."""

    path: str
    said: str | None
    right: str
    since: datetime


def to_ask(stay: Stay, first_told: datetime) -> Iterator[Unread]:
    """A word whose beginning is not on record (an allergy put back, say) counts from when the stay was first told."""
    places = {word.path: place(stay.known.data, word.path) for word in _that_matter(stay)}
    since = stand_since(stay, places.values())
    for word in _that_matter(stay):
        wants_object = word.right.startswith(_OBJECT)
        private = wants_object or word.path.startswith(_DIAGNOSIS)
        right = "a JSON object" if wants_object else word.right.removeprefix("Input should be ")
        yield Unread(word.path, None if private else word.said, right, since.get(places[word.path], first_told))


def _that_matter(stay: Stay) -> Iterator[Unreadable]:
    gone = stay.phase == "discharged" and stay.left_for_good() is not None
    taken_back = tuple(f"procedures.{ref}." for ref in stay.words.procedures if ref not in stay.procedures)
    for word in stay.unreadable:
        if word.path.startswith(taken_back) or (gone and not word.path.startswith(_AFTER_LEAVING)):
            continue
        yield word


def asked_already(stay: Stay, path: str) -> bool:
    """True where `path`, or what should hold it, was said and cannot be read."""
    return any(f"{path}.".startswith(f"{word.path}.") for word in stay.unreadable)
