"""Every contract is seen to be broken: a violation of each is planted in a copy of the project, and is refused by name."""

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.contracts.planting import CONTRACTS, ROOT, Plant, Said, contracts_of, copy_of_the_project, run

ONE, OTHER = sorted(path.parent.name for path in (ROOT / "services").glob("*/plan.py"))[:2]
RULE = f"services/{ONE}/rules/planted.py"
IMPURE = ("faststream", "aiokafka", "motor", "pymongo", "fastapi", "starlette", "uvicorn", "httpx", "asyncio", "random",
          "secrets", "time", "importlib", "structlog")
IMPURITY = Plant("all that is impure", "shared/language/planted.py", "\n".join(f"import {name}" for name in IMPURE),
                 ("pure-core", "mongo-in-one-place", "kafka-in-few-places"))
PLANTS = (
    Plant("shared knows a service", "shared/edge/docs.py", f"import services.{ONE}.plan", ("layers",)),
    Plant("the language knows the shell", "shared/language/tasks.py", "import shared.shell.clock",
          ("layers", "shared-is-whole", "pure-core")),
    Plant("the shell knows the edge", "shared/shell/clock.py", "import shared.edge.problems", ("layers", "shared-is-whole")),
    Plant("what a service is knows the settings", "shared/service.py", "import shared.settings",
          ("layers", "shared-is-whole", "pure-core")),
    Plant("a module of shared without a layer", "shared/odds_and_ends.py", "", ("shared-is-whole",)),
    Plant("a file of a service without a role", "services/stay/utils.py", "", ("inside-a-service",)),
    Plant("a rule knows the plan", RULE, f"import services.{ONE}.plan", ("inside-a-service",)),
    Plant("plan knows judge", "services/stay/plan.py", "import services.stay.judge", ("inside-a-service",)),
    Plant("details know a rule", f"services/{ONE}/details.py", f"import services.{ONE}.rules.planted",
          ("inside-a-service",), beside=RULE),
    Plant("the service knows its main", "services/stay/service.py", "import services.stay.main",
          ("inside-a-service",), beside="services/stay/main.py"),
    Plant("a rule knows another service", RULE, f"import services.{OTHER}.details", ("services-apart",)),
    Plant("main knows another service", f"services/{OTHER}/main.py", f"import services.{ONE}.details", ("services-apart",)),
    Plant("plan decides by chance", f"services/{ONE}/plan.py", "import random", ("pure-core",)),
    Plant("a rule decides by chance", RULE, "import random", ("pure-core",)),
    Plant("details are made by chance", f"services/{ONE}/details.py", "import secrets", ("pure-core",)),
    Plant("the service knows a loop", f"services/{ONE}/service.py", "import asyncio", ("pure-core",)),
    Plant("assign knows a clock", "services/stay/assign.py", "from time import monotonic", ("pure-core",)),
    Plant("judge knows the shell", "services/stay/judge.py", "from shared.shell import clock", ("pure-core",)),
    Plant("the edge knows MongoDB", "shared/edge/problems.py", "import motor.motor_asyncio", ("mongo-in-one-place",)),
    Plant("the engine knows MongoDB", "shared/shell/engine.py", "from pymongo import errors", ("mongo-in-one-place",)),
    Plant("the engine knows Kafka", "shared/shell/engine.py", "import aiokafka", ("kafka-in-few-places",)),
    Plant("the edge knows FastStream", "shared/edge/host.py", "from faststream import FastStream", ("kafka-in-few-places",)),
    IMPURITY,
)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Said]]]:
    """What is said of each plant; two at a time, for a machine with two cores."""
    home = tmp_path_factory.mktemp("copies")

    def of(number: int, plant: Plant) -> Said:
        copy = copy_of_the_project(home / str(number), plant)
        try:
            return contracts_of(copy)
        finally:
            shutil.rmtree(copy)

    with ThreadPoolExecutor(2) as pool:
        yield {plant.name: pool.submit(of, number, plant) for number, plant in enumerate(PLANTS)}


def test_the_project_as_it_is_keeps_every_contract(tmp_path: Path) -> None:
    said = contracts_of(copy_of_the_project(tmp_path / "whole"))
    assert (said.ok, said.broken) == (True, ()), said.text


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_a_planted_violation_is_refused_by_name(plant: Plant, said: dict[str, Future[Said]]) -> None:
    found = said[plant.name].result()
    assert (found.ok, found.broken) == (False, plant.breaks), found.text


def test_every_contract_has_been_seen_to_be_broken_by_itself() -> None:
    assert sorted({plant.breaks[0] for plant in PLANTS if len(plant.breaks) == 1}) == sorted(CONTRACTS)


def test_each_impure_module_is_refused_by_its_name(said: dict[str, Future[Said]]) -> None:
    text = said[IMPURITY.name].result().text
    assert [name for name in IMPURE if f"shared.language.planted -> {name}" not in text] == []


ALIASES = '''"""Planted: a word that is called otherwise is refused where it is taken in, else where it is used."""
import datetime as calendar
import time as machine
import uuid as ids
from datetime import date as day
from datetime import datetime as moment
from time import time as seconds  # refused
from uuid import uuid1 as first  # refused
from uuid import uuid4 as some  # refused

a = moment.now(calendar.UTC)  # refused
b = calendar.datetime.now(calendar.UTC)  # refused
c = calendar.datetime.utcnow()  # refused
d = day.today()  # refused
e = machine.time()  # refused
f = ids.uuid4()  # refused
g = ids.uuid5(ids.NAMESPACE_URL, "ada")
h = (seconds(), first(), some())
'''


def test_the_clock_and_chance_are_refused_under_any_alias_and_used_nowhere_else(tmp_path: Path) -> None:
    copy = copy_of_the_project(tmp_path / "copy")
    (copy / "shared" / "language" / "planted.py").write_text(ALIASES)
    done = run(copy, "ruff", "check", "--no-cache", "--select", "TID251", "--output-format", "json")
    found = [(Path(fault["filename"]).name, fault["location"]["row"]) for fault in json.loads(done.stdout)]
    refused = [("planted.py", row) for row, line in enumerate(ALIASES.splitlines(), 1) if line.endswith("# refused")]
    assert sorted(found) == refused
