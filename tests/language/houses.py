"""Tasks of Ada's stay in the Belgrade house: what transport owes her, and what has become of it."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared.language.diff import Desk, diff
from shared.language.tasks import Owed, Task, private, record, restored, settled
from tests.language.telling import ADA, at

BELGRADE = ZoneInfo("Europe/Belgrade")
TRANSPORT = Desk("transport", f"stay:{ADA}", BELGRADE)


def pick_up(start: str = "23 14:55", **says: Any) -> Owed:
    """The ride from the airport; 15 minutes later it is due."""
    begins = at(start)
    return Owed(**{"kind": "airport-pickup", "feed": "driver", "start": begins, "due": begins + timedelta(minutes=15),
                   "place": "BEG arrivals", "to": "clinic", "site": "belgrade", **says})


def one(tasks: tuple[Task, ...]) -> Task:
    [task] = tasks
    return task


def planned(wish: Owed | None = None, **done: Any) -> Task:
    """The task as it was first published, then with what people and pools have done to it since."""
    task = settled(None, one(diff([wish or pick_up()], (), TRANSPORT)))
    return settled(task, replace(task, **done))


def driven(status: str, **done: Any) -> Task:
    return planned(**{"status": status, "assignee": "driver-2", "moved_at": at("23 14:31"), **done})


def stored(task: Task) -> Task:
    """The task as the database gives it back."""
    return restored(*json.loads(json.dumps([record(task), private(task)])))


def after(task: Task, *owed: Owed) -> Task:
    """The task when this is owed instead, settled; whatever else was made is not asked for."""
    return settled(task, next(t for t in diff(owed, [task], TRANSPORT) if t.task_id == task.task_id))
