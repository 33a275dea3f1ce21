"""Trays that may not be eaten: stopped at the bedside, and whoever was given one is looked after.

A tray that no longer may be eaten is not owed: whoever is at it sees the recall. What people have begun in answer to it (the
nurse's stop, the second tray) keeps it stopped, so that nothing flickers when the reason goes away. Who was looked after is
looked after again when the tray turns out to hold another harm.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from services.meals.rules.diet_safety import Faults, History, faults, harm_beyond
from services.meals.rules.dish_choice import Menu
from services.meals.rules.fasting import Fast
from services.meals.rules.tickets import CHECK, STOP, TRAY, Desk, bedside, following, meal_of
from shared.language.tasks import Owed, Task

AFTERWARDS = timedelta(hours=2)  # where nobody knows since when a dish is wrong: so long another tray makes sense
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Pass:
    """What all courses of one stay share."""

    desk: Desk
    menu: Menu
    history: History
    fasts: tuple[Fast, ...]
    begun: Mapping[Key, Task]
    now: datetime


@dataclass(slots=True)
class Care:
    """What is owed; `wrong`: trays that reached the person although they were stopped; `again_at`: when the answer changes by
    itself."""

    owed: list[Owed] = field(default_factory=list)
    wrong: list[Task] = field(default_factory=list)
    again_at: list[datetime] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stopped:
    """What became of a tray that may not be eaten: `since` when that is known, and whether another one is due."""

    since: datetime
    replaced: bool


def stopped(here: Pass, out: Care, task: Task, of_no_meal: bool = False) -> Stopped | None:
    """None: the tray may be eaten, or never came to it. `of_no_meal`: nobody is owed this meal any more, so that the tray is
    called back anyhow, and a nurse runs only where it may harm."""
    wrong = faults(here.history, task, here.menu, here.now)
    wrong = None if of_no_meal and wrong and not wrong.harms else wrong
    acted = any((kind, *task.key[1:]) in here.begun for kind in (STOP, CHECK)) or following(task) in here.begun
    if not acted and (wrong is None or not (task.status == "in-progress" or _still_counts(here, out, task, wrong))):
        return None
    since = wrong.since if wrong else None
    begun, closed = since or task.start.astimezone(UTC), (task.moved_at or task.due).astimezone(UTC)
    reasons = sorted(fault.says for fault in wrong.found) if wrong else ["it was stopped"]
    if eaten := task.status == "completed":
        out.owed.append(bedside(here.desk, task, max(begun, closed), reasons, CHECK))
        out.owed += _looked_after_again(here, task, wrong, closed)
        out.wrong += [task] if since is None or since <= closed else []
    if not eaten or (STOP, *task.key[1:]) in here.begun:
        out.owed.append(bedside(here.desk, task, begun, reasons, STOP))
    soon = task.due.astimezone(UTC) + AFTERWARDS
    out.again_at.append(soon)
    again = task.status == "in-progress" or following(task) in here.begun or (since <= closed if since else here.now < soon)
    return Stopped(begun, again)


def _still_counts(here: Pass, out: Care, task: Task, wrong: Faults) -> bool:
    """Whether what is known now of a tray that is closed asks for somebody: a failed one that was stopped first; one that
    reached the person, and was stopped or may harm, for as long as it is watched."""
    closed, watch = (task.moved_at or task.due).astimezone(UTC), here.desk.house.watch
    if wrong.since is None:
        until = task.due.astimezone(UTC) + (AFTERWARDS if task.status == "failed" else watch)
        out.again_at.append(until)
        return here.now < until and (wrong.harms or task.status == "failed")
    return wrong.since <= closed or (task.status == "completed" and wrong.harms and wrong.since <= closed + watch)


def _looked_after_again(here: Pass, task: Task, wrong: Faults | None, closed: datetime) -> Iterator[Owed]:
    """One more for each harm of which those who looked after the person could not know, each under a slot of its own."""
    seen: set[str] = set()
    slot, number = task.slot, 1
    while (check := here.begun.get((CHECK, task.person, slot))) and not check.open:
        seen |= set(check.details.get("reasons", ()))
        slot, number = f"{task.slot}/again-{number}", number + 1
        news = sorted({fault.says for fault in wrong.found if fault.harms} - seen) if wrong else []
        since = harm_beyond(here.history, task, here.menu, seen) if news else None
        since, begun = (since or check.moved_at or check.due).astimezone(UTC), here.begun.get((CHECK, task.person, slot))
        if news and since <= closed + here.desk.house.watch:
            yield bedside(here.desk, task, since, news, CHECK, slot)
        elif begun and begun.open:
            yield bedside(here.desk, task, begun.start.astimezone(UTC), begun.details["reasons"], CHECK, slot)


def astray(here: Pass, meals: Iterable[tuple[str, str]]) -> Care:
    """Begun trays of meals that nobody is owed any more, `meals` being (person, slot) of those that somebody is or was: a word
    that moves the days of a stay does not make eaten milk harmless."""
    out, owed = Care(), set(meals)
    for (kind, person, slot), task in sorted(here.begun.items()):
        if kind == TRAY and (person, meal_of(slot)) not in owed:
            stopped(here, out, task, of_no_meal=True)
    return out
