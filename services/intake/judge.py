"""How intake's promises stand: the procedures that were sold, and the contact after the patient has gone home."""

from collections.abc import Sequence

from services.intake.rules.follow_up_promise import follow_up_promise
from services.intake.rules.procedures_promise import procedures_promise
from shared.language.promises import Promise
from shared.language.stay import Stay
from shared.language.tasks import Task
from shared.service import Around, Verdict


def judge(stay: Stay, tasks: Sequence[Task], around: Around) -> Verdict:
    found = {"procedures": procedures_promise(stay, around), "follow-up": follow_up_promise(stay, tasks, around)}
    promises = [Promise(stay.id, name, "intake", how.state, how.reason, how.next_at) for name, how in found.items()]
    return Verdict(promises, again_at=min((how.again_at for how in found.values() if how.again_at), default=None))
