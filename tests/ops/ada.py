"""Ada comes to the Belgrade house on Monday 23 November 2026; what her keepers, her desk and her tellers say, in short."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.ops.rules.board_row import Row, row
from services.ops.rules.cells import Said
from services.ops.rules.desk import Ask, open_asks
from shared.language.facts import Fact
from shared.language.facts.base import Json
from shared.language.reading import fact
from shared.language.stay import Stay, view

BELGRADE = ZoneInfo("Europe/Belgrade")
KEPT_BY = {"room": "stay", "nursing": "stay", "interpreter": "stay", "transfer-in": "transport", "transfer-out": "transport",
           "meals": "meals", "procedures": "intake", "follow-up": "intake"}


def on(day: int, hour: str = "12:00", month: int = 11) -> datetime:
    """A moment of 2026 on the wall clock of the house."""
    return datetime.fromisoformat(f"2026-{month:02}-{day:02}T{hour}").replace(tzinfo=BELGRADE)


def told(topic: str, at: datetime, stamped: datetime | None = None, stay: str = "ADA", **says: Any) -> Fact:
    return fact(topic, json.dumps({"stay_id": stay, **says}), stay, at, stamped=stamped or at)


def booked(at: datetime = on(2), **profile: Any) -> Fact:
    return told("stay-booked", at, site="belgrade",
                profile={"patient_ref": "P-7781", "visit": "treatment", "arrives_on": "2026-11-23", "leaves_on": "2026-11-30"}
                | profile)


def admitted(at: datetime = on(23, "16:20"), **says: Any) -> Fact:
    return told("patient-admitted", at, **{"admitted_at": at.isoformat(), **says})


def discharged(at: datetime = on(30, "10:20")) -> Fact:
    return told("discharged", at, discharged_at=at.isoformat())


def placed(at: datetime, *placements: tuple[str, datetime, datetime]) -> Fact:
    return told("room-assigned", at, placements=[{"room": room, "from": start.isoformat(), "to": end.isoformat()}
                                                 for room, start, end in placements])


def ada(*facts: Fact) -> Stay:
    return view("ADA", facts)


def says(promise: str, state: str, reason: str = "so it is", at: datetime = on(23, "09:00"),
         next_at: datetime | None = None) -> Said:
    return Said(promise, KEPT_BY.get(promise, "laundry"), state, reason, next_at, at)


def all_say(state: str, at: datetime = on(23, "09:00"), **others: Said) -> dict[str, Said]:
    """Every keeper the same, but for the `others`, with underscores for dashes."""
    return {name: says(name, state, at=at) for name in KEPT_BY} | {n.replace("_", "-"): word for n, word in others.items()}


def question(task: str = "T-1", at: datetime = on(23, "10:00"), due: datetime = on(23, "10:30"), **changes: Any) -> Json:
    """A desk task as the feed carries it."""
    return {"task_id": task, "owner": "intake", "feed": "desk", "kind": "missing-words", "stay_id": "ADA", "person": "patient",
            "site": "belgrade", "status": "requested", "stage": None, "holds": {}, "revision": 1, "terms": 1,
            "start": at.isoformat(), "due": due.isoformat(), "accept_by": None, "assignee": None, "resource": None,
            "place": None, "to": None, "details": {"kind": "missing-words", "what": "find out: how the patient moves"},
            "why": None, "reason": None, "moved_at": None} | changes


def on_board(stay: Stay, now: datetime, words: dict[str, Said] | None = None, *questions: Json) -> Row:
    asks: list[Ask] = open_asks(questions, now)
    return row(stay, "belgrade", BELGRADE, words or {}, asks, now)
