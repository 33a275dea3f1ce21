"""The bench measures what it says: the floor writes what the service wrote, every row is printed, the JSON can be read."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench.__main__ import ROWS, arguments, measure
from bench.ground import Ground, Order, ground
from bench.load import facts_of
from bench.tape import load_tape
from shared.edge.host import found_services
from tests.servers.apache_kafka import NoApacheKafka, fetch_jars

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]
SEED = 20261122


@pytest.fixture(autouse=True)
def a_kafka_of_its_own() -> None:
    try:
        fetch_jars()
    except NoApacheKafka as missing:
        pytest.skip(f"no Kafka to measure: {missing}")


async def everything(here: Ground, prefix: str, service: str) -> dict[str, list[dict[str, Any]]]:
    """By collection, in the order of the ids."""
    db = here.database(prefix, service)
    return {name: [doc async for doc in db[name].find({}).sort("_id")] for name in ("subjects", "states", "outbox", "requests")}


async def test_the_floor_writes_and_publishes_what_the_service_did() -> None:
    service, lines = found_services()["stay"], facts_of(12, SEED)
    async with ground(1) as here:
        tape, wrote, told = str(here.folder / "tape"), {}, {}
        for side in ("service", "floor"):
            prefix = here.name(side)
            records = await here.told(prefix, service, lines)
            told[side] = await here.side(Order(side, "stay", prefix, records, tape=tape))
            wrote[side] = await everything(here, prefix, "stay")
        assert len(wrote["service"]["states"]) > 50
        assert wrote["floor"] == wrote["service"]
        assert told["floor"]["published"] == told["service"]["published"]
        assert told["floor"]["facts"] == told["service"]["facts"] == load_tape(Path(tape)).records == 60


def test_each_row_is_in_the_table_and_in_the_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "throughput,latency,processes,past,replay"
    measure(arguments(["--rows", rows, "--services", "meals", "--stays", "6", "--rounds", "1", "--seconds", "1", "--members", "1",
                       "--past", "50", "--results", str(tmp_path)]))
    found = json.loads((tmp_path / "latest.json").read_text())
    assert list(found["medians"]) == rows.split(",") == [row for row in ROWS if row != "cold"]
    assert all(value >= 0 for figures in found["medians"].values() for value in figures.values())
    printed = capsys.readouterr().out
    assert [row for row in rows.split(",") if f"{row}\n" not in printed] == []
    assert "meals floor: facts/s" in printed
