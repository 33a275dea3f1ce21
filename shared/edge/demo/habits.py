"""What simulated people do next with a task, and when: it follows from the task's id and times, so each run is the same.

Every fifth housekeeper's task is forgotten for a while; that is what ladders and the desk are for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.edge.demo.names import drawn
from shared.language.facts import Json
from shared.language.words import instant


@dataclass(frozen=True, slots=True)
class Act:
    """A move that somebody makes at an instant."""

    at: datetime
    task: Json
    to: str
    by: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A task as it stands on the feed, since when it stands so, and who may take it."""

    task: Json
    since: datetime
    people: tuple[str, ...]

    @property
    def who(self) -> str:
        return str(self.task["assignee"] or self.people[self.draw("who", 0, len(self.people) - 1)])

    def time(self, name: str) -> datetime:
        return instant(self.task.get(name)) or self.since

    def draw(self, what: str, low: int, high: int) -> int:
        return drawn(f"{self.task['task_id']} {what}", low, high)

    def minutes(self, what: str, low: int, high: int) -> timedelta:
        return timedelta(minutes=self.draw(what, low, high))

    def act(self, at: datetime, to: str, reason: str | None = None) -> Act:
        return Act(at, self.task, to, self.who, reason)


def housekeeper(seen: Seen) -> Act | None:
    """Takes a room well before it must be taken, begins at its start, and needs about half an hour."""
    task, forgets = seen.task, seen.draw("forgets", 1, 5) == 1
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


def desk(seen: Seen) -> Act | None:
    """Acknowledges within a quarter of an hour, and resolves when the people concerned have been called."""
    if seen.task["status"] == "requested":
        return seen.act(seen.since + seen.minutes("sees", 3, 12), "accepted")
    if seen.task["status"] in ("accepted", "in-progress"):
        return seen.act(seen.time("moved_at") + seen.minutes("calls", 15, 45), "completed")
    return None


HABITS: Mapping[str, Callable[[Seen], Act | None]] = {"housekeeping": housekeeper, "desk": desk}
