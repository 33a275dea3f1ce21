"""What simulated people do next with a task, and when: it follows from the task's id and times, so each run is the same.

Some forget for a while, one driver or interpreter in nine says no: that is what ladders, pools and the desk are for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.edge.demo.names import drawn
from shared.language.facts import Json
from shared.language.words import instant

GRID = timedelta(minutes=5)  # people look up every five minutes; it keeps the number of steps of a week small


@dataclass(frozen=True, slots=True)
class Act:
    """A move that somebody makes at an instant."""

    at: datetime
    task: Json
    to: str
    by: str
    reason: str | None = None
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A task as it stands on the feed, since when it stands so, and who may take it at a given moment."""

    task: Json
    since: datetime
    people: Callable[[datetime], tuple[str, ...]]

    @property
    def status(self) -> str:
        """What it stands at, whatever holds it."""
        return str(self.task["status"])

    def who(self, at: datetime) -> str:
        there = self.people(at)
        return str(self.task["assignee"] or (there[self.draw("who", 0, len(there) - 1)] if there else "nobody"))

    def time(self, name: str) -> datetime:
        return instant(self.task.get(name)) or self.since

    def draw(self, what: str, low: int, high: int) -> int:
        return drawn(f"{self.task['task_id']} {what}", low, high)

    def one_in(self, many: int, what: str) -> bool:
        return self.draw(what, 1, many) == 1

    def minutes(self, what: str, low: int, high: int) -> timedelta:
        return timedelta(minutes=self.draw(what, low, high))

    def act(self, at: datetime, to: str, reason: str | None = None, stage: str | None = None) -> Act:
        at = _on_grid(max(at, self.since))
        return Act(at, self.task, to, self.who(at), reason, stage)


def _on_grid(at: datetime) -> datetime:
    """The next look up."""
    over = (at - datetime(2000, 1, 1, tzinfo=UTC)) % GRID
    return at + (GRID - over) if over else at


def housekeeper(seen: Seen) -> Act | None:
    """Takes a room well before it must be taken, begins at its start, and needs about half an hour. Every fifth forgets."""
    task, forgets = seen.task, seen.one_in(5, "forgets")
    if task["holds"]:
        return seen.act(seen.since + seen.minutes("sees", 2, 9), "failed", "; ".join(task["holds"].values()))
    if task["status"] == "requested":
        must = seen.time("accept_by" if task["accept_by"] else "start")
        means_to = must + seen.minutes("late", 20, 55) if forgets else must - seen.minutes("early", 5, 120)
        return seen.act(max(means_to, seen.since + seen.minutes("sees", 2, 9)), "accepted")
    if task["status"] == "accepted":
        begins = seen.time("start") + (seen.minutes("late", 35, 70) if forgets else seen.minutes("begins", 0, 10))
        return seen.act(max(begins, seen.time("moved_at") + seen.minutes("walks", 2, 6)), "in-progress")
    if task["status"] == "in-progress":
        return seen.act(seen.time("moved_at") + seen.minutes("works", 22, 38), "completed")
    return None


def driver(seen: Seen) -> Act | None:
    """Answers within the hour, leaves in time, and tells each stage. One ride in nine is declined by the first who is asked."""
    task = seen.task
    if "recall" in task["holds"]:
        return seen.act(seen.since + seen.minutes("turns", 5, 10), "failed", "called back")
    if task["holds"] or not task["assignee"]:
        return None
    if task["status"] == "requested":
        if task["stage"] is None and seen.one_in(9, "declines"):
            return seen.act(seen.since + seen.minutes("sees", 10, 40), "requested", "my daughter is ill")
        return seen.act(seen.since + seen.minutes("sees", 10, 60), "accepted")
    if task["status"] == "accepted":
        return seen.act(seen.time("start") + seen.minutes("leaves", 0, 5), "in-progress", stage="en-route")
    steps = {"en-route": ("arrived", seen.time("due")), "arrived": ("on-board", seen.time("due") + seen.minutes("boards", 5, 20))}
    if task["stage"] in steps:
        stage, at = steps[task["stage"]]
        return seen.act(max(at, seen.time("moved_at")), "in-progress", stage=stage)
    return seen.act(seen.time("moved_at") + seen.minutes("drives", 35, 45), "completed", stage="handed-over")


def cook(seen: Seen) -> Act | None:
    """Confirms at the cut-off, plates at the start, serves within the period; a tray that is recalled is thrown away."""
    task = seen.task
    if "recall" in task["holds"]:
        return seen.act(seen.since, "failed", "thrown away: recalled")
    if task["holds"]:
        return None
    if task["status"] == "requested":
        late = seen.minutes("late", 20, 40) if seen.one_in(12, "forgets") else timedelta()
        return seen.act(seen.time("accept_by") - timedelta(minutes=30) + late, "accepted")
    if task["status"] == "accepted":
        return seen.act(seen.time("start"), "in-progress", stage="plated")
    return seen.act(seen.time("due") + timedelta(minutes=5 * seen.draw("serves", 0, 2)), "completed", stage="delivered")


def nurse(seen: Seen) -> Act | None:
    """Whoever is on duty takes a patient over at the change of shift, and sees to the rest within minutes. One handoff in
    twelve is forgotten for half an hour."""
    task = seen.task
    if task["holds"]:
        return seen.act(seen.since + timedelta(minutes=5), "failed", "; ".join(task["holds"].values()))
    if task["status"] == "requested":
        begins = seen.time("accept_by") - timedelta(minutes=5) if task["kind"] == "handoff" else seen.time("start")
        forgets = task["kind"] == "handoff" and seen.one_in(12, "forgets")
        return seen.act(begins + (timedelta(minutes=30) if forgets else timedelta()), "accepted")
    return seen.act(seen.time("moved_at") + timedelta(minutes=10), "completed")


def interpreter(seen: Seen) -> Act | None:
    """Answers within hours, comes at the start, leaves when it is over. One engagement in nine is declined by the first."""
    task = seen.task
    if "recall" in task["holds"]:
        return seen.act(seen.since + timedelta(minutes=5), "failed", "called off")
    if task["holds"] or not task["assignee"]:
        return None
    if task["status"] == "requested":
        if task["stage"] is None and seen.one_in(9, "declines"):
            return seen.act(seen.since + seen.minutes("sees", 30, 90), "requested", "I am in court that day")
        return seen.act(seen.since + seen.minutes("sees", 30, 180), "accepted")
    if task["status"] == "accepted":
        return seen.act(seen.time("start"), "in-progress", stage="arrived")
    return seen.act(max(seen.time("due"), seen.time("moved_at")), "completed")


def caller(seen: Seen) -> Act | None:
    """Calls in the morning of the day, and has called by noon."""
    if seen.task["status"] == "requested":
        return seen.act(seen.time("start"), "accepted")
    return seen.act(seen.time("moved_at") + seen.minutes("calls", 20, 60), "completed")


def desk(seen: Seen) -> Act | None:
    """Acknowledges within a quarter of an hour, and resolves when the people concerned have been called."""
    if seen.task["status"] == "requested":
        return seen.act(seen.since + seen.minutes("sees", 3, 12), "accepted")
    if seen.task["status"] in ("accepted", "in-progress"):
        return seen.act(seen.time("moved_at") + seen.minutes("calls", 15, 45), "completed")
    return None


HABITS: Mapping[str, Callable[[Seen], Act | None]] = {
    "housekeeping": housekeeper, "driver": driver, "kitchen": cook, "nursing": nurse, "interpreter": interpreter,
    "care": caller, "desk": desk}
