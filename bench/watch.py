"""Watching a service at work in this process: when its first batch came, when its last work ended, what it published."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextvars import ContextVar
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import shared.edge.host as composition
from bench.ground import PARTITIONS, Order
from bench.load import NOW
from shared.edge.host import Host, answering
from shared.settings import Settings
from shared.shell.clock import SteppedClock
from shared.shell.ports import Handler, Out, Record
from shared.shell.running import Running

LANE: ContextVar[str] = ContextVar("lane", default="")  # who is at work: the consumer or the requests; "" for everybody else


class Watch:
    """Monotonic seconds; `published` by topic. `on_first` is called with the first batch."""

    def __init__(self) -> None:
        self.first = self.last = self.cpu = 0.0
        self.records = self.batches = 0
        self.published: Counter[str] = Counter()

    def on_first(self) -> None: ...

    def began(self, records: int) -> None:
        if not self.first:
            self.first, self.cpu = perf_counter(), process_time()
            self.on_first()
        self.records += records
        self.batches += 1

    def ended(self) -> None:
        self.last = perf_counter()

    def answer(self, service: str) -> dict[str, Any]:
        states = {t: n for t, n in self.published.items() if t.endswith("-tasks")}
        return {"service": service, "seconds": self.last - self.first, "cpu": process_time() - self.cpu, "facts": self.records,
                "batches": self.batches, "tasks": sum(states.values()), "promises": self.published["promises"],
                "published": dict(self.published)}


class WatchedBus:
    """The bus, and beside it the watch."""

    def __init__(self, bus: Any, watch: Watch) -> None:
        self.bus, self.watch = bus, watch

    def __getattr__(self, name: str) -> Any:
        return getattr(self.bus, name)

    async def publish(self, records: Sequence[Out]) -> None:
        await self.bus.publish(records)
        self.watch.published.update(out.topic for out in records)

    def consume(self, group: str, topics: Sequence[str], handler: Handler) -> Any:
        async def watched(records: Sequence[Record]) -> None:
            self.watch.began(len(records))
            token = LANE.set("facts")
            try:
                await handler(records)
            finally:
                LANE.reset(token)
                self.watch.ended()

        return self.bus.consume(group, topics, watched)


def watched_running(watch: Watch, wrap_bus: Any, wrap_store: Any) -> type[Running]:
    """Running as it is, on a bus and a store that are watched."""
    class Watched(Running):
        def __init__(self, service: Any, clinic: Any, store: Any, bus: Any, *others: Any, **more: Any) -> None:
            super().__init__(service, clinic, wrap_store(store), wrap_bus(bus), *others, **more)
            serve, states = self.engine.serve, self.publisher.states

            async def sent(docs: Any) -> None:
                await states(docs)
                if LANE.get():
                    watch.ended()

            async def served(subjects: Any) -> None:
                token = LANE.set("requests")
                try:
                    await serve(subjects)
                finally:
                    LANE.reset(token)
                    watch.ended()

            self.engine.serve = served  # type: ignore[method-assign]
            self.publisher.states = sent  # type: ignore[method-assign]

    return Watched


def settings_of(order: Order) -> Settings:
    return Settings(kafka=order.kafka, mongo=order.mongo, clinic=Path(order.clinic), prefix=order.prefix,
                    partitions=PARTITIONS, port=0)


async def serve_watched(order: Order, watch: Watch, wrap_bus: Any = None, wrap_store: Any = None) -> None:
    """The service as `stayward serve` composes it, HTTP and all, until `order.records` are handled and it is at rest."""
    before = composition.Running
    running = watched_running(watch, wrap_bus or (lambda bus: WatchedBus(bus, watch)), wrap_store or (lambda store: store))
    composition.Running = running  # type: ignore[misc]
    host = Host(settings_of(order), [order.service], alone=True, clock=SteppedClock(NOW))
    try:
        await host.start()
        async with answering(host):
            await _acknowledgements(host.running[0], watch)
            while watch.records < order.records:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            seen = 0
            while seen < 2:
                seen = seen + 1 if await host.at_rest() else 0
                await asyncio.sleep(0.05)
    finally:
        composition.Running = before  # type: ignore[misc]
        await host.stop()


async def _acknowledgements(running: Running, watch: Watch) -> None:
    """The last acknowledgement is part of the work."""
    consumer = running.consumption.subscriber.consumer  # type: ignore[attr-defined]
    commit = consumer.commit

    async def watched(*args: Any, **more: Any) -> Any:
        done = await commit(*args, **more)
        watch.ended()
        return done

    consumer.commit = watched
