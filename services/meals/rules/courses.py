"""One meal of one person, from the first tray to the last: a begun tray keeps its dish while that is safe; one that is not is
stopped at the bedside, and another takes its place under its own slot."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.meals.rules.after_procedures import aftermath, resumed
from services.meals.rules.at_the_bedside import Care, Pass, stopped
from services.meals.rules.diet_orders import Order
from services.meals.rules.guests import Guest
from services.meals.rules.sittings import NotServed, Sitting, meets, overtaken
from services.meals.rules.tickets import TRAY, plated, slot_of, tray
from shared.language.tasks import Task

TRAYS = 9  # of one meal and person: whoever needs more needs people


@dataclass(slots=True, kw_only=True)
class Course(Care):
    """What is owed of this meal; `no_dish`: the need that no dish meets."""

    guest: Guest
    sitting: Sitting | NotServed
    no_dish: str | None = None


def course(here: Pass, guest: Guest, sitting: Sitting | NotServed) -> Course:
    out, serve = Course(guest=guest, sitting=sitting), sitting.serve
    for number in range(1, TRAYS + 1):
        slot = slot_of(sitting.meal.slot, number)
        task = here.begun.get((TRAY, guest.person, slot))
        gone = stopped(here, out, task) if task else None
        if gone is None:
            _owe(here, out, slot, serve, task)
            break
        if not gone.replaced:
            break
        serve = max(serve, gone.since + here.desk.house.late)
    return out


def _owe(here: Pass, out: Course, slot: str, serve: datetime, task: Task | None) -> None:
    """The tray that takes part in the meal now, if the person may have one."""
    order = out.guest.order
    if isinstance(out.sitting, NotServed) or not isinstance(order, Order):
        return
    sitting = _later(here, out.guest, out.sitting, serve)
    serve, before = sitting.serve, plated(task) if task and task.status != "failed" else None
    if before:
        out.owed.append(tray(here.desk, out.guest, order, sitting, slot, serve, before.dish, before.recipe, None, before))
    elif serve < sitting.next_opens and not (out.guest.person == "patient" and _too_late(here, sitting)):
        needs = order.with_styles(sitting.styles)
        who = f"{here.desk.stay.id}/{out.guest.person}"
        dish = None if sitting.hold else here.menu.choose(needs, sitting.meal, serve, who)
        if dish is None and not sitting.hold:
            out.no_dish = f"no {sitting.meal.period} dish {needs.in_words()}"
        out.owed.append(tray(here.desk, out.guest, order, sitting, slot, serve, dish.name if dish else None,
                             dish.recipe if dish else None, sitting.hold or out.no_dish))


def _later(here: Pass, guest: Guest, sitting: Sitting, serve: datetime) -> Sitting:
    """The same meal at `serve`: between the first tray and the second the diet after a procedure may have begun, or ended."""
    if serve == sitting.serve:
        return sitting
    if guest.person != "patient":
        return replace(sitting, serve=serve)
    again = resumed(aftermath(here.desk.stay, here.fasts), here.desk.house, serve)
    return replace(sitting, serve=again.serve, styles=again.styles, hold=again.hold or sitting.hold)


def _too_late(here: Pass, sitting: Sitting) -> bool:
    """Nobody has begun the tray, and now the patient fasts, or will before it is eaten."""
    if not here.fasts:
        return False
    return bool(meets(here.fasts, here.desk.house, sitting.serve)
                or overtaken(here.fasts, sitting.serve, here.now, sitting.next_opens - sitting.serve))
