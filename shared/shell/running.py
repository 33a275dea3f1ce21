"""One service, running in this process: its engine, its loops, and whether it is ready. The only place that makes things."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import structlog

from shared.language.clinic import Clinic
from shared.language.facts import FACTS
from shared.service import Service
from shared.shell.clock import Clock
from shared.shell.draft import Context
from shared.shell.engine import Engine
from shared.shell.feeds import Audit, Mirror
from shared.shell.ports import Bus, Following, Store, TopicSpec
from shared.shell.publish import Publisher
from shared.shell.requests import Requests
from shared.shell.supervisor import Supervisor
from shared.telemetry import Metrics

log = structlog.get_logger("stayward.running")
SWEEP, AUDIT, HOURLY, WATCH = 1.0, 5.0, 3600.0, 1.0  # seconds of machine time
AUDIT_SHARE = 30  # of the time, one part for the audit
HUNG = 60.0  # seconds of one batch; a thousand documents take a tenth of a second
READ = 10.0  # seconds
HOPELESS = 30.0  # seconds of trouble after which a consumer is made anew


def topics_of(services: Iterable[Service]) -> list[TopicSpec]:
    """All topics of these services, each once."""
    all_of = list(services)
    facts = {t for s in all_of for t in (*s.hears, *s.tells)} & set(FACTS)
    feeds = {t for s in all_of for t in (*s.feed_topics, *s.follows)}
    feeds |= {"promises"} if any(s.promises for s in all_of) else set()
    return [*(TopicSpec(t) for t in sorted(facts)), *(TopicSpec(t, compact=True) for t in sorted(feeds)),
            *(TopicSpec(s.dead_letters, letters=True) for s in sorted(all_of, key=lambda s: s.name))]


class Running:
    """`start` returns when the service consumes; `stop` drains: the batch in hand is committed, published, acknowledged.

    `beside`: another service of this process, whose mirror shows this one's feeds too (it was told so by `shows`), so that
    what is published is read once in a process."""

    def __init__(self, service: Service, clinic: Clinic, store: Store, bus: Bus, clock: Clock, digest: str = "",
                 beside: "Running | None" = None, shows: Sequence[str] = ()) -> None:
        self.service, self.clinic, self.store, self.bus, self.clock = service, clinic, store, bus, clock
        self.metrics = Metrics(service.name)
        self.context = Context(service, clinic, digest, store, self.metrics, bus.part)
        self.publisher = Publisher(service.name, store, bus, clock, self.metrics)
        self.engine = Engine(self.context, bus, clock, self.publisher)
        self.supervisor = Supervisor(service.name)
        own = (*service.feed_topics, *(("promises",) if service.promises else ()))
        self.beside = beside
        self.mirror: Mirror = beside.mirror if beside else Mirror()
        self.following: Following = beside.following if beside else bus.follow(
            sorted({*own, *service.follows, *shows}), self.mirror.on_records)
        self.audit = Audit(self.mirror, self.following, own, store, self.publisher, clock)
        self._consume()
        self.started = False

    def _consume(self) -> None:
        self.consumption = self.bus.consume(self.service.name, self.service.topics, self.engine.on_records)
        self.requests = Requests(self.engine, self.store, self.clock, self.consumption)

    async def start(self) -> None:
        await self.store.start()
        if self.bus.forgets:
            told = await self.store.tell_again()
            log.info("the broker forgets: what is open is told again", service=self.service.name, facts=told)
        if not self.beside:
            await self.following.start()
        await self.consumption.start()
        asked = await self.engine.ask_again("new rules", stale_only=True)
        log.info("started", service=self.service.name, rules=self.service.rules, replanned=asked)
        self.supervisor.keep("requests", self._serve)
        self.supervisor.keep("sweeper", self._sweep)
        self.supervisor.keep("audit", self._audit)
        self.supervisor.keep("hourly", self._hourly)
        self.supervisor.keep("watch", self._watch)
        if not self.beside:
            await self._read_feeds()
        self.started = True

    async def _read_feeds(self) -> None:
        """A screen of a process that has read nothing yet says nothing true; a long feed holds up nobody for longer than READ."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(READ):
                while not await self.following.caught_up():  # noqa: ASYNC110
                    await asyncio.sleep(0.02)

    async def _serve(self) -> None:
        await self.requests.run()

    async def _sweep(self) -> None:
        while True:
            await self.publisher.sweep()
            await asyncio.sleep(SWEEP)

    async def _audit(self) -> None:
        """The longer a look through all that is open takes, the seldomer it is; who has seen something looks again soon."""
        patience = 0.0 if self.bus.forgets else None
        while True:
            began = self.clock.elapsed()
            looked = await (self.audit.once() if patience is None else self.audit.once(patience)) is not None
            took = self.clock.elapsed() - began if looked and not self.audit.suspects else 0.0
            patience = None if looked else patience
            until = self.clock.elapsed() + max(AUDIT, AUDIT_SHARE * took)
            while True:
                await asyncio.sleep(AUDIT / 10)
                if self.audit.alarmed() or patience is not None or self.clock.elapsed() >= until:
                    break

    async def _hourly(self) -> None:
        while True:
            await asyncio.sleep(HOURLY)
            await self.engine.ask_again("hourly")

    async def _watch(self) -> None:
        """A consumer or a follower that stays in trouble is made anew."""
        since: dict[str, float] = {}
        while True:
            await asyncio.sleep(WATCH)
            watched: list[tuple[str, Any, Callable[[], Awaitable[None]]]] = [
                ("consumer", self.consumption, self._consume_anew), ("feeds", self.following, self.following.start)]
            for name, part, renew in watched[: 1 if self.beside else 2]:
                trouble, now = part.trouble(), self.clock.elapsed()
                if trouble is None:
                    since.pop(name, None)
                elif now - since.setdefault(name, now) > HOPELESS:
                    log.error("made anew", part=name, service=self.service.name, trouble=trouble)
                    since.pop(name)
                    with contextlib.suppress(Exception):
                        await asyncio.wait_for(part.stop(), 10)
                    await renew()

    async def _consume_anew(self) -> None:
        await self.supervisor.stop("requests")
        self._consume()
        await self.consumption.start()
        self.supervisor.keep("requests", self._serve)

    def troubles(self) -> dict[str, str]:
        """Why it is not ready, by part; empty when it is."""
        if not self.started:
            return {"start": "has not started yet"}
        found = self.supervisor.troubles()
        for name, trouble in (("consumer", self.consumption.trouble()), ("feeds", self.following.trouble())):
            if trouble:
                found[name] = trouble
        if (seconds := self.consumption.in_hand()) > HUNG:
            found["batch"] = f"a batch is in hand for {seconds:.0f} s"
        return found

    async def at_rest(self) -> bool:
        """Nothing to hear, nothing due, nothing to publish, and the feeds say what the database says."""
        return (await self.store.at_rest(self.clock.now()) and await self.consumption.lag() == 0
                and await self.following.caught_up())

    async def stop(self) -> None:
        self.started = False
        self.mirror.close()
        with contextlib.suppress(Exception):
            await self.consumption.stop()
        await self.supervisor.stop()
        await self.publisher.drained()
        if not self.beside:
            with contextlib.suppress(Exception):
                await self.following.stop()
        await self.store.stop()
