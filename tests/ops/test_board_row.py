"""A row says where a stay stands, what comes next, and what the desk owes it; the worst rows are on top."""

from dataclasses import replace
from datetime import date, datetime

from services.ops.rules.asked_for import Wanted
from services.ops.rules.board_row import over_since, room_now
from services.ops.rules.house_counts import Counts, Day, counts
from shared.language.stay import Stay
from tests.ops.ada import ada, admitted, all_say, booked, discharged, on, on_board, placed, question, says, told

WEEK = (booked(), placed(on(3), ("204", on(23, "14:00"), on(30, "11:00"))))


def test_ada_the_day_before_she_comes() -> None:
    words = all_say("planned", transfer_in=says("transfer-in", "confirmed", "Marko accepted at 08:02", next_at=on(23, "14:55")))
    row = on_board(ada(*WEEK, told("arrival-expected", on(22), expected_at=on(23, "19:40").isoformat())), on(22), words)
    json = row.as_json()
    assert {name: json[name] for name in json if name not in ("promises", "desk")} == {
        "stay_id": "ADA", "site": "belgrade", "patient_ref": "P-7781", "room": "204", "phase": "booked", "in_house": False,
        "arrives_on": "2026-11-23", "leaves_on": "2026-11-30", "expected_at": "2026-11-23T19:40:00+01:00", "over_since": None,
        "worst": "planned", "next": {"promise": "transfer-in", "at": "2026-11-23T14:55:00+01:00"}}
    assert json["promises"][3] == {
        "promise": "transfer-in", "keeper": "transport", "state": "confirmed", "reason": "Marko accepted at 08:02",
        "next_at": "2026-11-23T14:55:00+01:00", "since": "2026-11-23T09:00:00+01:00", "said": None}


def test_the_room_is_the_one_that_she_has_now() -> None:
    stay = ada(booked(), placed(on(3), ("204", on(23, "14:00"), on(26, "10:00")), ("107", on(26, "10:00"), on(30, "11:00"))))
    assert [room_now(stay, at) for at in (on(22), on(24), on(26, "10:00"), on(30, "10:59"), on(30, "11:00"))] == [
        "204", "204", "107", "107", None]
    assert room_now(ada(booked()), on(24)) is None


def test_who_has_no_room_is_said_loudly_but_for_a_day_visit_and_for_who_has_left() -> None:
    day_visit = all_say("kept", room=says("room", "not-needed"))
    rows = [on_board(ada(booked()), on(22), all_say("planned")), on_board(ada(*WEEK), on(22), all_say("planned")),
            on_board(ada(booked()), on(22), day_visit), on_board(ada(booked(), admitted(), discharged()), on(30), all_say("kept"))]
    assert [row.lacks_room for row in rows] == [True, False, False, False]


def test_nothing_known_is_a_row_all_the_same() -> None:
    row = on_board(ada(admitted(admitted_at=None)), on(23, "16:20"))
    assert (row.phase, row.patient_ref, row.room, row.arrives_on, row.leaves_on, row.worst) == (
        "admitted", None, None, None, None, "planned")


def test_the_oldest_question_that_nobody_has_accepted_is_on_the_row() -> None:
    row = on_board(ada(*WEEK), on(23), {}, question("T-3", on(23, "11:00")), question("T-2", on(23, "10:45")),
                   question("T-1", on(23, "09:00"), status="accepted", assignee="Vera"), question("T-0", status="completed"))
    assert (row.open_asks, row.unacknowledged and row.unacknowledged.task_id) == (3, "T-2")


def test_the_worst_is_first_then_silence_then_whatever_comes_next() -> None:
    now = on(23)
    given = {"KIM": all_say("kept", meals=says("meals", "at-risk")), "ADA": all_say("kept", meals=says("meals", "broken")),
             "BEN": {}, "EVA": all_say("confirmed", meals=says("meals", "confirmed", next_at=on(25))),
             "ZOE": all_say("confirmed", meals=says("meals", "confirmed", next_at=on(24))), "IVO": all_say("kept"),
             "ANA": all_say("kept")}
    rows = [replace(on_board(ada(*WEEK), now, words), stay_id=name) for name, words in given.items()]
    assert [row.stay_id for row in Wanted().among(rows, now)] == ["ADA", "KIM", "BEN", "ZOE", "EVA", "ANA", "IVO"]


