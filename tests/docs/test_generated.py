"""Pictures come from the code: the files in docs/ say what the code says, and the code says it right."""

import re
from pathlib import Path

import pytest

from shared.edge.docs import AGAIN, events_map, pages, task_states, topics
from shared.edge.host import found_services
from shared.language.moves import BY_ITSELF, LAWFUL
from shared.service import Plan, Service
from shared.shell.running import topics_of

DOCS = Path(__file__).resolve().parents[2] / "docs"
PORTER = Service(name="porter", says="Carries bags.", rules=1, hears=("patient-admitted", "flight-status"),
                 plan=lambda stay, around: Plan(), feeds=("porter",), promises=("bags",))


@pytest.mark.parametrize("name", ["events.md", "task-states.md"])
def test_a_generated_page_says_what_the_code_says(name: str) -> None:
    assert (DOCS / name).read_text() == pages(found_services())[name], f"docs/{name} is older than the code: {AGAIN}"


def test_the_map_has_every_topic_and_no_other() -> None:
    services = found_services()
    rows = re.findall(r"^\| `([^`]+)` \|", events_map(services), flags=re.MULTILINE)
    assert rows == [topic.name for topic in topics_of(services.values())]


def test_a_topic_names_who_tells_and_who_hears_it() -> None:
    assert [(t.name, t.sort, t.told_by, t.heard_by, t.key, t.kept) for t in topics([PORTER])] == [
        ("flight-status", "fact", ("flight adapter", "dispatchers"), ("porter",), "`{flight}/{on}`", "400 days"),
        ("patient-admitted", "fact", ("staff apps",), ("porter",), "`stay_id`", "400 days"),
        ("porter-tasks", "feed", ("porter",), ("people, on the feed's page",), "`task_id`", "the last state of each key"),
        ("promises", "promises", ("porter",), (), "`{stay_id}/{promise}`", "the last state of each key"),
        ("porter.dead-letters", "dead letters", ("porter",), ("`stayward dead-letters`",),
         "`{topic}/{partition}/{offset}`", "400 days"),
    ]


def test_the_flowchart_has_an_arrow_for_each_who_tells_and_each_who_hears() -> None:
    text = events_map([PORTER])
    assert "  tells_flight_adapter & tells_dispatchers --> topic_flight_status\n" in text
    assert "  topic_flight_status --> hears_porter\n" in text
    assert "  tells_porter --> topic_porter_tasks\n" in text
    drawn = set(re.findall(r"\b(?:tells|topic|hears)_\w+(?=[\[(])", text))
    used = set(re.findall(r"\b(?:tells|topic|hears)_\w+(?![\w\[(])", text))
    assert drawn == used


def test_the_states_have_an_arrow_for_every_lawful_move_and_no_other() -> None:
    drawn = re.findall(r"^  (\w+) --> (\w+):", task_states(), flags=re.MULTILINE)
    lawful = {(before, after) for before, to in LAWFUL.items() for after in to}
    lawful |= {(before, after) for before, after, _ in BY_ITSELF}
    assert sorted(drawn) == sorted((before.replace("-", "_"), after.replace("-", "_")) for before, after in lawful)
