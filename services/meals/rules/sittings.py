"""When one person can be served one meal, if at all: never inside a fast, not while out, and not before the arrival.

Who arrives during a meal, or up to 30 min after its end, is served 15 min after the arrival; a meal that a procedure has
delayed is served 30 min after the word that releases it, unless the next meal has begun by then.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from services.meals.rules.after_procedures import Aftermath, aftermath, resumed
from services.meals.rules.fasting import NEAR, Fast
from services.meals.rules.guests import Guest
from services.meals.rules.house import House, Meal
from shared.language.stay import Stay


@dataclass(frozen=True, slots=True)
class Sitting:
    """A meal of a guest at `serve` (UTC); `next_opens`: when the next meal takes its place; `styles` beside the usual one."""

    meal: Meal
    serve: datetime
    next_opens: datetime
    styles: tuple[str, ...] = ()
    hold: str | None = None

    @property
    def late(self) -> bool:
        return self.serve > self.meal.opens


@dataclass(frozen=True, slots=True)
class NotServed:
    """A meal that is lawfully not owed, and why."""

    meal: Meal
    serve: datetime
    reason: str


def sittings(stay: Stay, guest: Guest, house: House, found: tuple[Fast, ...]) -> list[Sitting | NotServed]:
    """Every meal of the guest's days; `found` are the fasts, empty for a companion."""
    after = aftermath(stay, found)
    return [_sitting(after, guest, house, asked) for asked in _asked(guest, house)]


def sitting(stay: Stay, guest: Guest, house: House, found: tuple[Fast, ...], slot: str) -> Sitting | NotServed | None:
    """Of all these the one of that meal, if it is one of the guest's."""
    after = aftermath(stay, found)
    return next((_sitting(after, guest, house, asked) for asked in _asked(guest, house) if asked.meal.slot == slot), None)


def _asked(guest: Guest, house: House) -> Iterator[Sitting]:
    there = guest.presence
    settled = there.start + house.settling
    for meal, following in pairwise(house.meals(there.start, there.end + timedelta(days=1))):
        serve = max(meal.opens, settled)
        if there.start < meal.closes + house.grace and serve < there.end and serve < following.opens:
            yield Sitting(meal, serve, following.opens)


def _sitting(after: Aftermath, guest: Guest, house: House, asked: Sitting) -> Sitting | NotServed:
    meal, serve, hold = asked.meal, asked.serve, None
    if out := [back for left, back in guest.presence.away if left <= serve and (back is None or serve < back)]:
        if out[0] is not None:
            return NotServed(meal, serve, f"{guest.said} is out")
        hold = f"waiting to be told when {guest.said} is back"
    if guest.person == "patient" and not hold and not (after.fasts or after.silent or after.diets):
        return asked
    if guest.person != "patient":
        return Sitting(meal, serve, asked.next_opens, (), hold)
    if fast := meets(after.fasts, house, serve):
        return NotServed(meal, serve, f"fasting for {fast.ref}")
    again = resumed(after, house, serve)
    if again.serve >= asked.next_opens and again.serve > serve:
        return NotServed(meal, serve, "the next meal came first")
    if fast := meets(after.fasts, house, again.serve):
        return NotServed(meal, again.serve, f"fasting for {fast.ref}")
    return Sitting(meal, again.serve, asked.next_opens, again.styles, again.hold or hold)


def meets(found: tuple[Fast, ...], house: House, serve: datetime) -> Fast | None:
    """The fast in which somebody would still be eating what is served then."""
    if not found:
        return None
    return next((fast for fast in found if fast.meets(serve, serve + house.eating)), None)


def overtaken(found: tuple[Fast, ...], serve: datetime, at: datetime, near: timedelta = NEAR) -> Fast | None:
    """The fast that has begun at `at`, `near` after the meal: what is still on its way then is not eaten any more."""
    return next((fast for fast in found if serve < fast.solids_from <= min(at, serve + near)), None)
