"""Nursing around the clock: who is responsible at every moment, and the handoff at each change of shift."""

from collections.abc import Sequence

from shared.language.stay import Stay
from shared.language.tasks import Task
from shared.service import Around, Plan, Verdict


def handoffs(stay: Stay, around: Around) -> Plan:
    return Plan()


def nursing_promise(stay: Stay, tasks: Sequence[Task], around: Around) -> Verdict:
    return Verdict()
