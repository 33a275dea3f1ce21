"""How long from a fact to a task on a feed, by the machine's clock: bookings of far weeks, told evenly over Kafka.

Each lacks a word, so that the desk is asked (the fact's own task), and each is given a room, which is to be made ready (a
task two hops on, through the pool of rooms). They are spread over weeks, fewer in each than there are rooms, so that none
waits for a room; and cancelled in the end.
"""

import asyncio
import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from shared.edge.demo.week import at_rest
from shared.language.facts import Json
from shared.shell.ports import Bus, Out
from shared.shell.running import Running

FEED = "housekeeping-tasks"
DESK = "desk-tasks"
FIRST_WEEK = date(2027, 3, 1)
PATIENCE = 30.0  # seconds of machine time after the last fact
AT_ONCE = 50  # bookings that are cancelled together
AFTERWARDS = timedelta(minutes=1)  # of clinic time: later than any booking was told


def bookings(count: int, site: str, rooms: int) -> list[Json]:
    """Stays that lack one word, their languages; so many in a week that a few rooms stay empty."""
    weekly = max(1, rooms * 3 // 4)
    return [_booking(n, site, FIRST_WEEK + timedelta(weeks=n // weekly)) for n in range(count)]


def _booking(number: int, site: str, arrives: date) -> Json:
    leaves = arrives + timedelta(days=5)
    return {"stay_id": f"PACE-{number:04}", "site": site, "profile": {
        "patient_ref": f"P-PACE-{number}", "visit": "treatment", "arrives_on": arrives.isoformat(),
        "leaves_on": leaves.isoformat(), "arrival": {"mode": "own"}, "departure": {"mode": "own"}, "mobility": "walking",
        "diet": {"style": "regular", "allergies_asked": True}}}


class Watch:
    """Sees the first task of each stay on one feed, and how long after its fact was told."""

    def __init__(self, running: Running, feed: str, told: dict[str, float]) -> None:
        self.running, self.feed, self.told = running, feed, told
        self.seen: dict[str, float] = {}
        self.queue = running.mirror.read(feed)

    async def until(self, count: int) -> None:
        while len(self.seen) < count:
            task = await self.queue.get()
            if task is None:
                return
            if (stay := task.get("stay_id", "")) in self.told:
                self.seen.setdefault(stay, self.running.clock.elapsed() - self.told[stay])


async def fact_to_task(watched: Sequence[tuple[Running, str]], bus: Bus, facts: Sequence[Json],
                       per_second: float) -> list[list[float]]:
    """For each (service, feed): the sorted seconds from the publishing of each booking until its first task there; of some
    fewer than were told, when their tasks did not come."""
    clock = watched[0][0].clock
    told: dict[str, float] = {}
    watches = [Watch(running, feed, told) for running, feed in watched]
    watching = [asyncio.create_task(watch.until(len(facts))) for watch in watches]
    try:
        began = clock.elapsed()
        sent = []
        for number, fact in enumerate(facts):
            await asyncio.sleep(max(0.0, began + number / per_second - clock.elapsed()))
            told[fact["stay_id"]] = clock.elapsed()
            at = clock.now() + timedelta(seconds=number / per_second)  # its teller's clock runs on
            sent.append(asyncio.create_task(_publish(bus, at, [fact])))
        await asyncio.gather(*sent)
        await asyncio.wait(watching, timeout=PATIENCE)
    finally:
        for task, watch in zip(watching, watches, strict=True):
            task.cancel()
            watch.running.mirror.leave(watch.feed, watch.queue)
    return [sorted(watch.seen.values()) for watch in watches]


async def cancel(running: Sequence[Running], bus: Bus, facts: Sequence[Json]) -> None:
    """The last booked first, so that nobody is given another room for it, and a few at a time."""
    last_first, at = facts[::-1], running[0].clock.now() + AFTERWARDS
    for start in range(0, len(facts), AT_ONCE):
        some = last_first[start : start + AT_ONCE]
        await _publish(bus, at, [{"stay_id": fact["stay_id"], "withdrawn": True} for fact in some])
        await at_rest(running)


async def _publish(bus: Bus, at: datetime, facts: Sequence[Json]) -> None:
    await bus.publish([Out("stay-booked", fact["stay_id"], json.dumps(fact).encode(), at) for fact in facts])


def quantile(values: Sequence[float], part: float) -> float:
    """Of sorted values, the one that `part` of them do not exceed."""
    return values[min(len(values) - 1, int(part * len(values)))] if values else float("nan")
