"""Who gets which vehicle and driver: by start, each ride first with others where it may share, else the tightest vehicle and
the driver who speaks the patient's language. A ride waits only while no vehicle and driver that fit are free."""

from collections.abc import Iterable, Iterator

from services.transport.rules.fleet_book import Book, training
from services.transport.rules.fleet_trips import Run, Wish
from services.transport.rules.vehicle_fit import tightness, unfit
from shared.language.resources import Resource


def choose(book: Book, wishes: Iterable[Wish]) -> None:
    """Enters every wish that finds its place, in canonical order. What is in the book already is settled."""
    for wish in sorted(wishes, key=lambda w: w.order):
        if run := _shared(book, wish) or _own(book, wish):
            book.enter(run)


def complete(book: Book, run: Run) -> Run | None:
    """The same run with those whom it lacks, a driver or a second for the stretcher; None if nobody is found."""
    return next(_crewed(book, run), None)


def _shared(book: Book, wish: Wish) -> Run | None:
    may = [run for run in book.runs.values() if run.driver and all(wish.may_ride_with(other) for other in run.wishes)]
    for run in sorted(may, key=lambda run: (run.at, run.id)):
        together = run.with_wish(wish)
        if book.refusal(together) is None:
            return together
    return None


def _own(book: Book, wish: Wish) -> Run | None:
    if wish.stretcher and wish.crew is None:
        return None
    for vehicle in sorted(book.vehicles.values(), key=tightness):
        if unfit(vehicle, (wish,)) is None:
            run = Run(book.free_id(vehicle.name, wish), vehicle.name, None, (wish,))
            if book.out_of_service(vehicle, run) is None and (crewed := complete(book, run)):
                return crewed
    return None


def _crewed(book: Book, run: Run) -> Iterator[Run]:
    wish = run.wishes[0]
    able = [d.name for d in preferred(book, run)]
    drivers = [run.driver] if run.driver else _first(wish.knew[0], able)
    seconds = ([run.crew] if run.crew else _first(wish.knew[1], able)) if wish.stretcher else [None]
    for driver in drivers:
        for second in seconds:
            whole = Run(run.id, run.vehicle, driver, run.wishes, second)
            if book.refusal(whole) is None:
                yield whole


def _first(knew: str | None, able: list[str]) -> list[str]:
    """Who had the ride already comes before the others, in the part that he had."""
    return sorted(able, key=lambda name: name != knew)


def preferred(book: Book, run: Run) -> list[Resource]:
    """Those trained and on shift: who speaks a language of the patient's first, then the fewest trips before it, the least
    training that others may need, the name."""
    wanted = {language.split("-")[0] for w in run.wishes for language in w.asked.languages}
    able = [d for d in book.drivers.values() if training(run) <= d.features and book.on_shift(d, run)]
    return sorted(able, key=lambda d: (not (wanted & spoken(d)), book.trips_before(run, d.name),
                                       len(d.features), d.name))


def spoken(driver: Resource) -> set[str]:
    told = dict(driver.details).get("languages")
    return {str(tag).split("-")[0] for tag in told} if isinstance(told, list | tuple) else set()
