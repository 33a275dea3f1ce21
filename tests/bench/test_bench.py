"""The bench measures what it says: the floor writes what the service wrote, every row is printed, the JSON can be read."""

import json
from pathlib import Path

import pytest

from bench.__main__ import ROWS, arguments, measure
from bench.load import facts_of
from bench.table import medians, tables
from tests.servers.parts import Parts

SEED = 20261122


@pytest.mark.real
def test_the_floor_writes_what_the_service_wrote_and_both_are_in_the_table_and_in_the_json(
        parts: Parts, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The bench itself compares the two databases and all that was published, in every round, and stops where they differ."""
    if parts.kind == "embedded":
        pytest.skip("the mock cluster has no admin")
    measure(arguments(["--rows", "throughput", "--services", "stay", "--stays", "10", "--rounds", "1", "--results", str(tmp_path)]),
            parts)
    found = json.loads((tmp_path / "latest.json").read_text())["medians"]["throughput"]
    assert found["stay.floor.states_per_fact"] > 1
    assert all(value > 0 for value in found.values())
    printed = capsys.readouterr().out
    assert [side for side in ("service", "floor", "plain") if f"stay {side}: facts/s" not in printed] == []


def test_the_median_of_each_figure_is_printed_beside_its_floor() -> None:
    rounds = [{"meals.fact_to_task_p50_ms": 40.0, "meals.fact_to_task_p99_ms": p99, "meals.fact_to_task_count": 900.0,
               "meals.fact_to_promise_p50_ms": 50.0, "meals.fact_to_promise_p99_ms": 251.0, "meals.fact_to_promise_count": 300.0}
              for p99 in (90.0, 1000.0, 110.0)]
    assert tables({"latency": medians(rounds)}).splitlines() == [
        "latency",
        "  meals: fact -> task p50/p99 ms           40 / 110  (at most 120: holds) of 900",
        "  meals: fact -> promise p50/p99 ms        50 / 251  (at most 250: DOES NOT HOLD) of 300"]


def test_a_row_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(SystemExit, match="no such row: speed; there are throughput, latency, processes, past, replay, cold"):
        measure(arguments(["--rows", "speed"]))
    assert set(arguments([]).rows.split(",")) == set(ROWS)


def test_the_same_seed_tells_the_same_facts_each_stay_in_the_order_of_their_telling() -> None:
    lines = facts_of(20, SEED)
    assert lines == facts_of(20, SEED)
    assert len(lines) == 100
    assert [line.value["told_at"] for line in lines] == sorted(line.value["told_at"] for line in lines)
    firsts = {line.value["stay_id"]: line for line in reversed(lines)}
    assert {"site" in line.value for line in firsts.values()} == {True}
