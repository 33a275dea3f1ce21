"""One, two and four processes of a service over the same backlog: what a fact costs each part, and how often they collide.

The members are started, hear some stays in houses of their own, so that each has done everything once, are stopped by a signal
while the backlog is published, and let go: the clock starts there.
"""

import signal
from time import perf_counter

from bench.ground import Ground
from bench.members import at_rest, counted, cpu_of, members, stopped
from bench.throughput import Figures, Size
from shared.edge.host import found_services


async def processes(ground: Ground, size: Size) -> Figures:
    figures: Figures = {}
    for name in size.services:
        for count in size.members:
            figures |= {f"{name}.{count}.{what}": value for what, value in (await _over(ground, size, name, count)).items()}
    return figures


async def _over(ground: Ground, size: Size, name: str, count: int) -> Figures:
    service, prefix = found_services()[name], ground.name(f"{name}-{count}of")
    await ground.told(prefix, service, [])
    running = await members(ground, prefix, name, count)
    try:
        await ground.publish(prefix, [line for line in size.warm_up() if line.topic in service.hears])
        await at_rest(ground, prefix, service)
        before_counted = await counted(running)
        for member in running:
            member.child.process.send_signal(signal.SIGSTOP)
        lines = [line for line in size.lines(size.facts) if line.topic in service.hears]
        await ground.publish(prefix, lines)
        pids = {"services": [m.pid for m in running], "mongod": [ground.mongo.process.pid], "kafka": [ground.kafka.process.pid]}
        before = {part: sum(map(cpu_of, of)) for part, of in pids.items()}
        began = perf_counter()
        for member in running:
            member.child.process.send_signal(signal.SIGCONT)
        seconds = await at_rest(ground, prefix, service) - began
        cpu = {part: sum(map(cpu_of, of)) - before[part] for part, of in pids.items()}
        found = (await counted(running)) - before_counted
    finally:
        await stopped(ground, running)
    await ground.clear(prefix)
    batches = max(1, found["batches"])
    return {"facts_per_s": len(lines) / seconds, **{f"cpu_ms_per_fact.{part}": 1000 * s / len(lines) for part, s in cpu.items()},
            "batches": float(batches), "conflicts_per_batch": found["conflicts"] / batches,
            "commits_per_batch": found["commits"] / batches, "passes_per_fact": found["passes"] / len(lines),
            "states_per_fact": found["states"] / len(lines)}
