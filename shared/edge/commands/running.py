"""`up` runs everything in one process; `serve` one service. Both stop on SIGTERM after draining what is in hand."""

import asyncio
import sys

import typer

from shared.edge.clinics import Unfit
from shared.edge.commands import options
from shared.edge.host import Host, found_services, serve
from shared.settings import Settings
from shared.shell.embedded import EmbeddedUnavailable
from shared.telemetry import configure_logs


def add_to(app: typer.Typer) -> None:
    app.command()(up)
    app.command(name="serve")(serve_one)


def up(host: options.Host = None, port: options.Port = None, data: options.Data = None, kafka: options.Kafka = None,
       mongo: options.Mongo = None, clinic: options.Clinic = None, clock: options.Clock = None,
       ready_file: options.Ready = None, partitions: options.Partitions = None, log_level: options.Level = None) -> None:
    """All services in one process, for a laptop or a small clinic."""
    run(options.settings(host=host, port=port, data=data, kafka=kafka, mongo=mongo, clinic=clinic, clock=clock,
                         ready_file=ready_file, partitions=partitions, log_level=log_level))


def serve_one(name: str, host: options.Host = None, port: options.Port = None, data: options.Data = None,
              kafka: options.Kafka = None, mongo: options.Mongo = None, clinic: options.Clinic = None,
              clock: options.Clock = None, ready_file: options.Ready = None, partitions: options.Partitions = None,
              log_level: options.Level = None) -> None:
    """One service at the root of its own port; any number of processes share its work. NAME: intake, stay, …"""
    if name not in found_services():
        raise typer.BadParameter(f"one of {', '.join(found_services())}", param_hint="NAME")
    run(options.settings(host=host, port=port, data=data, kafka=kafka, mongo=mongo, clinic=clinic, clock=clock,
                         ready_file=ready_file, partitions=partitions, log_level=log_level), name)


def run(settings: Settings, name: str | None = None) -> None:
    configure_logs(settings.log_level)
    if "embedded" in (settings.kafka, settings.mongo):
        print("embedded: for one machine only; no replicas, and this Kafka forgets when it stops", file=sys.stderr)
    try:
        asyncio.run(serve(Host(settings, [name] if name else [], alone=bool(name))))
    except (Unfit, EmbeddedUnavailable) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from None
