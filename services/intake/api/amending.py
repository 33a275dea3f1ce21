"""A merge patch on the profile is taken if it makes nothing worse; what was wrong before is shown."""

from services.intake.api.present import Present
from services.intake.api.strictly import as_json, refused
from services.intake.rules.amendments import check_patch
from services.intake.rules.strict_reading import Problem
from shared.language.facts import Json
from shared.shell.running import Running


def amendment(running: Running, stay: Present, patch: Json) -> list[dict[str, str]]:
    """The warnings."""
    if not patch:
        raise refused([Problem("profile", "at least one word that changes")])
    clinic = running.clinic
    checked = check_patch(stay.profile, patch, clinic, clinic.site_of(stay.stay.site))
    if checked.problems:
        raise refused(checked.problems)
    return as_json(checked.warnings)
