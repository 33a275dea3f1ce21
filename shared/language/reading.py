"""Reading a record: it becomes a fact or a dead letter with a reason from a closed list; a single bad word kills neither."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NoReturn

from shared.language.facts import FACTS, Fact
from shared.language.words import instant

Reason = Literal["no-value", "not-utf-8", "header-not-utf-8", "not-json", "not-an-object", "no-subject",
                 "told-in-the-future", "too-large", "stay-closed", "subject-full"]

AHEAD = timedelta(minutes=5)  # a later `told_at` would silence every correction until then
LARGEST = 512 * 1024  # bytes of one fact; a subject's facts live in one document of 16 MB
DEEPEST = 64  # levels of one fact: what is read once must never exhaust the stack of those who merge it
FULLEST = 8 * 1024 * 1024  # bytes of all facts of one subject


@dataclass(frozen=True, slots=True)
class Letter:
    """What could not be read: a reason from the closed list, and a sentence that says what would be right."""

    reason: Reason
    detail: str


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def read_object(value: bytes | None) -> dict[str, Any] | Letter:
    """The JSON object that `value` holds, or the letter that says why it holds none."""
    if value is None or value == b"":
        return Letter("no-value", "the record has no value; a fact is a JSON object")
    if len(value) > LARGEST:
        return Letter("too-large", f"{len(value)} bytes; a fact has at most {LARGEST}")
    try:
        text = value.decode()
    except UnicodeDecodeError as error:
        return Letter("not-utf-8", f"byte {error.start} of the value is not UTF-8")
    try:
        told = json.loads(text, parse_constant=_refuse)
        json.dumps(told, ensure_ascii=False, allow_nan=False).encode()  # no lone surrogates, no 1e999
    except (ValueError, RecursionError) as error:
        return Letter("not-json", f"the value is not JSON: {str(error)[:200]}")
    if not isinstance(told, dict):
        return Letter("not-an-object", f"the value is a JSON {type(told).__name__}; a fact is an object")
    if _deeper_than(DEEPEST, told):
        return Letter("not-json", f"the value is nested more than {DEEPEST} levels deep")
    return told


def _deeper_than(levels: int, told: Any) -> bool:
    here = [told]
    while here and levels:
        levels -= 1
        inside = (inner for outer in here for inner in (outer.values() if isinstance(outer, dict) else outer))
        here = [inner for inner in inside if isinstance(inner, dict | list)]
    return bool(here)


def read_headers(headers: Mapping[str, bytes | None]) -> dict[str, str] | Letter:
    read: dict[str, str] = {}
    for name, value in headers.items():
        try:
            read[name] = (value or b"").decode()
        except UnicodeDecodeError:
            return Letter("header-not-utf-8", f"the header {name!a} is not UTF-8")
    return read


def read_fact(topic: str, value: bytes | None, headers: Mapping[str, bytes | None], stamped: datetime,
              now: datetime) -> Fact | Letter:
    """`stamped` is the record's own timestamp. The same bytes of the same source give the same fact id."""
    said = read_headers(headers)
    if isinstance(said, Letter):
        return said
    told = read_object(value)
    if isinstance(told, Letter):
        return told
    kind = FACTS[topic]
    name = kind.name(told)
    if name is None:
        wants = {"stay": "stay_id (and procedure_id for a procedure)", "flight": "flight and on",
                 "resource": "resource as site/kind/name"}[kind.subject]
        return Letter("no-subject", f"{topic} must name its {kind.subject}: {wants}")
    told_at = instant(told.get("told_at")) or instant(said.get("ce_time")) or stamped
    if told_at > stamped + AHEAD and told_at > now + AHEAD:
        return Letter("told-in-the-future", f"told_at {told_at.isoformat()} is more than 5 min ahead of the record "
                                            f"({stamped.isoformat()}) and of the clinic's clock ({now.isoformat()})")
    assert value is not None
    return fact(topic, value.decode(), name, told_at, _source(said), stamped)


def _source(headers: Mapping[str, str]) -> str:
    source, id_ = headers.get("ce_source"), headers.get("ce_id")
    return f"{source}\n{id_}" if source and id_ else ""


def fact(topic: str, value: str, name: str, told_at: datetime, source: str = "", stamped: datetime | None = None) -> Fact:
    """The fact itself; its id is what makes a retry the same fact."""
    digest = hashlib.sha256(f"{source}\n{topic}\n{value}".encode()).hexdigest()[:32]
    by = json.loads(value).get("told_by")
    return Fact(id=digest, topic=topic, subject=f"{FACTS[topic].subject}:{name}", told_at=told_at, value=value,
                told_by=by if isinstance(by, str) else None, stamped=stamped)
