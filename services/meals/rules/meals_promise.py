"""How the promise of meals stands. Confirmed only by a kitchen that took, plated or served the trays of the last meal.

Broken while somebody went without a meal and has had none since, or was given a tray that had been stopped and nobody has looked
after him yet; at the end of the stay either of them is broken for good.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from services.meals.rules.courses import Course
from services.meals.rules.diet_orders import Unknown
from services.meals.rules.guests import in_a_sentence
from services.meals.rules.house import House
from services.meals.rules.presence import Absent
from services.meals.rules.served import Served, held, named, served_of
from services.meals.rules.sittings import Sitting
from services.meals.rules.table import Table, table
from shared.language.promises import Promise, State
from shared.language.stay import Stay
from shared.language.tasks import Task
from shared.service import Around, Verdict

OVERDUE = timedelta(minutes=30)  # after serving time; also what hot food is held at most before it is thrown away


def meals_promise(stay: Stay, tasks: Sequence[Task], around: Around) -> Verdict:
    found = table(stay, around)
    if isinstance(found, Absent):
        state: State = "planned" if stay.phase == "unknown" else "at-risk" if found.needed else "not-needed"
        return _verdict(stay, state, found.reason)
    served = served_of(tasks)
    if found.absent or not found.courses:
        return _nobody_fed(stay, found, served)
    over = around.now >= found.guests[0].presence.end
    now = around.now
    again_at = min([at for at in _moments(found, served) if at > now], default=None)
    state, reason = _standing(stay, found, served, over, now)
    ahead = min([t.due for t in served.all if t.open and t.due > now], default=None)
    return _verdict(stay, state, reason, ahead, again_at)


def _nobody_fed(stay: Stay, found: Table, served: Served) -> Verdict:
    """No meal is owed to anybody; yet a tray of before may have to be stopped, or somebody looked after."""
    if broken := next(_unsafe(found, served, over=True), None):
        return _verdict(stay, "broken", broken)
    if risk := next(served.at_the_bedside(), None):
        return _verdict(stay, "at-risk", risk)
    state: State = "at-risk" if found.absent and found.absent.needed else "not-needed"
    return _verdict(stay, state, found.absent.reason if found.absent else "no meal falls into the stay")


def _verdict(stay: Stay, state: State, reason: str, next_at: datetime | None = None, again_at: datetime | None = None) -> Verdict:
    return Verdict((Promise(stay.id, "meals", "meals", state, reason, next_at),), (), again_at)


def _moments(found: Table, served: Served) -> Iterator[datetime]:
    yield found.guests[0].presence.end
    for tray in served.all:
        if tray.open:
            yield tray.start
            yield tray.due + OVERDUE
            if tray.holds and tray.accept_by:
                yield tray.accept_by
    for course in found.courses:  # whose meal is over need not be asked for it any more
        if isinstance(course.guest.order, Unknown) and _owed(course):
            yield course.sitting.serve


def _standing(stay: Stay, found: Table, served: Served, over: bool, now: datetime) -> tuple[State, str]:
    if over and stay.phase == "booked" and not any(t.status in ("completed", "in-progress") for t in served.all):
        return "not-needed", "nobody was admitted"
    if broken := next(_broken(found, served, over), None):
        return "broken", broken
    if risk := next(_risks(found, served, over, now), None):
        return "at-risk", risk
    if over and not any(t.open for t in served.all):
        count = sum(t.status == "completed" for t in served.all)
        return "kept", f"{count} trays served; nobody went without a meal that was owed"
    return _answered(found.house, served, now)


def _unsafe(found: Table, served: Served, over: bool) -> Iterator[str]:
    for task in (task for care in found.care for task in care.wrong):
        if over or not served.looked_after(task):
            yield f"{named(task, found.house)} reached {in_a_sentence(task.person)} although it was not safe"


def _broken(found: Table, served: Served, over: bool) -> Iterator[str]:
    yield from _unsafe(found, served, over)
    for tray in (served.trays.get((c.guest.person, c.sitting.meal.slot)) for c in found.courses if _owed(c)):
        if tray and tray.status == "failed" and tray.stage != "waived" and (over or not served.fed_since(tray)):
            yield f"{named(tray, found.house)} was not served to {in_a_sentence(tray.person)}: {tray.reason or 'no reason told'}"
    for guest in found.guests if over else ():
        fed = any(t.person == guest.person and t.status in ("completed", "in-progress") for t in served.all)
        if isinstance(guest.order, Unknown) and not fed and any(_owed(c) for c in found.courses if c.guest is guest):
            yield f"{guest.said} was never fed: {guest.order.asks[0]} was not told"


def _owed(course: Course) -> bool:
    return isinstance(course.sitting, Sitting)


def _risks(found: Table, served: Served, over: bool, now: datetime) -> Iterator[str]:
    yield from served.at_the_bedside()
    for tray in served.all:
        if tray.status == "in-progress" and "recall" in tray.holds:
            yield f"{named(tray, found.house)} of {in_a_sentence(tray.person)} is called back"
    for guest in () if over else found.guests:
        if isinstance(guest.order, Unknown) and any(_owed(c) and c.sitting.serve > now for c in found.courses if c.guest is guest):
            yield f"no tray for {guest.said}: not known: {', '.join(guest.order.asks)}"
    for tray in served.all:
        if tray.open and tray.due + OVERDUE <= now:
            why = held(tray) or "nobody reports it served"
            yield f"{named(tray, found.house)} of {in_a_sentence(tray.person)} is late: {why}"
    for tray in (tray for tray in served.all if tray.holds):
        waits = held(tray).startswith("waiting") and tray.accept_by and tray.accept_by > now
        if tray.open and held(tray) and "recall" not in tray.holds and not waits:
            yield f"{named(tray, found.house)} of {in_a_sentence(tray.person)}: {held(tray)}"
    if not over and (missing := found.guests[0].presence.open_end):
        yield f"waiting to be told: {missing}"


def _answered(house: House, served: Served, now: datetime) -> tuple[State, str]:
    """By the meal that is being plated or was the last; before the first one, by that."""
    trays = [t for t in served.trays.values() if not t.held and t.status != "failed"]
    if not trays:
        return "planned", "no tray is owed now"
    present = max((t.due for t in trays if t.start <= now), default=min(t.due for t in trays))
    meal = sorted((t for t in trays if t.due == present), key=lambda t: t.person)
    waiting = [t for t in meal if t.status == "requested"]
    if waiting:
        return "planned", f"{named(waiting[0], house)}: the kitchen has not taken it yet"
    how = "served" if all(t.status == "completed" for t in meal) else "the kitchen is at it"
    return "confirmed", f"{named(meal[0], house)}: {how}"
