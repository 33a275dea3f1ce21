"""What a stay cannot be served without, by phase: a word never said, cleared, or said to be still unknown is missing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from services.intake.rules.journey_words import journeys
from services.intake.rules.missing import Missing
from services.intake.rules.standing import stand_since
from services.intake.rules.unreadable_words import asked_already
from shared.language.facts.intake import Profile
from shared.language.known import Path
from shared.language.stay import Phase, Stay

# the topic that begins a phase: from then on its words are wanted
BEGINS: dict[Phase, str] = {"booked": "stay-booked", "admitted": "patient-admitted", "discharged": "discharged"}
BEFORE: tuple[Phase, ...] = ("booked",)
INSIDE: tuple[Phase, ...] = ("admitted",)
UNTIL_DISCHARGED: tuple[Phase, ...] = ("booked", "admitted")
UNTIL_GONE: tuple[Phase, ...] = ("booked", "admitted", "discharged")


@dataclass(frozen=True, slots=True)
class _Need:
    path: Path
    phrase: str
    phases: tuple[Phase, ...]
    told: Callable[[Profile], object]


_NEEDS = (
    _Need(("patient_ref",), "which patient this is", UNTIL_GONE, lambda p: p.patient_ref),
    _Need(("wristband",), "the code on the wristband", INSIDE, lambda p: p.wristband),
    _Need(("arrives_on",), "the day of arrival", BEFORE, lambda p: p.arrives_on),
    _Need(("leaves_on",), "the last day of the stay", UNTIL_DISCHARGED,
          lambda p: p.leaves_on or p.visit == "check-up"),  # a day visit ends on its day
    _Need(("mobility",), "how the patient moves", UNTIL_GONE, lambda p: p.mobility),
    _Need(("languages",), "which languages the patient speaks", UNTIL_DISCHARGED, lambda p: p.languages),
    _Need(("diet", "style"), "the style of diet", UNTIL_DISCHARGED, lambda p: p.diet and p.diet.style),
    _Need(("diet", "allergies_asked"), "whether the patient was asked about allergies", UNTIL_DISCHARGED,
          lambda p: p.diet and p.diet.allergies_asked),
)


def what_is_missing(stay: Stay, zone: ZoneInfo) -> tuple[Missing, ...]:
    """What the desk has to find out, in the order in which people would ask it; nothing once the patient has left."""
    if stay.phase not in BEGINS or (stay.phase == "discharged" and stay.left_for_good()):
        return ()
    lacking = (*_words(stay), *_guests(stay), *journeys(stay, zone))
    return tuple(m for m in lacking if not asked_already(stay, m.field))


def missing_since(stay: Stay, missing: Sequence[Missing]) -> datetime:
    """The newest of what made them missing: the phase, a word cleared, a word that asks for others."""
    began = stay.known.topics[BEGINS[stay.phase]]
    return max([began, *stand_since(stay, [m.brought_up_by for m in missing]).values()])


def _words(stay: Stay) -> Iterator[Missing]:
    for need in _NEEDS:
        if stay.phase in need.phases and not need.told(stay.profile):
            path = ("profile", *need.path)
            yield Missing(path, need.phrase, path)


def _guests(stay: Stay) -> Iterator[Missing]:
    """A companion eats too."""
    for ref, guest in sorted((stay.profile.companions or {}).items()):
        here = ("profile", "companions", ref)
        if stay.phase in UNTIL_DISCHARGED and not (guest.diet and guest.diet.style) and not stay.left_for_good(ref):
            yield Missing((*here, "diet", "style"), f"the style of diet of companion {ref}", here)
