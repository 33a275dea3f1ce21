"""The tasks of a stay from every feed, in line: open ones by their start, then what is closed, the latest first.

Details are their feed's alone: of a nurse's or a cook's task the board tells what kind it is, when, where, who and how it stands.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.ops.rules.desk import what_of
from services.ops.rules.plain_words import name
from shared.language.facts import Json
from shared.language.tasks import CLOSED
from shared.language.words import instant

SHOWN = ("task_id", "owner", "feed", "kind", "person", "status", "stage", "revision", "start", "due", "accept_by", "assignee",
         "resource", "place", "to", "why", "reason", "moved_at", "holds")


@dataclass(frozen=True, slots=True)
class StayTask:
    record: Json
    what: str
    start: datetime
    due: datetime

    @property
    def closed(self) -> bool:
        return self.record["status"] in CLOSED

    @property
    def why(self) -> str:
        """All sentences that are written on it."""
        holds = self.record["holds"]
        said = [*(holds.values() if isinstance(holds, dict) else ()), self.record["reason"], self.record["why"]]
        return "; ".join(str(word) for word in said if word)

    def as_json(self) -> Json:
        return {**self.record, "what": self.what}


def in_line(records: Iterable[Json]) -> list[StayTask]:
    found = [task for record in records if (task := _task(record))]
    still = sorted((t for t in found if not t.closed), key=lambda t: (t.start, t.record["task_id"]))
    closed = sorted((t for t in found if t.closed), key=lambda t: (-t.start.timestamp(), t.record["task_id"]))
    return [*still, *closed]


def _task(record: Json) -> StayTask | None:
    start, due = instant(record.get("start")), instant(record.get("due"))
    if start is None or due is None or not all(isinstance(record.get(name), str) for name in ("task_id", "kind", "status")):
        return None  # somebody else's record on a feed
    what = what_of(record) if record.get("feed") == "desk" else name(record["kind"])
    return StayTask({field: record.get(field) for field in SHOWN}, what, start, due)
