"""Lunch on Wednesday: plated, or already eaten; Ada has told of no allergy yet."""

from typing import Any

from shared.language.tasks import Task
from tests.meals.trays import REGULAR, Kitchen, admitted, booked, diet, dish, on

STEW = dish("stew", contains=["milk"])
RICE = dish("rice")
LUNCH = "2026-11-25/lunch"
MILK = {"milk": {"severity": "mild", "status": "active"}}
PLAIN = booked(diet=REGULAR, arrives_on="2026-11-25")
HERE = admitted(on(25, "09:10"))  # too late for breakfast: lunch is the first meal


def kitchen(*facts: Any, dishes: Any = (STEW,), stage: str = "plated", at: Any = on(25, "12:12")) -> Kitchen:
    """Lunch on Wednesday is plated: a stew, which has milk in it."""
    here = Kitchen(PLAIN, HERE, *facts, dishes=list(dishes)).at(on(25, "09:10"))
    here.moved(here.task("tray", LUNCH), "in-progress", at, stage=stage)
    here.dishes = [*here.dishes, RICE]
    return here.at(at)


def of_lunch(here: Kitchen) -> dict[tuple[str, str], str]:
    found = here.open("tray", "stop-tray", "check-patient")
    return {key: status for key, status in found.items() if key[1].startswith(LUNCH)}


def milk(at: Any = on(25, "12:20")) -> Any:
    return diet(at, allergies=MILK)


def plate(task: Task) -> Any:
    return task.details["dish"]


def given(*facts: Any, dishes: Any = (STEW,)) -> Kitchen:
    """Lunch was eaten at 12:40."""
    here = kitchen(*facts, dishes=dishes)
    return here.moved(here.task("tray", LUNCH), "completed", on(25, "12:40"))
