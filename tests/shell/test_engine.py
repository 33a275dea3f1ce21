"""The engine: what is told ends as tasks, whatever order, copies, junk or bugs come with it."""

import json
from datetime import timedelta
from typing import Any

from shared.language.moves import Move, Refused
from shared.shell.laws import broken_laws
from shared.shell.memory import MemoryStore
from shared.shell.memory_bus import MemoryBus
from shared.shell.ports import Record
from tests.shell.house import MONDAY, House, booking, house
from tests.shell.porter import CLINIC, PORTER


def porters(**more: Any) -> Any:
    return house([PORTER], CLINIC, [MemoryStore()], MemoryBus(), **more)


def carries(h: House) -> dict[str, Any]:
    return {t["stay_id"]: (t["resource"], t["status"]) for t in h.feed("porter") if t["kind"] == "carry"}


async def lawful(h: House) -> None:
    await h.rest()
    assert await broken_laws(h.running[0]) == []


async def test_a_booking_ends_as_a_task_with_its_trolley_and_a_promise() -> None:
    async with porters() as h:
        await h.tell("stay-booked", booking("ADA"))
        await lawful(h)
        assert carries(h) == {"ADA": ("t1", "requested")}
        assert [(p["promise"], p["state"]) for p in h.running[0].mirror.values("promises")] == [("luggage", "planned")]
        assert [t["place"] for t in h.feed("porter") if t["kind"] == "bell"] == ["t1"]


async def test_the_same_facts_again_write_nothing() -> None:
    async with porters() as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        before = h.running[0].store.writes
        await h.tell("stay-booked", booking("ADA"), booking("ADA"))
        await h.rest()
        assert h.running[0].store.writes == before


async def test_after_the_last_fact_the_passes_are_bounded_and_then_nothing_is_written() -> None:
    async with porters() as h:
        await h.tell("stay-booked", *(booking(f"S-{n}", at=f"2026-11-23T{8 + n % 10:02}:00:00+01:00") for n in range(30)))
        await h.rest()
        store, passes = h.running[0].store, h.running[0].metrics.passes._value.get()
        assert passes <= 30 * 2 + 10  # each stay once for its fact and once for its trolley, and the pool a few times
        before = store.writes
        for _ in range(5):
            await h.running[0].engine.serve([f"stay:S-{n}" for n in range(30)] + ["pool:trolleys/belgrade"])
        assert store.writes == before
        await lawful(h)


async def test_a_freed_trolley_goes_to_whoever_waits() -> None:
    async with porters() as h:
        await h.tell("stay-booked", *(booking(name) for name in ("A", "B", "C", "D")))
        await h.rest()
        waiting = [name for name, (trolley, _) in carries(h).items() if trolley is None]
        assert [t["holds"] for t in h.feed("porter") if t["stay_id"] in waiting] == [{"assign": "no trolley at 13:40"}]
        gone = next(name for name, (trolley, _) in carries(h).items() if trolley == "t2")
        await h.tell("stay-booked", {"stay_id": gone, "told_at": "2026-11-02T10:00:00+01:00", "withdrawn": True})
        await lawful(h)
        assert carries(h)[waiting[0]][0] is not None
        assert carries(h)[gone][1] == "cancelled"


async def test_a_trolley_out_of_service_is_given_back_and_its_stay_gets_another() -> None:
    async with porters() as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        out = {"O-1": {"from": "2026-11-20T00:00:00+01:00", "to": None, "reason": "a wheel"}}
        await h.tell("resource-status", {"resource": "belgrade/trolley/t1", "out": out})
        await lawful(h)
        assert carries(h) == {"ADA": ("t2", "requested")}


async def test_a_flight_heard_before_or_after_its_stay_moves_the_task() -> None:
    arrival = {"mode": "flight", "flight": "LH 1406", "on": "2026-11-23", "place": "BEG", "at": "2026-11-23T13:40:00+01:00"}
    late = {"flight": "lh1406", "on": "2026-11-23", "estimated": "2026-11-23T17:40:00+01:00"}
    starts = []
    for first in ("flight-status", "stay-booked"):
        async with porters() as h:
            told = {"flight-status": late, "stay-booked": booking("ADA", arrival=arrival)}
            for topic in (first, *(set(told) - {first})):
                await h.tell(topic, told[topic])
                await h.rest()
            await lawful(h)
            starts += [t["start"] for t in h.feed("porter") if t["kind"] == "carry"]
    assert starts == ["2026-11-23T17:40:00+01:00"] * 2


async def test_one_stay_whose_plan_raises_stops_nobody_else() -> None:
    async with porters() as h:
        await h.tell("stay-booked", booking("BAD", patient_ref="BOOM"), *(booking(f"S-{n}") for n in range(3)))
        await h.rest()
        assert sorted(carries(h)) == ["S-0", "S-1", "S-2"]
        assert [(t["stay_id"], t["kind"]) for t in h.feed("desk")] == [("BAD", "failing")]
        kept = await h.running[0].store.subject("stay:BAD")
        assert len(kept["facts"]) == 1 and kept["failing"]["tries"] == 1
        h.clock.step(MONDAY + timedelta(minutes=1))
        await h.rest()
        assert (await h.running[0].store.subject("stay:BAD"))["failing"]["tries"] == 2
        await h.tell("patient-admitted", {"stay_id": "BAD", "profile": {"patient_ref": "P-2"}})
        await lawful(h)
        assert carries(h)["BAD"][1] == "on-hold"
        assert [t["status"] for t in h.feed("desk")] == ["cancelled"]


