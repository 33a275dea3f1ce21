"""The talks for which a patient is owed an interpreter: arrival, admission, each procedure, discharge."""

from collections.abc import Sequence

from shared.language.stay import Stay
from shared.language.tasks import Task
from shared.service import Around, Plan, Verdict


def engagements(stay: Stay, around: Around) -> Plan:
    return Plan()


def interpreter_promise(stay: Stay, tasks: Sequence[Task], around: Around) -> Verdict:
    return Verdict()
