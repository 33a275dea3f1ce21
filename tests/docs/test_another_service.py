"""Another service in an hour, as CONTRIBUTING.md has it: its steps are followed in a copy of the project, and it runs."""

import asyncio
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from shared.language.facts import Json
from shared.shell.bus import KafkaBus
from shared.shell.clock import SystemClock
from tests.contracts.planting import ROOT, contracts_of, copy_of_the_project, run
from tests.faults.processes import Member, patiently

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]
FILE = re.compile(r"^`([\w/]+\.py)`\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STEPS = dict(FILE.findall((ROOT / "CONTRIBUTING.md").read_text()))
ARRIVES = (SystemClock().now() + timedelta(days=10)).date()


@dataclass(frozen=True)
class Grown:
    """A copy of the project with the new service in it; `before`: what every file was, by its digest."""

    copy: Path
    before: dict[Path, str]

    def changed(self) -> list[Path]:
        return [path for path, was in self.before.items() if digest(path) != was]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "gone"


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Grown:
    copy = copy_of_the_project(tmp_path_factory.mktemp("another") / "stayward")
    shutil.copytree(ROOT / "deploy" / "clinics", copy / "deploy" / "clinics")
    before = {path: digest(path) for path in copy.rglob("*") if path.is_file()}
    for name, code in STEPS.items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(code)
    return Grown(copy, before)


def test_every_step_writes_a_new_file_and_they_are_few_and_small() -> None:
    assert {name.rpartition("/")[0] for name in STEPS} == {"services/laundry", "tests/laundry"}
    assert [name for name in STEPS if (ROOT / name).exists()] == []
    assert {"services/laundry/service.py", "services/laundry/plan.py", "services/laundry/judge.py"} <= set(STEPS)
    assert len(STEPS) <= 8 and max(len(code.splitlines()) for code in STEPS.values()) <= 80


def test_lint_types_contracts_and_its_own_test_are_content_with_it(grown: Grown) -> None:
    cache = str(grown.copy.with_name("cache"))
    for command in (("ruff", "check", "--no-cache", "services/laundry", "tests/laundry"),
                    ("mypy", "--cache-dir", cache, "-p", "services.laundry"),
                    ("pytest", "-p", "no:cacheprovider", "tests/laundry")):
        done = run(grown.copy, *command)
        assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"
    said = contracts_of(grown.copy)
    assert (said.ok, said.broken) == (True, ()), said.text


@pytest.fixture
def member(grown: Grown, tmp_path: Path) -> Iterator[Member]:
    """`stayward up` of the copy, on embedded parts in a folder of their own."""
    environment = {"PYTHONPATH": str(grown.copy), "PYTHONDONTWRITEBYTECODE": "1", "STAYWARD_DATA": str(tmp_path / "data"),
                   "STAYWARD_KAFKA": "embedded", "STAYWARD_MONGO": "embedded"}
    started = Member("up", 0, tmp_path, environment)
    started.start()
    try:
        yield started
    finally:
        started.kill()


def test_it_is_found_hears_owes_and_keeps_its_promise_and_no_other_file_has_changed(grown: Grown, member: Member) -> None:
    kafka = address_of_kafka(member)
    assert member.get("/").json()["feeds"]["laundry"] == "/laundry/feeds/laundry"
    stay = book(member)

    def linen() -> Json | None:
        return next(iter(member.get("/laundry/feeds/laundry").json()["tasks"]), None)

    def stands() -> tuple[str, str]:
        told = asyncio.run(promise(kafka, stay))
        return told["keeper"], told["state"]

    task = patiently(linen, 20, f"no linen is owed: {member.log()[-2000:]}")
    assert isinstance(task, dict)
    eve = ARRIVES - timedelta(days=1)
    assert (task["stay_id"], task["kind"], task["status"], task["start"][:16]) == (stay, "linen", "requested", f"{eve}T09:00")
    assert task["details"]["beds"] == 1 and task["place"]
    patiently(lambda: stands() == ("laundry", "planned"), 20, "the promise is not told")
    for to in ("in-progress", "completed"):
        moved = httpx.post(f"{member.http}/laundry/tasks/{task['task_id']}/moves", json={"to": to, "by": "zora"}, timeout=10)
        assert moved.status_code == 200, moved.text
    patiently(lambda: stands() == ("laundry", "confirmed"), 20, "the promise does not follow")
    assert member.get("/laundry/readyz").json() == {"ready": True, "troubles": {}}
    assert member.stop() == 0
    assert grown.changed() == []


def address_of_kafka(member: Member) -> str:
    assert member.process is not None
    ended = member.process.poll
    patiently(lambda: member.answers() or ended() is not None, 40, "it neither answers nor ends")
    assert ended() is None, f"it ended: {member.log()[-2000:]}"
    return str(member.wait()["kafka"])


def book(member: Member) -> str:
    profile = {"patient_ref": "P-7781", "visit": "treatment", "arrives_on": f"{ARRIVES}",
               "leaves_on": f"{ARRIVES + timedelta(days=7)}", "mobility": "wheelchair-seated", "languages": ["en"]}
    answer = httpx.post(f"{member.http}/intake/stays", json={"site": "belgrade", "name": "Ada Byron", "profile": profile},
                        timeout=10)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["stay_id"])


async def promise(kafka: str, stay: str) -> Json:
    """The last word about the linen of the stay."""
    found: Json = {"keeper": None, "state": None}
    async for record in KafkaBus(kafka, SystemClock()).read("promises", follow=False):
        if record.key == f"{stay}/linen".encode() and record.value:
            found = json.loads(record.value)
    return found
