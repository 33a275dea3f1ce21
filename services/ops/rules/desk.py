"""The desk's open tasks, whoever owns them: unacknowledged ones first, the oldest of them on top."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.ops.rules.cells import iso
from services.ops.rules.plain_words import name
from shared.language.facts import Json
from shared.language.tasks import CLOSED
from shared.language.words import instant


@dataclass(frozen=True, slots=True)
class Ask:
    """One open desk task; `waits` while nobody has accepted it, `late` past its due."""

    task_id: str
    owner: str
    stay_id: str | None
    site: str | None
    kind: str
    what: str
    start: datetime
    due: datetime
    status: str
    assignee: str | None
    why_not: str
    revision: int
    late: bool

    @property
    def waits(self) -> bool:
        return self.status == "requested" or (self.status == "on-hold" and self.assignee is None)

    @property
    def order(self) -> str:
        """As text, so that every screen sorts alike."""
        return f"{0 if self.waits else 1} {self.start.timestamp():013.0f} {self.task_id}"

    def as_json(self) -> Json:
        return {"task_id": self.task_id, "owner": self.owner, "stay_id": self.stay_id, "site": self.site, "kind": self.kind,
                "what": self.what, "start": iso(self.start), "due": iso(self.due), "status": self.status,
                "assignee": self.assignee, "why_not": self.why_not, "revision": self.revision, "late": self.late}


def open_asks(records: Iterable[Json], now: datetime) -> list[Ask]:
    asks = [ask for record in records if (ask := _ask(record, now))]
    return sorted(asks, key=lambda ask: ask.order)


def _ask(record: Json, now: datetime) -> Ask | None:
    """None for what is closed, or is no task at all."""
    start, due = instant(record.get("start")), instant(record.get("due"))
    named = all(isinstance(record.get(field), str) and record[field] for field in ("task_id", "owner", "kind", "status"))
    if not named or not start or not due or record["status"] in CLOSED:
        return None
    holds = record.get("holds")
    revision = record.get("revision")
    return Ask(record["task_id"], record["owner"], _text(record.get("stay_id")), _text(record.get("site")), record["kind"],
               what_of(record), start, due, record["status"], _text(record.get("assignee")),
               "; ".join(str(hold) for hold in holds.values()) if isinstance(holds, dict) else "",
               revision if isinstance(revision, int) else 0, due < now)


def what_of(record: Json) -> str:
    """The sentence of its details; before it, what it is about, where a task is about another task."""
    told = record.get("details")
    details = told if isinstance(told, dict) else {}
    what, of = _text(details.get("what")), _text(details.get("of"))
    about = f"{name(of)}: " if of else ""
    return about + what if what else name(str(record.get("kind") or "task"))


def _text(said: object) -> str | None:
    return said if isinstance(said, str) and said else None
