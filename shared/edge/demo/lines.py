"""A week is told line by line: each line is a fact, with the instant at which it is told and the door by which it comes in.

Without `http` the line is published to Kafka as a plain producer would: the bare value, no headers. With it the same fact
goes to a service's door. What the path says is not said again in the body, and `with` is what only that door is told.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx

from shared.edge.clinics import Unfit, fact_faults
from shared.edge.demo.names import invented
from shared.language.facts import FACTS, Json
from shared.language.facts.base import without
from shared.language.words import instant
from shared.shell.ports import Bus, Out

METHODS = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Line:
    """`where`: file:line; `door`: (method, path) or None for Kafka; `fact`: as it is told, without at, http and with."""

    where: str
    at: datetime
    topic: str
    fact: Json
    door: tuple[str, str] | None = None
    extra: Json = field(default_factory=dict)

    @property
    def body(self) -> Json | None:
        """What the door is told: the fact, without what its path says already."""
        method, path = self.door or ("", "")
        if method == "DELETE":
            return None
        if path == "/intake/stays":
            return {**self.fact, **invented(self.fact["stay_id"], self.fact["profile"].get("languages", [])), **self.extra}
        if path.endswith("/profile"):
            return dict(self.fact["profile"])
        said = [name for name, value in self.fact.items() if f"/{value}/" in f"{path}/"]
        return {**without(self.fact, "withdrawn", *said), **self.extra}


def read_week(path: Path) -> list[Line]:
    """The lines in the order in which they are told; Unfit with every fault and its line."""
    lines: list[Line] = []
    faults: list[str] = []
    for number, text in enumerate(path.read_text().splitlines(), 1):
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        where = f"{path}:{number}"
        found = fact_faults(text) or _line_faults(told := json.loads(text))
        if found:
            faults += [f"{where}: {fault}" for fault in found]
            continue
        line = _line(where, told)
        if lines and line.at < lines[-1].at:
            faults.append(f"{where}: at: not before the line above, {lines[-1].at.isoformat()}")
        lines.append(line)
    if faults or not lines:
        raise Unfit("\n".join(faults) or f"{path}: a week needs a line")
    return lines


def _line_faults(told: Json) -> list[str]:
    faults = [] if instant(told.get("at")) else ["at: an instant with its offset, like 2026-11-23T16:20:00+01:00"]
    method, _, path = str(told.get("http", "POST /")).partition(" ")
    if method not in METHODS or not path.startswith("/"):
        faults.append(f"http: one of {', '.join(METHODS)} and a path; not {told['http']!r}")
    return faults


def _line(where: str, told: Json) -> Line:
    method, _, path = told.get("http", "").partition(" ")
    return Line(where, datetime.fromisoformat(told["at"]), told["topic"], without(told, "at", "http", "with", "topic"),
                (method, path) if path else None, told.get("with", {}))


async def tell(lines: Sequence[Line], client: httpx.AsyncClient, bus: Bus, now: datetime) -> list[str]:
    """Tells them in their order; returns what a door refused."""
    refused = []
    for line in lines:
        if line.door is None:
            value = json.dumps(line.fact, ensure_ascii=False).encode()
            await bus.publish([Out(line.topic, FACTS[line.topic].name(line.fact), value, now)])
            continue
        method, path = line.door
        answer = await client.request(method, path, json=line.body)
        if answer.is_error:
            refused.append(f"{line.where}: {method} {path}: {answer.status_code} {answer.text[:500]}")
    return refused
