"""`stayward up` as others meet it: a plain Kafka client, junk, awkward orders, and a broker that goes away."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from shared.shell.bus import KafkaBus
from shared.shell.clock import SystemClock
from shared.shell.ports import Out, Record
from tests.faults.processes import Member, kafka_of_its_own, patiently
from tests.servers.apache_kafka import ApacheKafka

pytestmark = [pytest.mark.real, pytest.mark.faults, pytest.mark.timeout(240)]
TOLD = "2026-11-20T10:00:0{}+01:00"
ADA: dict[str, dict[str, Any]] = {
    "stay-booked": {"told_at": TOLD.format(1), "site": "belgrade", "profile": {
        "patient_ref": "P-7781", "visit": "treatment", "arrives_on": "2027-11-23", "leaves_on": "2027-11-30",
        "arrival": {"mode": "flight", "flight": "LH1406", "on": "2027-11-23", "place": "BEG", "transfer": True,
                    "at": "2027-11-23T13:40:00+01:00", "assistance": "WCHC"},
        "mobility": "wheelchair-seated", "room_needs": ["roll-in-shower"], "languages": ["en"]}},
    "patient-admitted": {"told_at": TOLD.format(2), "admitted_at": "2027-11-23T16:20:00+01:00",
                         "profile": {"wristband": "K7M4QX"}},
    "procedure-done": {"told_at": TOLD.format(3), "procedure_id": "PR-1", "done_at": "2027-11-25T09:55:00+01:00",
                       "rest_until": "2027-11-25T13:55:00+01:00"},
    "discharged": {"told_at": TOLD.format(4), "discharged_at": "2027-11-30T10:20:00+01:00", "home_care_weeks": 5},
}
CLOSED = ("completed", "failed", "cancelled")
PLAN_FIELDS = ("kind", "person", "start", "due", "accept_by", "place", "to", "details", "feed", "status")


@asynccontextmanager
async def up(tmp_path: Path, mongo_uri: str, *names: str) -> AsyncIterator[tuple[ApacheKafka, list[Member]]]:
    """A Kafka of its own, and for each name a `stayward up` with the topics and databases of that name."""
    kafka = await kafka_of_its_own(tmp_path / "kafka")
    common = {"STAYWARD_KAFKA": kafka.address, "STAYWARD_MONGO": mongo_uri}
    members = [Member("up", n, tmp_path, {**common, "STAYWARD_PREFIX": f"{name}-"}) for n, name in enumerate(names)]
    try:
        for member in members:
            member.start()
            member.wait()
        yield kafka, members
    except BaseException:
        print([member.log()[-3000:] for member in members])
        raise
    finally:
        for member in members:
            member.kill()
        await kafka.stop()


def tasks_of(member: Member, stay: str, closed: bool = False) -> list[tuple[Any, ...]]:
    paths = ("/stay/feeds/housekeeping", "/intake/feeds/desk")
    shown = [task for path in paths for task in member.get(path).json()["tasks"]]
    return sorted(tuple(json.dumps(task[field], sort_keys=True) for field in ("task_id", *PLAN_FIELDS))
                  for task in shown if task.get("stay_id") == stay and (closed or task["status"] not in CLOSED))


def fragments(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    envelope = {k: value[k] for k in ("stay_id", "told_at", "procedure_id") if k in value}
    for name, said in value.items():
        if name == "profile":
            yield from ({**envelope, "profile": {k: v}} for k, v in said.items())
        elif name not in envelope:
            yield {**envelope, name: said}


async def test_any_order_and_doubled_fragments_end_in_the_same_owed_tasks(tmp_path: Path, mongo_uri: str) -> None:
    async with up(tmp_path, mongo_uri, "natural", "reversed") as (kafka, (natural, awkward)):
        producer = AIOKafkaProducer(bootstrap_servers=kafka.address)
        await producer.start()

        async def say(topic: str, value: dict[str, Any], key: bytes | None = None) -> None:
            await producer.send_and_wait(topic, json.dumps({"stay_id": "ADA", **value}).encode(), key=key)

        for topic, value in ADA.items():
            await say(f"natural-{topic}", value, b"ADA")
        for topic, value in reversed(ADA.items()):
            await say(f"reversed-{topic}", value)
        for topic, value in reversed(ADA.items()):
            for piece in [*fragments(value)] * 2:
                await say(f"reversed-{topic}", piece, b"ADA")
        patiently(lambda: len(tasks_of(natural, "ADA")) >= 2, 30, "the natural order owes too little")
        patiently(lambda: tasks_of(natural, "ADA") == tasks_of(awkward, "ADA"), 30, "the two never became alike")
        print(f"\n{len(tasks_of(natural, 'ADA'))} tasks alike")
        await producer.stop()


async def test_an_admission_with_nothing_else_asks_for_what_is_missing_and_the_rest_follows(
        tmp_path: Path, mongo_uri: str) -> None:
    async with up(tmp_path, mongo_uri, "bare") as (kafka, (member,)):
        bus = KafkaBus(kafka.address, SystemClock(), prefix="bare-")
        await bus.start()
        now = bus.clock.now()
        admitted = {"stay_id": "BARE", "admitted_at": now.isoformat()}
        await bus.publish([Out("patient-admitted", None, json.dumps(admitted).encode(), now)])
        (asked,) = patiently(lambda: tasks_of(member, "BARE"), 20, "nobody asked for what is missing")  # type: ignore[misc]
        print(f"\nasked: {asked[8]}")
        assert "leaves_on" in asked[8] and "mobility" in asked[8]
        departure = {"mode": "car", "transfer": False, "at": (now + timedelta(days=6)).isoformat()}
        profile = {**ADA["stay-booked"]["profile"], "arrives_on": now.date().isoformat(), "arrival": None,
                   "leaves_on": (now + timedelta(days=6)).date().isoformat(), "departure": departure, "wristband": "W",
                   "diet": {"style": "halal", "allergies_asked": True, "food": "7", "drinks": "0"}}
        told = {"stay_id": "BARE", "site": "belgrade", "profile": profile}
        await bus.publish([Out("stay-booked", None, json.dumps(told).encode(), bus.clock.now())])

        def answered() -> bool:
            return '"cancelled"' in [t[10] for t in tasks_of(member, "BARE", closed=True)]

        patiently(answered, 20, "the question stayed")

        async def stands() -> str:
            told = [json.loads(r.value or b"{}") async for r in bus.read("promises", follow=False)]
            return [str(p["state"]) for p in told if (p["stay_id"], p["promise"]) == ("BARE", "room")][-1]

        async with asyncio.timeout(20):  # another service: it follows in its own time
            while await stands() != "confirmed":
                await asyncio.sleep(0.1)
        await bus.stop()


def junk(number: int) -> tuple[bytes | None, list[tuple[str, bytes]]]:
    kinds: tuple[Callable[[], tuple[bytes | None, list[tuple[str, bytes]]]], ...] = (
        lambda: (b"{not json", []), lambda: (b"\xff\xfe", []), lambda: (b'["an array"]', []),
        lambda: (b'{"no": "subject"}', []),
        lambda: (None, []), lambda: (json.dumps({"stay_id": "X", "told_at": "2099-01-01T00:00:00Z"}).encode(), []),
        lambda: (json.dumps({"stay_id": "GOOD-BUT"}).encode(), [("ce_id", b"\xff\xff"), ("x", b"\xc3")]),
        lambda: (b'{"stay_id": "\\ud800", "site": NaN}', []))
    if number % 100 == 50:
        return b"{" + b"x" * 900_000, []
    return kinds[number % len(kinds)]()


async def test_a_thousand_junk_records_are_a_thousand_dead_letters_and_the_good_ones_are_served(
        tmp_path: Path, mongo_uri: str) -> None:
    prefix = "junk-"
    async with up(tmp_path, mongo_uri, "junk") as (kafka, (member,)):
        producer = AIOKafkaProducer(bootstrap_servers=kafka.address, max_request_size=2_000_000)
        await producer.start()
        sent: dict[tuple[int, int], bytes | None] = {}
        for number in range(1000):
            value, headers = junk(number)
            told = await producer.send_and_wait(prefix + "stay-booked", value, key=b"junk%d" % number, headers=headers)
            sent[told.partition, told.offset] = value
            if number % 50 == 0:
                day = f"2027-{number // 50 % 12 + 1:02}-{number // 600 * 14 + 1:02}"
                profile = {"arrives_on": day, "leaves_on": day[:8] + f"{int(day[8:]) + 6:02}", "patient_ref": f"P-{number}"}
                good = {"stay_id": f"GOOD-{number}", "site": "belgrade", "profile": profile}
                await producer.send_and_wait(prefix + "stay-booked", json.dumps(good).encode())
        await producer.stop()

        def housekeeping() -> set[str]:
            return {t["stay_id"] for t in member.get("/stay/feeds/housekeeping").json()["tasks"]}

        wanted = {f"GOOD-{n}" for n in range(0, 1000, 50)}
        patiently(lambda: housekeeping() == wanted, 60, f"not all good ones were served: {wanted - housekeeping()}")
        for service in ("intake", "stay"):
            letters = await all_of(kafka.address, f"{prefix}{service}.dead-letters", 1000)
            about = [{n.removeprefix("dead_letter_"): v for n, v in r.headers} for r in letters]
            places = [(int(a["partition"] or b""), int(a["offset"] or b"")) for a in about]
            found = {place: letter.value for place, letter in zip(places, letters, strict=True)}
            assert len(letters) == 1000
            assert {a["topic"] for a in about} == {b"stay-booked"}
            assert found == sent
            reasons = {(a["reason"] or b"").decode() for a in about}
            assert reasons == {"not-json", "not-utf-8", "not-an-object", "no-subject", "no-value", "told-in-the-future",
                               "header-not-utf-8", "too-large"}
        assert member.get("/readyz").status_code == 200


async def all_of(address: str, topic: str, count: int) -> list[Record]:
    """Waits until so many are there, and a little for more."""
    reader = AIOKafkaConsumer(bootstrap_servers=address)
    await reader.start()
    try:
        for _ in range(300):
            tps = [TopicPartition(topic, p) for p in range(6)]
            if sum((await reader.end_offsets(tps)).values()) >= count:
                break
    finally:
        await reader.stop()
    return [r async for r in KafkaBus(address, SystemClock()).read(topic, follow=False)]


async def test_ready_goes_red_within_ten_seconds_of_kafkas_end_and_green_when_it_is_back(
        tmp_path: Path, mongo_uri: str) -> None:
    async with up(tmp_path, mongo_uri, "ready") as (kafka, (member,)):
        clock = SystemClock()
        patiently(lambda: member.get("/readyz").status_code == 200, 10, "never ready")
        kafka.pause()
        began = clock.elapsed()
        patiently(lambda: member.get("/readyz").status_code == 503, 15, "it stayed green without Kafka")
        red = clock.elapsed() - began
        said = member.get("/readyz").json()["troubles"]
        kafka.resume()
        patiently(lambda: member.get("/readyz").status_code == 200, 60, f"it never came back: {said}")
        print(f"\nred after {red:.1f} s: {said}; green {clock.elapsed() - began - red:.1f} s later")
        assert red < 10
        assert member.stop() == 0
