"""Ada, who flies to the Belgrade house on Monday, 23 November 2026, for a week; and how she is told of."""

import json
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from services.intake.plan import plan
from shared.language.clinic import Clinic
from shared.language.facts import FACTS, Fact, Json
from shared.language.reading import fact
from shared.language.stay import view
from shared.language.tasks import Owed
from shared.service import Around, Plan

ADA = "BEG-2026-0412"
BELGRADE = Clinic.model_validate({"clinic": "House", "sites": {"belgrade": {"zone": "Europe/Belgrade"}}})
BOTH = Clinic.model_validate({"clinic": "Houses", "sites": {"belgrade": {"zone": "Europe/Belgrade"},
                                                            "ljubljana": {"zone": "Europe/Ljubljana"}}})
PROFILE: Json = {
    "patient_ref": "P-7781", "wristband": "K7M4QX", "visit": "treatment",
    "arrives_on": "2026-11-23", "leaves_on": "2026-11-30",
    "arrival": {"mode": "flight", "flight": "LH1406", "on": "2026-11-23", "place": "BEG",
                "at": "2026-11-23T13:40:00+01:00", "assistance": "WCHC", "transfer": True},
    "departure": {"mode": "flight", "flight": "LH1407", "on": "2026-11-30", "place": "BEG",
                  "at": "2026-11-30T14:30:00+01:00", "assistance": "WCHC", "transfer": True},
    "mobility": "wheelchair-seated", "own_chair": {"powered": True, "kg": 140, "battery": "lithium"},
    "room_needs": ["roll-in-shower", "ceiling-hoist"], "languages": ["en"], "interpreter": True,
    "diet": {"style": "halal", "food": "7", "drinks": "0", "allergies_asked": True, "dislikes": ["mushrooms"],
             "allergies": {"peanuts": {"severity": "anaphylaxis", "status": "active"}}},
    "care": {"level": "T4", "dysreflexia_risk": True, "systolic_baseline": 95, "turns_every_minutes": 120},
    "companions": {"C-1": {"role": "family", "bed": True, "from": "2026-11-23", "until": "2026-11-30",
                           "diet": {"style": "regular"}}},
    "party": {"ref": "BEG-PARTY-3", "share_room": True},
}


def at(text: str) -> datetime:
    """`23 16:20` is that minute of November 2026, in Belgrade."""
    day, clock = text.split()
    return datetime.fromisoformat(f"2026-11-{day}T{clock}:00+01:00")


def told(when: str, topic: str, **says: Any) -> Fact:
    name = FACTS[topic].name({"stay_id": ADA, **says})
    assert name
    return fact(topic, json.dumps({"stay_id": ADA, **says}), name, at(when))


def profile(**changes: Any) -> Json:
    """Ada's, with these words instead; None takes a word away."""
    words = deepcopy(PROFILE) | changes
    return {name: word for name, word in words.items() if word is not None}


def booked(when: str = "02 10:00", site: str | None = "belgrade", **changes: Any) -> Fact:
    return told(when, "stay-booked", profile=profile(**changes), **({"site": site} if site else {}))


def admitted(when: str = "23 16:21", **says: Any) -> Fact:
    return told(when, "patient-admitted", admitted_at="2026-11-23T16:20:00+01:00", **says)


def discharged(when: str = "30 10:20", **says: Any) -> Fact:
    return told(when, "discharged", **{"discharged_at": at(when).isoformat(), **says})


def planned(*facts: Fact, now: str = "30 23:00", clinic: Clinic = BELGRADE) -> Plan:
    return plan(view(ADA, facts), Around(clinic, at(now)))


def owed(*facts: Fact, now: str = "30 23:00", clinic: Clinic = BELGRADE) -> list[Owed]:
    return list(planned(*facts, now=now, clinic=clinic).owed)


def desk(kind: str, start: str, due: str, slot: str = "", site: str | None = "belgrade", **details: Any) -> Owed:
    begins = at(start)
    return Owed(kind=kind, feed="desk", slot=slot, start=begins, due=at(due), accept_by=begins + timedelta(minutes=15),
                site=site, details=details)
