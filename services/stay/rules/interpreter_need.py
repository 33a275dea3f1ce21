"""Who needs an interpreter, and for what: whoever was promised one and speaks no language of the house."""

from collections.abc import Sequence
from functools import lru_cache

import langcodes

from shared.language.clinic import Clinic
from shared.language.stay import Stay

HOUSE = ["sr"]
MEDICAL = ["arrival", "procedure", "discharge"]  # consent is given at the arrival, medicines are explained at the discharge


def no_need(stay: Stay, clinic: Clinic) -> str | None:
    """Why no interpreter is owed at all, in a sentence; None where one is."""
    house = {primary(tag) for tag in clinic.setting("stay", "house_languages", HOUSE)}
    if spoken := next((tag for tag in languages(stay) if primary(tag) in house), None):
        return f"the patient speaks {spoken}, as the house does"
    asked = asked_in_general(stay) or any(p.interpreter for p in stay.procedures.values())
    return None if asked else "no interpreter was asked for"


def unclear(stay: Stay) -> bool:
    """Something was told of whether an interpreter is wanted, and nobody can read it."""
    return any(word.path == "profile.interpreter" for word in stay.unreadable)


def asked_in_general(stay: Stay) -> bool:
    return stay.profile.interpreter is True


def asked_for(stay: Stay, procedure: str) -> bool:
    """A procedure's own word wins, yes or no."""
    own = stay.procedures[procedure].interpreter
    return asked_in_general(stay) if own is None else own


def medical(clinic: Clinic, purpose: str) -> bool:
    return purpose in clinic.setting("stay", "interpreter_medical", MEDICAL)


def languages(stay: Stay) -> Sequence[str]:
    """The patient's, the best known first."""
    return stay.profile.languages or ()


@lru_cache(maxsize=1024)
def primary(tag: str) -> str:
    """The primary subtag, by which people understand each other well enough: sr of sr-Latn; a tag that is none is itself."""
    try:
        return langcodes.Language.get(tag).language or tag
    except ValueError:
        return tag
