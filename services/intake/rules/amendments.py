"""An amendment answers for what it says and for what it makes worse, not for what was wrong on file before it."""

from collections.abc import Iterator
from typing import Any

from services.intake.rules.booking_checks import Checked, allergy_problems, check
from services.intake.rules.strict_reading import Problem, not_tellable, read_strictly, strange_fields
from shared.language.clinic import Clinic
from shared.language.facts import Json
from shared.language.facts.intake import Profile
from shared.language.lenient import read

REFUTE = ('an allergy is not cleared: say {"status": "refuted", "by": the clinician who says so}, '
          "or the right word instead of null")


def check_patch(present: Json, patch: Json, clinic: Clinic, site: str | None) -> Checked:
    """`present` and `patch` are profiles as JSON (RFC 7386). What stays wrong from before is a warning."""
    if not_json := not_tellable(patch, "profile"):
        return Checked((not_json,))
    fragment = read_strictly(Profile, _without_nulls(patch), under="profile")
    strange = strange_fields(Profile, patch, "profile")
    cleared = tuple(_cleared_allergies(patch, present, "profile"))
    if not isinstance(fragment, Profile) or strange:
        unread = () if isinstance(fragment, Profile) else fragment
        return Checked((*sorted({*unread, *strange}), *cleared))
    before = check(read(Profile, present)[0], clinic, site)
    after = check(read(Profile, amended(present, patch))[0], clinic, site)
    said = (*cleared, *allergy_problems(fragment))
    worse = tuple(p for p in after.problems if p not in before.problems and p not in said)
    stays = tuple(p for p in after.problems if p in before.problems and p not in said)
    return Checked((*said, *worse), (*after.warnings, *stays))


def amended(present: Any, patch: Any) -> Any:
    """RFC 7386: objects are merged, null takes away, anything else replaces."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(present) if isinstance(present, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = amended(merged.get(name), value)
    return merged


def _without_nulls(patch: Json) -> Json:
    return {name: _without_nulls(value) if isinstance(value, dict) else value
            for name, value in patch.items() if value is not None}


def _cleared_allergies(patch: Json, present: Json, here: str) -> Iterator[Problem]:
    """Those of the patient and of the companions; a companion who stays away may be cleared, the allergy is remembered."""
    if "diet" in patch:
        yield from _cleared_in(patch["diet"], _object(present, "diet"), f"{here}.diet")
    guests = _object(present, "companions")
    for ref, guest in _object(patch, "companions").items():
        if isinstance(guest, dict):
            yield from _cleared_allergies(guest, _object(guests, ref), f"{here}.companions.{ref}")


def _cleared_in(diet: Any, present: Json, here: str) -> Iterator[Problem]:
    """A null above allergies is refused where there are any to take along; a null at or in one, always."""
    known = _object(present, "allergies")
    if diet is None and known:
        yield Problem(here, REFUTE)
    if isinstance(diet, dict) and "allergies" in diet and (diet["allergies"] is not None or known):
        yield from _nulls(diet["allergies"], f"{here}.allergies")


def _nulls(said: Any, here: str) -> Iterator[Problem]:
    if said is None:
        yield Problem(here, REFUTE)
    elif isinstance(said, dict):
        for name, value in said.items():
            yield from _nulls(value, f"{here}.{name}")


def _object(parent: Json, name: str) -> Json:
    found = parent.get(name)
    return found if isinstance(found, dict) else {}
