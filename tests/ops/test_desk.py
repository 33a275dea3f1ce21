"""The desk's list: every open question, whoever asks it, the oldest that nobody has accepted first; and a stay's tasks in line."""

from services.ops.rules.desk import open_asks
from services.ops.rules.stay_tasks import in_line
from tests.ops.ada import on, question

NOW = on(23, "12:00")


def test_what_nobody_has_accepted_is_first_and_the_oldest_of_it_on_top() -> None:
    asks = open_asks([question("T-1", status="accepted", assignee="Vera"), question("T-2", on(23, "11:00")),
                      question("T-3", on(23, "09:00"), status="on-hold", holds={"plan": "wait for the ward"}),
                      question("T-4", on(22), status="completed"), question("T-5", on(22), status="cancelled")], NOW)
    assert [(ask.task_id, ask.waits, ask.why_not) for ask in asks] == [
        ("T-3", True, "wait for the ward"), ("T-2", True, ""), ("T-1", False, "")]


def test_a_question_is_late_once_its_due_has_passed() -> None:
    asks = open_asks([question("T-1", due=on(23, "11:59")), question("T-2", due=NOW)], NOW)
    assert [(ask.task_id, ask.late) for ask in asks] == [("T-1", True), ("T-2", False)]


def test_a_warning_about_another_task_says_which() -> None:
    overdue = question(kind="overdue", details={"kind": "overdue", "of": "airport-pickup", "what": "nobody has accepted"})
    wordless = question(kind="chair-damaged", details={"kind": "chair-damaged"})
    assert [open_asks([each], NOW)[0].what for each in (overdue, wordless)] == [
        "airport pickup: nobody has accepted", "chair damaged"]


def test_what_is_no_task_is_left_out() -> None:
    strange = [{}, {"task_id": "T"}, question(start="soon"), question(status=None), question(owner=""),
               question(holds=[], details="x", revision="y", stay_id=7)]
    assert [(ask.task_id, ask.stay_id, ask.revision) for ask in open_asks(strange, NOW)] == [("T-1", None, 0)]


def test_a_stays_tasks_are_in_line_open_ones_by_start_then_the_latest_of_the_closed() -> None:
    found = in_line([question("T-1", on(23), status="completed"), question("T-2", on(24), status="cancelled"),
                     question("T-4", on(25)), question("T-3", on(23), feed="driver", kind="airport-pickup"), {"task_id": "X"}])
    assert [(task.record["task_id"], task.what, task.closed) for task in found] == [
        ("T-3", "airport pickup", False), ("T-4", "find out: how the patient moves", False),
        ("T-2", "find out: how the patient moves", True), ("T-1", "find out: how the patient moves", True)]


def test_the_details_of_a_feed_stay_on_the_feed() -> None:
    nurses = question(feed="nursing", kind="observation", details={"kind": "observation", "what": "T4: systolic over 115"},
                      holds={"plan": "the nurse is asked"}, reason="declined: on a break", why="charge nurse")
    task = in_line([nurses])[0]
    assert "T4" not in str(task.as_json())
    assert (task.what, task.why) == ("observation", "the nurse is asked; declined: on a break; charge nurse")
