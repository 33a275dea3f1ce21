"""A task is something that one person owes to a stay. Every field has one writer: plan, assign, or people's moves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta, timezone
from functools import cached_property, lru_cache, wraps
from hashlib import sha1
from operator import attrgetter
from typing import Any, Literal, TypeVar
from uuid import NAMESPACE_URL

from shared.language.facts.base import Json

Status = Literal["requested", "accepted", "in-progress", "on-hold", "completed", "failed", "cancelled"]
Origin = Literal["plan", "overdue", "shell"]
Read = TypeVar("Read")

MATERIAL = timedelta(minutes=10)  # a start that moves by less is no new terms
OPEN = ("requested", "accepted", "in-progress")
BEGUN = ("in-progress", "completed", "failed")
CLOSED = ("completed", "failed", "cancelled")
PLANNED = ("kind", "person", "slot", "start", "due", "accept_by", "place", "to", "details",
           "feed", "site", "pool", "hold_from")


@dataclass(frozen=True, kw_only=True)
class Owed:
    """What plan says is owed: `feed` None for what is only a demand on a pool; `hold_from`: when its place is settled;
    `hold`: why it cannot go on yet, in a sentence."""

    kind: str
    feed: str | None
    start: datetime
    due: datetime
    person: str = "patient"
    slot: str = ""
    accept_by: datetime | None = None
    place: str | None = None
    to: str | None = None
    details: Json = field(default_factory=dict)
    site: str | None = None
    pool: str | None = None
    hold_from: datetime | None = None
    hold: str | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.person, self.slot


@dataclass(frozen=True, kw_only=True)  # no slots: `altered` is a copy of one dictionary
class Task:
    """`subject` is "stay:ID" or "pool:NAME"; `holds` by its writer; `terms`: the revision of the last material change."""

    task_id: str
    owner: str
    subject: str
    kind: str
    feed: str | None
    start: datetime
    due: datetime
    origin: Origin = "plan"
    person: str = "patient"
    slot: str = ""
    attempt: int = 1
    accept_by: datetime | None = None
    place: str | None = None
    to: str | None = None
    details: Json = field(default_factory=dict)
    site: str | None = None
    pool: str | None = None
    hold_from: datetime | None = None
    # assign's
    assignee: str | None = None
    resource: str | None = None
    why: str | None = None
    chosen: Json = field(default_factory=dict)
    # people's
    status: Status = "requested"
    stage: str | None = None
    reason: str | None = None
    moved_at: datetime | None = None
    declined: Mapping[str, datetime] = field(default_factory=dict)  # who -> the start that was declined
    # everybody's, each by its own name
    holds: Mapping[str, str] = field(default_factory=dict)
    # the shell's
    revision: int = 0
    terms: int = 0
    agreed: tuple[datetime | None, str | None, str | None] = (None, None, None)  # start, place, assignee at `terms`
    amended: int | None = None  # the revision that changed it while in progress: the desk is told

    @cached_property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.person, self.slot

    @property
    def open(self) -> bool:
        return self.status in OPEN

    @property
    def held(self) -> bool:
        return bool(self.holds)


@dataclass(frozen=True, slots=True, eq=False)
class _Very:
    """This very task: equal only where both are the same object."""

    task: Task

    def __hash__(self) -> int:
        return id(self.task)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Very) and self.task is other.task


def once(read: Callable[[Task], Read]) -> Callable[[Task], Read]:
    """`read`, worked out once for each task, which never changes: a pool asks it of all that wait whenever another one joins."""
    kept = lru_cache(maxsize=4096)(lambda very: read(very.task))
    return wraps(read)(lambda task: kept(_Very(task)))


@lru_cache(maxsize=65536)
def task_id(owner: str, subject: str, kind: str, person: str, slot: str, attempt: int) -> str:
    """Planning twice gives the same task. A companion is called what the teller likes: `C/1` must not run into the slot."""
    name, person = subject.removeprefix("stay:"), person.replace("/", "%2F")
    return uuid5_of(f"stayward:{owner}/{name}/{kind}/{person}/{slot}/{attempt}")


def uuid5_of(url: str) -> str:
    """str(uuid5(NAMESPACE_URL, url)), in a third of its time: RFC 9562, section 5.5."""
    h = sha1(NAMESPACE_URL.bytes + url.encode(), usedforsecurity=False).hexdigest()
    return f"{h[:8]}-{h[8:12]}-5{h[13:16]}-{'89ab'[int(h[16], 16) & 3]}{h[17:20]}-{h[20:32]}"


def record(task: Task) -> Json:
    """What a feed carries: whole, at its newest revision, with nothing private on it."""
    kind, _, name = task.subject.partition(":")
    about = {"stay_id": name} if kind == "stay" else {"subject": task.subject}
    return {
        "task_id": task.task_id, "owner": task.owner, "feed": task.feed, "kind": task.kind, **about,
        "person": task.person, "site": task.site,
        "status": "on-hold" if task.held and task.open else task.status,
        "stage": task.stage, "holds": dict(task.holds), "revision": task.revision, "terms": task.terms,
        "start": _iso(task.start), "due": _iso(task.due), "accept_by": _iso(task.accept_by),
        "assignee": task.assignee, "resource": task.resource, "place": task.place, "to": task.to,
        "details": {"kind": task.kind, **task.details, **task.chosen}, "why": task.why, "reason": task.reason,
        "moved_at": _iso(task.moved_at),
    }


_says = attrgetter(*(f.name for f in fields(Task) if f.name not in ("revision", "terms", "agreed")))


def altered(task: Task, **changes: Any) -> Task:
    """As dataclasses.replace, in a sixth of its time: a pass alters as many tasks as it plans."""
    new = object.__new__(Task)
    new.__dict__.update(task.__dict__)
    new.__dict__.update(changes)
    return new


def held_by(holds: Mapping[str, str], writer: str, why: str | None) -> dict[str, str]:
    """The holds with that of `writer` set, or taken away; by name, as they are read again."""
    others = {name: said for name, said in holds.items() if name != writer}
    return dict(sorted({**others, writer: why}.items())) if why is not None else others


def settled(before: Task | None, after: Task) -> Task:
    """`after` with the revision and the terms that its difference from `before` asks for."""
    if before is not None and (after is before or _says(after) == _says(before)):
        return before
    revision = before.revision + 1 if before else 1
    if before is None or _material(after):
        return altered(after, revision=revision, terms=revision, agreed=(after.start, after.place, after.assignee))
    if after.status == "accepted" != before.status:  # what was accepted is what was shown, small steps and all
        return altered(after, revision=revision, agreed=(after.start, after.place, after.assignee))
    return altered(after, revision=revision)


def _material(task: Task) -> bool:
    start, place, assignee = task.agreed
    return moved_by(start, task.start) >= MATERIAL or place != task.place or assignee != task.assignee


def moved_by(before: datetime | None, after: datetime) -> timedelta:
    return abs(after - before) if before else timedelta.max


def _iso(at: datetime | None) -> str | None:
    if at is None:
        return None
    return _iso_of(at, zone) if type(zone := at.tzinfo) is timezone else at.isoformat()


@lru_cache(maxsize=65536)  # by a fixed offset only: of two equal instants of a zone, each may have another one
def _iso_of(at: datetime, zone: timezone) -> str:
    return at.isoformat()


def private(task: Task) -> dict[str, Any]:
    """What the owner keeps beside the record, and no feed carries. `chosen`: which of the record's details are assign's;
    `under`: those of plan that they cover."""
    details = task.details
    return {
        "subject": task.subject, "slot": task.slot, "attempt": task.attempt, "origin": task.origin,
        "status": task.status, "hold_from": _iso(task.hold_from), "chosen": sorted(task.chosen),
        "under": {name: details[name] for name in details if name == "kind" or name in task.chosen},
        "declined": [[who, _iso(at)] for who, at in task.declined.items()], "amended": task.amended,
        "agreed": [_iso(task.agreed[0]), task.agreed[1], task.agreed[2]], "pool": task.pool,
    }


def rebuilt(shown: Mapping[str, Any], said: Mapping[str, Any]) -> Task:
    """The task whose `record` and, but for who declined, `private` these are."""
    subject = f"stay:{shown['stay_id']}" if "stay_id" in shown else shown["subject"]
    return restored(shown, {"under": {}, **said, "subject": subject, "declined": []})


def restored(shown: Mapping[str, Any], kept: Mapping[str, Any]) -> Task:
    """The task whose `record` and `private` these are."""
    at = datetime.fromisoformat
    agreed, told = kept["agreed"], shown["details"]
    chosen = {name: told[name] for name in kept["chosen"]}
    planned = {name: value for name, value in told.items() if name != "kind" and name not in chosen}
    return Task(
        task_id=shown["task_id"], owner=shown["owner"], subject=kept["subject"], kind=shown["kind"],
        feed=shown["feed"], start=at(shown["start"]), due=at(shown["due"]), origin=kept["origin"],
        person=shown["person"], slot=kept["slot"], attempt=kept["attempt"],
        accept_by=_at(shown["accept_by"]), place=shown["place"], to=shown["to"], details=planned | kept["under"],
        site=shown["site"], pool=kept["pool"], hold_from=_at(kept["hold_from"]), assignee=shown["assignee"],
        resource=shown["resource"], why=shown["why"], chosen=chosen, status=kept["status"],
        stage=shown["stage"], reason=shown["reason"], moved_at=_at(shown["moved_at"]),
        declined={who: at(when) for who, when in kept["declined"]}, holds=dict(shown["holds"]),
        revision=shown["revision"], terms=shown["terms"], agreed=(_at(agreed[0]), agreed[1], agreed[2]),
        amended=kept["amended"],
    )


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
