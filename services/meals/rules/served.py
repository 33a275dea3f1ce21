"""What became of the meals of a stay, as the promise reads its tasks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from services.meals.rules.house import House
from services.meals.rules.tickets import CHECK, STOP, TRAY, meal_of
from shared.language.tasks import Task


@dataclass(frozen=True, slots=True)
class Served:
    """Of each tray the latest attempt, of each meal the latest tray."""

    trays: dict[tuple[str, str], Task]  # (person, day/period) -> the last of the meal that is not cancelled
    all: list[Task]
    bedside: list[Task]

    def looked_after(self, tray: Task) -> bool:
        """Whether somebody has been with the person who was given it."""
        return any(t.kind == CHECK and t.key[1:] == tray.key[1:] and t.status == "completed" for t in self.bedside)

    def fed_since(self, tray: Task) -> bool:
        return any(t.status == "completed" and t.person == tray.person and t.due > tray.due for t in self.all)

    def at_the_bedside(self) -> Iterator[str]:
        """What nurses still have to do."""
        return (str(task.details.get("what", task.kind)) for task in self.bedside if task.open)


def served_of(tasks: Sequence[Task]) -> Served:
    own = [t for t in tasks if t.origin == "plan" and t.status != "cancelled"]
    latest = {t.key: t for t in sorted(own, key=attrgetter("attempt"))}
    trays = sorted((t for t in latest.values() if t.kind == TRAY), key=lambda t: (t.slot, t.person))
    by_meal = {(t.person, meal_of(t.slot)): t for t in trays}
    return Served(by_meal, trays, sorted((t for t in latest.values() if t.kind in (STOP, CHECK)), key=lambda t: (t.start, t.key)))


def held(task: Task) -> str:
    return "; ".join(task.holds.values())


def named(task: Task, house: House) -> str:
    """lunch on 25 November"""
    period = task.slot.split("/")[1]
    day = task.due.astimezone(house.zone)
    return f"{period} on {day.day} {day:%B}"
