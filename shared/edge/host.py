"""A host runs services in one process: their parts, their HTTP, one stop that drains. The composition root."""

import asyncio
import contextlib
import gc
import json
import os
import pkgutil
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.staticfiles import StaticFiles

from shared.edge.api import add_health, bare_app
from shared.edge.clinics import Unfit, load_clinic
from shared.edge.problems import Problem, add_problems
from shared.service import Service
from shared.settings import Settings
from shared.shell.bus import KafkaBus
from shared.shell.clock import Clock, FileClock, SystemClock
from shared.shell.embedded import Child, start_kafka, start_mongo
from shared.shell.running import Running, topics_of
from shared.shell.store import MongoStore

log = structlog.get_logger("stayward.host")


def found_services() -> dict[str, Service]:
    """Every package of `services` with a SERVICE, by name."""
    found = {}
    for package in pkgutil.iter_modules(import_module("services").__path__):
        module = import_module(f"services.{package.name}.service")
        found[module.SERVICE.name] = module.SERVICE
    return dict(sorted(found.items()))


@dataclass
class Host:
    """`names` of the services to run; empty: all. `alone`: one service at the root of its port."""

    settings: Settings
    names: Sequence[str] = ()
    alone: bool = False
    running: list[Running] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)
    kafka: str = ""
    mongo: str = ""
    clock: Clock = field(default_factory=SystemClock)

    async def start(self) -> None:
        settings = self.settings
        clinic, digest = load_clinic(settings.clinic)
        if not (clinic.demo or clinic.signed_by):
            raise Unfit(f"{settings.clinic}: signed_by: the medical director who has signed the clinical settings; "
                        "only a demo starts without")
        known = found_services()
        chosen = [known[name] for name in (self.names or known)]
        if settings.clock:
            self.clock = FileClock(settings.clock)
        embedded = settings.kafka == "embedded"
        topics = topics_of(known.values())
        self.mongo = settings.mongo
        if settings.mongo == "embedded":
            self.children.append(await start_mongo(settings.data))
            self.mongo = self.children[-1].address
        self.kafka = settings.kafka
        if embedded:
            self.children.append(await start_kafka({settings.prefix + t.name: settings.parts for t in topics}))
            self.kafka = self.children[-1].address
        self.bus = KafkaBus(self.kafka, self.clock, settings.parts, embedded, prefix=settings.prefix)
        await self.bus.start()
        await self.bus.make_topics(topics)
        shown = {topic for service in chosen for topic in (*service.feed_topics, *service.follows)}
        shown |= {"promises"} if any(service.promises for service in chosen) else set()
        for service in chosen:
            store = MongoStore(self.mongo, f"{settings.prefix}stayward_{service.name}")
            self.running.append(Running(service, clinic, store, self.bus, self.clock, digest,
                                        beside=self.running[0] if self.running else None, shows=sorted(shown)))
        await asyncio.gather(*(running.start() for running in self.running))
        tune_python()

    async def stop(self) -> None:
        """Drains every service, then the broker, then what was embedded."""
        await asyncio.gather(*(running.stop() for running in self.running), return_exceptions=True)
        if hasattr(self, "bus"):
            await self.bus.stop()
        for child in reversed(self.children):
            with contextlib.suppress(Exception):
                await child.stop()

    async def at_rest(self) -> bool:
        return all(await asyncio.gather(*(running.at_rest() for running in self.running)))


def tune_python() -> None:
    """What was made at the start stays; the rest is looked through after 50,000 new objects, not after 700. With the
    defaults full collections held up everybody for up to 100 ms: p99 of fact to task 174 ms, so 114 (medians of 3).

    The driver's threads ask for Python's lock at each answer of MongoDB, some thirty times for a commit, and wait for it while
    something is planned: for 1 ms and not for 5. p99 of fact to task at 50 facts/s 122 ms, so 84 (medians of 4)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    sys.setswitchinterval(0.001)


def app_of(host: Host) -> FastAPI:
    """All services under their names, or the only one at the root."""
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield

    if host.alone:
        app = bare_app(host.running[0])
    else:
        app = FastAPI(title="Stayward", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
        add_problems(app)
        add_health(app, host.running)
        _add_front(app, host)
        for running in host.running:
            app.mount(f"/{running.service.name}", bare_app(running))
    app.mount("/pages", StaticFiles(directory=str(files("shared.edge.pages"))))
    return app


def _add_front(app: FastAPI, host: Host) -> None:
    owners = {feed: r.service.name for r in reversed(host.running) for feed in r.service.feeds}

    @app.get("/", response_model=None)
    async def front() -> JSONResponse:
        """What is here."""
        return JSONResponse({"services": {r.service.name: r.service.says for r in host.running},
                             "screens": screens_of(host),
                             "feeds": {feed: f"/{name}/feeds/{feed}" for feed, name in sorted(owners.items())}})

    @app.get("/feeds/{feed}", response_model=None)
    async def feed(feed: str) -> RedirectResponse:
        """The live page of a feed, at the service that owns it."""
        if feed not in owners:
            raise Problem(404, "No such feed", f"no service has a feed {feed}",
                          [{"field": "feed", "detail": f"one of {', '.join(sorted(owners))}"}])
        return RedirectResponse(f"/{owners[feed]}/feeds/{feed}")


def screens_of(host: Host) -> dict[str, str]:
    """name -> path, of the pages that services have beside their feeds."""
    return {screen: f"/{r.service.name}/{screen}" for r in host.running for screen in r.service.screens}


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the host drains first."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


async def serve(host: Host) -> None:
    """Runs until SIGTERM or SIGINT; writes the ready file when everything answers."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_, stop.set)
    try:
        await host.start()
        async with answering(host):
            await stop.wait()
            for running in host.running:
                running.mirror.close()  # ends the streams, so that HTTP can stop
    finally:
        await host.stop()


@asynccontextmanager
async def answering(host: Host) -> AsyncIterator[str]:
    """HTTP for a started host; yields its address."""
    config = uvicorn.Config(app_of(host), host=host.settings.host, port=host.settings.port, log_level="warning",
                            lifespan="off", timeout_graceful_shutdown=3)
    server = _Server(config)
    served = asyncio.create_task(server.serve())
    while not server.started:
        if served.done():
            raise SystemExit(f"cannot listen on {host.settings.host}:{host.settings.port}; choose another --port")
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    address = f"http://{host.settings.host}:{port}"
    write_ready(host, address)
    log.info("ready", http=address, kafka=host.kafka, mongo=host.mongo)
    try:
        yield address
    finally:
        server.should_exit = True
        await served


def write_ready(host: Host, address: str) -> None:
    """The ready file appears whole or not at all."""
    path: Path | None = host.settings.ready_file
    if path:
        new = path.with_name(f"{path.name}.new")
        new.write_text(json.dumps({"http": address, "kafka": host.kafka, "mongo": host.mongo, "pid": os.getpid()}))
        os.replace(new, path)
