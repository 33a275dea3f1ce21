"""Throughput: a backlog that is there beforehand, from the first batch to at rest; beside the floor and the plain handler.

Also what is measured the same way: the same backlog once more, which changes nothing, and a cold start on a long one.
"""

from dataclasses import dataclass
from typing import Any

from bench.ground import Ground, Order
from bench.load import FACTS, PER_HOUSE, Line, facts_of, houses_for
from shared.edge.host import found_services

SERVICES = ("meals", "stay")
WARM_UP = 300  # stays that members of a service hear before they are measured, in houses of their own
PLAIN_SHARE = 5  # the plain handler hears a fifth of the stays, in houses as full: it would take minutes

Figures = dict[str, float]


@dataclass(frozen=True)
class Size:
    """How much of everything; `seed` of the load."""

    facts: int
    seed: int
    houses: int
    follows: bool = True
    services: tuple[str, ...] = SERVICES
    cold: int = 20_000
    past: tuple[int, ...] = (1_000, 100_000, 1_000_000)
    per_second: float = 50.0
    seconds: float = 30.0
    members: tuple[int, ...] = (1, 2, 4)

    @property
    def stays(self) -> int:
        return max(1, self.facts // FACTS)

    def lines(self, facts: int) -> list[Line]:
        return facts_of(max(1, facts // FACTS), self.seed, houses=self.houses)

    def warm_up(self) -> list[Line]:
        return facts_of(WARM_UP, self.seed, houses_for(self.stays) * PER_HOUSE, self.houses)


def rates(measured: dict[str, Any], name: str) -> Figures:
    """Per second of the side's own clock, and CPU seconds of its process for a fact."""
    seconds, facts = measured["seconds"], measured["facts"]
    return {f"{name}.facts_per_s": facts / seconds, f"{name}.tasks_per_s": measured["tasks"] / seconds,
            f"{name}.states_per_s": (measured["tasks"] + measured["promises"]) / seconds,
            f"{name}.states_per_fact": (measured["tasks"] + measured["promises"]) / facts,
            f"{name}.cpu_ms_per_fact": 1000 * measured["cpu"] / facts, f"{name}.facts_per_batch": facts / measured["batches"]}


async def throughput(ground: Ground, size: Size) -> Figures:
    """Each round has a tape of its own, of the very run that is measured: how facts fall into batches differs from run to run."""
    figures: Figures = {}
    for service in size.services:
        tape, lines = str(ground.folder / "tape"), size.lines(size.facts)
        mine = await _side(ground, lines, "service", service, tape)
        floor = await _side(ground, lines, "floor", service, tape, size.follows)
        plain = await _side(ground, size.lines(size.facts // PLAIN_SHARE), "plain", service)
        if (mine["written"], mine["published"]) != (floor["written"], floor["published"]):
            raise RuntimeError(f"the floor did not do what {service} did: {floor['written']} and not {mine['written']}")
        for name, measured in (("service", mine), ("floor", floor), ("plain", plain)):
            figures |= rates(measured, f"{service}.{name}")
    return figures


async def _side(ground: Ground, lines: list[Line], side: str, service: str, tape: str = "", follows: bool = True) -> dict[str, Any]:
    prefix = ground.name(f"{service}-{side}")
    records = await ground.told(prefix, found_services()[service], lines)
    measured = await ground.side(Order(side, service, prefix, records, tape=tape, follows=follows))
    measured["written"] = await ground.written(prefix, service)
    await ground.clear(prefix)
    return measured


async def replay(ground: Ground, size: Size) -> Figures:
    """Heard, then the group is set back to the beginning, and all of it is heard again: nothing is new."""
    figures: Figures = {}
    for name in size.services:
        service, prefix = found_services()[name], ground.name(f"{name}-replay")
        records = await ground.told(prefix, service, size.lines(size.facts))
        await ground.side(Order("service", name, prefix, records))
        await ground.rewind(prefix, service)
        again = await ground.side(Order("service", name, prefix, records))
        figures |= {f"{name}.facts_per_s": again["facts"] / again["seconds"],
                    f"{name}.published": float(again["tasks"] + again["promises"])}
        await ground.clear(prefix)
    return figures


async def cold(ground: Ground, size: Size) -> Figures:
    """An empty database, an empty process, and a long backlog."""
    figures: Figures = {}
    for name in size.services:
        measured = await _side(ground, size.lines(size.cold), "service", name)
        figures |= {f"{name}.seconds": measured["seconds"], f"{name}.facts": float(measured["facts"]),
                    f"{name}.tasks_per_s": measured["tasks"] / measured["seconds"]}
    return figures
