"""How the two transfers stand, and what the others are told: when the patient will be at the clinic."""

from collections.abc import Sequence

from services.transport.rules.arrival_words import arrival_expected
from services.transport.rules.ride_times import DIRECTIONS
from services.transport.rules.transfer_promise import transfer_promise
from shared.language.stay import Stay
from shared.language.tasks import Task
from shared.service import Around, Verdict


def judge(stay: Stay, tasks: Sequence[Task], around: Around) -> Verdict:
    """Both promises at every phase; each is looked at again at its own `next_at`."""
    promises = tuple(transfer_promise(stay, tasks, around, direction) for direction in DIRECTIONS)
    return Verdict(promises, tuple(arrival_expected(stay, around)))
