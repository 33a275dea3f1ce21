"""After a fast nobody eats until the procedure is reported done and a diet is told: the old one is never taken up by itself.

`diet_after` holds until its `until` (without one, to the end of the stay), beside the usual style and not instead of it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from services.meals.rules.fasting import Fast
from services.meals.rules.house import House
from shared.language.facts.intake import DietAfter
from shared.language.stay import Procedure, Stay


@dataclass(frozen=True, slots=True)
class Resumed:
    """How a meal stands after the procedures before it: `hold` why it cannot be served yet; `serve`, later than asked where
    the word that released it came late; `styles` beside the usual one."""

    serve: datetime
    hold: str | None = None
    styles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoDietTold:
    """A procedure that is done, and nobody said what the patient may eat."""

    ref: str
    done_at: datetime


@dataclass(frozen=True, slots=True)
class Aftermath:
    """All that the meals of a stay have to be asked about its procedures; `diets`: each told after one, from when it is done."""

    stay: Stay
    fasts: tuple[Fast, ...]
    silent: list[NoDietTold]
    diets: list[tuple[datetime, DietAfter]]


def aftermath(stay: Stay, found: tuple[Fast, ...]) -> Aftermath:
    return Aftermath(stay, found, no_diet_told(stay, found), _diets(stay))


def resumed(after: Aftermath, house: House, serve: datetime) -> Resumed:
    """For a meal at `serve`, which is in none of the windows."""
    if not (after.fasts or after.silent or after.diets):
        return Resumed(serve)
    found = after.fasts
    for fast in found:
        if fast.done_at is None and (fast.ends_at or fast.solids_from) < serve + house.eating:
            what = "to be reported done" if fast.starts_at else "to be given a start, or reported done"
            return Resumed(serve, f"waiting for {fast.ref} {what}")
    released = serve
    for silent in after.silent:
        if silent.done_at <= serve or _ended_before(found, silent.ref, serve):
            return Resumed(serve, f"no diet told after {silent.ref}")
    for fast in found:
        if fast.ends_at and fast.ends_at <= serve and fast.done_at:
            told = _told(after.stay, fast.ref) or fast.done_at
            last = max(fast.done_at, told)
            released = max(released, last + house.late) if last > serve else released
    return Resumed(released, None, _styles(after.diets, released))


def no_diet_told(stay: Stay, found: tuple[Fast, ...]) -> list[NoDietTold]:
    """Procedures done after a fast without a diet, and those whose diet cannot be read; a diet told after a later one counts."""
    fasted = {fast.ref: fast.done_at for fast in found if fast.done_at}
    silent, diets = [], _diets(stay)
    for ref, procedure in sorted(stay.procedures.items()):
        done = fasted.get(ref) or (procedure.done_at if _odd(stay, ref, procedure) else None)
        if done and not any(later >= done for later, _ in diets):
            silent.append(NoDietTold(ref, done.astimezone(UTC)))
    return silent


def _odd(stay: Stay, ref: str, procedure: Procedure) -> bool:
    said = stay.known.at("procedures", ref, "diet_after")
    return said is not None and said != {} and not (procedure.diet_after and procedure.diet_after.style)


def _diets(stay: Stay) -> list[tuple[datetime, DietAfter]]:
    return [(p.done_at, p.diet_after) for _, p in sorted(stay.procedures.items())
            if p.done_at and p.diet_after and p.diet_after.style]


def _styles(diets: list[tuple[datetime, DietAfter]], serve: datetime) -> tuple[str, ...]:
    holding = {after.style for done, after in diets if done <= serve and (after.until is None or serve < after.until)}
    return tuple(sorted(style for style in holding if style))


def _told(stay: Stay, ref: str) -> datetime | None:
    return stay.known.told("procedures", ref, "diet_after", "style")


def _ended_before(found: tuple[Fast, ...], ref: str, serve: datetime) -> bool:
    return any(fast.ref == ref and fast.ends_at and fast.ends_at <= serve for fast in found)
