"""What intake says of itself."""

from services.intake.service import SERVICE
from shared.language.facts import FACTS
from shared.language.promises import KEEPERS


def test_intake_hears_all_that_is_said_of_a_stay_and_tells_what_is_its_own() -> None:
    assert set(SERVICE.hears) == {topic for topic, kind in FACTS.items() if kind.subject == "stay"}
    assert set(SERVICE.tells) == {topic for topic, kind in FACTS.items() if kind.teller == "intake"}
    assert SERVICE.feed_topics == ("care-tasks", "desk-tasks")


def test_intake_keeps_the_promises_that_the_language_gives_it() -> None:
    assert set(SERVICE.promises) == {promise for promise, keeper in KEEPERS.items() if keeper == SERVICE.name}
