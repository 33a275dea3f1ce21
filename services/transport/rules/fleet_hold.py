"""What is held stays while it fits. What no longer fits is lost, and which vehicle or driver failed, and why, stays written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.transport.rules.fleet_book import Book
from services.transport.rules.fleet_choice import complete
from services.transport.rules.fleet_trips import Run, Wish, chosen
from shared.language.tasks import Task

IsHeld = Callable[[Task], bool]


@dataclass(frozen=True, slots=True)
class Lost:
    """`of`: the vehicle or the driver that failed."""

    of: str
    because: str

    @property
    def sentence(self) -> str:
        return f"moved from {self.of}: {self.because}"


def keep(book: Book, wishes: Sequence[Wish], held: IsHeld) -> dict[str, Lost]:
    """Enters what is held and fits; returns the others, by the id of the ride. What is under way stays whatever happens. Of two
    that clash, the one whose terms changed last loses."""
    lost: dict[str, Lost] = {}
    for wish in sorted(wishes, key=lambda w: (not under_way(w), w.ride.terms, *w.order)):
        if refused := _keep_one(book, wish, held):
            lost[wish.ride.task_id] = refused
    for wish in sorted(wishes, key=lambda w: w.order):
        run = book.run_of(wish)
        if run is None or (run.driver and (run.crew or not wish.crew)):
            continue
        if whole := complete(book, run):
            book.enter(whole)
        elif not under_way(wish):
            book.strike(run.id)
            why = "a stretcher needs two trained drivers, and they are not free" if wish.stretcher else "nobody is free to drive it"
            lost[wish.ride.task_id] = Lost(run.vehicle, why)
    return lost


def under_way(wish: Wish) -> bool:
    return wish.ride.status == "in-progress" and None not in (wish.ride.resource, wish.ride.assignee)


def doubt(book: Book, run: Run) -> str | None:
    """What speaks against a ride that is under way; only people end it."""
    vehicle = book.vehicles.get(run.vehicle)
    why = "no longer a vehicle of this house" if vehicle is None else book.out_of_service(vehicle, run)
    return f"{run.vehicle} is {why}" if why else None


def before(task: Task) -> Lost | None:
    """What was written when the task lost its vehicle or driver."""
    told = chosen(task)
    return Lost(told.left, told.because) if told.left and told.because else None


def _keep_one(book: Book, wish: Wish, held: IsHeld) -> Lost | None:
    driver = wish.ride.assignee if held(wish.ride) else None
    crew = wish.crew.assignee if wish.crew and held(wish.crew) else None
    vehicle = (wish.ride if held(wish.ride) else wish.crew or wish.ride).resource or ""
    told = chosen(wish.ride).trip_id
    shared = book.runs.get(told or "")
    if shared and (shared.vehicle, shared.driver) == (vehicle, driver):
        together = shared.with_wish(wish)
        may = all(wish.may_ride_with(other) for other in shared.wishes) and book.refusal(together) is None
        if may or under_way(wish):
            book.enter(together)
            return None
    run_id = told if told and told not in book.runs else book.free_id(vehicle, wish)
    alone = Run(run_id, vehicle, driver, (wish,), crew)
    refused = book.refusal(alone)
    if refused is None or under_way(wish):
        book.enter(alone)
        return None
    name, why = refused
    return Lost(name, "another ride that holds it is there at the same time" if why == "taken" else why)
