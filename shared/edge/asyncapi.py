"""What the records of each topic are, for the AsyncAPI document: values, headers and keys, as the shell writes them.

Nothing is read or written with these models; tests hold them to what the shell really sends.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from shared.edge.docs import Topic
from shared.language.facts import FACTS
from shared.language.promises import State
from shared.language.tasks import Status

ABOUT = """Facts in, tasks and promises out.

A *fact* is what somebody says about a stay, a flight or a resource: a field left out is not said, null is cleared, and
unknown fields are kept. Only its value is needed; headers are welcome. A *feed* carries tasks, each whole, at its newest
revision; `promises` carries how each promise stands. Feeds and promises are states: the last record of a key is what
counts. What a service cannot read goes to its dead letters. Keys are text in UTF-8."""


class _Documented(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class Task(_Documented):
    """Something that one person owes to a stay."""

    task_id: str
    """Derived from owner, stay, kind, person, slot and attempt: the same task keeps its id, however often it is planned."""
    owner: str
    """The service that owns it; moves go to its HTTP."""
    feed: str
    kind: str
    stay_id: str | None = None
    """Absent for a task about a pool or a resource, which has `subject` instead."""
    subject: str | None = None
    person: str
    """`patient`, or a companion by the name in the profile."""
    site: str | None
    status: Status
    """As in FHIR Task. `on-hold` is shown while `holds` is not empty."""
    stage: str | None
    """The finer word of the trade: offered, declined, en-route, …"""
    holds: dict[str, str]
    """Why it cannot go on, by who says so: plan, assign, recall."""
    revision: int
    terms: int
    """The revision at which start, place or assignee last changed materially; older terms cannot be accepted."""
    start: datetime
    due: datetime
    accept_by: datetime | None
    assignee: str | None
    resource: str | None
    place: str | None
    to: str | None
    details: dict[str, Any]
    """Has a `kind`; the rest is the owner's. What the reader needs and nothing else: no name, no diagnosis."""
    why: str | None
    """Why this resource, why this person."""
    reason: str | None
    """Why it was declined, failed, or offered again."""
    moved_at: datetime | None
    """When a person last moved it, by the person's own clock, and never later than the clinic's."""


class Promise(_Documented):
    """What was sold, and how it stands."""

    stay_id: str
    promise: str
    keeper: str
    """The service that keeps it."""
    state: State
    """`planned`: the plan exists. `confirmed`: a person or a device has answered for it lately."""
    reason: str
    next_at: datetime | None
    """The next milestone."""


class Unread(RootModel[Any]):
    """The value of a record that could not be read, untouched: any bytes, or none."""


class FactHeaders(_Documented):
    """CloudEvents 1.0, binary mode. All may be missing; with `ce_source` and `ce_id` a retry is known as the same fact."""

    ce_specversion: Literal["1.0"] | None = None
    ce_id: str | None = None
    ce_type: str | None = None
    ce_source: str | None = None
    ce_subject: str | None = None
    ce_time: datetime | None = None
    """When it was told, if the value has no `told_at`; without both it is the record's timestamp."""
    content_type: Literal["application/json"] | None = Field(default=None, alias="content-type")
    traceparent: str | None = None


class StateHeaders(FactHeaders):
    """CloudEvents 1.0, binary mode, and whose revision this is."""

    stayward_revision: str
    """A decimal number: a record with a lower one than was seen of its key is older, and to be ignored."""
    stayward_owner: str


class LetterHeaders(_Documented):
    """The headers of the record that could not be read, and these, all UTF-8 but the key."""

    dead_letter_topic: str
    dead_letter_partition: str
    dead_letter_offset: str
    dead_letter_reason: str
    """A word from a closed list: not-json, no-subject, …"""
    dead_letter_detail: str
    """A sentence that says what would be right."""
    dead_letter_service: str
    dead_letter_at: datetime
    dead_letter_stamped: datetime
    """The record's own timestamp: a replay keeps it."""
    dead_letter_key: str | None
    """The record's own key, untouched."""


def value_of(topic: Topic) -> type[BaseModel]:
    """The model of the values of a topic."""
    if topic.sort == "fact":
        return FACTS[topic.name].model
    return Task if topic.sort == "feed" else Promise if topic.sort == "promises" else Unread


def headers_of(topic: Topic) -> type[BaseModel]:
    if topic.sort == "fact":
        return FactHeaders
    return LetterHeaders if topic.sort == "dead letters" else StateHeaders


def must_say(topic: Topic) -> list[str]:
    """The fields of a fact that name its subject: without them it is a dead letter."""
    kind = FACTS[topic.name]
    named = {"stay": ["stay_id"], "flight": ["flight", "on"], "resource": ["resource"]}[kind.subject]
    return [*named, "procedure_id"] if "procedure_id" in kind.model.model_fields else named
