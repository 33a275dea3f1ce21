"""What a ride must carry: the patient as he moves on that day, who travels with him, his chair, their luggage; and the cards.

A patient in his own chair keeps it, and no seat is ever asked for him. A powered chair does not fold: empty or not it has a place.
"""

from dataclasses import dataclass, replace
from datetime import date

from services.transport.details import STRETCHER, Direction, OwnChair
from shared.language.clinic import Clinic
from shared.language.stay import Stay

OCCUPANT = 100  # kg of who sits in a chair, where lifts and ramps are rated for both
CHAIR = 150  # kg of a chair of which nobody has told the weight
RELIEF = 30  # minutes after which pressure has to be relieved (NHS learning hub, wheelchair users)
RELIEF_CARD = "Pressure relief every 30 min, waiting included: remind the patient, help where asked, note the time."
SIGNS_CARD = ("Pounding headache, sweating, flushed face: stop, sit the patient up, loosen straps, belt and clothes, check that "
              "the drainage tube is free, call the clinic at once and stay with the patient.")


@dataclass(frozen=True, slots=True)
class Needs:
    """Places for one vehicle; `kg` of the heaviest wheelchair place."""

    seats: int = 0
    wheelchairs: int = 0
    stretchers: int = 0
    people: int = 0
    kg: int = 0
    luggage: int = 0
    chair: OwnChair | None = None

    @property
    def nothing(self) -> bool:
        return not (self.people or self.wheelchairs)


def mobility_of(stay: Stay, direction: Direction) -> str | None:
    """On the way home the latest word counts: of the profile, or of the latest procedure that said how one moves after it."""
    known = stay.profile.mobility
    if direction == "in":
        return known
    done = [(p.done_at, ref, p.mobility_after) for ref, p in stay.procedures.items() if p.done_at and p.mobility_after]
    if not done:
        return known
    _, ref, after = max(done)
    told, said = stay.known.told("procedures", ref, "mobility_after"), stay.known.told("profile", "mobility")
    return known if known and told and said and said > told else after


def companions_on(stay: Stay, direction: Direction, days: set[date]) -> int:
    """Those who come, or go, on that day; one with no day told travels along, one who has left for good does not."""
    count = 0
    for ref, companion in (stay.profile.companions or {}).items():
        day = companion.from_ if direction == "in" else companion.until
        gone = direction == "out" and stay.left_for_good(ref)
        count += (day is None or day in days) and not gone
    return count


def needs(stay: Stay, clinic: Clinic, mobility: str | None, companions: int) -> tuple[Needs, Needs]:
    """The patient's vehicle, and what has to go in another: beside a stretcher there is room for no companion and no chair."""
    chair = _chair(stay, mobility)
    pieces = (1 + companions) * int(clinic.setting("transport", "luggage_pieces", 1))
    heavy = bool(chair and chair.powered)
    folded = int(chair is not None and not heavy and mobility != "wheelchair-seated")
    if mobility == STRETCHER:
        along = Needs(seats=companions, people=companions, luggage=companions, chair=chair if heavy else None,
                      wheelchairs=int(heavy), kg=_weight(clinic, chair, 0) if heavy else 0)
        return Needs(stretchers=1, people=1, luggage=pieces + folded - along.luggage, chair=None if heavy else chair), along
    if mobility == "wheelchair-seated":
        return Needs(seats=companions, wheelchairs=1, people=1 + companions, luggage=pieces, chair=chair,
                     kg=_weight(clinic, chair, int(clinic.setting("transport", "occupant_kg", OCCUPANT)))), Needs()
    seated = Needs(seats=1 + companions, people=1 + companions, luggage=pieces + folded, chair=chair)
    return replace(seated, wheelchairs=1, kg=_weight(clinic, chair, 0)) if heavy else seated, Needs()


def cards(stay: Stay, mobility: str | None, minutes: float) -> tuple[str, ...]:
    """What the driver does, never why: the signs of dysreflexia are a card, not a diagnosis."""
    sits_long = mobility not in (None, "walking") and minutes >= RELIEF
    at_risk = stay.profile.care is not None and stay.profile.care.dysreflexia_risk is True
    return (*((RELIEF_CARD,) if sits_long else ()), *((SIGNS_CARD,) if at_risk else ()))


def _chair(stay: Stay, mobility: str | None) -> OwnChair | None:
    told = stay.profile.own_chair
    if told is None:
        return OwnChair(powered=False, kg=None, battery=None) if mobility == "wheelchair-seated" else None
    return OwnChair(powered=told.powered is True, kg=told.kg, battery=told.battery)


def _weight(clinic: Clinic, chair: OwnChair | None, occupant: int) -> int:
    kg = chair.kg if chair and chair.kg else float(clinic.setting("transport", "chair_kg", CHAIR))
    return round(kg) + occupant
