"""MongoDB and Kafka stand still and are killed while facts flow: the services go on by themselves, and at rest the laws hold."""

import os
from pathlib import Path

import pytest

from tests.campaign.disturbances import is_killed, one_after_the_other, stands_still
from tests.campaign.scene import facts_of, scene, undisturbed
from tests.servers.apache_kafka import NoApacheKafka, fetch_jars

pytestmark = [pytest.mark.real, pytest.mark.faults, pytest.mark.timeout(240)]
SEED = int(os.environ.get("STAYWARD_SEED", "20261122"))
STAYS = 30


async def test_servers_that_stand_still_and_are_killed_cost_time_and_nothing_else(tmp_path: Path) -> None:
    try:
        fetch_jars()
    except NoApacheKafka as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no Kafka to pause and kill: {missing}")
    print(f"\nSTAYWARD_SEED={SEED}")
    lines = facts_of(STAYS, SEED)
    async with scene(tmp_path, {"stay": 1, "meals": 1}, STAYS) as s:
        half = len(lines) // 2
        for name, server, told in (("MongoDB", s.mongo, lines[:half]), ("Kafka", s.kafka, lines[half:])):
            rested = await s.disturbed(told, 15, one_after_the_other(stands_still(server, 6), is_killed(server, 0.2)))
            print(f"{name} stood still and was killed: at rest {rested:.1f} s later")
        assert await s.broken() == []
        await s.compare(await undisturbed(s, lines))
