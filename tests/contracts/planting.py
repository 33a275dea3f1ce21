"""A violation is planted in a copy of the project, and what the project's own checks say there is read."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
CONTRACTS: dict[str, str] = {contract["id"]: contract["name"] for contract in tomllib.loads(
    (ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]}


@dataclass(frozen=True)
class Plant:
    """`code` stands at the end of `file`, which is made where there is none; `breaks` the contracts of these ids, in the
    order of the project file; `beside`: a file that has to be there."""

    name: str
    file: str
    code: str
    breaks: tuple[str, ...] = ()
    beside: str | None = None


@dataclass(frozen=True)
class Said:
    """`broken`: ids of contracts, in the order of the project file."""

    ok: bool
    broken: tuple[str, ...]
    text: str


def copy_of_the_project(to: Path, plant: Plant | None = None) -> Path:
    for part in ("shared", "services"):
        shutil.copytree(ROOT / part, to / part, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    shutil.copy(ROOT / "pyproject.toml", to)
    for file, code in (((plant.beside, ""), (plant.file, plant.code)) if plant else ()):
        if file:
            path = to / file
            path.parent.mkdir(parents=True, exist_ok=True)
            before = path.read_text() if path.exists() else '"""Planted."""\n'
            path.write_text(f"{before}\n{code}\n")
    return to


def run(copy: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A console script of this environment, in the copy; wide, so that no line is broken."""
    env = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "400"}
    return subprocess.run([str(BIN / command[0]), *command[1:]], cwd=copy, env=env, capture_output=True, text=True,
                          timeout=60, check=False)


def contracts_of(copy: Path) -> Said:
    """What lint-imports says of the copy."""
    done = run(copy, "lint-imports", "--no-cache", "--no-logo")
    said = {id_: re.search(rf"^{re.escape(name)} (KEPT|BROKEN)", done.stdout, re.MULTILINE)
            for id_, name in CONTRACTS.items()}
    unsaid = [id_ for id_, found in said.items() if found is None]
    assert not unsaid, f"nothing is said of {unsaid}: {done.stdout}{done.stderr}"
    broken = tuple(id_ for id_, found in said.items() if found and found.group(1) == "BROKEN")
    return Said(done.returncode == 0, broken, done.stdout)
