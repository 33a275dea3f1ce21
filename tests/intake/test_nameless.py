"""A patient's name is found wherever it would be told, and nowhere else."""

from services.intake.rules.nameless import WITHOUT, naming
from services.intake.rules.strict_reading import Problem
from shared.language.facts import Json


def found(says: Json, name: str = "Ada Byron") -> list[str]:
    problems = list(naming(says, name))
    assert all(problem == Problem(problem.field, WITHOUT) for problem in problems)
    return [problem.field for problem in problems]


def test_a_name_is_found_at_any_depth_in_any_case_and_as_a_reference() -> None:
    assert found({"reason": "ADA  byron's wristband", "profile": {
        "room_needs": ["window", "near Ada Byron"], "companions": {"Ada Byron": {"role": "twin"}}}}) == [
        "reason", "profile.room_needs.1", "profile.companions"]


def test_a_surname_may_be_the_doctors_and_a_part_of_a_word_is_none() -> None:
    assert found({"by": "dr-byron", "reason": "Canada Byrons", "count": 3, "nothing": None}) == []
    assert found({"reason": "ada"}, "Ada") == [], "one word may be any word"
    assert found({"reason": "ada"}, "") == []
