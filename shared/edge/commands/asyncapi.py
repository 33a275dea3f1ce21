"""`asyncapi` describes every topic for people who write programs: from a broker that is never started and never served."""

import json
from collections.abc import Awaitable, Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from faststream.kafka import KafkaBroker
from faststream.specification import AsyncAPI
from pydantic import BaseModel

from shared.edge.asyncapi import ABOUT, headers_of, must_say, value_of
from shared.edge.docs import Topic, topics
from shared.edge.host import found_services
from shared.service import Service

Document = dict[str, Any]
DAY = 86_400_000  # in milliseconds, as Kafka has it
ADDRESS = "localhost:9092"  # only written into the document
BINDING = "0.4.0"  # of AsyncAPI's Kafka bindings; the one that FastStream writes


def add_to(app: typer.Typer) -> None:
    app.command()(asyncapi)


def asyncapi(out: Annotated[Path | None, typer.Option(help="a file; without it, standard output")] = None) -> None:
    """Write the AsyncAPI 3.0 document of all topics, as JSON."""
    text = json.dumps(described(found_services().values()), indent=2, ensure_ascii=False)
    if out is None:
        print(text)
    else:
        out.write_text(text + "\n")


def described(services: Iterable[Service]) -> Document:
    """The document: one channel for each topic, with FastStream's schemas and what FastStream cannot know."""
    all_topics = topics(services)
    # One stub for each topic, of one record: a batch subscriber, which is what really listens, would document an array.
    broker = KafkaBroker(ADDRESS)
    for topic in all_topics:
        if topic.sort == "fact":
            broker.subscriber(topic.name, title=topic.name, description=topic.says)(_stub(value_of(topic)))
        else:
            broker.publisher(topic.name, title=topic.name, description=topic.says, schema=value_of(topic))
    made = AsyncAPI(broker, title="Stayward", version=version("stayward"), description=ABOUT).to_specification()
    return _completed(made.to_jsonable(), all_topics)


def _stub(value: type[BaseModel]) -> Callable[..., Awaitable[None]]:
    async def hear(body: Any) -> None: ...

    hear.__annotations__["body"] = value
    return hear


def _completed(made: Document, all_topics: list[Topic]) -> Document:
    """With keys, headers, what has to be said, how long it is kept, and who among the services tells and hears it; in the
    order of the topics, for a broker's endpoints come in none."""
    channels, operations, messages, schemas = {}, {}, {}, made["components"]["schemas"]
    for topic in all_topics:
        channel = channels[topic.name] = made["channels"][topic.name]
        (name,) = channel["messages"]
        messages[topic.name] = _message(topic, made["components"]["messages"][f"{topic.name}:{name}"]["payload"])
        channel["messages"] = {topic.name: {"$ref": f"#/components/messages/{topic.name}"}}
        channel["bindings"]["kafka"]["topicConfiguration"] = _kept(topic)
        for verb, action, whose in (("hear", "receive", topic.hearers), ("tell", "send", topic.tellers)):
            if whose:
                operations[f"{verb}.{topic.name}"] = _operation(topic, action, whose)
        schemas[headers_of(topic).__name__] = headers_of(topic).model_json_schema()
        if topic.sort == "fact":
            schemas[value_of(topic).__name__]["required"] = must_say(topic)
    components = {"messages": messages, "schemas": dict(sorted(schemas.items()))}
    return made | {"channels": channels, "operations": operations, "components": components}


def _message(topic: Topic, payload: Document) -> Document:
    letter = topic.sort == "dead letters"
    return {
        "name": topic.name, "title": topic.name, "summary": topic.says,
        "contentType": "application/octet-stream" if letter else "application/json",
        "headers": {"$ref": f"#/components/schemas/{headers_of(topic).__name__}"}, "payload": payload,
        "bindings": {"kafka": {"key": {"type": "string", "description": topic.key}, "bindingVersion": BINDING}},
    }


def _kept(topic: Topic) -> Document:
    if topic.spec.compact:
        return {"cleanup.policy": ["compact"]}
    return {"cleanup.policy": ["delete"], "retention.ms": topic.spec.days * DAY}


def _operation(topic: Topic, action: str, whose: tuple[str, ...]) -> Document:
    channel = f"#/channels/{topic.name}"
    return {"action": action, "channel": {"$ref": channel}, "summary": f"by {', '.join(whose)}",
            "messages": [{"$ref": f"{channel}/messages/{topic.name}"}]}
