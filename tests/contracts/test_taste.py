"""The taste of the project, as far as a machine can see it: sizes, first lines, names, and what must not be written down."""

import ast
import contextlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from shared.edge.host import found_services
from shared.language.facts import FACTS
from shared.service import Service
from shared.shell.running import topics_of

ROOT = Path(__file__).resolve().parents[2]
MADE = {"__pycache__", "node_modules", "libs", "target", "dist", "build"}  # folders that nobody wrote
OURS = {".ci", ".github"}  # hidden folders that somebody wrote
LONGEST = 250  # lines
SHAPELESS = {"util", "utils", "helper", "helpers", "manager", "managers"}
# In pieces, so that this file does not say what it forbids.
REGISTRIES = tuple(".".join(pieces) for pieces in (
    ("py" "pi", "org"), ("python" "hosted", "org"), ("ana" "conda", "org"), ("npm" "js", "org"),
    ("npm" "js", "com"), ("yarn" "pkg", "com"),
    ("repo", "maven", "apache", "org"), ("repo1", "maven", "org"), ("packages", "confluent", "io"), ("crates", "io"),
    ("rubygems", "org"), ("proxy", "golang", "org"), ("deb", "debian", "org"), ("archive", "ubuntu", "com")))
ELSEWHERE = re.compile(r"(?<![\w./-])/(?:work|root)(?![\w-])|" + re.escape("../" + "shared"))
UNDONE = re.compile(r"#\s*(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")


def written(pattern: str = "*") -> Iterator[Path]:
    """Every file that somebody wrote; not what tools leave behind in hidden folders."""
    def below(folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if path.is_dir() and not path.is_symlink():
                made = path.name in MADE or path.name.endswith(".egg-info")
                if not made and (path.name[0] != "." or path.name in OURS):
                    yield from below(path)
            elif path.is_file() and path.match(pattern):
                yield path
    return below(ROOT)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


PYTHON = {named(path): path.read_text() for path in written("*.py")}


@cache
def texts() -> list[tuple[str, str]]:
    """Every text that somebody wrote; pictures and fonts are none."""
    found = []
    for path in written():
        with contextlib.suppress(UnicodeDecodeError):
            found.append((named(path), path.read_text()))
    return found


def test_there_is_something_to_look_at() -> None:
    assert {"shared/service.py", "services/__init__.py", "tests/conftest.py"} <= PYTHON.keys()


def test_a_file_fits_on_a_few_screens() -> None:
    lines = {name: len(text.splitlines()) for name, text in PYTHON.items()}
    assert {name: length for name, length in lines.items() if length > LONGEST} == {}


def test_a_module_states_its_law_in_its_first_line() -> None:
    assert [name for name, text in PYTHON.items() if not ast.get_docstring(ast.parse(text))] == []


def test_nothing_is_called_after_no_particular_role() -> None:
    names = [(name, part) for name in PYTHON for part in Path(name).with_suffix("").parts]
    names += [(name, node.name) for name, text in PYTHON.items() for node in ast.walk(ast.parse(text))
              if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
              and not node.name.startswith("test_")]  # a test is a sentence, and a clinic has managers
    words = ((name, word, {w.lower() for w in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", word)}) for name, word in names)
    assert [(name, word) for name, word, of in words if of & SHAPELESS] == []


@pytest.mark.parametrize("host", REGISTRIES)
def test_no_package_registry_is_named(host: str) -> None:
    found = re.compile(rf"(?<![\w-]){re.escape(host)}\b", re.IGNORECASE)
    assert [name for name, text in texts() if found.search(text)] == []


def test_the_lock_file_has_no_address() -> None:
    assert "://" not in (ROOT / "requirements.lock").read_text()


def test_no_path_leads_out_of_the_repository() -> None:
    assert [(name, found.group()) for name, text in texts() for found in ELSEWHERE.finditer(text)] == []


def test_nothing_is_left_undone_in_a_comment() -> None:
    assert [(name, found.group()) for name, text in PYTHON.items() for found in UNDONE.finditer(text)] == []


@pytest.mark.parametrize("service", found_services().values(), ids=lambda service: service.name)
def test_a_service_hears_and_tells_what_the_language_knows(service: Service) -> None:
    states = {topic.name for topic in topics_of(found_services().values()) if topic.compact}
    assert set(service.hears) - set(FACTS) - states == set()
    assert set(service.tells) - set(FACTS) == set()


@pytest.mark.parametrize(("line", "leads_out"), [
    ("cat /wo" + "rk/main", True), ('Path("/ro' + 'ot")', True), ("see .." + "/shared/notes.md", True),
    ("https://example.org/wo" + "rk", False), ("deploy/ro" + "ot.yaml", False), ("/wo" + "rkers", False)])
def test_a_path_that_leads_out_is_seen(line: str, leads_out: bool) -> None:
    assert bool(ELSEWHERE.search(line)) == leads_out
