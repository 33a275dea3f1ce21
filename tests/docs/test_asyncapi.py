"""The AsyncAPI document has a channel for every topic, and describes what the shell really sends."""

import json
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from shared.edge import asyncapi
from shared.edge.asyncapi import FactHeaders, LetterHeaders, StateHeaders, must_say
from shared.edge.commands import app
from shared.edge.commands.asyncapi import described
from shared.edge.docs import topics
from shared.edge.host import found_services
from shared.language.facts import FACTS
from shared.language.promises import Promise
from shared.language.reading import Letter
from shared.language.tasks import Task, record
from shared.service import Plan, Service
from shared.shell.clock import SteppedClock
from shared.shell.dead_letters import letter_out
from shared.shell.documents import outbox_doc, promise_doc
from shared.shell.memory import MemoryStore
from shared.shell.ports import Out, Record
from shared.shell.publish import Publisher
from shared.shell.running import topics_of
from shared.telemetry import Metrics

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
BED = Task(task_id="T-1", owner="stay", subject="stay:ADA", kind="bed", feed="housekeeping", start=MONDAY, due=MONDAY)
ROOM = Promise("ADA", "room", "stay", "planned", "room 204")
PORTER = Service(name="porter", says="Carries bags.", rules=1, hears=tuple(FACTS), plan=lambda stay, around: Plan(),
                 feeds=("porter",), promises=("bags",))


@cache
def document() -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)  # FastStream says so when one schema or channel hides another
        made: dict[str, Any] = json.loads(json.dumps(described(found_services().values())))
    return made


def refs(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from refs(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from refs(inner)


def at(ref: str) -> Any:
    found = document()
    for name in ref.removeprefix("#/").split("/"):
        found = found[name]
    return found


def test_there_is_a_channel_for_every_topic_and_no_other() -> None:
    wanted = [topic.name for topic in topics_of(found_services().values())]
    channels = document()["channels"]
    assert sorted(channels) == sorted(wanted)
    assert {name: (c["address"], list(c["messages"])) for name, c in channels.items()} == {n: (n, [n]) for n in wanted}


def test_a_channel_carries_one_typed_record_with_its_key_and_headers() -> None:
    for topic in topics(found_services().values()):
        message = document()["components"]["messages"][topic.name]
        value = at(message["payload"]["$ref"])
        assert value["title"] == asyncapi.value_of(topic).__name__
        assert value.get("type") == (None if topic.sort == "dead letters" else "object"), "one record, not a batch of them"
        assert message["bindings"]["kafka"]["key"] == {"type": "string", "description": topic.key}
        assert at(message["headers"]["$ref"])["title"] == asyncapi.headers_of(topic).__name__


def test_who_tells_sends_and_who_hears_receives() -> None:
    told = {f"tell.{t.name}": "send" for t in topics(found_services().values()) if t.tellers}
    heard = {f"hear.{t.name}": "receive" for t in topics(found_services().values()) if t.hearers}
    assert {name: operation["action"] for name, operation in document()["operations"].items()} == told | heard


def test_every_reference_leads_somewhere_and_every_name_is_one_that_asyncapi_allows() -> None:
    assert [ref for ref in set(refs(document())) if not isinstance(at(ref), dict)] == []
    names = [name for part in document()["components"].values() for name in part]
    assert [name for name in names if not re.fullmatch(r"[a-zA-Z0-9._-]+", name)] == []


def test_the_document_is_of_version_3_and_has_a_title() -> None:
    assert document()["asyncapi"] == "3.0.0"
    assert document()["info"]["title"] == "Stayward"


@pytest.mark.parametrize("topic", topics([PORTER])[: len(FACTS)], ids=lambda topic: topic.name)
def test_a_fact_must_say_exactly_what_names_its_subject(topic: Any) -> None:
    told = {"stay_id": "ADA", "procedure_id": "PR-1", "flight": "LH1406", "on": "2026-11-23",
            "resource": "belgrade/room/204"}
    said = {name: told[name] for name in must_say(topic)}
    name_of = FACTS[topic.name].name
    assert name_of(said) is not None
    assert [name_of({n: v for n, v in said.items() if n != left_out}) for left_out in said] == [None] * len(said)


def test_the_described_task_is_the_one_on_the_feeds() -> None:
    of_a_stay, of_a_pool = record(BED), record(replace(BED, subject="pool:rooms/belgrade"))
    assert set(asyncapi.Task.model_fields) == {*of_a_stay, *of_a_pool}
    for shown in (of_a_stay, of_a_pool):
        assert asyncapi.Task.model_validate(shown).model_dump(exclude_unset=True).keys() == shown.keys()


def test_the_described_promise_is_the_one_that_is_told() -> None:
    assert list(asyncapi.Promise.model_fields) == list(ROOM.record())
    asyncapi.Promise.model_validate(ROOM.record())


def test_the_headers_of_a_fact_are_those_of_the_outbox() -> None:
    sent = outbox_doc("room-assigned", "stay:ADA", "ADA", {}, "stay/ADA/room-assigned/1", MONDAY, "stay", "token")["headers"]
    assert list(FactHeaders.model_json_schema()["properties"]) == list(sent)
    FactHeaders.model_validate(sent | {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})


async def test_the_headers_of_a_state_are_those_that_the_publisher_sends() -> None:
    class Caught:
        async def publish(self, records: Sequence[Out]) -> None:
            self.records = records

    bus: Any = Caught()
    publisher = Publisher("stay", MemoryStore(), bus, SteppedClock(MONDAY), Metrics("stay"))
    await publisher.states([("states", promise_doc(ROOM, 1, "token"))])
    (out,) = bus.records
    assert sorted(StateHeaders.model_json_schema()["properties"]) == sorted(out.headers)


def test_the_headers_of_a_dead_letter_are_those_that_it_gets() -> None:
    read = Record("stay-booked", 0, 7, b"ADA", b"{", (), MONDAY)
    out = letter_out(PORTER, read, Letter("not-json", "the value is not JSON"), MONDAY)
    assert sorted(LetterHeaders.model_fields) == sorted(out.headers)


def test_the_command_writes_it_to_a_file_or_to_standard_output(tmp_path: Path) -> None:
    file = tmp_path / "asyncapi.json"
    said = CliRunner().invoke(app, ["asyncapi"])
    assert (said.exit_code, json.loads(said.stdout)) == (0, document())
    assert CliRunner().invoke(app, ["asyncapi", "--out", str(file)]).exit_code == 0
    assert file.read_text() == said.stdout