def test_a_stay_that_is_over_goes_from_the_board_after_a_week_unless_it_is_asked_for() -> None:
    stay = ada(*WEEK, admitted(), discharged())
    row = on_board(stay, on(30, "12:00"), all_say("kept"))
    assert (row.phase, row.in_house, row.over_since, row.leaves_on) == ("discharged", False, on(30, "10:20"), date(2026, 11, 30))
    assert Wanted().among([row], on(7, "10:20", month=12)) == [row]
    assert Wanted().among([row], on(7, "10:21", month=12)) == []
    assert Wanted(everything=True).among([row], on(7, "10:21", month=12)) == [row]


def test_a_cancelled_stay_is_over_since_it_was_cancelled() -> None:
    assert over_since(ada(*WEEK, told("stay-booked", on(10), withdrawn=True))) == on(10)
    assert over_since(ada(*WEEK, told("stay-booked", on(10), withdrawn=True), admitted())) is None


def test_a_reader_asks_for_a_site_a_state_a_page_or_some_text() -> None:
    row = on_board(ada(*WEEK), on(22), all_say("kept", meals=says("meals", "at-risk")))
    taken = [Wanted(text="ada"), Wanted(text="p-77"), Wanted(text="204"), Wanted(states=frozenset({"at-risk"})),
             Wanted(states=frozenset({"kept", "broken"})), Wanted(site="belgrade")]
    assert [wanted.among([row], on(22)) for wanted in taken] == [[row]] * 6
    assert [Wanted(text="eva").among([row], on(22)), Wanted(states=frozenset({"broken"})).among([row], on(22)),
            Wanted(site="novi-sad").among([row], on(22))] == [[], [], []]
    assert (Wanted(limit=2).page([row] * 5), Wanted(offset=4, limit=2).page([row] * 5)) == ([row] * 2, [row])
    assert Wanted(text="a&b", limit=50).query(1) == "q=a%26b&offset=50&limit=50"


def test_what_has_no_site_is_on_every_sites_board() -> None:
    row = replace(on_board(ada(*WEEK), on(22)), site=None)
    assert Wanted(site="belgrade").among([row], on(22)) == [row]


def test_the_head_counts_who_comes_is_here_and_leaves_today_and_tomorrow() -> None:
    comes, here = ada(*WEEK), ada(*WEEK, admitted())

    def counted(now: datetime, *stays: Stay) -> Counts:
        return counts([on_board(stay, now, all_say("kept")) for stay in stays], lambda site: now.date())

    zero = (("broken", 0), ("at-risk", 0), ("silent", 0), ("planned", 0), ("confirmed", 0))
    assert counted(on(22), comes) == Counts((*zero, ("kept", 8), ("not-needed", 0)), Day(0, 0, 0), Day(1, 1, 0))
    assert [(c.today, c.tomorrow) for c in (counted(on(23), comes, here), counted(on(29), here), counted(on(30), here))] == [
        (Day(2, 1, 0), Day(0, 2, 0)), (Day(0, 1, 0), Day(0, 0, 1)), (Day(0, 1, 1), Day(0, 0, 0))]


def test_who_stays_on_past_the_last_day_leaves_tomorrow_until_somebody_knows_better() -> None:
    late = on_board(ada(*WEEK, admitted()), on(2, month=12), all_say("kept"))
    found = counts([late], lambda site: date(2026, 12, 2))
    assert (found.today, found.tomorrow) == (Day(0, 1, 0), Day(0, 0, 1))


def test_a_cancelled_stay_is_counted_nowhere() -> None:
    gone = on_board(ada(*WEEK, told("stay-booked", on(10), withdrawn=True)), on(23), all_say("not-needed"))
    found = counts([gone], lambda site: date(2026, 11, 23))
    assert (found.today, found.tomorrow) == (Day(0, 0, 0), Day(0, 0, 0))
