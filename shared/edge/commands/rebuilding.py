"""`rebuild` makes a service's database anew from what is on the topics, and says what is on none."""

import asyncio
import sys
from typing import Annotated

import typer

from shared.edge.clinics import Unfit, load_clinic
from shared.edge.commands import options
from shared.edge.host import found_services
from shared.settings import Settings
from shared.shell.bus import KafkaBus
from shared.shell.clock import FileClock, SystemClock
from shared.shell.rebuild import Rebuild
from shared.shell.running import Running
from shared.shell.store import MongoStore
from shared.telemetry import configure_logs


def add_to(app: typer.Typer) -> None:
    app.command()(rebuild)


def rebuild(name: Annotated[str, typer.Argument(help="the service: meals, ops, …")], kafka: options.Kafka = None,
            mongo: options.Mongo = None, clinic: options.Clinic = None, clock: options.Clock = None,
            yes: Annotated[bool, typer.Option("--yes", help="its processes are stopped; its database may be emptied")] = False,
            without: Annotated[bool, typer.Option("--without-backup", help="what is on no topic may be lost")] = False) -> None:
    """Empty a service's database and make it from the facts and its own feeds; then reconcile each open stay once."""
    service = found_services().get(name)
    if service is None:
        raise typer.BadParameter(f"one of {', '.join(found_services())}", param_hint="NAME")
    settings = options.settings(kafka=kafka, mongo=mongo, clinic=clinic, clock=clock)
    if "embedded" in (settings.kafka, settings.mongo):
        raise typer.BadParameter("the embedded Kafka keeps nothing to rebuild from; give the addresses of real ones",
                                 param_hint="--kafka and --mongo")
    if service.only_here and not without:
        print(f"{name} keeps what is on no topic: {service.only_here}. Restore its backup, or give --without-backup.",
              file=sys.stderr)
        raise typer.Exit(2)
    if not yes:
        print(f"this empties the database of {name} in {settings.mongo}: stop its processes, then give --yes", file=sys.stderr)
        raise typer.Exit(2)
    configure_logs(settings.log_level)
    try:
        asyncio.run(_rebuild(settings, name))
    except Unfit as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from None


async def _rebuild(settings: Settings, name: str) -> None:
    clinic, digest = load_clinic(settings.clinic)
    clock = FileClock(settings.clock) if settings.clock else SystemClock()
    bus = KafkaBus(settings.kafka, clock, settings.parts, prefix=settings.prefix)
    store = MongoStore(settings.mongo, f"{settings.prefix}stayward_{name}")
    await bus.start()
    try:
        work = Rebuild(Running(found_services()[name], clinic, store, bus, clock, digest))
        await work.run()
    finally:
        await store.stop()
        await bus.stop()
    counted = work.counted
    print(f"{name}: {counted['facts']} facts, {counted['states']} of its own states, {counted['reconciled']} subjects reconciled; "
          "not rebuilt: who declined what, and idempotency keys")
