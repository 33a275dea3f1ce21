"""A patient's calendar: who asks for days writes it, so that of two who ask at the same moment one asks again and sees."""

import asyncio
from collections.abc import Iterable
from datetime import date

from services.intake.api.present import Present, present
from services.intake.rules.days_taken import days_taken
from services.intake.rules.stay_overlap import Days, overlapping
from shared.edge.problems import Problem
from shared.language.stay import Stay
from shared.shell.documents import Write
from shared.shell.running import Running


async def enter(running: Running, before: Present, after: Stay, may_clash: bool) -> list[Write]:
    """What changes in the calendars. New days that another stay of the patient has are refused, unless they `may_clash`."""
    ref, days = after.profile.patient_ref, _days(running, after)
    left = before.booking["patient_ref"] if before.booking else None
    writes = await _written(running, left, after.id, None) if left and left != ref else []
    if ref is None:
        return writes
    asks = not may_clash and days is not None and (ref, days) != (
        before.stay.profile.patient_ref, _days(running, before.stay))
    entered = await _written(running, ref, after.id, days, fence=asks)
    if asks and days:
        await _refuse_clash(running, ref, days, (s for w in entered for s in w.doc["stays"] if s != after.id))
    return writes + entered


async def _written(running: Running, ref: str, stay_id: str, days: Days | None, fence: bool = False) -> list[Write]:
    """Nothing where it says so already; with `fence` even then, because what was read must still be so."""
    doc = await running.store.own("patients", ref)
    version, stays = (doc["version"], doc["stays"]) if doc else (0, {})
    now = {name: taken for name, taken in stays.items() if name != stay_id}
    if days:
        now[stay_id] = [day.isoformat() for day in days]
    if now == stays and not fence:
        return []
    return [Write({"_id": ref, "version": version + 1, "stays": now}, version or None)]


async def _refuse_clash(running: Running, ref: str, wish: Days, others: Iterable[str]) -> None:
    """The calendar says which stays to ask; their facts say their days, for not all of them came over HTTP."""
    stays = [found.stay for found in await asyncio.gather(*(present(running, other) for other in others))]
    taken = {stay.id: days for stay in stays if stay.profile.patient_ref == ref and (days := _days(running, stay))}
    other = overlapping(taken, wish)
    if other:
        first, last = taken[other]
        detail = f"days outside those of {other}: {_span(first, last)}; not {_span(*wish)}"
        raise Problem(409, "Stays overlap", f"{ref} is in the house for the stay {other} then; profile.arrives_on: {detail}",
                      [{"field": "profile.arrives_on", "detail": detail}], other_stay=other)


def _days(running: Running, stay: Stay) -> Days | None:
    return days_taken(stay, running.clinic.zone(stay.site))


def _span(first: date, last: date) -> str:
    return f"{first} to {last}"
