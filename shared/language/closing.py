"""A stay is closed 30 days after its last task: until then anything may still be corrected.

The follow-up at home and the check-up are part of the stay for every service: the board shows them to the end.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from shared.language.stay import Stay
from shared.language.tasks import Task

KEPT = timedelta(days=30)


def closes_at(stay: Stay, tasks: Iterable[Task]) -> datetime | None:
    """When nothing more is to be expected of it; None while it goes on, or somebody still owes it something."""
    all_of = list(tasks)
    over = _over_at(stay)
    if over is None or any(task.open and task.feed for task in all_of):
        return None
    done = [at for task in all_of if task.status in ("completed", "failed") for at in (task.due, task.moved_at) if at]
    return max([over, *done, *(fact.told_at for fact in stay.facts)]) + KEPT


def _over_at(stay: Stay) -> datetime | None:
    if stay.phase == "nothing":
        return stay.first_told
    if stay.phase == "discharged" and stay.discharged_at:
        terms = stay.words.discharge
        return stay.discharged_at + max(timedelta(weeks=terms.home_care_weeks or 0),
                                        timedelta(days=31 * (terms.check_up_after_months or 0)))
    if stay.phase == "booked" and stay.profile.leaves_on:  # nobody ever came
        return datetime.combine(stay.profile.leaves_on + timedelta(days=1), time(), UTC)
    return None
