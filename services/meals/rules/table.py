"""Everything that a stay's people are to be served, worked out once: plan says it, and the promise is judged by it."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from services.meals.rules.at_the_bedside import Care, Pass, astray
from services.meals.rules.courses import Course, course
from services.meals.rules.diet_safety import History
from services.meals.rules.dish_choice import menu
from services.meals.rules.fasting import Fast, fasts
from services.meals.rules.guests import Guest, guests
from services.meals.rules.hindsight import by_what_was_known
from services.meals.rules.house import House, house_of
from services.meals.rules.presence import Absent
from services.meals.rules.sittings import sittings
from services.meals.rules.tickets import TRAY, Desk
from shared.language.stay import Stay
from shared.service import Around


@dataclass(frozen=True, slots=True)
class Table:
    """`astray`: what comes of begun trays that belong to none of the courses; `absent`: why nobody is fed, where that is so;
    `again_at`: when it is laid otherwise by itself."""

    desk: Desk
    guests: list[Guest]
    fasts: tuple[Fast, ...]
    courses: list[Course]
    astray: Care
    absent: Absent | None
    again_at: datetime | None

    @property
    def house(self) -> House:
        return self.desk.house

    @property
    def care(self) -> list[Care]:
        return [*self.courses, self.astray]


@dataclass(frozen=True, slots=True)
class _Of:
    """One pass: equal only where both are the very same."""

    stay: Stay
    around: Around

    def __hash__(self) -> int:
        return hash((id(self.stay), id(self.around)))


def table(stay: Stay, around: Around) -> Table | Absent:
    """Laid once in a pass: plan and judge are given the same stay and the same surroundings."""
    return _table(_Of(stay, around))


@lru_cache(maxsize=1)  # the pass at hand
def _table(of: _Of) -> Table | Absent:
    stay, around = of.stay, of.around
    if stay.phase == "nothing":
        return Absent("the stay was cancelled" if stay.booking_withdrawn else "the admission was taken back")
    if stay.phase == "unknown":
        return Absent("waiting to be told: who this is, and from when to when", needed=True)
    site = around.clinic.site_of(stay.site)
    if site is None:
        return Absent(f"{stay.site} is none of our sites" if stay.site else "waiting to be told: site", needed=True)
    house = house_of(around.clinic, site)
    asked = guests(stay, house, around.now)
    absent, found = (asked, []) if isinstance(asked, Absent) else (None, asked)
    windows, desk, history = fasts(stay, house), Desk(stay, house), History(stay)
    here = Pass(desk, menu(house, around.resources), history, windows, around.begun, around.now)
    courses = []
    for guest in found:
        for sitting in sittings(stay, guest, house, windows if guest.person == "patient" else ()):
            begun = (TRAY, guest.person, sitting.meal.slot) in around.begun
            owed = sitting if begun else by_what_was_known(history, house, guest, sitting, around.now)
            courses.append(course(here, guest, owed))
    lost = astray(here, ((each.guest.person, each.sitting.meal.slot) for each in courses))
    times = [guest.presence.again_at or guest.presence.end for guest in found] + [fast.solids_from for fast in windows]
    times += [at for each in (*courses, lost) for at in each.again_at]
    again_at = min((at for at in times if at and at > around.now), default=None)
    return Table(desk, found, windows, courses, lost, absent, again_at)
