"""The book of a fleet: no vehicle and no driver is in two places, and no run carries more than its vehicle holds.

Nothing enters the book without `refusal`, but for a ride that is under way: that is a fact.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.transport.rules.fleet_trips import Run, Wish
from services.transport.rules.roads import CLINIC, drive, farthest, utc
from services.transport.rules.vehicle_fit import unfit
from shared.language.clinic import Clinic
from shared.language.resources import Resource
from shared.language.shifts import works
from shared.language.tasks import Task

TURNAROUND = 5  # minutes between two runs: to clean, and to fold the ramp
SHARED_WAIT = 30  # minutes that somebody waits for another at most


@dataclass(slots=True)
class Book:
    """`runs` by id; `of`: vehicle or person -> ids of runs."""

    clinic: Clinic
    site: str
    now: datetime
    vehicles: Mapping[str, Resource]
    drivers: Mapping[str, Resource]
    runs: dict[str, Run] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)  # id of a ride -> id of its run
    of: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    gap: timedelta = field(init=False)
    farthest: timedelta = field(init=False)
    _on_shift: dict[tuple[str, datetime, datetime], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.gap = self.clinic.minutes("transport", "turnaround_minutes", TURNAROUND)
        self.farthest = farthest(self.clinic, self.site)

    def enter(self, run: Run) -> None:
        self.strike(run.id)
        self.runs[run.id] = run
        self.where |= {w.ride.task_id: run.id for w in run.wishes}
        for key in _keys(run):
            self.of.setdefault(key, set()).add(run.id)

    def strike(self, run_id: str) -> None:
        old = self.runs.pop(run_id, None)
        if old:
            for key in _keys(old):
                self.of[key].discard(run_id)
            for w in old.wishes:
                self.where.pop(w.ride.task_id, None)

    def run_of(self, wish: Wish) -> Run | None:
        return self.runs.get(self.where.get(wish.ride.task_id, ""))

    def free_id(self, vehicle: str, wish: Wish) -> str:
        name, number = f"T-{vehicle}-{wish.ride.task_id[:8]}", 1
        while (name if number == 1 else f"{name}-{number}") in self.runs:
            number += 1
        return name if number == 1 else f"{name}-{number}"

    def refusal(self, run: Run) -> tuple[str, str] | None:
        """Which vehicle or person cannot do this run beside what is in the book, and why; None if all of them can."""
        if why := self.vehicle_refusal(run):
            return run.vehicle, why
        if run.driver and run.driver == run.crew:
            return run.driver, "a stretcher needs two people"
        for name, task in crew_of(run):
            if why := self.driver_refusal(run, name, task):
                return name, why
        return None

    def vehicle_refusal(self, run: Run) -> str | None:
        vehicle = self.vehicles.get(run.vehicle)
        if vehicle is None:
            return "no longer a vehicle of this house"
        if run.longest_wait > self.clinic.minutes("transport", "share_wait_minutes", SHARED_WAIT):
            return "somebody would wait too long for another"
        if why := unfit(vehicle, run.wishes) or self.out_of_service(vehicle, run):
            return why
        return "taken" if self.taken(run, ("vehicle", run.vehicle)) else None

    def out_of_service(self, vehicle: Resource, run: Run) -> str | None:
        start, end = max(run.start, utc(self.now)), run.over
        out = min((w for w in vehicle.out if end > start and w.meets(start, end)), default=None, key=lambda w: w.start)
        if out is None:
            return None
        return f"out of service ({out.reason})" if out.reason not in ("", "out of service") else "out of service"

    def driver_refusal(self, run: Run, name: str, task: Task | None) -> str | None:
        driver = self.drivers.get(name)
        if driver is None:
            return "no longer a driver of this house"
        if lacking := sorted(training(run) - driver.features):
            return f"not trained for {lacking[0]}s"
        if task is not None and name in task.declined:
            return "declined"
        if not self.on_shift(driver, run):
            return "off shift"
        return "taken" if self.taken(run, ("driver", name)) else None

    def on_shift(self, driver: Resource, run: Run) -> bool:
        """From the start until he is back at the clinic; of a run that has begun, what is still to come."""
        start, end = max(run.start, utc(self.now)), self.back_at(run)
        key = driver.name, start, end
        if key not in self._on_shift:
            self._on_shift[key] = start >= end or works(driver, start, end, self.clinic.zone(self.site), self.now)
        return self._on_shift[key]

    def back_at(self, run: Run) -> datetime:
        return run.over + drive(self.clinic, self.site, run.to_place, CLINIC)

    def taken(self, run: Run, key: tuple[str, str]) -> bool:
        return any(self._clash(run, self.runs[other]) for other in self.of.get(key, ()) if other != run.id)

    def trips_before(self, run: Run, name: str) -> int:
        """Those after it do not count: what is decided first must not depend on what is decided later."""
        return sum(self.runs[other].start < run.start for other in self.of.get(("driver", name), ()))

    def _clash(self, one: Run, other: Run) -> bool:
        first, then = (one, other) if (one.at, one.id) <= (other.at, other.id) else (other, one)
        between = then.at - first.over
        if between >= self.gap + self.farthest:
            return False
        return between < self.gap + self._road(first, then)

    def _road(self, first: Run, then: Run) -> timedelta:
        """The same crew in the same vehicle goes on from where it is; everybody else meets at the clinic."""
        if first.vehicle == then.vehicle and first.people == then.people:
            return drive(self.clinic, self.site, first.to_place, then.from_place)
        return (drive(self.clinic, self.site, first.to_place, CLINIC)
                + drive(self.clinic, self.site, CLINIC, then.from_place))


def crew_of(run: Run) -> Iterator[tuple[str, Task | None]]:
    """Who is on the run, with the task under which each may have declined it."""
    if run.driver:
        for wish in run.wishes:
            yield run.driver, wish.ride
    if run.crew:
        yield run.crew, run.wishes[0].crew


def training(run: Run) -> frozenset[str]:
    asked = [w.asked for w in run.wishes]
    return frozenset(name for name, places in (("chair", sum(a.wheelchairs for a in asked)),
                                               ("stretcher", sum(a.stretchers for a in asked))) if places)


def _keys(run: Run) -> list[tuple[str, str]]:
    return [("vehicle", run.vehicle), *(("driver", name) for name in sorted(run.people))]
