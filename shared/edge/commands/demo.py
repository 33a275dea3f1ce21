"""`demo` plays a week of the demo's clinic in one process, says what came of it, and stays up to be looked at."""

import asyncio
import sys
from datetime import datetime
from typing import Annotated

import typer

from shared.edge.clinics import Unfit
from shared.edge.commands import options
from shared.shell.embedded import EmbeddedUnavailable
from shared.telemetry import configure_logs

Until = Annotated[datetime | None, typer.Option(help="only so far, by the clinic's clock, like 2026-11-23T16:00:00+01:00",
                                                formats=["%Y-%m-%dT%H:%M:%S%z"])]
Exit = Annotated[bool, typer.Option("--exit", help="end with the summary; status 1 if anything is not as it must be")]


def add_to(app: typer.Typer) -> None:
    app.command()(demo)


def demo(exit_: Exit = False, until: Until = None, host: options.Host = None, port: options.Port = None, data: options.Data = None,
         kafka: options.Kafka = None, mongo: options.Mongo = None, ready_file: options.Ready = None,
         partitions: options.Partitions = None, log_level: options.Level = None) -> None:
    """A week of a clinic in a minute or two: bookings to discharges, simulated staff, and what came of every promise."""
    from shared.edge.demo.play import demo as play  # it brings an HTTP client, which nothing else that runs here needs

    settings = options.settings(host=host, port=port, data=data, kafka=kafka, mongo=mongo, ready_file=ready_file,
                                partitions=partitions, log_level=log_level)
    configure_logs(settings.log_level)
    try:
        status = asyncio.run(play(settings, stays_up=not exit_, until=until))
    except (Unfit, EmbeddedUnavailable) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from None
    raise typer.Exit(status)
