"""How these tests tell of Ada's stay, and when: `at("23 16:20")` is 23 November 2026, 16:20 in the Belgrade house."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from shared.language.facts import Fact
from shared.language.reading import Letter, read_fact
from shared.language.stay import Stay, view

ADA = "BEG-2026-0412"
WINTER = timezone(timedelta(hours=1))


def at(text: str) -> datetime:
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=WINTER)


def iso(text: str) -> str:
    return at(text).isoformat()


NOW = at("30 23:00")


def heard(topic: str, says: Any, stamped: datetime = NOW,
          headers: Mapping[str, bytes | None] | None = None) -> Fact | Letter:
    """What becomes of a record with this JSON."""
    return read_fact(topic, json.dumps(says).encode(), headers or {}, stamped, NOW)


def tell(topic: str, when: str, **says: Any) -> Fact:
    """A fact of Ada's stay, told by the ward at `when`."""
    told = heard(topic, {"stay_id": ADA, "told_at": iso(when), "told_by": "ward", **says})
    assert isinstance(told, Fact), told
    return told


def booked(when: str = "01 09:00", **profile: Any) -> Fact:
    return tell("stay-booked", when, profile=profile)


def ada(*facts: Fact) -> Stay:
    return view(ADA, facts)
