"""300 facts of 60 invented stays, from a seed: bookings, amendments, procedures, admissions, cancellations, in fragments."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

NOW = datetime.fromisoformat("2026-11-20T09:00:00+01:00")  # before any check-in: nothing is held yet
NEEDS = ("roll-in-shower", "ceiling-hoist", "pressure-relief-bed", "mobile-hoist")
MOBILITY = ("walking", "wheelchair-transfer", "wheelchair-seated", "stretcher")


@dataclass(frozen=True)
class Line:
    topic: str
    value: dict[str, Any]

    @property
    def bytes(self) -> bytes:
        return json.dumps(self.value).encode()


def stay_facts(number: int, random: Random) -> list[Line]:
    """Five facts of one stay, each told at an instant of its own, all before NOW."""
    stay = f"BEG-2026-{number:04}"
    told = [NOW - timedelta(days=20, minutes=number * 7) + timedelta(hours=n * 90, seconds=number) for n in range(5)]
    first = NOW.date() + timedelta(days=random.randrange(0, 40))
    nights = random.randrange(5, 10)
    party = {"ref": f"PARTY-{number // 2}", "share_room": True} if number % 10 < 2 else None
    profile: dict[str, Any] = {
        "patient_ref": f"P-{number}", "visit": "treatment", "arrives_on": first.isoformat(),
        "leaves_on": (first + timedelta(days=nights)).isoformat(), 
        "mobility": random.choice(MOBILITY[: 3 + (number % 9 == 0)]),
        "room_needs": random.sample(NEEDS, random.randrange(0, 3)),
        "languages": [random.choice(["en", "sr-Latn", "de", "ru"])],
        "diet": {"style": "regular", "allergies_asked": True}}
    if party:
        profile |= {"party": party, "arrives_on": "2026-12-20", "leaves_on": "2026-12-27", "room_needs": [],
                    "mobility": "walking"}
    arrival = {"mode": "flight", "flight": f"LH{1400 + number}", "on": first.isoformat(), "place": "BEG",
               "at": f"{first.isoformat()}T13:{number % 60:02}:00+01:00"}
    lines = [Line("stay-booked", {"profile": profile, "site": "belgrade"}),
             Line("stay-booked", {"profile": {"arrival": arrival, "wristband": f"W{number}"}}),
             Line("procedure-scheduled", {"procedure_id": "PR-1", "kind": "intrathecal-administration", "minutes": 50,
                                          "starts_at": f"{(first + timedelta(days=2)).isoformat()}T09:00:00+01:00"})]
    match number % 6:
        case 0:
            lines += [Line("stay-booked", {"withdrawn": True}), Line("stay-booked", {"withdrawn": number % 12 == 0})]
        case 1:
            today = {"arrives_on": NOW.date().isoformat()}
            lines += [Line("patient-admitted", {"admitted_at": (NOW + timedelta(hours=2)).isoformat(), "profile": today}),
                      Line("stay-booked", {"profile": {"diet": None}})]
        case 2:
            later = (first + timedelta(days=nights + 1)).isoformat()
            lines += [Line("stay-booked", {"profile": {"leaves_on": later}}),
                      Line("stay-booked", {"profile": {"departure": {"mode": "car", "at": f"{later}T10:00:00+01:00"}}})]
        case _:
            lines += [Line("procedure-done", {"procedure_id": "PR-1", "rest_until": NOW.isoformat()}),
                      Line("stay-booked", {"profile": {"room_needs": random.sample(NEEDS, 1) if not party else []}})]
    return [Line(line.topic, {"stay_id": stay, "told_at": at.isoformat(), "told_by": "ward-app", **line.value})
            for line, at in zip(lines, told, strict=True)]


def split(line: Line, random: Random) -> list[Line]:
    """The fact in fragments: its members, and those of its profile, are told apart."""
    envelope = {k: line.value[k] for k in ("stay_id", "told_at", "told_by", "procedure_id") if k in line.value}
    parts = [{k: v} for k, v in line.value.items() if k not in (*envelope, "profile")]
    profile = line.value.get("profile", {})
    parts += [{"profile": {k: v}} for k, v in profile.items()]
    random.shuffle(parts)
    cut = random.randrange(1, max(2, len(parts)))
    return [Line(line.topic, _merged(envelope, half)) for half in (parts[:cut], parts[cut:]) if half]


def _merged(envelope: dict[str, Any], parts: list[dict[str, Any]]) -> dict[str, Any]:
    value = dict(envelope)
    for part in parts:
        if "profile" in part:
            value["profile"] = {**value.get("profile", {}), **part["profile"]}
        else:
            value |= part
    return value


def all_facts(seed: int) -> list[Line]:
    random = Random(seed)
    return [line for number in range(60) for line in stay_facts(number, random)]


def as_published(facts: list[Line], seed: int) -> list[Line]:
    """Shuffled, a third of them split, every tenth doubled."""
    random = Random(seed + 1)
    told = [part for line in facts for part in (split(line, random) if random.random() < 0.33 else [line])]
    told += told[::10]
    random.shuffle(told)
    return told
