"""After a fast nobody eats until the procedure is reported done and a diet is told: the old one is never taken up by itself.

`diet_after` holds until its `until` (without one, to the end of the stay), beside the usual style and not instead of it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter

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
class _DietTold:
    """`known_at`: when both were told, that the procedure is done and the style."""

    done_at: datetime
    known_at: datetime
    says: DietAfter


@dataclass(frozen=True, slots=True)
class Aftermath:
    """All that the meals of a stay have to be asked about its procedures; `diets`: what was told to eat after one."""

    stay: Stay
    fasts: tuple[Fast, ...]
    silent: list[NoDietTold]
    diets: list[_DietTold]


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
            last = min((told.known_at for told in after.diets if told.done_at >= fast.done_at), default=fast.done_at)
            released = max(released, last + house.late) if last > serve else released
    return Resumed(released, None, _styles(after.diets, released))


def no_diet_told(stay: Stay, found: tuple[Fast, ...]) -> list[NoDietTold]:
    """Procedures done after a fast without a diet, and those whose diet cannot be read; a diet told after a later one counts.
    One that is to be done again was done all the same."""
    fasted = {fast.ref: fast.done_at for fast in found if fast.done_at}
    silent, diets = [], _diets(stay)
    again = {ref: p.done_at for ref, p in stay.put_off.items() if p.done_at and (p.sedation or p.fasting)}
    for ref, procedure in sorted(stay.procedures.items()):
        done = again.get(ref) or fasted.get(ref) or (procedure.done_at if _odd(stay, ref, procedure) else None)
        if done and not any(told.done_at >= done for told in diets):
            silent.append(NoDietTold(ref, done.astimezone(UTC)))
    return silent


def _odd(stay: Stay, ref: str, procedure: Procedure) -> bool:
    said = stay.known.at("procedures", ref, "diet_after")
    return said is not None and said != {} and not (procedure.diet_after and procedure.diet_after.style)


def _diets(stay: Stay) -> list[_DietTold]:
    found = []
    for ref, procedure in sorted((*stay.procedures.items(), *stay.put_off.items()), key=itemgetter(0)):
        done, says = procedure.done_at, procedure.diet_after
        if done and says and says.style:
            told = stay.known.told("procedures", ref, "diet_after", "style")
            found.append(_DietTold(done, max(done, told) if told else done, says))
    return found


def _styles(diets: list[_DietTold], serve: datetime) -> tuple[str, ...]:
    holding = {told.says.style for told in diets
               if told.done_at <= serve and (told.says.until is None or serve < told.says.until)}
    return tuple(sorted(style for style in holding if style))


def _ended_before(found: tuple[Fast, ...], ref: str, serve: datetime) -> bool:
    return any(fast.ref == ref and fast.ends_at and fast.ends_at <= serve for fast in found)
