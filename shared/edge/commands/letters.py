"""Dead letters: what could not be read, why, and how it is told again once it can be."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Annotated

import typer

from shared.edge.commands import options
from shared.edge.commands.broker import bus_at
from shared.edge.host import found_services
from shared.shell.dead_letters import DeadLetter, read_letter, replayed

Service = Annotated[str | None, typer.Option(help="only this service's")]
Reason = Annotated[str | None, typer.Option(help="only those with this reason")]


def add_to(app: typer.Typer) -> None:
    letters = typer.Typer(no_args_is_help=True, help="What could not be read: list, show, replay.")
    letters.command(name="list")(listed)
    letters.command()(show)
    letters.command()(replay)
    app.add_typer(letters, name="dead-letters")


def listed(kafka: options.Kafka = None, service: Service = None, reason: Reason = None,
           as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List them: id (topic/partition/offset), reason, what would be right."""
    found = asyncio.run(_all(options.address_of(kafka), service, reason))
    for letter in found:
        row = {"id": letter.id, "service": letter.service, "reason": letter.reason, "detail": letter.detail, "at": letter.at,
               "bytes": len(letter.value or b"")}
        print(json.dumps(row) if as_json else f"{letter.service:8} {letter.id:34} {letter.reason:20} {letter.detail}")
    print(f"{len(found)} dead letters", file=sys.stderr)


def show(id_: Annotated[str, typer.Argument(metavar="ID", help="topic/partition/offset")], kafka: options.Kafka = None,
         service: Service = None) -> None:
    """Show one whole; the value goes to standard output untouched, the rest to standard error."""
    letter = _one(asyncio.run(_all(options.address_of(kafka), service, None)), id_)
    about = {"id": letter.id, "service": letter.service, "reason": letter.reason, "detail": letter.detail, "at": letter.at,
             "key": (letter.key or b"").decode("utf-8", "replace"),
             "headers": {n: (v or b"").decode("utf-8", "replace") for n, v in letter.headers.items()}}
    print(json.dumps(about, indent=2), file=sys.stderr)
    sys.stdout.buffer.write(letter.value or b"")


def replay(ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...")] = None, kafka: options.Kafka = None,
           service: Service = None, reason: Reason = None,
           reopen: Annotated[bool, typer.Option(help="a stay that was closed goes on with what is told again")] = False,
           value: Annotated[typer.FileBinaryRead | None, typer.Option(help="a corrected value, for one ID")] = None) -> None:
    """Tell them again on their own topic, at their own time: by ID, or all with --reason."""
    if not ids and not reason:
        raise typer.BadParameter("give one or more IDs, or --reason", param_hint="ID")
    if value is not None and len(ids or ()) != 1:
        raise typer.BadParameter("a corrected value goes with exactly one ID", param_hint="--value")
    address = options.address_of(kafka)
    found = asyncio.run(_all(address, service, reason))
    chosen = {letter.id: letter for letter in ([_one(found, i) for i in ids] if ids else found)}
    asyncio.run(_replay(address, list(chosen.values()), value.read() if value else None, reopen))
    print(f"{len(chosen)} told again")


def _one(found: list[DeadLetter], id_: str) -> DeadLetter:
    for letter in found:
        if letter.id == id_:
            return letter
    print(f"no dead letter {id_}; `stayward dead-letters list` shows what there is", file=sys.stderr)
    raise typer.Exit(2)


async def _all(address: str, service: str | None, reason: str | None) -> list[DeadLetter]:
    """Each once for each service, though a record that was heard twice lies there twice."""
    found: dict[tuple[str, str], DeadLetter] = {}
    for known in found_services().values():
        if service in (None, known.name):
            async for letter in _of(address, known.dead_letters):
                if reason in (None, letter.reason):
                    found[letter.service, letter.id] = letter
    return sorted(found.values(), key=lambda letter: (letter.service, letter.at, letter.id))


async def _of(address: str, topic: str) -> AsyncIterator[DeadLetter]:
    async for record in bus_at(address).read(topic, follow=False):
        yield read_letter(record)


async def _replay(address: str, letters: list[DeadLetter], value: bytes | None, reopen: bool) -> None:
    bus = bus_at(address)
    await bus.start()
    try:
        await bus.publish([replayed(letter, value, reopen) for letter in letters])
    finally:
        await bus.stop()
