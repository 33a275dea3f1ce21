"""What is known: facts laid over each other as merge patches, in the order in which they were told."""

from itertools import permutations
from typing import Any

from shared.language.facts import Fact
from shared.language.known import Known, Said, merge
from tests.language.telling import ada, at, booked, tell


def known(*facts: Fact) -> Known:
    """The same in every order in which these facts may be heard."""
    [one] = {repr((k.data, sorted(k.said.items()), k)): k for k in map(merge, permutations(facts))}.values()
    return one


def profile(*facts: Fact) -> Any:
    return known(*facts).at("profile")


def test_absent_means_not_said():
    assert profile(booked(mobility="walking", visit="harvest"), booked("02 09:00", mobility="stretcher")) == {
        "mobility": "stretcher", "visit": "harvest"}


def test_null_clears_a_word_and_all_that_is_under_it():
    assert profile(booked(arrival={"flight": "LH1406", "place": "BEG"}), booked("02 09:00", arrival={"flight": None})) == {
        "arrival": {"place": "BEG"}}
    assert profile(booked(arrival={"flight": "LH1406"}), booked("02 09:00", arrival=None, visit="harvest")) == {
        "visit": "harvest"}


def test_null_within_a_new_object_says_nothing():
    assert profile(booked(arrival={"flight": None, "to": {"place": None}})) == {"arrival": {"to": {}}}


def test_a_list_is_replaced_whole():
    assert profile(booked(languages=["en", "sr"]), booked("02 09:00", languages=["de"])) == {"languages": ["de"]}


def test_companions_are_a_map_so_each_is_told_alone():
    assert profile(booked(companions={"C-1": {"bed": True}}), booked("02 09:00", companions={"C-2": {"bed": False}}),
                   booked("03 09:00", companions={"C-1": None})) == {"companions": {"C-2": {"bed": False}}}


def test_an_object_over_a_scalar_and_a_scalar_over_an_object():
    assert profile(booked(diet="halal"), booked("02 09:00", diet={"style": "halal"})) == {"diet": {"style": "halal"}}
    assert profile(booked(diet={"style": "halal"}), booked("02 09:00", diet="halal")) == {"diet": "halal"}


def test_each_word_is_known_by_who_said_it_and_when():
    facts = booked(visit="harvest", arrival={"flight": "LH1406"}), tell(
        "patient-admitted", "02 09:00", told_by=None, profile={"arrival": {"flight": None, "place": "BEG"}})
    first, second = Said(at("01 09:00"), "ward", "stay-booked"), Said(at("02 09:00"), None, "patient-admitted")
    assert known(*facts).said == {("profile", "visit"): first, ("profile", "arrival", "flight"): second,
                                  ("profile", "arrival", "place"): second}
    paths = ("profile", "arrival"), ("profile", "visit"), ("profile", "diet"), ("profile", "visit", "x")
    assert [known(*facts).told(*path) for path in paths] == [at("02 09:00"), at("01 09:00"), None, None]


def test_who_cleared_an_object_is_who_said_it():
    facts = booked(arrival={"at": {"place": "BEG"}}), booked("02 09:00", arrival=None)
    assert known(*facts).said == {("profile", "arrival"): Said(at("02 09:00"), "ward", "stay-booked")}
    again = booked("03 09:00", arrival={"flight": "LH1406"})
    assert known(*facts, again).said == {("profile", "arrival", "flight"): Said(at("03 09:00"), "ward", "stay-booked")}


def test_two_words_of_one_moment_are_settled_by_what_they_say():
    assert profile(booked(mobility="walking"), booked(mobility="stretcher")) == {"mobility": "walking"}


def test_the_same_word_of_one_moment_by_two_tellers_has_one_teller():
    by = [tell("stay-booked", "01 09:00", told_by=who, site="belgrade") for who in ("ward", "desk", None)]
    assert known(*by).said == {("site",): Said(at("01 09:00"), "ward", "stay-booked")}


def test_members_stand_by_name_however_they_were_told():
    assert [list(known(*facts).data["profile"]["companions"].items()) for facts in (
        [booked(companions={"C-2": {}, "C-1": {}})],
        [booked(companions={"C-2": {}}), booked("02 09:00", companions={"C-1": {}})],
    )] == [[("C-1", {}), ("C-2", {})]] * 2


def test_a_fact_among_others_is_placed_by_its_topic():
    assert known(tell("arrival-expected", "01 09:00", status="delayed"), tell("room-assigned", "01 09:00", why="lift"),
                 tell("discharged", "01 09:00", site="belgrade", profile={"visit": "harvest"}, home_care_weeks=5)).data == {
        "arrival_expected": {"status": "delayed"}, "room": {"why": "lift"}, "site": "belgrade",
        "profile": {"visit": "harvest"}, "discharge": {"home_care_weeks": 5}}


def test_empty_keys_dots_and_unknown_words_are_kept_as_they_are():
    odd = {"": {"": 1}, "a.b": {"c": 2}, "a": {"b.c": 3}, "$set": 4}
    assert profile(booked(**odd)) == odd
    assert ada(booked(**odd)).unreadable == ()


def test_topics_know_since_when_they_were_told():
    k = known(booked("02 09:00"), booked("01 09:00"), tell("discharged", "03 09:00"))
    assert (k.topics, k.first_told) == ({"stay-booked": at("01 09:00"), "discharged": at("03 09:00")}, at("01 09:00"))


def test_a_merge_never_changes_what_another_one_has_read():
    fact = booked(languages=["en"], companions={"C-1": {}})
    known(fact).data["profile"]["languages"].append("sr")
    assert profile(fact) == {"languages": ["en"], "companions": {"C-1": {}}}


def test_many_objects_that_are_told_and_cleared_do_not_take_minutes():
    names = [f"n{number}" for number in range(20_000)]
    said = merge([booked(**{name: {"x": 1} for name in names}), booked("02 09:00", **dict.fromkeys(names))]).said
    assert len(said) == 20_000
