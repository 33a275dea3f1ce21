"""Days with interpreters, as the shell lives them: a flight is late, a procedure is moved or runs over, somebody declines."""

from dataclasses import replace
from typing import Any

from tests.stay.ada import admitted, booked, on
from tests.stay.interpreting import Days, done, expected, interpreters, procedure, talk, turkish

BOOKED = turkish()
CLASH = "the talk is on 25 November 11:00: elif interprets for ADA then"


def accepted(name: str, start: Any, end: Any, by: str) -> Any:
    """Somebody else's talk in Turkish, which its interpreter has accepted."""
    return talk(name, start, end, "tr", by=by, status="accepted", why=f"{by}: tr", chosen={"language": "tr"})


def test_a_flight_four_hours_late_moves_the_talk_and_somebody_else_takes_it():
    evening = accepted("BEG-2026-0418", on(23, "18:30"), on(23, "20:00"), "cem")
    days = Days(evening).settle(on(3), BOOKED)
    days.move("arrival", status="accepted")
    days.settle(on(23, "11:00"), BOOKED)
    assert (days.task("arrival").assignee, days.promise.state) == ("cem", "confirmed")
    days.settle(on(23, "11:05"), BOOKED, expected(on(23, "18:55"), on(23, "11:05")))
    task = days.task("arrival")
    assert (task.assignee, task.status, task.start, task.reason) == (
        "elif", "requested", on(23, "18:55"), "the start moved from 23 Nov 14:55 to 23 Nov 18:55")
    assert days.promise.reason == "elif has not accepted the arrival talk on 23 November 18:55"


def test_inside_the_last_two_hours_the_reason_is_written_on_the_talk_that_changes_hands():
    evening = accepted("BEG-2026-0418", on(23, "16:15"), on(23, "17:00"), "cem")
    days = Days(evening).settle(on(3), BOOKED)
    days.move("arrival", status="accepted")
    days.settle(on(23, "14:00"), BOOKED, expected(on(23, "15:10"), on(23, "14:00")))
    assert (days.task("arrival").assignee, days.task("arrival").why) == (
        "elif", "the talk is on 23 November 15:10: cem interprets for BEG-2026-0418 then; "
                "elif: tr, medical, no other talk that day")


def test_a_procedure_that_is_moved_is_offered_again():
    facts = (BOOKED, admitted(), procedure())
    days = Days().settle(on(24), *facts)
    days.move("procedure/PR-1", status="accepted")
    days.settle(on(24, "12:10"), *facts, procedure(at=on(24, "12:10"), starts=on(26, "14:00")))
    task = days.task("procedure/PR-1")
    assert (task.status, task.stage, task.start, task.due, task.assignee) == (
        "requested", "offered", on(26, "13:45"), on(26, "15:20"), "cem")


def test_a_talk_that_is_declined_goes_to_the_next_who_speaks_the_language():
    days = Days().settle(on(3), BOOKED)
    start = days.task("arrival").start
    days.move("arrival", stage="declined", declined={"cem": start})
    days.settle(on(3), BOOKED)
    assert (days.task("arrival").assignee, days.task("arrival").why) == (
        "elif", "cem has declined; elif: tr, medical, no other talk that day")
    days.move("arrival", stage="declined", declined={"cem": start, "elif": start})
    days.settle(on(3), BOOKED)
    assert (days.task("arrival").assignee, days.promise.state, days.promise.reason) == (
        None, "at-risk", "elif has declined; no interpreter for tr from 23 November 14:55 to 15:55: cem and elif have declined")


def test_a_turkish_patient_waits_while_both_who_speak_turkish_are_taken_and_gets_the_first_who_is_free():
    facts = (booked(languages=["tr"]), admitted(), procedure(interpreter=True))
    both = [accepted(name, on(25, "09:00"), on(25, "11:00"), name) for name in ("cem", "elif")]
    days = Days(*both).settle(on(24), *facts)
    assert (days.task("procedure/PR-1").holds, days.promise.state) == (
        {"assign": "no interpreter for tr from 25 November 08:45 to 10:20: cem and elif are taken then"}, "at-risk")
    del days.tasks["elif"]
    assert days.settle(on(24, "12:30"), *facts).task("procedure/PR-1").assignee == "elif"


def test_a_procedure_that_runs_over_keeps_its_interpreter_and_the_next_patient_gets_another():
    facts = (BOOKED, admitted(), procedure())
    days = Days(people=interpreters("elif", "cem")).settle(on(24), *facts)
    days.move("procedure/PR-1", status="in-progress", assignee="elif", resource="elif", moved_at=on(25, "08:45"))
    days.tasks["BO"] = accepted("BO", on(25, "11:00"), on(25, "12:00"), "elif")
    days.settle(on(25, "09:59"), *facts)
    assert (days.task("procedure/PR-1").due, days.tasks["BO"].assignee, days.outcome.again_at) == (
        on(25, "10:20"), "elif", on(25, "10:00"))
    days.settle(on(25, "10:00"), *facts)
    bo = days.tasks["BO"]
    assert (days.task("procedure/PR-1").due, bo.assignee, bo.status, bo.why) == (
        on(25, "10:50"), "cem", "requested", f"{CLASH}; cem: tr, medical, no other talk that day")
    days.settle(on(25, "10:40"), *facts, done(on(25, "10:35")))
    assert (days.task("procedure/PR-1").due, days.task("procedure/PR-1").assignee) == (on(25, "10:50"), "elif")


def test_a_procedure_that_runs_over_leaves_the_next_patient_on_hold_where_there_is_nobody_else():
    facts = (BOOKED, admitted(), procedure())
    days = Days(people=interpreters("elif")).settle(on(24), *facts)
    days.move("procedure/PR-1", status="in-progress", moved_at=on(25, "08:45"))
    days.tasks["BO"] = accepted("BO", on(25, "11:00"), on(25, "12:00"), "elif")
    days.settle(on(25, "10:00"), *facts)
    assert days.tasks["BO"].holds == {
        "assign": f"{CLASH}; no interpreter for tr from 25 November 11:00 to 12:00: elif is taken then"}
    days.settle(on(25, "10:31"), *facts, done(on(25, "10:30")))
    assert (days.tasks["BO"].assignee, days.tasks["BO"].status) == ("elif", "requested")


def test_an_interpreter_who_did_not_come_is_asked_for_again_while_the_talk_lasts():
    facts = (BOOKED, admitted(), procedure())
    days = Days().settle(on(24), *facts)
    days.move("procedure/PR-1", status="failed", reason="the interpreter did not come", moved_at=on(25, "08:55"))
    days.settle(on(25, "08:55"), *facts)
    assert (days.task("procedure/PR-1").attempt, days.task("procedure/PR-1").status) == (2, "requested")
    first = next(task for task in days.tasks.values() if task.slot == "arrival")
    days.tasks[first.task_id] = replace(first, status="completed")
    days.settle(on(25, "08:56"), *facts)
    assert (days.promise.state, days.promise.reason) == (
        "at-risk", "cem did not: the interpreter did not come; "
                   "cem has not accepted the talk for PR-1 on 25 November 08:45")
