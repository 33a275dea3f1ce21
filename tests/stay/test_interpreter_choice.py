"""Who interprets for whom, who is held, and what is said when there is nobody."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from shared.language.resources import Resource, Window
from shared.language.tasks import Task
from shared.service import Assigned
from tests.stay.ada import on
from tests.stay.interpreting import assigned, interpreters, talk

MORNING = (on(25, "08:45"), on(25, "10:20"))


def who(waiting: Sequence[Task], **around: Any) -> dict[str, str | None]:
    return {name: answer.assignee for name, answer in assigned(waiting, **around).items()}


def person(name: str, *languages: str, features: Sequence[str] = ("medical",), **says: Any) -> Resource:
    details = (("languages", list(languages)), ("shifts", [{"from": "07:00", "to": "21:00"}]))
    return Resource(f"belgrade/interpreter/{name}", frozenset(features), details=details, **says)


def test_the_interpreter_in_whom_least_is_wasted_and_why():
    assert assigned([talk("ADA", *MORNING, "tr")]) == {"ADA": Assigned(
        resource="cem", assignee="cem", why="cem: tr, medical, no other talk that day", chosen={"language": "tr"})}


def test_a_language_is_understood_in_whatever_script_and_country():
    answer = assigned([talk("ADA", *MORNING, "de-AT")])["ADA"]
    assert (answer.assignee, answer.chosen) == ("dora", {"language": "de-AT"})


def test_the_language_that_the_patient_knows_best_comes_first():
    people = interpreters("cem", "elif", "grace")
    assert who([talk("ADA", on(25, "14:00"), on(25, "15:00"), "tr", "en")], people=people) == {"ADA": "cem"}
    assert who([talk("ADA", on(25, "14:00"), on(25, "15:00"), "en", "tr")], people=people) == {"ADA": "grace"}
    assert who([talk("ADA", *MORNING, "fi", "tr")], people=people) == {"ADA": "cem"}


def test_the_talks_of_a_day_are_shared_out_among_equals():
    equals = [person("eve", "en"), person("finn", "en")]
    hours = {name: (on(25, f"{hour}:00"), on(25, f"{hour}:45")) for name, hour in (("A", 10), ("B", 12), ("C", 14), ("D", 16))}
    assert who([talk(name, *at, "en") for name, at in hours.items()], people=equals) == {
        "A": "eve", "B": "finn", "C": "eve", "D": "finn"}


def test_only_who_is_certified_interprets_medical_talks():
    people = [person("cousin", "tr", features=())]
    assert who([talk("ADA", *MORNING, "tr", medical=False)], people=people) == {"ADA": "cousin"}
    assert assigned([talk("ADA", *MORNING, "tr")], people=people) == {"ADA": Assigned(
        hold="no interpreter for tr from 25 November 08:45 to 10:20: cousin is not certified for medical talks")}


def test_a_quarter_of_an_hour_lies_between_two_patients_and_none_between_two_talks_of_one():
    first, second = talk("ADA", *MORNING, "tr"), talk("BO", on(25, "10:34"), on(25, "11:00"), "tr")
    cem = interpreters("cem")
    assert who([first, second], people=cem) == {"ADA": "cem", "BO": None}
    assert who([first, replace(second, start=on(25, "10:35"))], people=cem) == {"ADA": "cem", "BO": "cem"}
    own = replace(second, subject="stay:ADA", start=on(25, "10:20"))
    assert who([first, own], people=cem) == {"ADA": "cem", "BO": "cem"}


def test_a_talk_that_does_not_end_with_the_shift_is_somebody_elses():
    late = talk("ADA", on(25, "21:30"), on(25, "22:30"), "en")
    assert who([late]) == {"ADA": "grace"}


def test_who_has_declined_is_not_asked_again():
    declined = talk("ADA", *MORNING, "tr", by="cem", stage="declined", declined={"cem": MORNING[0]})
    answer = Assigned("elif", "elif", "cem has declined; elif: tr, medical, no other talk that day", {"language": "tr"})
    assert assigned([declined]) == assigned([], held=[declined]) == {"ADA": answer}
    again = replace(declined, assignee="elif", resource="elif", why=answer.why)
    assert assigned([again]) == {"ADA": answer}
    nobody = assigned([replace(declined, declined={"cem": MORNING[0], "elif": MORNING[0]})])["ADA"]
    assert nobody.hold == ("cem has declined; no interpreter for tr from 25 November 08:45 to 10:20: "
                           "cem and elif have declined")


TAKEN = [talk("BO", *MORNING, "tr", by="cem", status="accepted"), talk("CY", *MORNING, "tr", by="elif", status="accepted")]
OUT = replace(interpreters("elif")[0], out=(Window(on(25, "08:00"), on(26), "ill"),))


@pytest.mark.parametrize(("wish", "held", "people", "hold"), [
    (talk("ADA", *MORNING, "tr"), TAKEN, interpreters(),
     "no interpreter for tr from 25 November 08:45 to 10:20: cem and elif are taken then"),
    (talk("ADA", *MORNING, "tr"), TAKEN[:1], [*interpreters("cem"), OUT],
     "no interpreter for tr from 25 November 08:45 to 10:20: cem is taken then and elif is out then"),
    (talk("ADA", *MORNING, "fi", "et"), [], interpreters(),
     "no interpreter for fi or et from 25 November 08:45 to 10:20: the house has none"),
    (talk("ADA", on(24, "23:30"), on(25, "00:30"), "de"), [], interpreters(),
     "no interpreter for de from 24 November 23:30 to 25 November 00:30: anna, dora and hedy are off shift then"),
    (talk("ADA", on(24, "23:30"), on(24, "23:50"), "en"), [], interpreters(),
     "no interpreter for en from 24 November 23:30 to 23:50: 5 of the house are off shift then"),
    (talk("ADA", *MORNING), [], interpreters(),
     "no interpreter can be chosen from 25 November 08:45 to 10:20: which language the patient speaks is not told"),
], ids=["taken", "out", "none", "night", "many", "language unknown"])
def test_a_hold_names_the_language_and_what_keeps_everybody_who_speaks_it(
        wish: Task, held: list[Task], people: list[Resource], hold: str):
    assert assigned([wish], held=held, people=people)["ADA"] == Assigned(hold=hold)


def test_who_is_held_stays_though_somebody_else_would_fit_more_tightly():
    held = talk("ADA", *MORNING, "tr", by="elif", status="accepted", why="elif: tr, medical, 1 other talk that day")
    assert assigned([], held=[held]) == {"ADA": Assigned("elif", "elif", held.why, {"language": "tr"})}


@pytest.mark.parametrize(("changes", "people", "because"), [
    ({"by": "olga"}, interpreters(), "olga is no longer an interpreter of this house"),
    ({"by": "dora"}, interpreters(), "dora does not speak tr"),
    ({"by": "elif"}, [*interpreters("cem"), replace(interpreters("elif")[0], features=frozenset())],
     "elif is not certified for medical talks"),
    ({"by": "elif"}, [*interpreters("cem"), OUT], "the talk is on 25 November 08:45: elif is out then"),
    ({"by": "elif", "start": on(25, "20:30"), "due": on(25, "21:30")}, interpreters(),
     "the talk is on 25 November 20:30: elif is off shift then")])
def test_who_no_longer_fits_loses_the_talk_and_the_reason_is_told(changes: Any, people: list[Resource], because: str):
    held = replace(talk("ADA", *MORNING, "tr", status="accepted", by=changes.pop("by")), **changes)
    assert assigned([], held=[held], people=people)["ADA"] == Assigned(
        "cem", "cem", f"{because}; cem: tr, medical, no other talk that day", {"language": "tr"})


def test_of_two_that_clash_the_one_whose_terms_changed_last_loses():
    stays = talk("BEG-2026-0418", on(23, "17:30"), on(23, "18:30"), "tr", by="elif", status="accepted", terms=1)
    moved = talk("ADA", on(23, "18:00"), on(23, "19:00"), "tr", by="elif", status="accepted", terms=3)
    because = "the talk is on 23 November 18:00: elif interprets for BEG-2026-0418 then"
    assert assigned([], held=[moved, stays]) == {
        "BEG-2026-0418": Assigned("elif", "elif", None, {"language": "tr"}),
        "ADA": Assigned("cem", "cem", f"{because}; cem: tr, medical, no other talk that day", {"language": "tr"})}


def test_a_reason_is_kept_while_there_is_nobody_else():
    lost = talk("ADA", *MORNING, "tr", by="elif", status="accepted")
    answer = assigned([], held=[lost], people=[OUT])["ADA"]
    because = "the talk is on 25 November 08:45: elif is out then"
    assert answer == Assigned(
        why=because, hold=f"{because}; no interpreter for tr from 25 November 08:45 to 10:20: elif is out then")
    waits = replace(lost, assignee=None, resource=None, why=answer.why, holds={"assign": answer.hold or ""})
    assert assigned([waits], people=[OUT]) == {"ADA": answer}
    assert assigned([waits])["ADA"].why == f"{because}; cem: tr, medical, no other talk that day"


def test_who_is_in_a_talk_is_not_called_out_of_it():
    inside = talk("ADA", *MORNING, "tr", by="elif", status="in-progress", terms=9)
    later = talk("BO", on(25, "10:00"), on(25, "11:00"), "tr", by="elif", status="accepted", terms=1)
    assert who([], held=[inside, later], people=[*interpreters("cem"), OUT], now=on(25, "09:50")) == {"ADA": "elif", "BO": "cem"}


def test_a_talk_that_has_begun_is_done_by_who_is_free_from_now_on():
    waits = talk("ADA", *MORNING, "tr")
    before = talk("BO", on(25, "08:00"), on(25, "09:00"), "tr", by="cem", status="accepted")
    assert who([waits], held=[before], people=interpreters("cem"), now=on(25, "09:14")) == {"BO": "cem", "ADA": None}
    assert who([waits], held=[before], people=interpreters("cem"), now=on(25, "09:15")) == {"BO": "cem", "ADA": "cem"}


def test_nobody_is_sent_to_a_talk_that_is_over():
    over = on(25, "10:20")
    assert assigned([talk("ADA", *MORNING, "tr")], now=over) == {
        "ADA": Assigned(hold="its time was over before anybody was chosen")}
    had = talk("ADA", *MORNING, "tr", by="olga", why="olga: tr")
    assert assigned([], now=over, held=[had]) == {"ADA": Assigned("olga", "olga", "olga: tr")}


def test_odd_words_about_an_interpreter_are_no_language():
    odd = replace(interpreters("cem")[0], details=(("languages", "tr"),))
    mixed = person("mixed", "???", 7, "tr")  # type: ignore[arg-type]
    assert who([talk("ADA", *MORNING, "tr")], people=[odd]) == {"ADA": None}
    assert who([talk("ADA", *MORNING, "tr")], people=[odd, mixed]) == {"ADA": "mixed"}


def test_a_room_is_no_interpreter():
    assert who([talk("ADA", *MORNING, "tr")], people=[Resource("belgrade/room/204")]) == {"ADA": None}
