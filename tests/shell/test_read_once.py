"""A stay is read once for the same facts: what is kept of it is never older than what is told of it."""

import json
from datetime import timedelta
from typing import Any

from shared.language.facts import Fact
from shared.language.reading import read_fact
from shared.shell import cases
from shared.shell.cases import Stays
from shared.shell.documents import Doc, new_subject, with_facts
from tests.shell.house import MONDAY, booking


def told(doc: Doc, minutes: int, **says: Any) -> Doc:
    at = MONDAY + timedelta(minutes=minutes)
    value = json.dumps({**booking("ADA"), **says, "told_at": at.isoformat()})
    fact = read_fact("stay-booked", value.encode(), {}, at, at)
    assert isinstance(fact, Fact)
    return with_facts(doc, [fact]) or doc


def test_the_same_facts_are_the_same_stay_and_one_more_is_another() -> None:
    stays = Stays()
    booked = told(new_subject("stay:ADA"), 0)
    assert stays.of(booked) is stays.of({**booked, "version": 7})
    cancelled = told(booked, 1, withdrawn=True)
    assert (stays.of(cancelled).phase, stays.of(booked).phase) == ("nothing", "booked")


def test_who_was_read_longest_ago_is_read_again(monkeypatch: Any) -> None:
    monkeypatch.setattr(cases, "REMEMBERED", 2)
    stays = Stays()
    docs = [told(new_subject(f"stay:{name}"), 0) for name in ("ADA", "BEA", "CIA")]
    seen = [stays.of(doc) for doc in docs]
    assert stays.of(docs[2]) is seen[2]
    assert stays.of(docs[0]) is not seen[0]
