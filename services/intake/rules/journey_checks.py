"""A journey must fit its stay: near its day in the clinic's zone, in before out, and whole where we drive or fly."""

from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from services.intake.rules.strict_reading import Problem
from shared.language.facts.intake import Journey, Profile

NEAR = timedelta(days=1)  # night flights, and the date line
FLIGHT = ("flight", "on", "at")
TRANSFER = ("place", "at")


def journey_problems(profile: Profile, zone: ZoneInfo) -> Iterator[Problem]:
    arrival = profile.arrival and profile.arrival.of_its_mode()
    departure = profile.departure and profile.departure.of_its_mode()
    yield from _journey("profile.arrival", arrival, profile.arrives_on, zone)
    yield from _journey("profile.departure", departure, profile.leaves_on, zone)
    if arrival and departure and arrival.at and departure.at and departure.at <= arrival.at:
        said = f"after the arrival, {arrival.at.isoformat()}; not {departure.at.isoformat()}"
        yield Problem("profile.departure.at", said)


def _journey(here: str, journey: Journey | None, day: date | None, zone: ZoneInfo) -> Iterator[Problem]:
    if journey is None:
        return
    if journey.mode is None:
        yield Problem(f"{here}.mode", "flight, train, car, own or ambulance")
    wanted = {name: "a transfer needs it" for name in TRANSFER if journey.transfer}
    wanted |= {name: "a flight needs it" for name in FLIGHT if journey.mode == "flight"}
    for name, why in wanted.items():
        if not getattr(journey, name):
            yield Problem(f"{here}.{name}", why)
    days = {"on": journey.on, "at": journey.at and journey.at.astimezone(zone).date()}
    for name, told in days.items():
        if told and day and abs(told - day) > NEAR:
            yield Problem(f"{here}.{name}", f"within a day of {day}; not {told}")
