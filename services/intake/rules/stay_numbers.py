"""A stay's number says its house, its year and its turn: BEG-2026-0412."""

from shared.language.clinic import Clinic


def series(clinic: Clinic, site: str, year: int) -> str:
    """BEG-2026: the site's first three letters, unless the clinic file says otherwise (`settings.intake.stay_prefix`)."""
    letters = "".join(filter(str.isalpha, site))[:3].upper() or "STAY"
    return f"{clinic.setting('intake', 'stay_prefix', {}).get(site, letters)}-{year}"


def stay_number(of: str, turn: int) -> str:
    return f"{of}-{turn:04d}"
