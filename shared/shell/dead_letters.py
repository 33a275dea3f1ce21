"""Dead letters: what could not be read, value untouched, with topic, partition, offset and a reason from a closed list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.language.reading import Letter
from shared.service import Service
from shared.shell.ports import Out, Record

PREFIX = "dead_letter_"
REOPEN = "stayward_reopen"  # with it an operator tells a fact of a closed stay again


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A dead letter as it lies in its topic; `id` is topic/partition/offset of the record that could not be read."""

    id: str
    service: str
    topic: str
    reason: str
    detail: str
    at: str
    key: bytes | None
    value: bytes | None
    headers: Mapping[str, bytes | None]
    told_at: datetime


def letter_out(service: Service, record: Record, letter: Letter, now: datetime) -> Out:
    """Heard twice, written twice, under one key: whoever lists them sees one."""
    about = {"topic": record.topic, "partition": str(record.partition), "offset": str(record.offset),
             "reason": letter.reason, "detail": letter.detail, "service": service.name, "at": now.isoformat(),
             "stamped": record.stamped.isoformat(), "key": record.key}
    headers: dict[str, str | bytes | None] = dict(record.headers)
    headers |= {f"{PREFIX}{name}": value for name, value in about.items()}
    return Out(service.dead_letters, f"{record.topic}/{record.partition}/{record.offset}", record.value, now, headers)


def read_letter(record: Record) -> DeadLetter:
    said = {name: (value or b"").decode("utf-8", "replace") for name, value in record.headers if name.startswith(PREFIX)}
    about = {name.removeprefix(PREFIX): value for name, value in said.items()}
    keys = [value for name, value in record.headers if name == f"{PREFIX}key"]
    return DeadLetter(
        id=f"{about.get('topic', '?')}/{about.get('partition', '?')}/{about.get('offset', '?')}",
        service=about.get("service", "?"), topic=about.get("topic", "?"), reason=about.get("reason", "?"),
        detail=about.get("detail", ""), at=about.get("at", ""), key=keys[0] if keys else None, value=record.value,
        headers={n: v for n, v in record.headers if not n.startswith(PREFIX)},
        told_at=datetime.fromisoformat(about["stamped"]) if "stamped" in about else record.stamped)


def replayed(letter: DeadLetter, value: bytes | None = None, reopen: bool = False) -> Out:
    """The record as it was, at its own time; headers that nobody can read stay behind. `value`: a corrected one; `reopen`: a
    stay that is closed goes on."""
    headers: dict[str, str | bytes | None] = {name: said for name, said in letter.headers.items() if _readable(said)}
    if reopen:
        headers[REOPEN] = "1"
    return Out(letter.topic, letter.key, letter.value if value is None else value, letter.told_at, headers)


def _readable(value: bytes | None) -> bool:
    try:
        (value or b"").decode()
    except UnicodeDecodeError:
        return False
    return True
