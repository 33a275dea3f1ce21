"""When a patient must not eat: from `solids_from` to the planned end of the procedure, and no window is ever shortened by guess.

A fast that is not told, or told so that it cannot be (it begins after the start), is 6 h without solids and 2 h without clear
fluids before the start. A withdrawn procedure has no window; a done one keeps it. A procedure without a start has a window only
where `solids_from` is told, and one whose start nobody can read any more has it by the last that could be: until it is
reported done.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.meals.rules.house import House
from shared.language.facts.intake import Fasting
from shared.language.stay import Procedure, Stay

WORDS = ("sedation", "fasting", "fasting.solids_from", "fasting.clear_fluids_from")  # one that nobody can read asks for a fast
NEAR = timedelta(hours=2)  # a tray still on its way when the fast begins is stopped; one of long before was simply not reported


@dataclass(frozen=True, slots=True)
class Fast:
    """[solids_from, ends_at) without solids, `ends_at` None: nobody knows; `assumed`: nobody told it; `done_at`: told for this
    very start, not for an earlier one of the same name."""

    ref: str
    solids_from: datetime
    fluids_from: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    done_at: datetime | None
    assumed: bool
    moved: bool

    def meets(self, start: datetime, end: datetime) -> bool:
        """Whether [start, end) is in it, in part; with an unknown end it has none."""
        return start < (self.ends_at or start) and self.solids_from < end

    @property
    def slot(self) -> str:
        """A fast for another start is another fast: its questions are asked again."""
        return f"{self.ref}/{(self.starts_at or self.solids_from).astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def fasts(stay: Stay, house: House) -> tuple[Fast, ...]:
    unreadable = {word.path for word in stay.unreadable}
    found = [_fast(stay, house, ref, procedure, unreadable) for ref, procedure in sorted(stay.procedures.items())]
    return tuple(sorted((fast for fast in found if fast), key=lambda fast: (fast.solids_from, fast.ref)))


def _fast(stay: Stay, house: House, ref: str, procedure: Procedure, unreadable: set[str]) -> Fast | None:
    told = procedure.fasting or Fasting()
    solids, fluids = told.solids_from, told.clear_fluids_from
    odd = bool(unreadable & {f"procedures.{ref}.{word}" for word in WORDS})
    start = procedure.starts_at and procedure.starts_at.astimezone(UTC)
    meant = start or (stay.last_read_start(ref) if f"procedures.{ref}.starts_at" in unreadable else None)
    if not (procedure.sedation or solids or fluids or odd):
        return None
    assumed = solids is None or bool(start and solids >= start)
    if assumed and meant:
        solids = meant - house.minutes("solids_minutes", 360)
    if fluids is None and meant:
        fluids = meant - house.minutes("clear_fluids_minutes", 120)
    if solids is None:
        return None
    solids, done = solids.astimezone(UTC), procedure.done_at and procedure.done_at.astimezone(UTC)
    done = done if done and done >= solids else None
    return Fast(ref, solids, fluids and fluids.astimezone(UTC), start, start + _length(procedure, house) if start else done,
                done, assumed or odd, stay.fasting_was_moved(ref))


def _length(procedure: Procedure, house: House) -> timedelta:
    planned = procedure.minutes
    return timedelta(minutes=planned) if planned is not None else house.minutes("procedure_minutes", 60)


def together(found: tuple[Fast, ...]) -> list[tuple[Fast, ...]]:
    """Fasts that overlap are one fast: their union."""
    runs: list[tuple[Fast, ...]] = []
    for fast in found:
        if runs and any(other.ends_at is None or fast.solids_from <= other.ends_at for other in runs[-1]):
            runs[-1] = (*runs[-1], fast)
        else:
            runs.append((fast,))
    return runs
