"""Kafka is away for longer than anybody's patience: nothing is lost, and everybody who waited goes on by himself."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from shared.shell.bus import KafkaBus
from shared.shell.clock import SystemClock
from shared.shell.ports import Out
from tests.faults.processes import patiently
from tests.faults.test_letters import BOOKING
from tests.faults.test_restart import book
from tests.faults.test_up import tasks_of, up

AWAY = float(os.environ.get("STAYWARD_AWAY", "0"))  # seconds; a session ends after 10, a consumer in trouble for 30 is given up
pytestmark = [pytest.mark.real, pytest.mark.faults, pytest.mark.timeout(180),
              pytest.mark.skipif(AWAY == 0, reason="part of the campaign: STAYWARD_AWAY=45; tests/campaign has a short one")]


async def test_after_a_long_outage_of_kafka_facts_are_heard_and_what_was_told_meanwhile_is_served(
        tmp_path: Path, mongo_uri: str) -> None:
    async with up(tmp_path, mongo_uri, "outage") as (kafka, (member,)):
        clock = SystemClock()
        assert book(member, 1).status_code == 201
        patiently(lambda: tasks_of(member, "BEG-1"), 20, "not served before the outage")
        kafka.pause()
        asked = asyncio.create_task(asyncio.to_thread(book, member, 2))  # answered late, or not at all: its commit stands
        await asyncio.sleep(AWAY)
        kafka.resume()
        began = clock.elapsed()
        bus = KafkaBus(kafka.address, clock, prefix="outage-")
        await bus.start()
        facts = [json.dumps({"stay_id": f"S-{n}", **BOOKING}).encode() for n in range(12)]
        await bus.publish([Out("stay-booked", f"S-{n}", fact, clock.now()) for n, fact in enumerate(facts)])
        await bus.stop()
        await asyncio.gather(asked, return_exceptions=True)
        for stay in ("BEG-2", *(f"S-{n}" for n in range(12))):
            patiently(lambda stay=stay: tasks_of(member, stay), 60, f"{stay} is not served after the outage")
        patiently(lambda: member.get("/readyz").status_code == 200, 30, "not ready after the outage")
        print(f"\nall served {clock.elapsed() - began:.0f} s after Kafka came back")
