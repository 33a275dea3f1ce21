"""A keeper for the board's tests: it says of the transfer in what the booking tells it to say, and asks the desk when bid to.

`cause` of `arrival-expected` is what it says: "at-risk: van-1 is late". A `status` "ask" is a question to the desk.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import get_args

from shared.language.promises import Promise, State
from shared.language.stay import Stay
from shared.language.tasks import Owed, Task
from shared.service import Around, Plan, Service, Verdict

NEXT = timedelta(hours=2)


def plan(stay: Stay, around: Around) -> Plan:
    word, at = stay.words.arrival_expected, stay.known.told("arrival_expected")
    if word.status != "ask" or at is None:
        return Plan()
    return Plan([Owed(kind="arrived-otherwise", feed="desk", start=at, due=at + timedelta(minutes=30), site="belgrade",
                      details={"what": word.cause or "did the patient come?"})])


def judge(stay: Stay, tasks: Sequence[Task], around: Around) -> Verdict:
    word = stay.words.arrival_expected
    state, _, reason = (word.cause or "").partition(": ")
    states = [known for known in get_args(State) if known == state]
    return Verdict([Promise(stay.id, "transfer-in", "transport", states[0] if states else "planned", reason or "planned",
                            word.expected_at if word.expected_at and word.expected_at > around.now else None)])


KEEPER = Service(name="transport", says="Says what it is told to say.", rules=1, hears=("stay-booked", "arrival-expected"),
                 plan=plan, judge=judge, promises=("transfer-in",))
