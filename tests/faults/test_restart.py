"""`kill -9` of `stayward up` on embedded parts: nothing is left behind, and on the same data everything open is told again."""

import json
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults.processes import Member, patiently

pytestmark = [pytest.mark.real, pytest.mark.faults, pytest.mark.timeout(120)]


def children_of(pid: int) -> set[int]:
    """All processes below `pid`, zombies left out."""
    below: set[int] = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            below |= {int(folder.name)} | children_of(int(folder.name))
    return below


def alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def feeds(member: Member) -> dict[str, tuple[int, str, Any]]:
    """task id -> (revision, status, what) of all that is on the feeds."""
    rows = [t for path in ("/stay/feeds/housekeeping", "/stay/feeds/desk", "/intake/feeds/desk")
            for t in member.get(path).json()["tasks"]]
    return {t["task_id"]: (t["revision"], t["status"], (t["kind"], t["stay_id"], t["due"], t["place"])) for t in rows}


def book(member: Member, number: int) -> httpx.Response:
    profile = {"patient_ref": f"P-{number}", "visit": "treatment", "arrives_on": "2027-03-01", "leaves_on": "2027-03-08",
               "mobility": "walking", "languages": ["en"]}
    return httpx.post(f"{member.http}/intake/stays", timeout=10,
                      json={"stay_id": f"BEG-{number}", "site": "belgrade", "name": "Ada Marić", "profile": profile})


def test_a_killed_up_leaves_nothing_behind_and_a_restart_tells_everything_open_again(tmp_path: Path) -> None:
    member = Member("up", 1, tmp_path, {"STAYWARD_KAFKA": "embedded", "STAYWARD_MONGO": "embedded",
                                        "STAYWARD_DATA": str(tmp_path / "data")})
    member.start()
    try:
        member.wait()
        for number in range(6):
            assert book(member, number).status_code == 201
        patiently(lambda: sum(k[2][0] == "prepare" for k in feeds(member).values()) == 6, 30, "not all rooms are prepared")
        one = next(i for i, (_, _, what) in feeds(member).items() if what[0] == "prepare")
        moved = httpx.post(f"{member.http}/stay/tasks/{one}/moves", json={"to": "accepted", "by": "Vera"}, timeout=10)
        assert moved.status_code == 200
        patiently(lambda: feeds(member)[one][1] == "accepted", 10, "the move is not on the feed")
        before = feeds(member)
        assert member.process is not None
        children = children_of(member.process.pid)
        assert len(children) >= 2
        assert book(member, 7).status_code == 201  # killed before any service can have read it, or not: both must hold
        os.kill(member.process.pid, 9)
        member.process.wait()
        patiently(lambda: not any(alive(pid) for pid in children), 10, "a child survived its parent")

        member.start()
        member.wait()
        patiently(lambda: before.keys() <= feeds(member).keys(), 30, "not everything open is on the feeds again")
        after = feeds(member)
        assert {i: after[i][1:] for i in before} == {i: told[1:] for i, told in before.items()}
        assert all(after[i][0] >= revision for i, (revision, _, _) in before.items())
        patiently(lambda: any(what[:2] == ("prepare", "BEG-7") for _, _, what in feeds(member).values()), 30,
                  "what HTTP answered with success was lost")
        assert member.get("/readyz").status_code == 200
        print(json.dumps({"tasks": len(after), "children": len(children)}))
        assert member.stop() == 0
    except BaseException:
        print(member.log()[-3000:])
        raise
    finally:
        member.kill()
