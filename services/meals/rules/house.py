"""The house's times: when meals are, and how long each step takes. Every number is a setting of `meals` in the clinic file.

Clinical ones: 6 h without solids and 2 h without clear fluids before a sedation, and a warning above 10 h and 4 h (RCN
perioperative fasting; PMC8547037). The others are the house's own practice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from shared.language.clinic import Clinic

PERIODS = {"breakfast": ("07:30", "08:30"), "lunch": ("12:30", "13:30"), "dinner": ("18:30", "19:30")}
LATEX = {"latex": ("banana", "avocado", "chestnut")}  # the latex-fruit syndrome
LEAVES_BEFORE = {"flight": 180, "train": 75}  # minutes from our door to the departure; other journeys begin at our door


@dataclass(frozen=True, slots=True)
class Meal:
    """One meal of the house: [opens, closes) in UTC; `slot`: day and period; `hour`: of the wall clock at which it opens."""

    day: date
    period: str
    opens: datetime
    closes: datetime
    slot: str
    hour: int


@dataclass(frozen=True, eq=False)
class House:
    """One site. All instants that it gives are in UTC: on the wall clock a night of the clock change has 23 or 25 hours.

    Equal only to itself: there is one for a clinic file and site, so that what it says of a day can be kept."""

    clinic: Clinic
    site: str

    @cached_property
    def zone(self) -> ZoneInfo:
        return self.clinic.zone(self.site)

    def minutes(self, name: str, default: int) -> timedelta:
        return self.clinic.minutes("meals", name, default)

    @cached_property
    def plating(self) -> timedelta:
        return self.minutes("plating_minutes", 20)

    @cached_property
    def cut_off(self) -> timedelta:
        return self.minutes("cut_off_minutes", 90)

    @cached_property
    def eating(self) -> timedelta:
        return self.minutes("eating_minutes", 30)

    @cached_property
    def settling(self) -> timedelta:
        return self.minutes("settle_minutes", 15)

    @cached_property
    def grace(self) -> timedelta:
        return self.minutes("arrival_grace_minutes", 30)

    @cached_property
    def late(self) -> timedelta:
        """From the word that releases or replaces a tray to the tray."""
        return self.minutes("late_tray_minutes", 30)

    @cached_property
    def watch(self) -> timedelta:
        """So long after a meal a word that makes it unsafe still sends a nurse to who ate it."""
        return self.minutes("watch_minutes", 720)

    @cached_property
    def latex(self) -> Mapping[str, tuple[str, ...]]:
        told = self.clinic.setting("meals", "cross_reactions", LATEX)
        return {name: tuple(foods) for name, foods in told.items()}

    def leaves_before(self, mode: str | None) -> timedelta:
        told = self.clinic.setting("meals", "leaves_before_minutes", LEAVES_BEFORE)
        return timedelta(minutes=told.get(mode or "flight", 0))

    def at(self, day: date, hour: time) -> datetime:
        return self.clinic.at(self.site, day, hour).astimezone(UTC)

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def midnight_after(self, at: datetime, days: int = 1) -> datetime:
        return self.at(self.day(at) + timedelta(days=days), time(0))

    def meals(self, start: datetime, end: datetime) -> list[Meal]:
        """The meals that open on the local days of [start, end], in order."""
        first, last = self.day(start), self.day(end)
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return [meal for day in days for meal in _meals_on(self, day)]

    @cached_property
    def periods(self) -> list[tuple[str, time, time]]:
        told = self.clinic.setting("meals", "periods", PERIODS)
        spans = [(name, time.fromisoformat(opens), time.fromisoformat(closes)) for name, (opens, closes) in told.items()]
        return sorted(spans, key=lambda span: span[1])


@dataclass(frozen=True, slots=True)
class _Of:
    """What a house is made from; told from others by the names, and compared whole only with those of the same names."""

    clinic: Clinic
    site: str

    def __hash__(self) -> int:
        return hash((self.clinic.clinic, self.site))


def house_of(clinic: Clinic, site: str) -> House:
    return _house(_Of(clinic, site))


@lru_cache(maxsize=16)  # the sites of a clinic file
def _house(of: _Of) -> House:
    return House(of.clinic, of.site)


@lru_cache(maxsize=2048)  # the days that stays are planned for, at all sites: conversions between zones are slow
def _meals_on(house: House, day: date) -> tuple[Meal, ...]:
    found = []
    for name, first, last in house.periods:
        opens, closes = house.at(day, first), house.at(day, last)
        found.append(Meal(day, name, opens, closes, f"{day}/{name}", opens.astimezone(house.zone).hour))
    return tuple(found)
