"""The week of the Belgrade house ends as it must: in memory, through whichever door it is told, and as a command."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from shared.edge.clinics import check_facts
from shared.edge.demo import pace
from shared.edge.demo.lines import read_week
from shared.edge.demo.play import PROMISES, WEEK
from shared.edge.demo.summary import promises_of, summary_of
from shared.edge.demo.verdict import breaches, differences, expected_promises
from tests.demo.house import week_in_memory

STAYS = 14


async def test_every_promise_of_the_week_ends_as_it_must_and_the_laws_hold() -> None:
    async with week_in_memory(read_week(WEEK)) as week:
        await week.play()
        assert week.refused == [] and week.staff.refused == []
        assert differences(expected_promises(PROMISES), promises_of(week)) == []
        assert await breaches(week.running) == []
        summary = summary_of(week)
        assert (summary.stays, summary.told["HTTP"] + summary.told["Kafka"]) == (STAYS, len(week.lines))
        assert summary.tasks["housekeeping"]["completed"] > STAYS
        assert summary.tasks["housekeeping"]["requested"] == 1  # the room of the next week's guest
        assert not {"accepted", "in-progress", "on-hold", "failed"} & set(summary.tasks["housekeeping"])
        assert summary.tasks["kitchen"]["failed"] == 1  # the tray with celery in it, thrown away
        assert min(summary.tasks[feed]["completed"] for feed in ("driver", "kitchen", "nursing", "interpreter")) > STAYS
        assert sum(counted.get("completed", 0) for counted in summary.desk.values()) > 0


async def test_a_promise_that_must_be_kept_and_is_not_is_named() -> None:
    week = {"BEG-2026-0413": {"room": "kept"}, "BEG-2026-0422": {"room": "broken"}}
    ought = {**week, "BEG-2026-0422": {"room": "kept"}, "BEG-2026-0499": {"room": "kept"}}
    are = {**week, "BEG-2026-0413": {"room": "kept", "meals": "at-risk"}}
    assert differences(ought, are) == [
        "BEG-2026-0413: the promise meals is at-risk, and must be told by nobody",
        "BEG-2026-0422: the promise room is broken, and must be kept",
        "BEG-2026-0499: the promise room is not told, and must be kept",
    ]


async def test_bookings_of_far_weeks_each_get_a_task_and_are_cancelled_again() -> None:
    lines = read_week(WEEK)
    async with week_in_memory(lines) as week:
        intake, stay = (r for r in week.running if r.service.name in ("intake", "stay"))
        facts = pace.bookings(40, "belgrade", 24)
        took = await pace.fact_to_task([(intake, pace.DESK), (stay, pace.FEED)], week.bus, facts, 500.0)
        assert [len(seconds) for seconds in took] == [40, 40]
        await pace.cancel(week.running, week.bus, facts)
        assert {task["status"] for feed in (pace.FEED, pace.DESK) for task in stay.mirror.values(feed)} == {"cancelled"}
        assert await breaches(week.running) == []


def test_the_week_is_a_facts_file_as_well() -> None:
    count, faults = check_facts(WEEK)
    assert faults == [] and count == len(read_week(WEEK))


def test_every_stay_of_the_week_has_a_promise_to_be_held_to() -> None:
    told = {line.fact["stay_id"] for line in read_week(WEEK) if "stay_id" in line.fact}
    assert len(told) == STAYS
    assert set(expected_promises(PROMISES)) == told


@pytest.mark.real
def test_the_command_plays_the_first_bookings_on_embedded_parts(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    command = [str(Path(sys.executable).with_name("stayward")), "demo", "--exit", "--port", "0", "--ready-file", str(ready),
               "--until", "2026-11-17T12:00:00+01:00"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ": 4 stays, " in done.stdout
    assert "right: all laws hold at rest" in done.stdout
    taken = re.search(r"fact to task: p50 (\d+) ms, p99 (\d+) ms \((\d+) bookings", done.stdout)
    assert taken and taken[3] == "30"
    assert json.loads(ready.read_text())["http"].startswith("http://127.0.0.1:")
