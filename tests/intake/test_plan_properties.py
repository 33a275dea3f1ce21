"""However wrong the words, and in whatever order they come: intake asks, it never stops."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.intake.rules.amendments import check_patch
from shared.language.facts import Fact, Json, parsed
from shared.language.facts.intake import Profile
from tests.intake.ada import BOTH, PROFILE, at, owed, told

WRONG: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, "", "jain", "2026-11-30", "2026-11-30T10:00:00+01:00", [], [None], ["en"], {}, {"C.1": None},
     {"x": "y"}])
JOURNEY = st.dictionaries(st.sampled_from(["mode", "flight", "on", "place", "at", "transfer"]),
                          WRONG | st.sampled_from(["flight", "own", "train"]))
PROFILES = st.fixed_dictionaries({}, optional={
    name: WRONG | st.just(PROFILE.get(name)) | (JOURNEY if name in ("arrival", "departure") else st.nothing())
    for name in Profile.model_fields})
TIMES = st.sampled_from(["20 10:00", "23 10:00", "23 10:01", "24 10:00"])
SITES = st.sampled_from(["belgrade", "atlantis", None, 5])


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    topic = draw(st.sampled_from(["stay-booked", "patient-admitted", "discharged", "patient-left", "procedure-scheduled"]))
    says: dict[str, Any] = draw(st.fixed_dictionaries({}, optional={"withdrawn": WRONG}))
    if topic in ("stay-booked", "patient-admitted"):
        says |= draw(st.fixed_dictionaries({"profile": PROFILES | WRONG}, optional={"site": SITES, "admitted_at": WRONG}))
    if topic == "discharged":
        says |= draw(st.fixed_dictionaries({"discharged_at": WRONG}, optional={"onward": JOURNEY | WRONG}))
    if topic == "patient-left":
        says |= draw(st.fixed_dictionaries({"left_at": WRONG, "back_at": WRONG}))
    if topic == "procedure-scheduled":
        says |= {"procedure_id": "PR.1"} | draw(st.fixed_dictionaries({"starts_at": WRONG, "fasting": WRONG}))
    return told(draw(TIMES), topic, **says)


@given(st.lists(facts(), min_size=1, max_size=5, unique_by=lambda fact: fact.id), st.data())
def test_the_same_words_in_any_order_ask_the_same_questions_once_each(told_so: list[Fact], data: st.DataObject) -> None:
    asked = owed(*told_so, clinic=BOTH)
    assert owed(*data.draw(st.permutations(told_so)), clinic=BOTH) == asked
    assert len({task.key for task in asked}) == len(asked)
    first = min(fact.told_at for fact in told_so)
    assert all(first <= task.start <= at("24 10:02") and task.start < task.due for task in asked)


@given(facts(), st.sampled_from(["25 10:00", "26 10:00"]))
def test_words_told_again_leave_every_question_where_it_was(fact: Fact, again: str) -> None:
    assert owed(fact, told(again, fact.topic, **_says(fact))) == owed(fact)


def _says(fact: Fact) -> dict[str, Any]:
    return {name: word for name, word in parsed(fact.value).items() if name != "stay_id"}


@given(PROFILES, PROFILES)
def test_an_amendment_is_taken_or_refused_by_name_whatever_it_says(present: Json, patch: Json) -> None:
    checked = check_patch(present, patch, BOTH, "belgrade")
    assert all(problem.field.startswith("profile.") and problem.detail for problem in checked.problems)
    assert len(set(checked.problems)) == len(checked.problems)
