"""Each guard is taken away in a copy of the project, and the test that protects it is seen to fail there."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STORE, LANGUAGE = "tests/conformance/test_store.py::test_", "tests/language/"


@dataclass(frozen=True)
class Guard:
    """`old` stands exactly once in `file`; with `new` in its place, `protected_by` fails."""

    name: str
    file: str
    old: str
    new: str
    protected_by: str


GUARDS = (
    Guard("compare-and-set on version", "shared/shell/store.py",
          'self._fenced("subjects", "version", change.subjects, session)',
          'self._fenced("subjects", "kind", [Write(w.doc, w.expected and w.doc["kind"]) for w in change.subjects], session)',
          f"{STORE}a_subject_that_changed_since_it_was_read_is_a_conflict[mongo]"),
    Guard("compare-and-set on revision", "shared/shell/store.py",
          'self._fenced("states", "revision", change.states, session)',
          'self._fenced("states", "type", [Write(w.doc, w.expected and w.doc["type"]) for w in change.states], session)',
          f"{STORE}a_state_that_changed_since_it_was_read_is_a_conflict[mongo]"),
    Guard("token unset by revision", "shared/shell/store.py",
          '{"unpublished": token, "_id": {"$in": ids}}', '{"_id": {"$in": ids}}',
          f"{STORE}a_token_goes_only_where_the_revision_is_still_the_one_sent[mongo]"),
    Guard("the sweeper", "shared/shell/running.py", "            await self.publisher.sweep()\n", "            pass\n",
          "tests/shell/test_publishing.py::test_what_was_committed_while_the_broker_was_away_is_swept_up"),
    Guard("the audit", "shared/shell/feeds.py", '(row is None or row.last < doc["revision"])', "row is None",
          "tests/shell/test_publishing.py::test_what_was_sent_stale_by_one_who_then_died_is_found_by_the_audit"),
    Guard("deletion of exactly the requests read", "shared/shell/store.py",
          'delete_many({"_id": {"$in": change.served}}', "delete_many({}",
          f"{STORE}only_the_requests_that_were_read_are_deleted[mongo]"),
    Guard("what was answered meanwhile is read again", "shared/shell/attempt.py",
          "            self._same_as_read(loaded)\n", "",
          "tests/shell/test_settling.py::test_what_a_pool_has_given_since_its_stays_were_read_is_not_given_twice"),
    Guard("isolation of one bad record", "shared/shell/engine.py",
          "                letters.append((record, read))\n            else:",
          "                raise ValueError(read.reason)\n            else:",
          "tests/shell/test_engine.py::test_a_bad_record_is_a_dead_letter_and_its_neighbours_are_served"),
    Guard("acknowledge last", "shared/shell/consume.py",
          "            try:\n                await self.handler(",
          "            await consumer.commit(upto)\n            try:\n                await self.handler(",
          "tests/conformance/test_bus.py::test_what_was_not_acknowledged_is_heard_by_the_next[kafka]"),
    Guard("an allergy is never cleared by null", "shared/language/known.py",
          "    pushed_aside = tuple(_keep_allergies(data, allergies))\n", "    pushed_aside = ()\n",
          f"{LANGUAGE}test_allergies.py::test_a_profile_that_is_cleared_does_not_clear_it"),
    Guard("order of equal instants", "shared/language/known.py",
          "key=lambda pair: (pair[0].told_at, canonical(pair[1]), pair[0].topic, pair[0].told_by or \"\")",
          "key=lambda pair: pair[0].told_at",
          f"{LANGUAGE}test_known.py::test_two_words_of_one_moment_are_settled_by_what_they_say"),
    Guard("older rules never overwrite newer", "shared/shell/attempt.py",
          'if doc["rules"] > self.context.service.rules:', "if False:",
          "tests/shell/test_engine.py::test_newer_rules_are_never_overwritten_by_a_process_with_older_ones"),
)


def copy_of_the_project(to: Path) -> Path:
    for part in ("shared", "services", "tests", "deploy"):
        shutil.copytree(ROOT / part, to / part, ignore=shutil.ignore_patterns("__pycache__", "libs", "guards"))
    shutil.copy(ROOT / "pyproject.toml", to)
    libs = ROOT / "deploy" / "kafka" / "libs"
    if libs.is_dir():
        (to / "deploy" / "kafka" / "libs").symlink_to(libs)
    return to


def run(copy: Path, *nodes: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", "--timeout", "60", *nodes],
                          cwd=copy, env=env, capture_output=True, text=True, timeout=240, check=False)


def without(guard: Guard, folder: Path) -> subprocess.CompletedProcess[str]:
    copy = copy_of_the_project(folder)
    file = copy / guard.file
    text = file.read_text()
    assert text.count(guard.old) == 1, f"{guard.name}: the guard does not stand where this test looks for it"
    file.write_text(text.replace(guard.old, guard.new))
    return run(copy, guard.protected_by)


@pytest.mark.real
@pytest.mark.timeout(400)
def test_every_guard_is_missed_by_the_test_that_protects_it(tmp_path: Path, parts: object) -> None:
    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(lambda pair: without(pair[1], tmp_path / str(pair[0])), enumerate(GUARDS)))
    for guard, end in zip(GUARDS, ends, strict=True):
        print(f"without {guard.name}: {guard.protected_by} failed: {end.returncode == 1}")
    assert {guard.name: end.returncode for guard, end in zip(GUARDS, ends, strict=True)} == {g.name: 1 for g in GUARDS}, "\n".join(
        end.stdout[-1500:] for end in ends if end.returncode != 1)
    assert all("1 failed" in end.stdout for end in ends)
