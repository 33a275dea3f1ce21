"""What the choice of a vehicle says to people: why this one, or which need cannot be met and from when to when."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import tzinfo

from services.transport.rules.fleet_book import Book, training
from services.transport.rules.fleet_choice import spoken
from services.transport.rules.fleet_trips import Run, Wish
from services.transport.rules.roads import clock
from services.transport.rules.vehicle_fit import unfit
from shared.language.resources import Resource

NAMED = 3  # that a sentence names; more are counted
NUMBERS = ("no", "one", "two", "three", "four", "five", "six")


def why(book: Book, run: Run, wish: Wish) -> str:
    """van-1: ramp and one wheelchair place; marko: on shift, trained for chairs, speaks en"""
    vehicle, driver = book.vehicles[run.vehicle], book.drivers[run.driver or ""]
    asked, parts = wish.asked, []
    if asked.wheelchairs:
        parts.append(f"{'ramp' if 'ramp' in vehicle.features else 'lift'} and {_places(asked.wheelchairs, 'wheelchair place')}")
    if asked.stretchers:
        parts.append(_places(asked.stretchers, "stretcher place"))
    if asked.seats:
        parts.append(_places(asked.seats, "seat"))
    if len(run.wishes) > 1:
        parts.append(f"shared by {NUMBERS[len(run.wishes)] if len(run.wishes) < len(NUMBERS) else len(run.wishes)} stays")
    return f"{run.vehicle}: {', '.join(parts) or 'room for what goes along'}; {_who(run, driver, wish)}"


def why_crew(run: Run) -> str:
    return f"{run.vehicle}, with {run.driver}: a stretcher needs two trained for it; {run.crew}: on shift"


def no_vehicle(book: Book, wish: Wish, zone: tzinfo) -> str:
    """no vehicle with a wheelchair place and 240 kg from 14:25 to 16:00: van-1 is taken, van-2 is out of service (brakes)"""
    probe = Run("", "", None, (wish,))
    hours = f"from {clock(probe.start, zone)} to {clock(probe.over, zone)}"
    suited = [v for v in book.vehicles.values() if unfit(v, (wish,)) is None]
    if not suited:
        return f"no vehicle with {_needs(wish)} {hours}: the house has none"
    states = {v.name: book.vehicle_refusal(replace(probe, vehicle=v.name)) for v in suited}
    if all(states.values()):
        return f"no vehicle with {_needs(wish)} {hours}: {_states(states)}"
    if wish.stretcher and wish.crew is None:
        return "a stretcher needs two trained drivers, and the second has not been asked"
    return _no_driver(book, wish, probe, f"from {clock(probe.start, zone)} to {clock(book.back_at(probe), zone)}")


def _no_driver(book: Book, wish: Wish, probe: Run, hours: str) -> str:
    need = training(probe)
    trained = f" trained for {'stretchers' if 'stretcher' in need else 'chairs'}" if need else ""
    able = [d for d in book.drivers.values() if need <= d.features]
    if not able:
        return f"no driver{trained} {hours}: the house has none"
    states = {d.name: book.driver_refusal(replace(probe, driver=d.name), d.name, wish.ride) for d in able}
    what = f"no two drivers{trained}" if wish.stretcher else f"no driver{trained}"
    busy = {name: state for name, state in states.items() if state}
    if len(busy) < len(states) and not wish.stretcher:
        return f"{what} {hours} where a vehicle is free: {_states({n: s or 'elsewhere' for n, s in states.items()})}"
    return f"{what} {hours}: {_states(busy)}" if busy else f"{what} {hours}"


def _states(states: Mapping[str, str | None]) -> str:
    by_state: dict[str, list[str]] = {}
    for name, state in sorted(states.items()):
        by_state.setdefault(state or "", []).append(name)
    said = []
    for state, names in sorted(by_state.items()):
        some = " and ".join(names) if len(names) <= NAMED else f"{len(names)} of them"
        verb = "has" if len(names) == 1 else "have"
        be = "is" if len(names) == 1 else "are"
        said.append(f"{some} {verb} {state}" if state == "declined" else f"{some} {be} {state}")
    return ", ".join(said)


def _needs(wish: Wish) -> str:
    asked = wish.asked
    parts = [_a(asked.wheelchairs, "wheelchair place"), _a(asked.stretchers, "stretcher place"),
             f"{asked.kg} kg" if asked.wheelchairs else "", _a(asked.seats, "seat"),
             f"room for {asked.luggage} pieces of luggage" if asked.luggage > 1 else ""]
    told = [part for part in parts if part]
    return " and ".join((", ".join(told[:-1]), told[-1])) if len(told) > 1 else told[0] if told else "room"


def _a(count: int, what: str) -> str:
    return "" if not count else f"a {what}" if count == 1 else _places(count, what)


def _places(count: int, what: str) -> str:
    return f"{NUMBERS[count] if count < len(NUMBERS) else count} {what}{'' if count == 1 else 's'}"


def _who(run: Run, driver: Resource, wish: Wish) -> str:
    """marko: on shift, trained for chairs, speaks en"""
    parts = ["on shift"]
    if need := training(run):
        parts.append(f"trained for {'stretchers' if 'stretcher' in need else 'chairs'}")
    speaks = [language for language in wish.asked.languages if language.split("-")[0] in spoken(driver)]
    if speaks:
        parts.append(f"speaks {speaks[0]}")
    return f"{driver.name}: {', '.join(parts)}"
