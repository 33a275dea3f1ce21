"""One meal of one person, from the first tray to the last: a begun tray keeps its dish while that is safe; one that is not is
stopped at the bedside, and another takes its place under its own slot.

A tray that no longer may be eaten is not owed: whoever is at it sees the recall. What people have begun in answer to it (the
nurse's stop, the second tray) keeps it stopped, so that nothing flickers when the reason goes away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from services.meals.rules.diet_orders import Order
from services.meals.rules.diet_safety import Faults, History, faults
from services.meals.rules.dish_choice import Menu
from services.meals.rules.fasting import Fast
from services.meals.rules.guests import Guest
from services.meals.rules.sittings import NotServed, Sitting, meets, overtaken
from services.meals.rules.tickets import CHECK, STOP, TRAY, Desk, bedside, plated, tray
from shared.language.tasks import Owed, Task

AFTERWARDS = timedelta(hours=2)  # where nobody knows since when a dish is wrong: so long another tray makes sense
Key = tuple[str, str, str]
TRAYS = 9  # of one meal and person: whoever needs more needs people


@dataclass(slots=True)
class Course:
    """What is owed of this meal; `no_dish`: the need that no dish meets; `wrong`: trays that reached the person although they
    were stopped; `again_at`: when the answer changes by itself."""

    guest: Guest
    sitting: Sitting | NotServed
    owed: list[Owed] = field(default_factory=list)
    no_dish: str | None = None
    wrong: list[Task] = field(default_factory=list)
    again_at: list[datetime] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Pass:
    """What all courses of one stay share."""

    desk: Desk
    menu: Menu
    history: History
    fasts: tuple[Fast, ...]
    begun: Mapping[Key, Task]
    now: datetime


@dataclass(frozen=True, slots=True)
class _Stopped:
    """What became of a tray that may not be eaten: `since` when that is known, and whether another one is due."""

    since: datetime
    replaced: bool


def course(here: Pass, guest: Guest, sitting: Sitting | NotServed) -> Course:
    out, serve = Course(guest, sitting), sitting.serve
    for number in range(1, TRAYS + 1):
        task = here.begun.get((TRAY, guest.person, _slot(sitting, number)))
        stopped = _stopped(here, out, task, (TRAY, guest.person, _slot(sitting, number + 1))) if task else None
        if stopped is None:
            _owe(here, out, _slot(sitting, number), serve, task)
            break
        if not stopped.replaced:
            break
        serve = max(serve, stopped.since + here.desk.house.late)
    return out


def _slot(sitting: Sitting | NotServed, number: int) -> str:
    return sitting.meal.slot if number == 1 else f"{sitting.meal.slot}/{number}"


def _stopped(here: Pass, out: Course, task: Task, following: Key) -> _Stopped | None:
    """None: the tray may be eaten, or never came to it."""
    wrong = faults(here.history, task, here.menu, here.now)
    acted = any((kind, *task.key[1:]) in here.begun for kind in (STOP, CHECK)) or following in here.begun
    if not acted and (wrong is None or not (task.status == "in-progress" or _still_counts(here, out, task, wrong))):
        return None
    since = wrong.since if wrong else None
    begun, closed = since or task.start.astimezone(UTC), (task.moved_at or task.due).astimezone(UTC)
    reasons = sorted(fault.says for fault in wrong.found) if wrong else ["it was stopped"]
    if eaten := task.status == "completed":
        out.owed.append(bedside(here.desk, out.guest, task, max(begun, closed), reasons, eaten=True))
        out.wrong += [task] if since is None or since <= closed else []
    if not eaten or (STOP, *task.key[1:]) in here.begun:
        out.owed.append(bedside(here.desk, out.guest, task, begun, reasons, eaten=False))
    soon = task.due.astimezone(UTC) + AFTERWARDS
    out.again_at.append(soon)
    again = task.status == "in-progress" or following in here.begun or (since <= closed if since else here.now < soon)
    return _Stopped(begun, again)


def _still_counts(here: Pass, out: Course, task: Task, wrong: Faults) -> bool:
    """Whether what is known now of a tray that is closed asks for somebody: a failed one that was stopped first; one that
    reached the person, and was stopped or may harm, for as long as it is watched."""
    closed, watch = (task.moved_at or task.due).astimezone(UTC), here.desk.house.watch
    if wrong.since is None:
        until = task.due.astimezone(UTC) + (AFTERWARDS if task.status == "failed" else watch)
        out.again_at.append(until)
        return here.now < until and (wrong.harms or task.status == "failed")
    return wrong.since <= closed or (task.status == "completed" and wrong.harms and wrong.since <= closed + watch)


def _owe(here: Pass, out: Course, slot: str, serve: datetime, task: Task | None) -> None:
    """The tray that takes part in the meal now, if the person may have one."""
    sitting, order = out.sitting, out.guest.order
    if isinstance(sitting, NotServed) or not isinstance(order, Order):
        return
    before = plated(task) if task and task.status != "failed" else None
    if before:
        out.owed.append(tray(here.desk, out.guest, order, sitting, slot, serve, before.dish, before.recipe, None, before))
    elif serve < sitting.next_opens and not (out.guest.person == "patient" and _too_late(here, serve)):
        needs = order.with_styles(sitting.styles)
        who = f"{here.desk.stay.id}/{out.guest.person}"
        dish = None if sitting.hold else here.menu.choose(needs, sitting.meal, serve, who)
        if dish is None and not sitting.hold:
            out.no_dish = f"no {sitting.meal.period} dish {needs.in_words()}"
        out.owed.append(tray(here.desk, out.guest, order, sitting, slot, serve, dish.name if dish else None,
                             dish.recipe if dish else None, sitting.hold or out.no_dish))


def _too_late(here: Pass, serve: datetime) -> bool:
    return bool(here.fasts) and bool(meets(here.fasts, here.desk.house, serve) or overtaken(here.fasts, serve, here.now))
