"""Whatever is said of a stay, and in whatever order: intake is silent about neither of its promises."""

from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from services.intake.judge import judge
from services.intake.plan import plan
from services.intake.service import SERVICE
from shared.language.diff import Desk, diff
from shared.language.facts import Fact
from shared.language.promises import State
from shared.language.stay import view
from shared.service import Around, Verdict
from tests.intake.ada import ADA, BELGRADE, BOTH, at, told
from tests.intake.test_plan_properties import SITES, WRONG, facts

TIMES = st.sampled_from(["24 09:00", "24 10:00", "26 10:00"])
INSTANTS = WRONG | st.sampled_from(["2026-11-25T09:00:00+01:00", "1900-01-01T00:00:00+14:00", "2200-12-31T23:59:00-12:00"])
TERMS = WRONG | st.integers(-1, 60)


@st.composite
def later_facts(draw: st.DrawFn) -> Fact:
    topic = draw(st.sampled_from(["procedure-scheduled", "procedure-done", "discharged"]))
    names = {"procedure-scheduled": ("starts_at",), "procedure-done": ("done_at",), "discharged": ("discharged_at",)}[topic]
    says: dict[str, Any] = {name: draw(INSTANTS) for name in names} | draw(st.fixed_dictionaries({}, optional={
        "withdrawn": WRONG, "home_care_weeks": TERMS, "check_up_after_months": TERMS, "minutes": TERMS}))
    if topic != "discharged":
        says |= {"procedure_id": draw(st.sampled_from(["PR-1", "PR.2"]))}
    return told(draw(TIMES), topic, **says)


def judged(told_so: list[Fact], now: str, clinic: Any = BOTH) -> Verdict:
    stay, around = view(ADA, told_so), Around(clinic, at(now))
    tasks = diff(plan(stay, around).owed, (), Desk("intake", f"stay:{ADA}", clinic.zone(clinic.site_of(stay.site))))
    return judge(stay, tasks, around)


@given(st.lists(facts() | later_facts(), min_size=1, max_size=6, unique_by=lambda fact: fact.id), st.data())
def test_each_promise_has_one_answer_that_does_not_depend_on_the_order(told_so: list[Fact], data: st.DataObject) -> None:
    now = data.draw(st.sampled_from(["24 10:00", "25 10:05", "30 23:00"]))
    clinic = data.draw(st.sampled_from([BELGRADE, BOTH]))
    found = judged(told_so, now, clinic)
    assert judged(data.draw(st.permutations(told_so)), now, clinic) == found
    assert [(p.promise, p.keeper) for p in found.promises] == [(name, "intake") for name in SERVICE.promises]
    assert all(p.state in get_args(State) and p.reason for p in found.promises)
    assert all(when > at(now) for when in (found.again_at, *(p.next_at for p in found.promises)) if when)


@given(st.lists(later_facts(), min_size=1, max_size=4, unique_by=lambda fact: fact.id), SITES)
def test_nothing_turns_green_before_somebody_has_answered_for_it(told_so: list[Fact], site: Any) -> None:
    nobody = [fact for fact in told_so if fact.topic != "procedure-done"]
    booking = told("02 10:00", "stay-booked", profile={"patient_ref": "P-7781"}, site=site)
    assert not {p.state for p in judged([booking, *nobody], "30 23:00").promises} & {"confirmed", "kept"}
