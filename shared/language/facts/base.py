"""A fact is what somebody says about a subject, kept word for word. Only its place and its time are worked out here."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from shared.language.words import says_it_is_a_subject

Json = dict[str, Any]
ENVELOPE = ("told_at", "told_by", "stay_id")


class Says(BaseModel):
    """What a teller may say; a field left out is not said. Unknown fields are kept by the fact and ignored here."""

    model_config = ConfigDict(extra="ignore", frozen=True)


@dataclass(frozen=True, slots=True)
class Kind:
    """One topic of facts: who tells it, about what, and where what it says is placed."""

    topic: str
    teller: str
    subject: str  # stay, flight, resource
    model: type[Says]
    says: str
    place: Callable[[Json], Json]
    name: Callable[[Json], str | None]  # the id of its subject, None when it names none
    told_by: tuple[str, ...] = ()  # tellers beside the owner: staff apps, flight adapters


@dataclass(frozen=True, slots=True)
class Fact:
    """`value` is the JSON text as told; `id` is derived from source, topic and bytes; `told_at` is aware; `stamped`: when
    the broker's record of it was made, later than `told_at` by as much as the teller was late."""

    id: str
    topic: str
    subject: str
    told_at: datetime
    value: str
    told_by: str | None = None
    stamped: datetime | None = None


def canonical(value: Any) -> str:
    """One text for one JSON value, whatever the order of its members."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def by_name(value: Any) -> Any:
    """The same JSON with its members in the order of their names: nobody downstream sees in which order they were told."""
    if isinstance(value, dict):
        return {name: by_name(value[name]) for name in sorted(value)}
    return [by_name(element) for element in value] if isinstance(value, list) else value


def stay_named(value: Json) -> str | None:
    return value["stay_id"] if says_it_is_a_subject(value.get("stay_id")) else None


def without(value: Mapping[str, Any], *names: str) -> Json:
    return {k: v for k, v in value.items() if k not in names}


@lru_cache(maxsize=8192)
def parsed(value: str) -> Json:
    """The fact's JSON; shared between callers, so never to be changed."""
    told: Json = json.loads(value)
    return told
