"""What a booking must say before HTTP takes it: days, companions, party, allergies. A warning is taken, and shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.intake.rules.journey_checks import journey_problems
from services.intake.rules.strict_reading import Problem
from shared.language.clinic import Clinic
from shared.language.facts.intake import Diet, Profile
from shared.language.words import says_it_is_a_subject

LONGEST = 30  # nights
TREATMENT = (5, 9)  # nights; what the clinic plans for


@dataclass(frozen=True, slots=True)
class Checked:
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def check(profile: Profile, clinic: Clinic, site: str | None) -> Checked:
    """`site` is one of the clinic's (its zone tells the days); every problem names its field as `profile.…`."""
    problems = (*_required(profile), *_nights(profile), *journey_problems(profile, clinic.zone(site)),
                *_companions(profile), *_party(profile), *allergy_problems(profile))
    return Checked(problems, tuple(_unusual(profile)))


def site_problem(told: str | None, clinic: Clinic) -> Problem | None:
    if clinic.site_of(told):
        return None
    said = f"{told} is none of them" if told else "none was told"
    return Problem("site", f"one of {', '.join(sorted(clinic.sites))}; {said}")


def _required(profile: Profile) -> Iterator[Problem]:
    for name in ("patient_ref", "arrives_on", "leaves_on"):
        if not getattr(profile, name):
            yield Problem(f"profile.{name}", "a booking needs it")
    if profile.patient_ref and not says_it_is_a_subject(profile.patient_ref):
        yield Problem("profile.patient_ref", "a reference of 1 to 128 printable characters without a space, not a name")


def _nights(profile: Profile) -> Iterator[Problem]:
    nights = _count(profile)
    if nights is None:
        return
    if nights < 0:
        yield Problem("profile.leaves_on", f"on or after the day of arrival, {profile.arrives_on}; not {profile.leaves_on}")
    elif nights > LONGEST:
        yield Problem("profile.leaves_on", f"at most {LONGEST} nights after {profile.arrives_on}; not {nights}")
    elif profile.visit == "check-up" and nights:
        yield Problem("profile.leaves_on", f"a check-up is a day visit: it ends on {profile.arrives_on}, without a night; "
                                           "a visit with nights is a treatment or a harvest")


def _unusual(profile: Profile) -> Iterator[Problem]:
    nights = _count(profile)
    shortest, longest = TREATMENT
    if profile.visit == "treatment" and nights is not None and 0 <= nights <= LONGEST and not shortest <= nights <= longest:
        yield Problem("profile.leaves_on", f"a treatment takes {shortest} to {longest} nights; this one has {nights}")


def _count(profile: Profile) -> int | None:
    if profile.arrives_on is None or profile.leaves_on is None:
        return None
    return (profile.leaves_on - profile.arrives_on).days


def _companions(profile: Profile) -> Iterator[Problem]:
    for ref, companion in sorted((profile.companions or {}).items()):
        here = f"profile.companions.{ref}"
        for name, day in (("from", companion.from_), ("until", companion.until)):
            if day and not _inside(day, profile):
                yield Problem(f"{here}.{name}", f"a day of the stay, {profile.arrives_on} to {profile.leaves_on}; not {day}")
        if companion.from_ and companion.until and companion.until < companion.from_:
            yield Problem(f"{here}.until", f"on or after {companion.from_}; not {companion.until}")


def _inside(day: date, profile: Profile) -> bool:
    first, last = profile.arrives_on or date.min, profile.leaves_on or date.max
    return first <= day <= last or last < first  # days the wrong way round are told once, at leaves_on


def _party(profile: Profile) -> Iterator[Problem]:
    if profile.party and profile.party.share_room and not profile.party.ref:
        yield Problem("profile.party.ref", "the party that shares the room; share_room needs it")


def allergy_problems(profile: Profile) -> Iterator[Problem]:
    """An allergy ends by a clinician's word only, so a refutation without one would be none."""
    yield from _allergies(profile.diet, "profile.diet")
    for ref, companion in sorted((profile.companions or {}).items()):
        yield from _allergies(companion.diet, f"profile.companions.{ref}.diet")


def _allergies(diet: Diet | None, here: str) -> Iterator[Problem]:
    for allergen, word in sorted(((diet and diet.allergies) or {}).items()):
        if word.status not in (None, "active", "refuted"):
            yield Problem(f"{here}.allergies.{allergen}.status", f"'active' or 'refuted'; not {word.status!r}")
        if word.status == "refuted" and not word.by:
            yield Problem(f"{here}.allergies.{allergen}.by", "the clinician who refutes it, told together with the status")
