"""Facts of one stay, as sloppy tellers tell them; and the ways in which a network hands them over.

A pool of sayings is made once; an example only picks some and their moments. That keeps thousands of examples cheap, and a
failing one shrinks to the few facts that matter.
"""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from shared.language.facts import Fact, Json
from shared.language.reading import read_fact
from tests.property.sayings import SAYINGS, STAY

EXAMPLES = int(os.environ.get("STAYWARD_EXAMPLES", "1000"))
# The seed comes with the suite's profile.
thoroughly = settings(max_examples=EXAMPLES, deadline=None)
lightly = settings(max_examples=max(1, EXAMPLES // 5), deadline=None)  # where there is little to vary

NOW = datetime(2026, 12, 24, tzinfo=UTC)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
# Some tie; the third says the instant of the second with another offset. None: the record's own timestamp counts.
MOMENTS = ("2026-11-23T13:00:00+01:00", "2026-11-23T14:00:00+01:00", "2026-11-23T13:00:00Z", "2026-11-24T08:30:00+01:00",
           "2026-11-25T00:00:00.000001+01:00", "2026-11-25T08:00:00+01:00", "yesterday", None, None, None)
ENVELOPE = ("stay_id", "told_at", "told_by", "procedure_id", "person")


@dataclass(frozen=True)
class Record:
    """What the log holds: the value, when it was written, and where it came from (or nothing)."""

    topic: str
    says: Json
    stamped: datetime
    source: str = ""

    def heard(self) -> Fact:
        headers: dict[str, bytes | None] = {"ce_source": b"/ward", "ce_id": self.source.encode()} if self.source else {}
        fact = read_fact(self.topic, json.dumps(self.says).encode(), headers, self.stamped, NOW)
        assert isinstance(fact, Fact), fact
        return fact


def heard(records: Iterable[Record]) -> list[Fact]:
    """The facts as a set: the same fact again keeps its earliest `told_at`."""
    facts: dict[str, Fact] = {}
    for fact in map(Record.heard, records):
        known = facts.get(fact.id)
        facts[fact.id] = fact if known is None or fact.told_at < known.told_at else known
    return list(facts.values())


def _record(number: int) -> Record:
    """One number for saying, moment and timestamp: each draw costs as much as a merge."""
    rest, saying = divmod(number, len(SAYINGS))
    minutes, moment = divmod(rest, len(MOMENTS))
    topic, says = SAYINGS[saying]
    told_at = {} if MOMENTS[moment] is None else {"told_at": MOMENTS[moment]}
    return Record(topic, {**says, "stay_id": STAY, **told_at}, NOON + timedelta(minutes=7 * minutes))


def told(most: int = 9) -> st.SearchStrategy[list[Record]]:
    """Records of one stay, in no order that means anything."""
    one = st.integers(0, 40 * len(MOMENTS) * len(SAYINGS) - 1).map(_record)
    return st.lists(one, min_size=1, max_size=most)


randoms = st.integers(0, 2**32 - 1).map(Random)


def shuffled(records: list[Record], random: Random) -> list[Record]:
    return random.sample(records, len(records))


def doubled(records: list[Record], random: Random) -> list[Record]:
    """Some are delivered again, later, among the others."""
    again = [replace(record, stamped=record.stamped + timedelta(minutes=random.randrange(0, 600)))
             for record in records for _ in range(random.randrange(3))]
    return shuffled(records + again, random)


def batched(records: list[Record], random: Random) -> list[Fact]:
    """Heard in batches that overlap, as after a rebalance: the set grows by each."""
    by_batch: list[Record] = []
    rest = shuffled(records, random)
    while rest:
        size = random.randrange(1, len(rest) + 1)
        by_batch += doubled(rest[:size], random)
        rest = rest[size - random.randrange(0, 2 if size > 1 else 1):]
    return heard(by_batch)


def split(facts: list[Fact], random: Random) -> list[Fact]:
    """Most facts whose moment no other one shares, told in pieces; a piece is a record of its own."""
    moments = [fact.told_at for fact in facts]
    out: list[Fact] = []
    for fact in random.sample(facts, len(facts)):
        if moments.count(fact.told_at) > 1 or random.random() < 0.2:
            out.append(fact)
        else:
            pieces = _pieces(json.loads(fact.value), random)
            out += heard(Record(fact.topic, says, fact.told_at, f"{random.random()}") for says in pieces)
    return out


def _pieces(says: Json, random: Random) -> list[Json]:
    envelope = {name: says[name] for name in ENVELOPE if name in says}
    leaves = list(_leaves({name: value for name, value in says.items() if name not in envelope}))
    pieces: list[Json] = [json.loads(json.dumps(envelope)) for _ in range(random.randrange(1, 5))]
    for path, value in random.sample(leaves, len(leaves)):
        here = random.choice(pieces)
        for name in path[:-1]:
            here = here.setdefault(name, {})
        here[path[-1]] = value
    return pieces


def _leaves(value: Json, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, inner in value.items():
        if isinstance(inner, dict) and inner:
            yield from _leaves(inner, (*path, name))
        else:
            yield (*path, name), inner
