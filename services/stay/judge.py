"""How stay's promises stand: the room, nursing around the clock, the interpreter; and what it tells of the stay."""

from collections.abc import Sequence

from services.stay.rules.engagements import interpreter_promise
from services.stay.rules.nursing_promise import nursing_promise
from services.stay.rules.room_promise import room_promise
from shared.language.stay import Stay
from shared.language.tasks import Task
from shared.service import Around, Verdict


def judge(stay: Stay, tasks: Sequence[Task], around: Around) -> Verdict:
    found = [judged(stay, tasks, around) for judged in (room_promise, nursing_promise, interpreter_promise)]
    times = [each.again_at for each in found if each.again_at]
    return Verdict([p for each in found for p in each.promises], [f for each in found for f in each.facts],
                   min(times, default=None))
