"""What nurses are asked before and around meals: the diet, the wristband, the fast, the insulin, and what comes after a fast.

Each question is named by what raised it, so that it is asked again when that happens again, and goes when it is answered.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from services.meals.details import FastQuestion, NoDish, Question
from services.meals.rules.after_procedures import no_diet_told
from services.meals.rules.diet_orders import Unknown
from services.meals.rules.fasting import Fast, together
from services.meals.rules.sittings import Sitting
from services.meals.rules.table import Table
from services.meals.rules.tickets import missing_identifiers
from shared.language.facts import Json
from shared.language.tasks import Owed

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def questions(table: Table) -> Iterator[Owed]:
    """Of a stay that is not over."""
    yield from _diets(table)
    yield from _identifiers(table)
    yield from _fasts(table)
    yield from _insulin(table)
    yield from _long_fasts(table)
    yield from _diets_after(table)
    yield from _no_dish(table)


def _diets(table: Table) -> Iterator[Owed]:
    """Before the first meal is decided; at once where a word made it unknown later."""
    for guest in table.guests:
        order, first = guest.order, _first_told(table)
        cut_offs = [c.sitting.serve - table.house.cut_off for c in table.courses if c.guest is guest]
        if not isinstance(order, Unknown) or not cut_offs:
            continue
        start = max(first, min(cut_offs) - DAY, order.since.astimezone(UTC) if order.since else first)
        what = f"ask for the diet and allergies of {guest.said}: no tray until they are known"
        details = Question(what=what, for_=guest.name, asks=list(order.asks)).as_json()
        slot = f"{order.since.astimezone(UTC):%Y-%m-%dT%H:%MZ}" if order.since else ""
        yield _owed(table, "ask-diet", guest.person, slot, start, max(start + HOUR, min(cut_offs)), details)


def _identifiers(table: Table) -> Iterator[Owed]:
    stay = table.desk.stay
    if stay.admitted_at and (missing := missing_identifiers(stay)):
        at = stay.admitted_at.astimezone(UTC)
        details = Question(what="two identifiers are needed at the bedside: a room is none", for_="patient", asks=missing)
        yield _owed(table, "ask-identifiers", "patient", "", at, at + HOUR / 2, details.as_json())


def _fasts(table: Table) -> Iterator[Owed]:
    for fast in table.fasts:
        if fast.done_at or not (fast.assumed or fast.moved):
            continue
        why = "nobody told it; 6 h without solids and 2 h without clear fluids are kept" if fast.assumed \
            else "the start was moved, and the fast with it"
        yield _about(table, "confirm-fasting", (fast,), f"confirm the fast for {fast.ref}: {why}", _told(table, fast))


def _insulin(table: Table) -> Iterator[Owed]:
    order = table.guests[0].order
    style = table.desk.stay.profile.diet and table.desk.stay.profile.diet.style
    if style == "diabetic" or (not isinstance(order, Unknown) and "diabetic" in order.styles):
        for fast in table.fasts:
            if not fast.done_at:
                what = f"settle the insulin before the fast for {fast.ref} begins"
                yield _about(table, "insulin-plan", (fast,), what, _told(table, fast))


def _long_fasts(table: Table) -> Iterator[Owed]:
    """Longer than 10 h without solids, or 4 h without clear fluids, to the start of the last procedure in it."""
    solids, fluids = table.house.minutes("long_solids_minutes", 600), table.house.minutes("long_fluids_minutes", 240)
    for run in together(table.fasts):
        starts = [fast.starts_at for fast in run if fast.starts_at]
        dry = [fast.fluids_from for fast in run if fast.fluids_from]
        if not starts or all(fast.done_at for fast in run):
            continue
        hours = max(starts) - run[0].solids_from
        if hours > solids or (dry and max(starts) - min(dry) > fluids):
            what = f"a long fast, {hours.total_seconds() / 3600:g} h without solids: ask whether it can be shorter"
            yield _about(table, "long-fast", run, what, max(_told(table, fast) for fast in run))


def _diets_after(table: Table) -> Iterator[Owed]:
    """Within 30 min of the end: nobody eats until then, and the old diet is not taken up by itself."""
    for silent in no_diet_told(table.desk.stay, table.fasts):
        details = FastQuestion(what=f"ask for the diet after {silent.ref}: no tray until it is told", procedures=[silent.ref],
                               solids_from=None, clear_fluids_from=None, starts_at=None)
        slot = f"{silent.ref}/{silent.done_at:%Y-%m-%dT%H:%MZ}"
        due = silent.done_at + table.house.minutes("diet_after_minutes", 30)
        yield _owed(table, "diet-after", "patient", slot, silent.done_at, due, details.as_json())


def _no_dish(table: Table) -> Iterator[Owed]:
    for guest in table.guests:
        by_day: dict[str, list[Sitting]] = {}
        said: dict[str, list[str]] = {}
        for course in table.courses:
            if course.guest is guest and course.no_dish and isinstance(course.sitting, Sitting):
                by_day.setdefault(str(course.sitting.meal.day), []).append(course.sitting)
                said.setdefault(str(course.sitting.meal.day), []).append(course.no_dish)
        for day, sittings in by_day.items():
            due = max(sittings[0].serve - table.house.cut_off, _first_told(table) + HOUR / 2)
            details = NoDish(what=f"nothing safe to eat for {guest.said}: find it with the kitchen", for_=guest.name,
                             meals=said[day])
            yield _owed(table, "no-safe-dish", guest.person, day, due - DAY, due, details.as_json())


def _about(table: Table, kind: str, run: tuple[Fast, ...], what: str, told: datetime) -> Owed:
    """A question about a fast is due before the fast begins, or half an hour after it was told."""
    first, fluids = run[0], [fast.fluids_from for fast in run if fast.fluids_from]
    starts = [fast.starts_at for fast in run if fast.starts_at]
    details = FastQuestion(what=what, procedures=[fast.ref for fast in run], solids_from=table.desk.local(first.solids_from),
                           clear_fluids_from=table.desk.local(min(fluids)) if fluids else None,
                           starts_at=table.desk.local(max(starts)) if starts else None)
    return _owed(table, kind, "patient", "+".join(fast.slot for fast in run), told,
                 max(first.solids_from, told + HOUR / 2), details.as_json())


def _told(table: Table, fast: Fast) -> datetime:
    known, here = table.desk.stay.known, ("procedures", fast.ref)
    times = [known.told(*here, word) for word in ("starts_at", "fasting", "sedation")]
    return max([at.astimezone(UTC) for at in times if at], default=_first_told(table))


def _first_told(table: Table) -> datetime:
    first = table.desk.stay.first_told
    return (first or table.guests[0].presence.start).astimezone(UTC)


def _owed(table: Table, kind: str, person: str, slot: str, start: datetime, due: datetime, details: Json) -> Owed:
    return Owed(kind=kind, feed="nursing", person=person, slot=slot, start=start, due=due, accept_by=start + (due - start) / 2,
                place=table.desk.room(start), site=table.house.site, details=details)
