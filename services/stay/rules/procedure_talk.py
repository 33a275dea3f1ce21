"""Each procedure has its interpreter from before its start until after its end, and while it runs over (rule R-7)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.stay.rules.interpreter_need import asked_for
from services.stay.rules.talk import Talk, in_time
from shared.language.clinic import Clinic
from shared.language.facts import placed
from shared.language.stay import Procedure, Stay

OVERRUN = timedelta(minutes=10)  # so long past its planned end, without a word, a procedure is taken to run over
STEP = timedelta(minutes=30)  # by which its interpreter is then kept, again and again
STEPS = 8  # at most: by then somebody has forgotten to tell
DONE = timedelta(minutes=15)  # the talk goes on so long after the procedure is done


def procedure_talks(stay: Stay, clinic: Clinic, now: datetime) -> Iterator[Talk]:
    """From 15 min before the start to 30 min after the planned end."""
    before = clinic.minutes("stay", "interpreter_minutes_before", 15)
    after = clinic.minutes("stay", "interpreter_minutes_after", 30)
    for ref, procedure in stay.procedures.items():
        if procedure.starts_at is None or not asked_for(stay, ref):
            continue
        begins = procedure.starts_at.astimezone(UTC)
        ends = begins + _length(procedure, clinic)
        told = _first_told(stay, ref, begins)
        for talk in in_time(Talk(f"procedure/{ref}", "procedure", begins - before, ends + after, told)):
            yield _over(talk, procedure.done_at) if procedure.done_at else _running(talk, ends, stay, now)


def _length(procedure: Procedure, clinic: Clinic) -> timedelta:
    """As told, else 60 min."""
    told = procedure.minutes
    return clinic.minutes("stay", "procedure_minutes", 60) if told is None else timedelta(minutes=told)


def _first_told(stay: Stay, ref: str, otherwise: datetime) -> datetime:
    """The last word may be an echo of what everybody knows."""
    told = (fact.told_at for fact in stay.facts if ref in placed(fact).get("procedures", ()))
    return min(told, default=otherwise).astimezone(UTC)


def _over(talk: Talk, done_at: datetime) -> Talk:
    """An end told later than anybody would wait is a slip of the pen."""
    return replace(talk, due=min(max(talk.due, done_at.astimezone(UTC) + DONE), talk.due + STEP * STEPS))


def _running(talk: Talk, ends: datetime, stay: Stay, now: datetime) -> Talk:
    """Nobody has told that it is done; it ends with the discharge at the latest."""
    here = min(now, stay.discharged_at) if stay.discharged_at else now
    late = here.astimezone(UTC) - (ends + OVERRUN)
    steps = min(late // STEP + 1, STEPS) if late >= timedelta() else 0
    turns = steps < STEPS and here == now
    return replace(talk, due=talk.due + STEP * steps, again_at=ends + OVERRUN + STEP * steps if turns else None)
