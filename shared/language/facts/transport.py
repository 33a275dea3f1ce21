"""What transport tells: when the patient will be at the clinic, and why that changed."""

from shared.language.facts.base import ENVELOPE, Kind, stay_named, without
from shared.language.facts.intake import Told
from shared.language.words import Instant


class ArrivalExpected(Told):
    expected_at: Instant | None = None
    status: str | None = None
    cause: str | None = None


KINDS = (
    Kind("arrival-expected", "transport", "stay", ArrivalExpected,
         "when the patient will be at the clinic, and why it changed",
         lambda told: {"arrival_expected": without(told, *ENVELOPE)}, stay_named),
)
