"""Topics: made or checked, published to, and watched."""

import asyncio
import contextlib
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from shared.edge.clinics import fact_faults, topic_and_value
from shared.edge.commands import options
from shared.edge.commands.broker import bus_at
from shared.edge.host import found_services
from shared.language.facts import FACTS
from shared.shell.clock import SystemClock
from shared.shell.ports import Out, Record
from shared.shell.running import topics_of


def add_to(app: typer.Typer) -> None:
    app.command()(topics)
    app.command()(publish)
    app.command()(tail)


def topics(kafka: options.Kafka = None, partitions: options.Partitions = None,
           check: Annotated[bool, typer.Option(help="only say what is missing; exit 1 if anything is")] = False) -> None:
    """Make every topic that is missing, all with the same number of partitions."""
    asyncio.run(_topics(options.address_of(kafka), options.settings(partitions=partitions, kafka=kafka).parts, check))


async def _topics(address: str, partitions: int, check: bool) -> None:
    wanted = topics_of(found_services().values())
    bus = bus_at(address, partitions)
    if check:
        there = await bus.listed()
        wrong = [f"{t.name}: missing" for t in wanted if t.name not in there]
        wrong += [f"{t.name}: {there[t.name]} partitions, not {partitions}" for t in wanted
                  if there.get(t.name, partitions) != partitions]
        print("\n".join(wrong) or f"{len(wanted)} topics are there")
        raise typer.Exit(1 if wrong else 0)
    made = await bus.make_topics(wanted)
    print("\n".join(f"made {name}" for name in made) or f"{len(wanted)} topics are there already")


def publish(file: Annotated[str, typer.Argument(help="JSON lines with a `topic` in each; - for standard input")],
            kafka: options.Kafka = None,
            force: Annotated[bool, typer.Option(help="publish also what nobody will be able to read")] = False) -> None:
    """Publish facts, as a staff app would."""
    lines = (sys.stdin.read() if file == "-" else Path(file).read_text()).splitlines()
    facts = [(n, line) for n, line in enumerate(lines, 1) if line.strip() and not line.lstrip().startswith("#")]
    faults = [f"{file}:{n}: {fault}" for n, line in facts for fault in fact_faults(line)]
    if faults and not force:
        print("\n".join(faults), file=sys.stderr)
        raise typer.Exit(2)
    asyncio.run(_publish(options.address_of(kafka), [line for _, line in facts]))
    print(f"{len(facts)} facts published")


async def _publish(address: str, lines: list[str]) -> None:
    clock = SystemClock()
    bus = bus_at(address)
    await bus.start()
    try:
        told = [topic_and_value(line) for line in lines]
        await bus.publish([Out(topic, FACTS[topic].name(value), json.dumps(value).encode(), clock.now())
                           for topic, value in told])
    finally:
        await bus.stop()


def tail(topic: str, kafka: options.Kafka = None,
         follow: Annotated[bool, typer.Option(help="stay, and print what comes")] = True) -> None:
    """Print a topic from its beginning, a JSON line for each record."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_tail(options.address_of(kafka), topic, follow))


async def _tail(address: str, topic: str, follow: bool) -> None:
    async for record in bus_at(address).read(topic, follow):
        print(_line(record), flush=True)


def _line(record: Record) -> str:
    def text(value: bytes | None) -> str | None:
        return value.decode("utf-8", "replace") if value is not None else None

    try:
        value = json.loads(record.value) if record.value is not None else None
    except ValueError:
        value = text(record.value)
    return json.dumps({"partition": record.partition, "offset": record.offset, "at": record.stamped.isoformat(),
                       "key": text(record.key), "headers": {n: text(v) for n, v in record.headers}, "value": value})
