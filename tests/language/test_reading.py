"""A record becomes a fact, or a dead letter with a reason from a closed list."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from shared.language.facts import Fact
from shared.language.reading import DEEPEST, LARGEST, Letter, read_fact, read_headers
from tests.language.telling import ADA, NOW, at, heard, iso


def reason(value: bytes | None, topic: str = "patient-admitted") -> str:
    read = read_fact(topic, value, {}, NOW, NOW)
    return read.reason if isinstance(read, Letter) else "a fact"


def nested(levels: int) -> bytes:
    return (f'{{"stay_id": "{ADA}", "deep": ' + '{"a":' * (levels - 2) + "{}" + "}" * (levels - 1)).encode()


@pytest.mark.parametrize(("value", "why"), [
    (None, "no-value"),
    (b"", "no-value"),
    (b"admitted at four", "not-json"),
    (b'{"stay_id": "BEG-2026-0412",}', "not-json"),
    (b'{"stay_id": "BEG-2026-0412", "kg": NaN}', "not-json"),
    (b'{"stay_id": "BEG-2026-0412", "kg": -Infinity}', "not-json"),
    (b'{"stay_id": "BEG-2026-0412", "kg": 1e999}', "not-json"),
    (b'{"stay_id": "BEG-2026-0412", "kg": ' + b"9" * 5000 + b"}", "not-json"),
    (rb'{"stay_id": "BEG-2026-0412", "told_by": "\ud800"}', "not-json"),
    (rb'{"stay_id": "BEG-2026-0412", "\udfff": 1}', "not-json"),
    (nested(DEEPEST + 1), "not-json"),
    (nested(50_000), "not-json"),
    (b'{"stay_id": "\xff"}', "not-utf-8"),
    ("\ufeff{}".encode(), "not-json"),
    (b"[]", "not-an-object"),
    (b"null", "not-an-object"),
    (b'"BEG-2026-0412"', "not-an-object"),
    (b"{}", "no-subject"),
    (b'{"stay_id": null}', "no-subject"),
    (b'{"stay_id": 412}', "no-subject"),
    (b'{"stay_id": ""}', "no-subject"),
    (b'{"stay_id": "BEG 2026"}', "no-subject"),
    (b'{"stay_id": "BEG\\u0000"}', "no-subject"),
    (json.dumps({"stay_id": "B" * 129}).encode(), "no-subject"),
    (json.dumps({"stay_id": ADA, "note": "x" * LARGEST}).encode(), "too-large"),
])
def test_what_is_no_fact_says_why(value: bytes | None, why: str):
    assert reason(value) == why


def test_the_deepest_fact_that_is_read_is_a_fact():
    assert reason(nested(DEEPEST)) == "a fact"


@pytest.mark.parametrize("named", [{}, {"procedure_id": ""}, {"procedure_id": 1}, {"procedure_id": None}])
def test_a_procedure_without_a_name_has_no_subject(named: dict[str, object]):
    assert heard("procedure-scheduled", {"stay_id": ADA, **named}) == Letter(
        "no-subject", "procedure-scheduled must name its stay: stay_id (and procedure_id for a procedure)")


@pytest.mark.parametrize("named", [
    {"flight": "LH1406"}, {"on": "2026-11-23"}, {"flight": "LH1406", "on": "today"}, {"flight": 1406, "on": "2026-11-23"},
    {"flight": " ", "on": "2026-11-23"}, {"flight": "L" * 21, "on": "2026-11-23"}, {"flight": "LH1406", "on": 20261123}])
def test_a_flight_needs_its_number_and_its_day(named: dict[str, object]):
    assert heard("flight-status", named) == Letter("no-subject", "flight-status must name its flight: flight and on")


@pytest.mark.parametrize("named", ["van-2", "belgrade/van-2", "belgrade//van-2", "a/b/c/d", "/vehicle/van-2", 5, None])
def test_a_resource_is_named_by_site_kind_and_name(named: object):
    assert heard("resource-status", {"resource": named}) == Letter(
        "no-subject", "resource-status must name its resource: resource as site/kind/name")


def test_a_header_that_is_not_utf_8_says_which():
    bad = Letter("header-not-utf-8", "the header 'ce_source' is not UTF-8")
    assert read_headers({"ce_id": b"1", "ce_source": b"\xff"}) == bad
    assert heard("patient-admitted", {"stay_id": ADA}, headers={"ce_source": b"\xff"}) == bad


def told_at(says: object, ce_time: str | None = None, stamped: datetime = NOW) -> datetime | Letter:
    headers = {"ce_time": ce_time.encode()} if ce_time else {}
    read = heard("patient-admitted", {"stay_id": ADA, "told_at": says}, stamped, headers)
    return read.told_at if isinstance(read, Fact) else read


def test_when_it_was_told_is_told_at_else_ce_time_else_the_records_own_timestamp():
    assert told_at(iso("23 16:21"), iso("23 16:22")) == at("23 16:21")
    assert told_at(None, iso("23 16:22")) == at("23 16:22")
    assert told_at(None, "yesterday") == NOW


@pytest.mark.parametrize("odd", [0, 1e300, True, [], {}, "", "soon", "2026-11-23T16:21:00", "0001-01-01T00:00:00+23:59",
                                 "9999-12-31T23:59:59-23:59", 10**400])
def test_an_odd_told_at_is_as_good_as_none(odd: object):
    assert told_at(odd, stamped=at("23 16:30")) == at("23 16:30")


def test_told_in_the_future_is_ahead_of_the_record_and_of_our_clock_both():
    ahead, far = NOW + timedelta(minutes=5), NOW + timedelta(minutes=5, seconds=1)
    assert told_at(ahead.isoformat()) == ahead
    assert told_at(far.isoformat(), stamped=far) == far
    assert told_at(NOW.isoformat(), stamped=at("01 09:00")) == NOW  # replayed from an old record
    late = told_at(far.isoformat())
    assert isinstance(late, Letter)
    assert (late.reason, told_at(None, far.isoformat())) == ("told-in-the-future", late)


def test_a_fact_is_the_same_when_source_topic_and_bytes_are():
    said = {"stay_id": ADA, "told_by": 5}
    once, source = heard("patient-admitted", said), {"ce_source": b"/ward", "ce_id": b"1"}
    assert isinstance(once, Fact)
    assert once == Fact(id="20e52427b270298a4fc95ff1df87338c", topic="patient-admitted", subject=f"stay:{ADA}", told_at=NOW,
                        value=json.dumps(said), told_by=None, stamped=NOW)
    others = [heard("patient-admitted", said, headers=source), heard("discharged", said),
              heard("patient-admitted", {"told_by": 5, "stay_id": ADA}), heard("patient-admitted", said)]
    assert [isinstance(o, Fact) and o.id == once.id for o in others] == [False, False, False, True]
    assert heard("patient-admitted", said, headers={"ce_source": b"/ward"}) == once


def test_told_at_keeps_its_instant_whatever_the_offset():
    assert told_at("2026-11-23T15:21:00Z") == datetime(2026, 11, 23, 15, 21, tzinfo=UTC) == at("23 16:21")
