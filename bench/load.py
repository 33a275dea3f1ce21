"""The load: invented stays over as many houses as they need, five facts each, from a seed, in the order of their telling."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from ruamel.yaml import YAML

from shared.settings import PACKAGED

NOW = datetime.fromisoformat("2026-11-20T09:00:00+01:00")
FACTS = 5  # of one stay
PER_HOUSE = 100  # stays: ten are in the house, the others arrive within 40 days
NEEDS = ("roll-in-shower", "ceiling-hoist", "pressure-relief-bed", "mobile-hoist")
ALLERGENS = ("peanuts", "milk", "gluten", "eggs", "fish", "nuts:hazelnut", "celery", "soy")


@dataclass(frozen=True, slots=True)
class Line:
    """One fact as somebody publishes it."""

    topic: str
    value: dict[str, Any]

    @property
    def bytes(self) -> bytes:
        return json.dumps(self.value).encode()


def facts_of(stays: int, seed: int, first: int = 0, houses: int | None = None) -> list[Line]:
    """Of the stays `first` to `first + stays`; a stay's own facts lie days apart, with those of the others between them."""
    random, houses = Random(seed), houses or houses_for(stays)
    told = [line for number in range(first, first + stays) for line in _stay(number, site(number, houses), random)]
    return sorted(told, key=lambda line: str(line.value["told_at"]))


def houses_for(stays: int) -> int:
    return -(-stays // PER_HOUSE)


def site(number: int, houses: int) -> str:
    return f"house-{number // PER_HOUSE % houses:03}"


def clinic_of(houses: int, path: Path) -> Path:
    """A chain: the demo's Belgrade house, so many times."""
    yaml = YAML(typ="safe")
    tree = yaml.load(PACKAGED.read_text())
    tree["sites"] = {site(n * PER_HOUSE, houses): tree["sites"]["belgrade"] for n in range(houses)}
    with path.open("w") as file:
        yaml.dump(tree, file)
    return path


def _stay(number: int, house: str, random: Random) -> Iterable[Line]:
    here = number % 10 == 9  # in the house since this morning
    first = NOW.date() if here else NOW.date() + timedelta(days=random.randrange(3, 43))
    last = first + timedelta(days=random.randrange(5, 10))
    lines = [_booking(number, house, first, last, random), _journeys(number, first, last), _diet(number, random),
             _procedure("PR-1", first + timedelta(days=2), number), _later_word(number, first, last, random)]
    begun = NOW - timedelta(days=28) + timedelta(seconds=random.randrange(13 * 86_400))  # a stay cancelled 30 days ago is closed
    for n, line in enumerate(lines):
        at = begun + timedelta(days=3 * n, seconds=random.randrange(2 * 86_400))
        if line.topic == "patient-admitted":
            at = NOW - timedelta(seconds=random.randrange(60, 7_000))
        yield Line(line.topic, {"stay_id": f"BEG-{number:07}", "told_at": at.isoformat(), "told_by": "ward-app", **line.value})


def _booking(number: int, house: str, first: date, last: date, random: Random) -> Line:
    return Line("stay-booked", {"site": house, "profile": {
        "patient_ref": f"P-{number}", "visit": "treatment", "arrives_on": first.isoformat(), "leaves_on": last.isoformat(),
        "mobility": random.choice(("walking", "wheelchair-transfer", "wheelchair-seated")),
        "room_needs": random.sample(NEEDS, random.randrange(0, 3)), "languages": [random.choice(("en", "sr-Latn", "de", "ru"))],
        "interpreter": number % 3 == 0, "care": {"level": "T4", "turns_every_minutes": 120}}})


def _journeys(number: int, first: date, last: date) -> Line:
    def flight(code: int, on: date, hour: int) -> dict[str, Any]:
        return {"mode": "flight", "flight": f"LH{code}", "on": on.isoformat(), "place": "BEG", "transfer": True,
                "at": f"{on.isoformat()}T{hour}:{number % 60:02}:00+01:00"}
    return Line("stay-booked", {"profile": {"wristband": f"W{number}", "arrival": flight(1000 + number % 900, first, 13),
                                            "departure": flight(2000 + number % 900, last, 15)}})


def _diet(number: int, random: Random) -> Line:
    named = {name: {"severity": "anaphylaxis" if number % 2 else "intolerance", "status": "active"}
             for name in random.sample(ALLERGENS, random.randrange(0, 3))}
    diet = {"style": random.choice(("regular", "halal", "vegetarian")), "food": random.choice(("7", "7", "6", "5")), "drinks": "0",
            "allergies_asked": True, "allergies": named}
    return Line("stay-booked", {"profile": {"diet": diet}})


def _procedure(name: str, on: date, number: int) -> Line:
    """One stay in ten is treated under sedation. A fast holds every tray after it: were there one in each stay, a backlog would
    cost twice as much where Kafka hands out the diets before the procedures, and no two runs could be compared."""
    says: dict[str, Any] = {"procedure_id": name, "kind": "intrathecal-administration" if number % 10 == 7 else "physiotherapy",
                            "starts_at": f"{on.isoformat()}T09:00:00+01:00", "minutes": 50, "interpreter": True}
    if number % 10 == 7:
        says |= {"sedation": True, "fasting": {"solids_from": f"{on.isoformat()}T03:00:00+01:00",
                                               "clear_fluids_from": f"{on.isoformat()}T07:00:00+01:00"}}
    return Line("procedure-scheduled", says)


def _later_word(number: int, first: date, last: date, random: Random) -> Line:
    """What is told last: an admission, a longer stay, another allergy, a second procedure, another need, a cancellation."""
    if number % 10 == 9:
        return Line("patient-admitted", {"admitted_at": (NOW - timedelta(hours=2)).isoformat()})
    match number % 5:
        case 0:
            return Line("stay-booked", {"profile": {"leaves_on": (last + timedelta(days=1)).isoformat()}})
        case 1:
            allergy = {random.choice(ALLERGENS): {"severity": "anaphylaxis", "status": "active"}}
            return Line("stay-booked", {"profile": {"diet": {"allergies": allergy}}})
        case 2:
            return _procedure("PR-2", first + timedelta(days=3), number)
        case 3:
            return Line("stay-booked", {"profile": {"room_needs": random.sample(NEEDS, 1)}})
    return Line("stay-booked", {"withdrawn": True}) if number % 20 == 4 else _procedure("PR-1", first + timedelta(days=4), number)
