"""One, two and four processes of a service over the same backlog: what a fact costs each part, and how often they collide.

The members are started, hear some stays in houses of their own, so that each has done everything once, are stopped by a signal
while the backlog is published, and let go: the clock starts there.

Apart: as many processes, each alone with its share of the stays, on topics and a database of its own. They share nothing but the
machine, on which the same work takes more processor time the busier it is: what they cost more than one is the machine's.
"""

import asyncio
import signal
from collections.abc import Sequence
from time import perf_counter

from bench.ground import Ground
from bench.load import Line
from bench.members import Member, at_rest, counted, cpu_of, members, stopped
from bench.throughput import Figures, Size
from shared.edge.host import found_services


async def processes(ground: Ground, size: Size) -> Figures:
    figures: Figures = {}
    for name in size.services:
        for count in size.members:
            groups = {str(count): [count]} | ({f"{count} apart": [1] * count} if count > 1 else {})
            for what, of in groups.items():
                figures |= {f"{name}.{what}.{figure}": value for figure, value in (await _over(ground, size, name, of)).items()}
    return figures


def _shares(lines: Sequence[Line], count: int) -> list[list[Line]]:
    """Each stay's lines in one of them."""
    stays = {stay: n % count for n, stay in enumerate(sorted({line.value["stay_id"] for line in lines}))}
    return [[line for line in lines if stays[line.value["stay_id"]] == n] for n in range(count)]


async def _over(ground: Ground, size: Size, name: str, groups: Sequence[int]) -> Figures:
    """`groups`: of so many processes each, over a backlog that is shared out among them."""
    service, running = found_services()[name], list[Member]()
    prefixes = [ground.name(f"{name}-{count}of") for count in groups]
    lines = [line for line in size.lines(size.facts) if line.topic in service.hears]
    warm_up = [line for line in size.warm_up() if line.topic in service.hears]
    try:
        for prefix, count in zip(prefixes, groups, strict=True):
            await ground.told(prefix, service, [])
            running += await members(ground, prefix, name, count)
            await ground.publish(prefix, warm_up)
        await asyncio.gather(*(at_rest(ground, prefix, service) for prefix in prefixes))
        before_counted = await counted(running)
        for member in running:
            member.child.process.send_signal(signal.SIGSTOP)
        for prefix, share in zip(prefixes, _shares(lines, len(groups)), strict=True):
            await ground.publish(prefix, share)
        pids = {"services": [m.pid for m in running], "mongod": [ground.mongo.process.pid], "kafka": [ground.kafka.process.pid]}
        before = {part: sum(map(cpu_of, of)) for part, of in pids.items()}
        began = perf_counter()
        for member in running:
            member.child.process.send_signal(signal.SIGCONT)
        seconds = max(await asyncio.gather(*(at_rest(ground, prefix, service) for prefix in prefixes))) - began
        cpu = {part: sum(map(cpu_of, of)) - before[part] for part, of in pids.items()}
        found = (await counted(running)) - before_counted
    finally:
        await stopped(ground, running)
    for prefix in prefixes:
        await ground.clear(prefix)
    batches = max(1, found["batches"])
    return {"facts_per_s": len(lines) / seconds, **{f"cpu_ms_per_fact.{part}": 1000 * s / len(lines) for part, s in cpu.items()},
            "batches": float(batches), "conflicts_per_batch": found["conflicts"] / batches,
            "commits_per_batch": found["commits"] / batches, "passes_per_fact": found["passes"] / len(lines),
            "states_per_fact": found["states"] / len(lines)}
