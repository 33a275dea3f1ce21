"""The ticket of one tray: times from the meal, the room at serving time, two identifiers, and all that must be right on it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from services.meals.details import Bedside, Recipe, Tray, recipe_json
from services.meals.rules.diet_orders import Order
from services.meals.rules.guests import Guest, in_a_sentence, on_a_ticket
from services.meals.rules.house import House
from services.meals.rules.sittings import Sitting
from shared.language.facts import Json
from shared.language.stay import Stay
from shared.language.tasks import Owed, Task

TRAY, STOP, CHECK = "tray", "stop-tray", "check-patient"
AT_ONCE = timedelta(minutes=1)  # stopped at the bedside within 60 s (Pennsylvania Patient Safety Authority)


@dataclass(frozen=True)
class Desk:
    """What every ticket of one stay needs."""

    stay: Stay
    house: House

    def room(self, at: datetime) -> str | None:
        """The room at that moment; None: not known yet."""
        for placed in self.stay.words.room.placements or ():
            begun = placed.from_ is None or placed.from_ <= at
            if placed.room and begun and (placed.to is None or at < placed.to):
                return f"room {placed.room}"
        return None

    def local(self, at: datetime) -> str:
        return _local(at.astimezone(UTC), self.house.zone)

    @cached_property
    def identifiers(self) -> dict[str, str | None]:
        return {"patient_ref": self.stay.profile.patient_ref, "wristband": self.stay.profile.wristband}

    def identify(self, guest: Guest) -> str | None:
        if not self.missing:
            return None
        missing = [name for name in self.missing if guest.person == "patient" or name == "patient_ref"]
        return f"{' and '.join(missing)} not told yet" if missing else None

    @cached_property
    def missing(self) -> list[str]:
        return missing_identifiers(self.stay)

    @cached_property
    def first_told(self) -> datetime | None:
        return self.stay.first_told.astimezone(UTC) if self.stay.first_told else None


def tray(desk: Desk, guest: Guest, order: Order, sitting: Sitting, slot: str, serve: datetime, dish: str | None,
         recipe: Recipe | None, hold: str | None, before: Tray | None = None) -> Owed:
    """`before`: the ticket of a tray that somebody has begun; its textures are what is on the plate."""
    house, sheet = desk.house, order.with_styles(sitting.styles)
    details: Json = {  # of a `Tray`, field by field: there are twenty to a stay, and each pass says all of them anew
        **desk.identifiers, "for": guest.name, "period": sitting.meal.period, "serving_at": desk.local(serve),
        "late": serve > sitting.meal.opens, "dish": dish, "recipe": recipe_json(recipe) if recipe else None,
        "styles": list(sheet.styles), "food": before.food if before else sheet.food,
        "drinks": before.drinks if before else sheet.drinks, "allergens": list(sheet.allergies),
        "dislikes": list(sheet.dislikes), "identify": desk.identify(guest)}
    told = desk.first_told or serve
    return Owed(kind=TRAY, feed="kitchen", person=guest.person, slot=slot, start=serve - house.plating, due=serve,
                accept_by=min(serve, max(serve - house.cut_off, told)), place=desk.room(serve), site=house.site,
                details=details, hold=hold)


@lru_cache(maxsize=8192)  # the meals of all stays are at the same times; in UTC: an hour that a night repeats is two
def _local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat()


def bedside(desk: Desk, task: Task, start: datetime, reasons: list[str], kind: str, slot: str | None = None) -> Owed:
    """Stop the tray (STOP), or look after who was given it (CHECK; `slot`, where that is not for the first time)."""
    why, said = "; ".join(reasons), in_a_sentence(task.person)
    meal, before = task.slot.split("/")[1:2], plated(task)
    what = f"{said} was given the {' '.join(meal)}: look after them now: {why}" if kind == CHECK else \
        f"stop the {' '.join(meal)} of {said} at the bedside: {why}"
    details = Bedside(for_=on_a_ticket(task.person), what=what, slot=task.slot, dish=before.dish if before else None,
                      reasons=reasons, **desk.identifiers)
    within = desk.house.minutes("check_minutes", 15) if kind == CHECK else desk.house.minutes("stop_minutes", 5)
    return Owed(kind=kind, feed="nursing", person=task.person, slot=slot or task.slot, start=start,
                due=start + within, accept_by=start + AT_ONCE, place=desk.room(start), site=desk.house.site,
                details=details.as_json())


def slot_of(meal: str, number: int) -> str:
    """Of the trays of one meal: 2026-11-25/lunch, 2026-11-25/lunch/2"""
    return meal if number == 1 else f"{meal}/{number}"


def meal_of(slot: str) -> str:
    return "/".join(slot.split("/")[:2])


def following(tray: Task) -> tuple[str, str, str]:
    """The key of the tray that takes its place."""
    meal = meal_of(tray.slot)
    number = int(tray.slot.removeprefix(meal).removeprefix("/") or 1)
    return TRAY, tray.person, slot_of(meal, number + 1)


def plated(task: Task) -> Tray | None:
    """What the ticket says; None where it says nothing that can be read."""
    try:
        return Tray.model_validate(task.details)
    except ValidationError:
        return None


def missing_identifiers(stay: Stay) -> list[str]:
    found = (("patient_ref", stay.profile.patient_ref), ("wristband", stay.profile.wristband))
    return [name for name, told in found if not told]
