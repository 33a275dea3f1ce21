"""Nothing is taken for granted because it was said once: a keeper who should have spoken and has not is called silent."""

from dataclasses import replace
from datetime import datetime, timedelta

from services.ops.rules.cells import Cell, Said, cells
from services.ops.rules.silence import known_since
from tests.ops.ada import KEPT_BY, ada, all_say, booked, on, says

MONDAY = on(23, "09:00")
SHORTLY, LATER = MONDAY + timedelta(seconds=119), MONDAY + timedelta(minutes=2)


def silent(words: dict[str, Said], known: datetime, now: datetime) -> list[str]:
    return [cell.reason for cell in cells(words, known, now) if cell.state == "silent"]


def test_a_keeper_has_two_minutes_for_the_first_word() -> None:
    words = {name: word for name, word in all_say("confirmed").items() if name != "meals"}
    assert silent(words, MONDAY, SHORTLY) == []
    assert silent(words, MONDAY, LATER) == ["meals has said nothing for 2 min"]


def test_until_then_it_is_planned_and_says_whose_word_is_waited_for() -> None:
    assert [(c.promise, c.state, c.reason) for c in cells({}, MONDAY, SHORTLY)] == [
        (promise, "planned", f"waiting for the first word of {keeper}") for promise, keeper in KEPT_BY.items()]


def test_a_milestone_that_passed_two_minutes_ago_without_a_word_makes_its_keeper_silent() -> None:
    word = says("transfer-in", "confirmed", "Marko accepted at 08:02", at=on(23, "08:02"), next_at=MONDAY)
    assert silent(all_say("kept", transfer_in=word), MONDAY, SHORTLY) == []
    assert cells(all_say("kept", transfer_in=word), MONDAY, LATER)[3] == Cell(
        "transfer-in", "transport", "silent",
        "transport has said nothing for 2 min; before that confirmed: Marko accepted at 08:02", since=MONDAY, said="confirmed")


def test_a_word_after_the_milestone_ends_the_silence_even_if_it_names_no_next_one() -> None:
    told = MONDAY + timedelta(seconds=1)
    assert silent(all_say("kept", meals=says("meals", "kept", at=told, next_at=MONDAY)), MONDAY, on(24)) == []
    assert silent(all_say("kept", meals=says("meals", "kept", at=told)), MONDAY, on(24)) == []


def test_a_keeper_who_will_look_again_later_is_not_silent() -> None:
    assert silent(all_say("planned", meals=says("meals", "planned", next_at=on(25))), MONDAY, on(24)) == []


def test_how_long_is_told_in_round_steps_so_that_a_screen_is_not_redrawn_each_minute() -> None:
    word = says("meals", "kept", at=on(22), next_at=MONDAY)
    told = [silent(all_say("kept", meals=word), MONDAY, MONDAY + timedelta(minutes=passed))[0]
            for passed in (4, 5, 9, 10, 59, 60, 179, 60 * 49)]
    assert [text.split(";")[0].removeprefix("meals has said nothing for ") for text in told] == [
        "2 min", "5 min", "5 min", "10 min", "30 min", "1 h", "2 h", "2 days"]


def test_a_stay_is_known_from_when_it_could_be_heard_not_from_when_a_late_teller_says_it_was() -> None:
    late = booked(on(2))
    assert known_since(ada(late)) == on(2)
    assert known_since(ada(replace(late, stamped=MONDAY))) == MONDAY
    assert known_since(ada()) is None


def test_a_promise_that_is_nobodys_duty_is_a_column_where_somebody_speaks_of_it() -> None:
    found = cells(all_say("kept") | {"laundry": says("laundry", "at-risk", "the machine is broken")}, MONDAY, LATER)
    assert [cell.promise for cell in found] == [*KEPT_BY, "laundry"]
    assert found[-1] == Cell("laundry", "laundry", "at-risk", "the machine is broken", since=MONDAY)