async def test_a_bad_record_is_a_dead_letter_and_its_neighbours_are_served() -> None:
    async with porters() as h:
        ahead = booking("LATER", told="2027-01-01T00:00:00+01:00")
        await h.tell("stay-booked", booking("A"), b"{", b"\xff", b"[1]", None, {"no": "subject"}, ahead, booking("B"))
        await h.rest()
        assert sorted(carries(h)) == ["A", "B"]
        letters = [r for lane in h.bus.topics["porter.dead-letters"] for r in lane]
        said = sorted((dict(r.headers)["dead_letter_reason"].decode(), r.value) for r in letters if r.value is not None)
        assert said == [("no-subject", b'{"no": "subject"}'), ("not-an-object", b"[1]"), ("not-json", b"{"),
                        ("not-utf-8", b"\xff"), ("told-in-the-future", json.dumps(ahead).encode())]
        assert [dict(r.headers)["dead_letter_reason"] for r in letters if r.value is None] == [b"no-value"]


async def test_a_header_that_is_not_text_makes_its_record_a_dead_letter() -> None:
    async with porters() as h:
        good = Record("stay-booked", 0, 7, b"A", json.dumps(booking("A")).encode(), (("x", b"\xff"),), MONDAY)
        await h.running[0].engine.on_records([good])
        letters = [r for lane in h.bus.topics["porter.dead-letters"] for r in lane]
        assert [(r.value, dict(r.headers)["x"], dict(r.headers)["dead_letter_offset"]) for r in letters] == [
            (good.value, b"\xff", b"7")]


async def test_what_nobody_accepts_climbs_to_the_desk_once_and_again_when_it_moves() -> None:
    async with porters() as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        assert h.feed("desk") == []
        for minutes in (65, 66, 90):
            h.clock.step(MONDAY.replace(day=23, hour=12, minute=40) + timedelta(minutes=minutes - 60))
            await h.rest()
        assert [(t["kind"], t["details"]["step"], t["status"]) for t in h.feed("desk")] == [("overdue", 1, "requested")]
        move = {"stay_id": "ADA", "profile": {"arrival": {"at": "2026-11-24T13:40:00+01:00"}}}
        await h.tell("stay-booked", move)
        await h.rest()
        assert [t["status"] for t in h.feed("desk")] == ["cancelled"]
        h.clock.step(MONDAY.replace(day=24, hour=12, minute=45))
        await lawful(h)
        assert sorted(t["status"] for t in h.feed("desk")) == ["cancelled", "requested"]


async def test_an_older_acceptance_is_refused_and_a_second_tap_is_not() -> None:
    async with porters() as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        engine, carry = h.running[0].engine, next(t for t in h.feed("porter") if t["kind"] == "carry")
        await h.tell("stay-booked", {"stay_id": "ADA", "profile": {"arrival": {"at": "2026-11-23T18:00:00+01:00"}}})
        await h.rest()
        refused = await engine.move(carry["task_id"], Move(to="accepted", by="Marko", revision=carry["revision"]))
        assert isinstance(refused, Refused) and refused.code == "older-terms"
        now = next(t for t in h.feed("porter") if t["kind"] == "carry")
        for _ in range(2):
            done = await engine.move(carry["task_id"], Move(to="accepted", by="Marko", revision=now["revision"]))
            assert not isinstance(done, Refused) and done.status == "accepted"
        await lawful(h)
        assert carries(h)["ADA"] == ("t1", "accepted")


async def test_newer_rules_are_never_overwritten_by_a_process_with_older_ones() -> None:
    async with porters() as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        store = h.running[0].store
        store.data["subjects"]["stay:ADA"]["rules"] = PORTER.rules + 1
        before = {i: d["revision"] for i, d in store.data["states"].items()}
        fact = {"stay_id": "ADA", "profile": {"arrival": {"at": "2026-11-24T13:40:00+01:00"}}}
        await h.tell("stay-booked", fact)
        await h.until(lambda: len(store.data["subjects"]["stay:ADA"]["facts"]) == 2)
        assert await h.running[0].engine.ask_again("hourly") == 0
        await h.running[0].requests.once()
        assert {i: d["revision"] for i, d in store.data["states"].items()} == before
        assert [r["cause"] for r in store.data["requests"].values() if r["subject"] == "stay:ADA" and r["due"] <= MONDAY] == [
            "newer rules"]


async def test_new_rules_plan_every_open_stay_again_at_the_start() -> None:
    store, bus = MemoryStore(), MemoryBus()
    async with house([PORTER], CLINIC, [store], bus) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
    store.data["subjects"]["stay:ADA"]["rules"] = 0
    async with house([PORTER], CLINIC, [store], bus) as h:
        await lawful(h)
        assert store.data["subjects"]["stay:ADA"]["rules"] == PORTER.rules


async def test_what_a_service_tells_is_told_once_and_later_than_before_though_the_clock_stands() -> None:
    async with porters() as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        await h.tell("stay-booked", {"stay_id": "ADA", "profile": {"arrival": {"at": "2026-11-24T13:40:00+01:00"}}})
        await h.rest()
        told = [json.loads(r.value) for lane in h.bus.topics["arrival-expected"] for r in lane]
        assert [t["expected_at"][:10] for t in told] == ["2026-11-23", "2026-11-24"]
        assert told[0]["told_at"] < told[1]["told_at"]
