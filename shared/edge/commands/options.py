"""The options that commands share; each is also a STAYWARD_ variable."""

from pathlib import Path
from typing import Annotated, Any

import typer

from shared.settings import Settings

Kafka = Annotated[str | None, typer.Option(help='"embedded" (one machine only), or host:port of any Kafka')]
Mongo = Annotated[str | None, typer.Option(help='"embedded" (one machine only), or a URI of a replica set')]
Port = Annotated[int | None, typer.Option(help="HTTP port; 0 takes a free one")]
Host = Annotated[str | None, typer.Option(help="address to listen on")]
Data = Annotated[Path | None, typer.Option(help="folder of the embedded database")]
Clinic = Annotated[Path | None, typer.Option(help="clinic file; without it the demo's clinic")]
Clock = Annotated[Path | None, typer.Option(help='stepped clock: a file with {"now": "…"}, shared by processes')]
Ready = Annotated[Path | None, typer.Option("--ready-file", help="written when everything answers: http, kafka, mongo")]
Partitions = Annotated[int | None, typer.Option(min=1, max=1000, help="of every topic, when they are made")]
Level = Annotated[str | None, typer.Option(help="DEBUG, INFO, WARNING or ERROR")]


def settings(**given: Any) -> Settings:
    """Options win over variables; what is not given stays as it is."""
    return Settings(**{name: value for name, value in given.items() if value is not None})


def address_of(kafka: str | None) -> str:
    """The broker's address, for commands that need one that runs already."""
    address = settings(kafka=kafka).kafka
    if address == "embedded":
        raise typer.BadParameter("give the address of a running Kafka (`stayward up` writes it into its --ready-file)",
                                 param_hint="--kafka")
    return address
