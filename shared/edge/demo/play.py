"""`stayward demo`: a host on embedded parts, a week played against it, what came of it, and whether that is right."""

import asyncio
import signal
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx

from shared.edge.clinics import Unfit, load_clinic
from shared.edge.demo import pace
from shared.edge.demo.lines import Line, read_week
from shared.edge.demo.progress import Progress
from shared.edge.demo.running_on import DemoClock
from shared.edge.demo.staff import staff_of
from shared.edge.demo.summary import promises_of, summary_of
from shared.edge.demo.verdict import breaches, differences, expected_promises
from shared.edge.demo.week import Week
from shared.edge.host import Host, answering, screens_of
from shared.settings import PACKAGED, Settings
from shared.shell.running import Running

WEEK = PACKAGED.with_name("belgrade-week.jsonl")
PROMISES = PACKAGED.with_name("belgrade-week.promises.json")
PACE, PER_SECOND = 30, 6.0  # bookings whose time to the feed is taken
TIMEOUT = 30.0  # seconds of machine time for an answer over HTTP


async def demo(settings: Settings, stays_up: bool, until: datetime | None = None) -> int:
    """The exit status: 0 when the week came out as it must; of a part of it, when the laws hold."""
    week = read_week(WEEK)
    lines = [line for line in week if until is None or line.at < until]
    if not lines:
        raise Unfit(f"--until: later than {week[0].at.isoformat()}, when the week begins")
    with ExitStack() as stack:
        if settings.mongo == "embedded" and "data" not in settings.model_fields_set:
            data = stack.enter_context(tempfile.TemporaryDirectory(prefix="stayward-demo-", ignore_cleanup_errors=True))
            settings = settings.model_copy(update={"data": Path(data)})
        host = Host(settings.model_copy(update={"clinic": PACKAGED, "clock": None}), clock=DemoClock(lines[0].at))
        return await Demo(host, lines, stays_up, until).run()


@dataclass
class Demo:
    host: Host
    lines: list[Line]
    stays_up: bool
    until: datetime | None = None
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        clinic, _ = load_clinic(self.host.settings.clinic)
        self.progress = Progress(clinic.zone(clinic.only_site))
        self.stop = asyncio.Event()

    async def run(self) -> int:
        """Until the week is over, or with `stays_up` until somebody says stop."""
        for signal_ in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(signal_, self.stop.set)
        try:
            await self.host.start()
            await self._refuse_other_stays()
            async with answering(self.host) as address:
                if await self._unless_stopped(address) and self.stays_up:
                    self._stay_up(address)
                    await self.stop.wait()
                for running in self.host.running:
                    running.mirror.close()  # ends the streams, so that HTTP can stop
        finally:
            await self.host.stop()
        return 1 if self.wrong else 0

    async def _refuse_other_stays(self) -> None:
        """The week's counts and promises are those of a house that has no other guests."""
        for running in self.host.running:
            if found := await running.store.open_stays():
                raise Unfit(f"{running.service.name} has {len(found)} stays already: the demo needs an empty database "
                            "(another --data, another --mongo); `stayward up` goes on with what is there")

    async def _unless_stopped(self, address: str) -> bool:
        """True when it was played to its end."""
        playing, stopping = asyncio.create_task(self._play(address)), asyncio.create_task(self.stop.wait())
        await asyncio.wait([playing, stopping], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if over := playing.done():
            playing.result()
        else:
            playing.cancel()
            await asyncio.wait([playing])
            self.progress.line("stopped before the week was over")
            self.wrong.append("the week was not played to its end")
        return over

    async def _play(self, address: str) -> None:
        host, clock = self.host, self.host.clock
        assert isinstance(clock, DemoClock)
        began = clock.elapsed()
        async with httpx.AsyncClient(base_url=address, timeout=TIMEOUT) as client:
            staff = await staff_of(client, host.running[0].clinic)
            week = Week(self.lines, client, host.bus, host.running, clock, staff, self.progress.step, self.until)
            try:
                await week.play()
            except TimeoutError as error:
                week.refused.append(str(error))
        self.progress.line(f"the week took {clock.elapsed() - began:.0f} s and {week.steps} steps")
        print(summary_of(week).text(), flush=True)
        self.wrong += [*week.refused, *staff.refused]
        if self.until is None:
            self.wrong += differences(expected_promises(PROMISES), promises_of(week))
        await self._pace()
        self.wrong += await breaches(host.running)
        self._say_what_is_wrong()

    async def _pace(self) -> None:
        """Fact to task: the desk's question, which the fact itself asks, and the room to be made ready, which needs the pool."""
        rooms = next((r for r in self.host.running if pace.FEED in r.service.feed_topics), None)
        asks = next((r for r in self.host.running if pace.DESK in r.service.feed_topics and r is not rooms), None)
        if rooms is None or asks is None:
            return
        self.progress.line(f"now {PACE} bookings at {PER_SECOND:.0f} a second")
        facts = pace.bookings(PACE, *_site_and_rooms(rooms))
        watched = {"fact to task": (asks, pace.DESK), "fact to room to housekeeping task": (rooms, pace.FEED)}
        took = await pace.fact_to_task(list(watched.values()), self.host.bus, facts, PER_SECOND)
        for name, seconds in zip(watched, took, strict=True):
            if len(seconds) < len(facts):
                self.wrong.append(f"{name}: {len(facts) - len(seconds)} of {len(facts)} bookings had no task on the feed")
            p50, p99 = (pace.quantile(seconds, part) * 1000 for part in (0.5, 0.99))
            print(f"{name}: p50 {p50:.0f} ms, p99 {p99:.0f} ms ({len(seconds)} bookings at {PER_SECOND:.0f}/s)", flush=True)
        await pace.cancel(self.host.running, self.host.bus, facts)

    def _say_what_is_wrong(self) -> None:
        names = ", ".join(running.service.name for running in self.host.running)
        if not self.wrong:
            promises = "" if self.until else f"; every promise stands as {PROMISES.name} says"
            print(f"right: all laws hold at rest in {names}{promises}", flush=True)
        for sentence in self.wrong:
            print(f"wrong: {sentence}", file=sys.stderr, flush=True)

    def _stay_up(self, address: str) -> None:
        clock = self.host.clock
        assert isinstance(clock, DemoClock)
        clock.run_on()
        feeds = sorted({feed for running in self.host.running for feed in running.service.feeds})
        print("it stays up, at real speed; Ctrl-C ends it")
        print("\n".join(f"  {address}{path}" for path in screens_of(self.host).values()))
        print("\n".join(f"  {address}/feeds/{feed}" for feed in feeds), flush=True)


def _site_and_rooms(running: Running) -> tuple[str, int]:
    site = running.clinic.only_site or next(iter(running.clinic.sites))
    return site, len(list(running.clinic.resources(site, "room")))
