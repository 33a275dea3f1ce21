"""`python -m bench`: all rows interleaved in each round, medians over the rounds, a table, and bench/results/latest.json.

`python -m bench profile meals` runs one service over the backlog and prints the profiler's own table.
"""

import argparse
import asyncio
import json
import logging
import os
import platform
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import perf_counter

from bench.ground import ROOT, Ground, Order, ground
from bench.latency import latency
from bench.load import FACTS, houses_for
from bench.past import fill, past
from bench.processes import processes
from bench.table import medians, tables
from bench.throughput import SERVICES, WARM_UP, Figures, Size, cold, replay, throughput
from shared.edge.host import found_services
from tests.servers.parts import Parts

ROWS: dict[str, Callable[[Ground, Size], Awaitable[Figures]]] = {
    "throughput": throughput, "latency": latency, "processes": processes, "past": past, "replay": replay, "cold": cold}
MACHINE = "machine"
SEED = int(os.environ.get("STAYWARD_SEED", "20261122"))


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    told = argparse.ArgumentParser("python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("what", nargs="*", default=["measure"], help="nothing, or: profile SERVICE")
    told.add_argument("--rows", default=",".join(ROWS), help=f"some of {','.join(ROWS)}")
    told.add_argument("--services", default=",".join(SERVICES), help="of meals,stay")
    told.add_argument("--rounds", type=int, default=5)
    told.add_argument("--facts", type=int, default=5_000, help="of a backlog; the plain handler hears a fifth")
    told.add_argument("--stays", type=int, help=f"instead of --facts: {FACTS} facts each")
    told.add_argument("--seconds", type=float, default=30.0, help="of the latency row")
    told.add_argument("--per-second", type=float, default=50.0, help="facts, of the latency row")
    told.add_argument("--members", default="1,2,4", help="processes over one backlog")
    told.add_argument("--past", default="1000,100000,1000000", help="past stays; a million takes some minutes and 3 GB of disk")
    told.add_argument("--cold", type=int, default=20_000, help="facts of the cold start")
    told.add_argument("--floor-alone", action="store_true", help="the floor does not read its own feeds, which the service does")
    told.add_argument("--seed", type=int, default=SEED)
    told.add_argument("--results", type=Path, default=ROOT / "bench" / "results", help="folder of latest.json")
    return told.parse_args(given)


def size_of(told: argparse.Namespace) -> Size:
    facts = told.stays * FACTS if told.stays else told.facts
    most = max(facts, told.cold if "cold" in told.rows else 0, told.per_second * told.seconds if "latency" in told.rows else 0)
    return Size(facts, told.seed, houses_for(round(most) // FACTS + 1 + WARM_UP), not told.floor_alone,
                services=tuple(told.services.split(",")), cold=told.cold, per_second=told.per_second, seconds=told.seconds,
                past=tuple(int(n) for n in told.past.split(",")), members=tuple(int(n) for n in told.members.split(",")))


def a_million_turns() -> float:
    """Seconds that a loop takes now: a machine that is shared is not as fast on every day, and limits in milliseconds are."""
    began, sum_ = perf_counter(), 0
    for n in range(1_000_000):
        sum_ += n * n % 7
    return perf_counter() - began


async def measured(told: argparse.Namespace, size: Size, parts: Parts | None = None) -> dict[str, list[Figures]]:
    """Row -> the figures of each round; on servers of its own, unless `parts` are given."""
    rows = told.rows.split(",")
    if unknown := set(rows) - set(ROWS):
        raise SystemExit(f"no such row: {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    rounds: dict[str, list[Figures]] = {row: [] for row in (*rows, MACHINE)}
    async with ground(size.houses, parts) as here:
        for many in size.past if "past" in rows else ():
            _, seconds = await fill(here, many, size.seed)
            say(f"{many:,} past stays written in {seconds:.0f} s")
        for turn in range(told.rounds):
            rounds[MACHINE].append({"a_million_turns_s": a_million_turns()})
            for row in rows:
                began = perf_counter()
                found = await (past(here, size, turn) if row == "past" else ROWS[row](here, size))
                rounds[row].append(found)
                say(f"round {turn + 1} of {told.rounds}: {row} in {perf_counter() - began:.0f} s")
    return rounds


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def measure(told: argparse.Namespace, parts: Parts | None = None) -> None:
    size = size_of(told)
    rounds = asyncio.run(measured(told, size, parts))
    found = {row: medians(figures) for row, figures in rounds.items()}
    told.results.mkdir(parents=True, exist_ok=True)
    path = told.results / "latest.json"
    path.write_text(json.dumps({
        "seed": size.seed, "command": " ".join(["python -m bench", *sys.argv[1:]]), "python": platform.python_version(),
        "processors": os.cpu_count(), "facts": size.facts, "stays": size.stays, "houses": size.houses,
        "medians": found, "rounds": rounds}, indent=1))
    print(f"medians of {told.rounds}; {size.facts} facts of {size.stays} stays in {size.houses} houses, seed {size.seed}; "
          f"{os.cpu_count()} processors for everything, on which a million turns of a loop take "
          f"{found.pop(MACHINE)['a_million_turns_s']:.2f} s\n")
    print(tables(found))


async def profile(told: argparse.Namespace, service: str) -> str:
    size = size_of(told)
    async with ground(size.houses) as here:
        prefix = here.name("profile")
        records = await here.told(prefix, found_services()[service], size.lines(size.facts))
        answer = await here.side(Order("profile", service, prefix, records))
    return f"{service}: {answer['facts']} facts in {answer['seconds']:.1f} s, the profiler's own cost in it\n{answer['table']}"


def main(given: list[str] | None = None) -> None:
    told = arguments(given)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    if told.what[0] == "profile":
        if len(told.what) != 2 or told.what[1] not in SERVICES:
            raise SystemExit(f"profile which service? One of {', '.join(SERVICES)}")
        print(asyncio.run(profile(told, told.what[1])))
    else:
        measure(told)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit("stopped, with everything that was started") from None
