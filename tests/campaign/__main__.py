"""The campaign: all services on real parts, and what can happen to them while thousands of facts flow. `make campaign`

MongoDB and Kafka each stand still and are killed, mongod's disk gets full, services are killed. After each, when all is at rest,
the time that it took is printed and all laws are asked; at the end all is compared with the same facts where nothing happened.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path
from random import Random
from time import perf_counter

from shared.edge.host import found_services
from shared.telemetry import configure_logs
from tests.campaign.disturbances import Disturbance, disk_is_full, is_killed, services_are_killed, stands_still
from tests.campaign.scene import Scene, facts_of, scene, undisturbed
from tests.campaign.servers import SmallDisk

FACTS = 5  # of one stay
TWICE = ("stay", "meals")  # services with two processes; of the others one each


def arguments() -> argparse.Namespace:
    told = argparse.ArgumentParser("python -m tests.campaign", description=__doc__)
    told.add_argument("--facts", type=int, default=5_000)
    told.add_argument("--times", type=int, default=3, help="each outage of MongoDB and of Kafka")
    told.add_argument("--seconds", type=float, default=20.0, help="that a server stands still")
    told.add_argument("--kills", type=int, default=50, help="of services")
    told.add_argument("--per-second", type=float, default=25.0, help="facts")
    told.add_argument("--services", default=",".join(found_services()))
    told.add_argument("--no-full-disk", action="store_true")
    told.add_argument("--no-mount", action="store_true", help="the full disk as where no tmpfs may be mounted")
    told.add_argument("--seed", type=int, default=int(os.environ.get("STAYWARD_SEED", "20261122")))
    return told.parse_args()


def disturbances(s: Scene, told: argparse.Namespace, disk: SmallDisk, random: Random) -> list[tuple[str, Disturbance]]:
    found: list[tuple[str, Disturbance]] = []
    for n in range(1, told.times + 1):
        for name, server in (("MongoDB", s.mongo), ("Kafka", s.kafka)):
            found += [(f"{name} stands still for {told.seconds:.0f} s ({n})", stands_still(server, told.seconds)),
                      (f"{name} is killed ({n})", is_killed(server, 1.0))]
    found += [(f"{told.kills} kills of services", services_are_killed(s, told.kills, random))] if told.kills else []
    found += [] if told.no_full_disk else [("MongoDB's disk is full", disk_is_full(disk, 45.0))]
    return found


async def campaign(told: argparse.Namespace, folder: Path) -> list[str]:
    """Returns the laws that were broken, by what had happened."""
    lines, broken = facts_of(told.facts // FACTS, told.seed), list[str]()
    names = {name: 2 if name in TWICE else 1 for name in told.services.split(",")}
    async with scene(folder, names, told.facts // FACTS) as s:
        disk = SmallDisk(s.mongo, not told.no_mount)
        try:
            happens = disturbances(s, told, disk, Random(told.seed))
            share = -(-len(lines) // len(happens))
            for number, (what, disturb) in enumerate(happens):
                if disturb is happens[-1][1] and not told.no_full_disk:
                    what = f"{what} ({await disk.take()})"
                began = perf_counter()
                rested = await s.disturbed(lines[number * share : (number + 1) * share], told.per_second, disturb)
                faults = await s.broken()
                say(f"{what}: at rest {rested:.1f} s after it and its facts, {perf_counter() - began:.0f} s in all; "
                    f"{len(faults)} laws broken")
                broken += [f"{what}: {fault}" for fault in faults]
            await s.compare(await undisturbed(s, lines, 1800))
            say("compared with the same facts where nothing happened: the same owed and assigned, no fact lost, no task doubled")
        finally:
            disk.give_back()
    return broken


def say(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    told = arguments()
    configure_logs("CRITICAL")  # of this process: each service has a log of its own
    say(f"{told.facts} facts, seed {told.seed}")
    with tempfile.TemporaryDirectory(prefix="stayward-campaign-", ignore_cleanup_errors=True) as name:
        broken = asyncio.run(campaign(told, Path(name)))
    for fault in broken[:50]:
        say(fault)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit("stopped, with everything that was started") from None
