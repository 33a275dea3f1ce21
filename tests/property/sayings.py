"""What tellers say of a stay: right, sloppy, cleared, taken back, and odd. Made once, always the same."""

from random import Random
from typing import Any

Says = tuple[str, dict[str, Any]]
STAY = "BEG-2026-0412"

INSTANTS = ("2026-11-23T16:20:00+01:00", "2026-11-25T09:00:00+01:00", "2026-11-25T10:30:00+01:00",
            "2026-11-30T10:20:00+01:00")
WRONG = (5, "soon", True, [], ["x"], {}, {"a": 1}, 10**40, 1e300, "", "2026-11-23T16:20:00", {"b": {"c": None}})
WORDS: dict[str, tuple[Any, ...]] = {
    "at": INSTANTS, "day": ("2026-11-23", "2026-11-30", "20261130"), "flag": (True, False, "yes", 0),
    "withdrawn": (True, True, False), "minutes": (30, 60, "50", 20_000), "name": ("K7M4QX", "ž", "a.b", ""),
    "visit": ("treatment", "harvest", "spa"), "mode": ("flight", "train", "own", "car", "ambulance", "boat"),
    "mobility": ("walking", "stretcher", "hopping"), "style": ("regular", "halal", "light", "jain"),
    "food": ("7", "7-easy", "8", 7), "flight": ("LH1406", "LH 1407", 1407), "code": ("WCHC", "NONE", "WCHX"),
    "tags": (["en"], ["sr-Latn", "de"], ["xx-yy-zz"], []), "status": ("active", "refuted", "refuted"),
    "list": (["ceiling-hoist"], ["roll-in-shower", "bariatric-bed"], [5], [{"b": 1, "a": 2}]), "kg": (90, "140", 900, 0.5),
    "severity": ("mild", "anaphylaxis", "lethal"), "by": ("Dr Ilić", "Dr Ilić", "", " "),
    "placements": ([{"room": "204", "from": INSTANTS[0], "to": INSTANTS[3]}], [{"room": 204}], []),
}
JOURNEY = {"mode": "mode", "flight": "flight", "on": "day", "place": "name", "at": "at", "assistance": "code",
           "transfer": "flag"}
WORD = {"severity": "severity", "status": "status", "by": "by", "seen": {"skin": "flag", "breath": "flag"}}
DIET = {"style": "style", "food": "food", "drinks": "food", "dislikes": "list", "allergies": {
    "peanuts": WORD, "milk": WORD, "nuts:hazelnut": WORD, "other:kiwi": WORD, "kiwi": WORD, "[key]": WORD}}
COMPANION = {"role": "name", "bed": "flag", "from": "day", "until": "day", "diet": DIET}
PROFILE = {"patient_ref": "name", "visit": "visit", "arrives_on": "day", "leaves_on": "day", "arrival": JOURNEY,
           "departure": JOURNEY, "mobility": "mobility", "own_chair": {"powered": "flag", "kg": "kg"}, "room_needs": "list",
           "languages": "tags", "interpreter": "flag", "diet": DIET, "a.b": {"": "name"}, "party": {"ref": "name"},
           "care": {"turns_every_minutes": "minutes", "level": "name"},
           "companions": {"C-1": COMPANION, "C/1": COMPANION, "C.1": COMPANION}}
FASTING = {"solids_from": "at", "clear_fluids_from": "at"}
TOPICS: dict[str, dict[str, Any]] = {
    "stay-booked": {"site": "name", "withdrawn": "withdrawn", "profile": PROFILE},
    "patient-admitted": {"site": "name", "withdrawn": "withdrawn", "admitted_at": "at", "profile": PROFILE},
    "procedure-scheduled": {"kind": "name", "starts_at": "at", "minutes": "minutes", "sedation": "flag", "fasting": FASTING,
                            "withdrawn": "withdrawn"},
    "procedure-done": {"done_at": "at", "diet_after": {"style": "style", "until": "at"}, "rest_until": "at",
                       "observe_every_minutes": "minutes", "mobility_after": "mobility", "withdrawn": "withdrawn"},
    "discharged": {"discharged_at": "at", "onward": JOURNEY, "home_care_weeks": "minutes", "withdrawn": "withdrawn"},
    "patient-left": {"left_at": "at", "back_at": "at"},
    "arrival-expected": {"expected_at": "at", "status": "name", "cause": "name"},
    "room-assigned": {"placements": "placements", "why": "name"},
}
NAMED: dict[str, dict[str, tuple[Any, ...]]] = {
    "procedure-scheduled": {"procedure_id": ("PR-1", "PR-1", "PR.2")},
    "procedure-done": {"procedure_id": ("PR-1", "PR-1", "PR.2")},
    "patient-left": {"person": ("patient", "C-1", None)},
}
# A word told of an allergy where an object belongs, and an allergy map that is none.
ALLERGY_WORDS = ("severe", True, False, None, None, {}, {"status": "refuted"}, {"status": "refuted", "by": "Dr Ilić"})
ALLERGIES = (["peanuts", "milk"], ["peanuts", {"name": "milk"}], "peanuts", [], None, None, 5, {})


def _said(shape: Any, random: Random, name: str = "") -> Any:
    """Something of this shape; now and then null, or what does not belong there."""
    odd = random.random()
    if odd < 0.10:
        return None
    if shape is WORD and odd < 0.45:
        return random.choice(ALLERGY_WORDS)
    if name == "allergies" and odd < 0.30:
        return random.choice(ALLERGIES)
    if odd < 0.15:
        return random.choice(WRONG)
    if isinstance(shape, str):
        return random.choice(WORDS[shape])
    names = random.sample(sorted(shape), random.randint(0, min(len(shape), 4)))
    return {inner: _said(shape[inner], random, inner) for inner in names}


def _saying(random: Random) -> Says:
    if random.random() < 0.15:
        words = {what: _said(WORD, random) for what in random.sample(("peanuts", "milk", "kiwi"), random.randint(1, 2))}
        profile = {"diet": {"allergies": words}}
        return "stay-booked", {"profile": profile if random.random() < 0.6 else {"companions": {"C-1": profile}}}
    topic = random.choice(sorted(TOPICS))
    shape = TOPICS[topic]
    names = random.sample(sorted(shape), random.randint(0, len(shape)))
    says = {name: _said(shape[name], random) for name in names}
    says |= {name: random.choice(among) for name, among in NAMED.get(topic, {}).items()}
    if random.random() < 0.7:
        says["told_by"] = random.choice(("ward", "desk", "ana", 5, None))
    return topic, says


def _sayings(count: int) -> tuple[Says, ...]:
    random = Random("Ada")
    return tuple(_saying(random) for _ in range(count))


SAYINGS = _sayings(3000)
