"""How the promise of nursing stands: confirmed by whoever accepted the patient, never because a shift was planned."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.stay.rules.nursing_promise import nursing_promise
from shared.language.overdue import unreported
from shared.language.tasks import Task
from shared.service import Verdict
from tests.stay.ada import ada, admitted, booked, discharged, left, on, told
from tests.stay.ward import ADA, DAY, absent, accepted, around, handed, nurse, nursing, off, promised, stands

IVANA = {"admission": ("ivana", on(23, "16:24")), "d23_19": ("bojan", on(23, "19:03")), "d24_07": ("ivana", on(24, "07:04"))}
GONE = ada(booked(), admitted(), discharged(on(24, "18:00")))


def of_ivana(now: datetime) -> list[Task]:
    return handed(ADA, now, **IVANA)


def everybody_out(start: datetime, end: datetime) -> dict[str, Any]:
    names = ("sanja", "marija", "dejan", "ivana", "nikola", "teodora", "bojan", "katarina")
    return {name: absent(start, end, "a fire drill") for name in names}


@pytest.mark.parametrize(("facts", "state", "reason"), [
    ([], "planned", "waiting to be told: who this is, and from when to when"),
    ([booked(), told("stay-booked", on(3), withdrawn=True)], "not-needed", "the stay was cancelled"),
    ([admitted(), told("patient-admitted", on(24), withdrawn=True)], "not-needed", "the admission was taken back"),
    ([admitted(site="atlantis")], "at-risk", "atlantis is none of our sites"),
    ([booked(), discharged()], "planned", "waiting to be told: admitted_at"),
])
def test_of_a_patient_who_is_not_in_the_house_the_promise_says_what_it_waits_for(facts: list[Any], state: Any, reason: str):
    assert nursing(ada(*facts), on(24)) == Verdict((promised(state, reason),))


@pytest.mark.parametrize("visit", ["treatment", "harvest", "check-up"])
def test_a_booked_stay_is_planned_whatever_the_visit(visit: str):
    assert nursing(ada(booked(visit=visit)), on(3)) == Verdict(
        (promised("planned", "a nurse takes the patient over at the admission", on(23, "14:00")),))


def test_it_is_confirmed_once_a_nurse_on_duty_has_accepted():
    now = on(24, "09:00")
    assert nursing(ADA, now, of_ivana(now)) == Verdict(
        (promised("confirmed", "ivana accepted at 07:04", on(24, "19:00")),), again_at=on(24, "19:00"))


def test_a_change_of_shift_is_planned_for_five_minutes_and_then_at_risk():
    tasks = of_ivana(change := on(24, "19:00"))
    had = "dejan has had the patient since 19:00: ivana went off duty without a handoff"
    assert nursing(ADA, change, tasks) == Verdict(
        (promised("planned", f"the handoff of 19:00 is not accepted yet; {had}", on(24, "19:05")),), again_at=on(24, "19:05"))
    assert nursing(ADA, on(24, "19:05"), tasks) == Verdict(
        (promised("at-risk", f"nobody has accepted the handoff of 19:00; {had}", on(25, "07:00")),), again_at=on(25, "07:00"))


def test_accepting_late_confirms_it_all_the_same():
    tasks = handed(ADA, on(24, "20:00"), **IVANA, d24_19=("bojan", on(24, "19:40")))
    assert stands(ADA, on(24, "20:00"), tasks) == ("confirmed", "bojan accepted at 19:40")


def test_who_came_early_and_accepted_is_told_with_her_own_time():
    tasks = handed(ADA, on(24, "18:52"), **IVANA, d24_19=("bojan", on(24, "18:52")))
    assert stands(ADA, on(24, "18:52"), tasks) == ("confirmed", "ivana accepted at 07:04")
    assert stands(ADA, on(24, "19:00"), tasks) == ("confirmed", "bojan accepted at 18:52")


def test_an_unrelieved_nurse_puts_it_at_risk_from_the_moment_she_leaves():
    now = on(24, "15:20")
    assert stands(ADA, now, of_ivana(now), ivana=off(on(24, "15:10"))) == (
        "at-risk", "sanja has had the patient since 15:10: ivana went off duty without a handoff")
    assert stands(ADA, on(24, "17:30"), of_ivana(now), ivana=off(on(24, "15:10")), sanja=off(on(24, "17:00"))) == (
        "at-risk", "teodora has had the patient since 17:00: ivana went off duty at 15:10 without a handoff")


def test_a_nurse_who_hands_back_her_patient_is_relieved_by_whoever_accepts_the_same_handoff():
    tasks = of_ivana(on(24, "15:00"))
    back = [replace(t, status="requested", stage="declined", assignee=None, moved_at=on(24, "15:08"),
                    declined={"ivana": t.start}) if t.assignee == "ivana" and t.slot != "admission" else t for t in tasks]
    assert stands(ADA, on(24, "15:09"), back)[0] == "at-risk"
    taken = [accepted(t, "teodora", on(24, "15:09")) if t.declined else t for t in back]
    assert stands(ADA, on(24, "15:11"), taken, ivana=off(on(24, "15:10"))) == ("confirmed", "teodora accepted at 15:09")


def test_a_break_is_covered_and_the_promise_stays_confirmed():
    told_so = {"ivana": absent(on(24, "12:00"), on(24, "12:30"), "break")}
    now = on(24, "12:10")
    assert nursing(ADA, now, of_ivana(now), **told_so) == Verdict(
        (promised("confirmed", "ivana accepted at 07:04; sanja covers the break", on(24, "19:00")),), again_at=on(24, "12:30"))
    assert stands(ADA, on(24, "12:30"), of_ivana(now), **told_so) == ("confirmed", "ivana accepted at 07:04")


def test_what_somebody_accepted_who_is_not_on_duty_is_said_and_confirms_nothing():
    for by, what in (("marko", "is no nurse of the house"), ("katarina", "was not on duty")):
        tasks = handed(ADA, on(23, "16:25"), admission=(by, on(23, "16:24")))
        assert stands(ADA, on(23, "16:24"), tasks) == (
            "at-risk", f"{by} accepted the handoff at the admission but {what}; sanja, in charge, has the patient")


def test_who_works_on_keeps_the_patient_but_the_shift_still_has_to_be_accepted():
    now = on(24, "19:06")
    stays = {"ivana": {"duty": ((on(24, "19:01"), True),)}}
    assert stands(ADA, on(24, "19:00"), of_ivana(now), **stays)[0] == "planned"
    assert stands(ADA, now, handed(ADA, now, **IVANA, d24_19=("ivana", on(24, "19:02"))), **stays) == (
        "confirmed", "ivana accepted at 19:02")


def test_a_handoff_given_up_is_at_risk_at_once():
    now = on(24, "07:02")
    tasks = [replace(t, status="failed", reason="both at an emergency", moved_at=now) if "24T06" in t.slot else t
             for t in handed(ADA, now)]
    assert stands(ADA, now, tasks) == (
        "at-risk", "the handoff of 07:00 failed: both at an emergency; sanja, in charge, has the patient")


def test_it_is_broken_while_nobody_is_on_duty_and_only_then():
    out = everybody_out(on(24, "03:00"), on(24, "03:40"))
    now = on(24, "03:20")
    assert nursing(ADA, now, of_ivana(now), **out) == Verdict(
        (promised("broken", "nobody has been on duty since 03:00", on(24, "07:00")),), again_at=on(24, "03:40"))
    assert stands(ADA, on(24, "03:40"), of_ivana(now), **out)[0] == "at-risk"


def test_a_house_without_nurses_breaks_it():
    verdict = nursing_promise(ADA, handed(ADA, on(23, "17:00")), around(on(23, "17:00"), []))
    assert verdict.promises[0].reason == "nobody has been on duty since 16:20"


def test_where_no_charge_nurse_is_there_it_says_so():
    now = on(23, "16:21")
    verdict = nursing_promise(ADA, handed(ADA, now), around(now, [nurse("ivana", DAY)]))
    assert verdict.promises[0] == promised("planned", "the handoff at the admission is not accepted yet; "
                                                      "ivana has the patient: no charge nurse is on duty", on(23, "16:25"))


def test_after_the_discharge_it_was_kept_and_how_many_handoffs_were_accepted_is_told():
    now = on(24, "18:05")
    assert nursing(GONE, now, handed(GONE, now, **IVANA)) == Verdict(
        (promised("kept", "3 of 3 handoffs were accepted"),))
    del (some := dict(IVANA))["d23_19"]
    assert stands(GONE, now, handed(GONE, now, **some)) == (
        "kept", "2 of 3 handoffs were accepted; the charge nurse had the patient otherwise")
    assert stands(GONE, now) == ("kept", "a nurse was there at every moment")


def test_after_the_discharge_it_was_broken_if_there_was_a_moment_with_nobody_there():
    out = everybody_out(on(24, "03:00"), on(24, "03:40"))
    assert stands(GONE, on(24, "18:05"), handed(GONE, on(24, "18:05"), **IVANA), **out) == (
        "broken", "nobody was on duty from 24 November 03:00 to 24 November 03:40")


def test_who_left_before_the_discharge_was_nursed_until_then():
    gone = ada(booked(), admitted(), left(on(24, "02:00")), discharged(on(24, "10:00")))
    assert stands(gone, on(24, "11:00"), **everybody_out(on(24, "03:00"), on(24, "03:40")))[0] == "kept"


def test_a_handoff_closed_long_after_it_was_accepted_or_by_the_clock_still_counts():
    now = on(24, "18:05")
    tasks = handed(GONE, now, **IVANA)
    closed = [accepted(t, t.assignee or "", on(24, "17:00"), to="completed") if t.slot == "admission" else t for t in tasks]
    assert stands(GONE, now, closed) == ("kept", "3 of 3 handoffs were accepted")
    later = now + timedelta(days=2)
    assert stands(GONE, later, unreported(tasks, later)[0]) == ("kept", "3 of 3 handoffs were accepted")


def test_the_order_of_tasks_and_nurses_does_not_matter():
    now = on(24, "09:00")
    tasks = of_ivana(now)
    there = around(now)
    turned = around(now, list(reversed(there.resources)))
    assert nursing_promise(ADA, tasks, there) == nursing_promise(ADA, list(reversed(tasks)), turned)
