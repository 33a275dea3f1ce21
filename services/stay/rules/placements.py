"""Which rooms a stay had and has: the room task says it all, the moves included, and everybody reads it here."""

from dataclasses import dataclass
from datetime import datetime

from services.stay.details import Moved
from shared.language.tasks import Task


@dataclass(frozen=True, slots=True)
class Placement:
    """A room for [start, end); `time`: 1, or more where the stay comes back to it; `moved_in`: from another room."""

    room: str
    start: datetime
    end: datetime
    time: int = 1
    moved_in: bool = False

    @property
    def slot(self) -> str:
        """What names the tasks about this room in this stay: a room made ready twice is two tasks."""
        return self.room if self.time == 1 else f"{self.room}/{self.time}"


def placements(task: Task | None) -> tuple[Placement, ...]:
    """The rooms in the order in which the stay had them; while it waits for the next one, only those before."""
    if task is None:
        return ()
    had = moved(task)
    spans = [(r.room, r.from_, r.to) for r in had.left] if had else []
    if task.resource is not None:
        spans.append((room_name(task.resource), had.since if had and had.since else task.start, task.due))
    names = [name for name, _, _ in spans]
    return tuple(Placement(name, start, end, names[: n + 1].count(name), moved_in=n > 0)
                 for n, (name, start, end) in enumerate(spans))


def moved(task: Task) -> Moved | None:
    return Moved.model_validate(task.chosen) if task.chosen.get("because") else None


def room_name(resource: str) -> str:
    """`204`, of `204` or `belgrade/room/204`."""
    return resource.rsplit("/", 1)[-1]
