"""What came of the week, counted from what the services have published: stays, tasks, promises, and the work of the desk."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.edge.demo.week import Week
from shared.language.facts import Json
from shared.shell.running import Running

STATUSES = ("requested", "accepted", "in-progress", "on-hold", "completed", "failed", "cancelled")
FINE = ("kept", "not-needed")  # of these, a few reasons will do
FEW = 2


def published(running: Sequence[Running], topic: str) -> list[Json]:
    """The present rows of a topic, as anybody who follows it has them."""
    for each in running:
        if topic in each.mirror.rows:
            return each.mirror.values(topic)
    return []


def promises_of(week: Week) -> dict[str, dict[str, str]]:
    """stay -> promise -> state."""
    found: dict[str, dict[str, str]] = {}
    for row in sorted(published(week.running, "promises"), key=lambda r: (r["stay_id"], r["promise"])):
        found.setdefault(row["stay_id"], {})[row["promise"]] = row["state"]
    return found


@dataclass(frozen=True)
class Summary:
    """`tasks`: feed -> how many in each status; `promises`: promise -> state -> (stay, reason)."""

    title: str
    told: Mapping[str, int]  # door -> lines
    stays: int
    moves: int
    tasks: Mapping[str, Mapping[str, int]]
    promises: Mapping[str, Mapping[str, Sequence[tuple[str, str]]]]
    desk: Mapping[str, Mapping[str, int]]  # kind -> status -> how many

    def text(self) -> str:
        doors = ", ".join(f"{count} over {door}" for door, count in self.told.items())
        lines = [f"{self.title}: {self.stays} stays, {sum(self.told.values())} facts told ({doors}), "
                 f"{self.moves} moves by staff"]
        return "\n".join([*lines, *self._tasks(), *self._promises(), *self._desk()])

    def _tasks(self) -> Iterator[str]:
        yield f"{'tasks':14}" + "".join(f"{status:>13}" for status in STATUSES)
        for feed, counted in self.tasks.items():
            yield f"  {feed:12}" + "".join(f"{counted.get(status, 0):13}" for status in STATUSES)

    def _promises(self) -> Iterator[str]:
        yield "promises"
        for promise, states in self.promises.items():
            yield f"  {promise:12}" + ", ".join(f"{len(stays)} {state}" for state, stays in states.items())
            for state, stays in states.items():
                named = stays[:FEW] if state in FINE else stays
                yield from (f"    {stay} {state}: {reason}" for stay, reason in named)
                if len(named) < len(stays):
                    yield f"    … and {len(stays) - len(named)} more {state}"

    def _desk(self) -> Iterator[str]:
        total: Counter[str] = sum((Counter(c) for c in self.desk.values()), Counter())
        raised, resolved, ended = sum(total.values()), total["completed"], total["cancelled"]
        yield (f"desk tasks: {raised} raised, {resolved} resolved by the desk, {ended} ended by themselves, "
               f"{raised - resolved - ended} open or failed")
        kinds = (f"{kind} {sum(counted.values())}" for kind, counted in self.desk.items())
        yield f"  {', '.join(kinds)}"


def summary_of(week: Week) -> Summary:
    running, lines = week.running, week.lines
    stays = {line.fact["stay_id"] for line in lines if "stay_id" in line.fact}
    doors = Counter("HTTP" if line.door else "Kafka" for line in lines[: week.told])
    feeds = sorted({feed for each in running for feed in each.service.feeds})
    desk: dict[str, Counter[str]] = defaultdict(Counter)
    for task in published(running, "desk-tasks"):
        of = task["details"].get("of")
        desk[f"{task['kind']} {of}" if of else task["kind"]][task["status"]] += 1
    promises: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for row in sorted(published(running, "promises"), key=lambda r: (r["promise"], r["state"], r["stay_id"])):
        promises.setdefault(row["promise"], {}).setdefault(row["state"], []).append((row["stay_id"], row["reason"]))
    first, last = lines[0].at, week.clock.now().astimezone(lines[0].at.tzinfo)
    return Summary(
        title=f"{running[0].clinic.clinic}, {first.day} {first:%B} to {last.day} {last:%B %Y}", stays=len(stays),
        told=dict(sorted(doors.items())), moves=week.staff.moves, promises=promises, desk=dict(sorted(desk.items())),
        tasks={feed: Counter(t["status"] for t in published(running, f"{feed}-tasks")) for feed in feeds})
