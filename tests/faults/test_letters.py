"""The commands of an operator against a running house: what could not be read is listed, shown, corrected and told again."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from shared.edge.host import found_services
from shared.shell.bus import KafkaBus
from shared.shell.clock import SystemClock
from shared.shell.ports import Out
from shared.shell.running import topics_of
from tests.faults.processes import STAYWARD, patiently
from tests.faults.test_up import tasks_of, up

pytestmark = [pytest.mark.real, pytest.mark.faults, pytest.mark.timeout(120)]
TOPICS = len(topics_of(found_services().values()))
BOOKING = {"site": "belgrade", "told_at": "2026-11-20T10:00:00+01:00", "profile": {
    "patient_ref": "P-1", "arrives_on": "2027-03-01", "leaves_on": "2027-03-08", "mobility": "walking"}}


async def stayward(kafka: str, *words: str, given: bytes = b"", prefix: str = "letters-") -> tuple[int, str, str]:
    """(exit status, standard output, standard error)"""
    process = await asyncio.create_subprocess_exec(
        str(STAYWARD), *words, "--kafka", kafka, env={**os.environ, "STAYWARD_PREFIX": prefix}, stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    out, err = await process.communicate(given)
    return process.returncode or 0, out.decode(), err.decode()


async def test_a_dead_letter_is_listed_shown_corrected_and_served(tmp_path: Path, mongo_uri: str) -> None:
    async with up(tmp_path, mongo_uri, "letters") as (kafka, (member,)):
        bus = KafkaBus(kafka.address, SystemClock(), prefix="letters-")
        await bus.start()
        nameless = json.dumps(BOOKING).encode()
        await bus.publish([Out("stay-booked", "k", nameless, bus.clock.now()), Out("stay-booked", "k", b"\xff", bus.clock.now())])
        await bus.stop()

        async def listed() -> list[dict[str, str]]:
            _, out, _ = await stayward(kafka.address, "dead-letters", "list", "--json", "--service", "stay")
            return [json.loads(line) for line in out.splitlines()]

        async with asyncio.timeout(30):
            while len(found := await listed()) < 2:
                await asyncio.sleep(0.2)
        assert {letter["reason"] for letter in found} == {"no-subject", "not-utf-8"}
        one = next(letter["id"] for letter in found if letter["reason"] == "no-subject")

        status, out, err = await stayward(kafka.address, "dead-letters", "show", one)
        assert (status, out.encode()) == (0, nameless)
        assert "stay_id" in json.loads(err)["detail"]

        mended = tmp_path / "mended.json"
        mended.write_text(json.dumps({"stay_id": "MENDED", **BOOKING}))
        told = await stayward(kafka.address, "dead-letters", "replay", one, "--value", str(mended))
        assert told[:2] == (0, "1 told again\n"), told
        patiently(lambda: tasks_of(member, "MENDED"), 20, "what was told again was not served")

        assert (await stayward(kafka.address, "dead-letters", "show", "stay-booked/9/9"))[0] == 2
        assert (await stayward(kafka.address, "dead-letters", "replay"))[0] == 2


async def test_a_staff_app_publishes_and_topics_are_checked_from_the_command_line(tmp_path: Path, mongo_uri: str) -> None:
    async with up(tmp_path, mongo_uri, "cli") as (kafka, (member,)):
        assert (await stayward(kafka.address, "topics", "--check", prefix="cli-"))[:2] == (0, f"{TOPICS} topics are there\n")
        line = json.dumps({"topic": "stay-booked", "stay_id": "CLI", **BOOKING}).encode()
        assert (await stayward(kafka.address, "publish", "-", given=line, prefix="cli-"))[:2] == (0, "1 facts published\n")
        patiently(lambda: tasks_of(member, "CLI"), 20, "what was published was not served")
        odd = b'{"topic": "stay-booked", "stay_id": "X", "site": 4}'
        refused = await stayward(kafka.address, "publish", "-", given=odd, prefix="cli-")
        assert refused[0] == 2 and "-:1: site" in refused[2]
        _, out, _ = await stayward(kafka.address, "tail", "stay-booked", "--no-follow", prefix="cli-")
        assert [json.loads(record)["value"]["stay_id"] for record in out.splitlines()] == ["CLI"]
