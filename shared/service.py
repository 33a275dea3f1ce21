"""A service is data: what it hears, tells and promises, and the pure functions that decide. The shell does the rest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from shared.language.clinic import Clinic
from shared.language.flight import Flight
from shared.language.promises import Promise
from shared.language.resources import Resource
from shared.language.stay import Stay
from shared.language.tasks import Owed, Task


@dataclass(frozen=True, slots=True)
class Around:
    """What a stay depends on beside its own facts. `assigned`: (kind, person, slot) -> the open pool task as assigned;
    `begun`: the same of every planned task that somebody has begun (in progress, completed, failed), its latest attempt;
    `flights`: (number, local date) -> the flight; `resources`: of its site, of the kinds in `Service.wakes_stays`."""

    clinic: Clinic
    now: datetime
    assigned: Mapping[tuple[str, str, str], Task] = field(default_factory=dict)
    begun: Mapping[tuple[str, str, str], Task] = field(default_factory=dict)
    flights: Mapping[tuple[str, date], Flight] = field(default_factory=dict)
    resources: Sequence[Resource] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is owed now, and when the answer changes by itself."""

    owed: Sequence[Owed] = ()
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A fact to tell of the stay; told again only when it says something new."""

    topic: str
    says: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How each promise stands, and the facts to tell."""

    promises: Sequence[Promise] = ()
    facts: Sequence[Told] = ()
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Assigned:
    """Who, which, what was chosen, and why; or `hold`: the sentence that names the need which cannot be met."""

    resource: str | None = None
    assignee: str | None = None
    why: str | None = None
    chosen: Mapping[str, Any] = field(default_factory=dict)
    hold: str | None = None


@dataclass(frozen=True, slots=True)
class Contest:
    """One pool at one moment: what is held, what waits for a place, and what there is."""

    clinic: Clinic
    site: str
    now: datetime
    held: Sequence[Task]
    waiting: Sequence[Task]
    resources: Sequence[Resource]


@dataclass(frozen=True, slots=True)
class Pool:
    """The resources of some kinds at one site that tasks compete for; `assign` answers for every held and waiting task."""

    name: str
    kinds: tuple[str, ...]
    assign: Callable[[Contest], Mapping[str, Assigned]]


def nothing_to_judge(stay: Stay, tasks: Sequence[Task], around: Around) -> Verdict:
    return Verdict()


@dataclass(frozen=True, slots=True)
class Service:
    """All there is to know about a service. `rules`: raise it when plan, assign or judge decide otherwise than before.
    `wakes_stays`: kinds of resources whose change concerns the open stays of their site, not a pool. `follows`: topics of
    states that are not its own and that its screens show. `only_here`: what it keeps that is on no topic, so that a rebuild
    would lose it."""

    name: str
    says: str
    rules: int
    hears: tuple[str, ...]
    plan: Callable[[Stay, Around], Plan]
    judge: Callable[[Stay, Sequence[Task], Around], Verdict] = nothing_to_judge
    tells: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ("desk",)
    promises: tuple[str, ...] = ()
    pools: tuple[Pool, ...] = ()
    owns: tuple[str, ...] = ()  # kinds of resources
    wakes_stays: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    only_here: str = ""
    screens: tuple[str, ...] = ()  # pages of its own, by their paths
    api: str | None = None  # dotted name of a FastAPI router, found by the edge

    @property
    def topics(self) -> tuple[str, ...]:
        """All that it hears, in one order for everybody."""
        return tuple(sorted(set(self.hears)))

    @property
    def dead_letters(self) -> str:
        return f"{self.name}.dead-letters"

    @property
    def feed_topics(self) -> tuple[str, ...]:
        return tuple(f"{feed}-tasks" for feed in self.feeds)

    def pool(self, name: str) -> Pool | None:
        return next((pool for pool in self.pools if pool.name == name), None)
