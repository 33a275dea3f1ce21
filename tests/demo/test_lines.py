"""A line of the week is a fact, and the same fact through a door says nothing that the path has said."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from shared.edge.clinics import Unfit
from shared.edge.demo.lines import Line, read_week
from shared.edge.demo.names import invented
from shared.edge.demo.running_on import DemoClock

AT = datetime.fromisoformat("2026-11-23T15:21:00+01:00")
ADA = "BEG-2026-0412"


def line(topic: str, door: tuple[str, str], **fact: object) -> Line:
    extra = fact.pop("extra", {})
    assert isinstance(extra, dict)
    return Line("week:1", AT, topic, fact, door, extra)


def test_an_admission_is_told_without_the_stay_that_its_path_names() -> None:
    told = line("patient-admitted", ("POST", f"/intake/stays/{ADA}/admission"), stay_id=ADA, admitted_at=AT.isoformat())
    assert told.body == {"admitted_at": AT.isoformat()}


def test_a_booking_is_told_with_a_name_that_is_in_no_file() -> None:
    told = line("stay-booked", ("POST", "/intake/stays"), stay_id=ADA, site="belgrade", profile={"languages": ["en"]})
    assert told.body == {"stay_id": ADA, "site": "belgrade", "profile": {"languages": ["en"]}, **invented(ADA, ["en"])}


def test_an_amendment_is_the_profile_alone() -> None:
    told = line("stay-booked", ("PATCH", f"/intake/stays/{ADA}/profile"), stay_id=ADA, profile={"leaves_on": "2026-12-01"})
    assert told.body == {"leaves_on": "2026-12-01"}


def test_a_cancellation_says_why_and_not_that_it_is_one() -> None:
    told = line("stay-booked", ("POST", f"/intake/stays/{ADA}/cancellation"), stay_id=ADA, withdrawn=True,
                extra={"reason": "put off"})
    assert told.body == {"reason": "put off"}


def test_a_room_out_of_service_is_told_without_its_name() -> None:
    door = ("PUT", "/stay/resources/belgrade/room/107")
    told = line("resource-status", door, resource="belgrade/room/107", out={"O-1": {}})
    assert told.body == {"out": {"O-1": {}}}


def test_a_week_that_cannot_be_told_names_every_line(tmp_path: Path) -> None:
    week = tmp_path / "week.jsonl"
    week.write_text('{"at": "2026-11-23T10:00:00+01:00", "topic": "stay-booked", "stay_id": "A"}\n'
                    '# a remark\n'
                    '{"at": "2026-11-23T09:00:00+01:00", "topic": "stay-booked", "stay_id": "A"}\n'
                    '{"at": "nine", "topic": "stay-booked", "stay_id": "A", "http": "SHOUT /x"}\n'
                    '{"at": "2026-11-23T11:00:00+01:00", "topic": "stay-eaten", "stay_id": "A"}\n')
    with pytest.raises(Unfit) as unfit:
        read_week(week)
    faults = str(unfit.value).splitlines()
    assert [fault.split(": ")[0].rsplit(":", 1)[1] for fault in faults] == ["3", "4", "4", "5"]
    assert "at: not before the line above" in faults[0] and "http: one of POST" in faults[2]


def test_the_clock_stands_until_it_runs_on_from_where_it_stood() -> None:
    class Wall(DemoClock):
        seconds = 100.0

        def elapsed(self) -> float:
            return self.seconds

    clock = Wall(AT)
    clock.seconds += 50
    assert clock.now() == AT
    clock.step(AT + timedelta(days=1))
    clock.run_on()
    clock.seconds += 7
    assert clock.now() == AT + timedelta(days=1, seconds=7)
