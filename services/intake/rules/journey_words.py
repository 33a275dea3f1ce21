"""What our driver must know of a journey: the way in is asked for before the admission, the way home after it."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from services.intake.rules.missing import Missing
from services.intake.rules.way_home import unclear
from shared.language.facts.intake import Journey
from shared.language.known import Path
from shared.language.stay import Stay


def journeys(stay: Stay, zone: ZoneInfo) -> Iterator[Missing]:
    """A way home told early is asked for its details at once; one that is unclear is another question."""
    if stay.phase == "booked":
        yield from _journey(("profile", "arrival"), stay.arrival, "the way in")
    if unclear(stay, zone) or (stay.phase == "booked" and not stay.departure):
        return
    onward = stay.phase == "discharged" and stay.words.discharge.onward
    yield from _journey(("discharge", "onward") if onward else ("profile", "departure"), stay.departure, "the way home")


def _journey(here: Path, journey: Journey | None, way: str) -> Iterator[Missing]:
    if journey is None:
        yield Missing(here, f"{way}: by what, when, and whether we drive", here)
        return
    for name, phrase in _unsaid(journey):
        yield Missing((*here, name), f"{way}: {phrase}", (*here, "transfer"))


def _unsaid(journey: Journey) -> Iterator[tuple[str, str]]:
    """Whoever comes on their own, or is driven by others, is asked for nothing."""
    flies = journey.mode == "flight" or (journey.mode is None and journey.flight)
    if journey.transfer is None and journey.mode != "own":
        yield "transfer", "whether we drive"
    if not journey.transfer:
        return
    if journey.mode is None and not flies:
        yield "mode", "by what"
    if flies and not journey.flight:
        yield "flight", "the number of the flight"
    if flies and not journey.on:
        yield "on", "the day of the flight"
    if not journey.place:
        yield "place", "at which place"
    if not journey.at:
        yield "at", "at what time"
