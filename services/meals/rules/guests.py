"""Whom the house feeds: the patient and each companion, by what was told of each; a companion's diet is their own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.meals.rules.diet_orders import Order, Unknown, order_of
from services.meals.rules.house import House
from services.meals.rules.presence import Absent, Presence, companion_presence, presence
from shared.language.facts.intake import Companion
from shared.language.stay import Stay


@dataclass(frozen=True, slots=True)
class Guest:
    """`person` as on tasks; `name` as tickets have it, `said` as sentences do."""

    person: str
    presence: Presence
    order: Order | Unknown

    @property
    def name(self) -> str:
        return on_a_ticket(self.person)

    @property
    def said(self) -> str:
        return in_a_sentence(self.person)


def on_a_ticket(person: str) -> str:
    return person if person == "patient" else f"companion {person}"


def in_a_sentence(person: str) -> str:
    return "the patient" if person == "patient" else f"companion {person}"


def guests(stay: Stay, house: House, now: datetime) -> list[Guest] | Absent:
    patient = presence(stay, house, now)
    if isinstance(patient, Absent):
        return patient
    found = [Guest("patient", patient, order_of(stay, "patient"))]
    for ref, companion in _companions(stay):
        there = companion_presence(stay, ref, companion, patient, house)
        if isinstance(there, Presence):
            found.append(Guest(ref, there, order_of(stay, ref)))
    return found


def _companions(stay: Stay) -> Iterator[tuple[str, Companion]]:
    """Also one of whom nothing can be read: somebody comes, and must be asked about. One who is called "patient" would be taken
    for the patient, whose allergies he shares by that name: he is fed by hand."""
    told = stay.known.at("profile", "companions")
    read = stay.profile.companions or {}
    for ref in sorted(told if isinstance(told, dict) else ()):
        if ref != "patient" and ref.strip():
            yield ref, read.get(ref, Companion())
