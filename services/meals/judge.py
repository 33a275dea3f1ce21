"""How the promise of meals stands."""

from collections.abc import Sequence

from services.meals.rules.meals_promise import meals_promise
from shared.language.stay import Stay
from shared.language.tasks import Task
from shared.service import Around, Verdict


def judge(stay: Stay, tasks: Sequence[Task], around: Around) -> Verdict:
    return meals_promise(stay, tasks, around)
