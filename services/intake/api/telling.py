"""Whatever is asked ends in one commit: the fact in the outbox, the booking that fences it, the answer under its key."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime

from fastapi.responses import JSONResponse
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from services.intake.api.calendar import enter
from services.intake.api.present import Present, read_back
from services.intake.api.strictly import refused
from services.intake.rules.nameless import naming
from services.intake.rules.strict_reading import Problem
from shared.edge.idempotency import Once
from shared.edge.problems import Problem as Refused
from shared.language.facts import Json
from shared.language.reading import Letter
from shared.language.stay import Stay
from shared.shell.documents import Change, Conflict, Write, outbox_doc
from shared.shell.running import Running

TRIES = 12  # against others who change the same stay, patient or series of numbers
Work = Callable[[], Awaitable[tuple[Json, Change]]]


async def taken(running: Running, status: int, work: Work, once: Once | None = None) -> JSONResponse:
    """The answer of `work`, committed with what it did; loaded and done again where somebody else came first."""
    async for attempt in AsyncRetrying(
        retry=retry_if_exception_type(Conflict), stop=stop_after_attempt(TRIES), reraise=True,
        wait=wait_random_exponential(multiplier=0.01, max=0.5), sleep=asyncio.sleep,
    ):
        with attempt:
            if before := await _answered(once):
                return before
            try:
                body, change = await work()
                change.keys += once.doc(status, body) if once else []
                await running.engine.commit(change)
            except Refused:
                if before := await _answered(once):  # refused for what the same request has done a moment ago
                    return before
                raise
            except Conflict:
                running.metrics.conflicts.inc()
                raise
            return JSONResponse(body, status)
    raise AssertionError("unreachable: the last attempt returns or raises")


async def _answered(once: Once | None) -> JSONResponse | None:
    before = await once.answered() if once else None
    return JSONResponse(before[1], before[0]) if before else None


async def tell(running: Running, present: Present, topic: str, says: Json, told_by: str | None = None,
               name: str | None = None, may_clash: bool = True) -> Change:
    """One fact and all that is kept with it. `name` where the stay has none yet; `may_clash`: other stays are no matter."""
    stay, service = present.stay, running.service.name
    person = await running.store.own("people", stay.id)
    at = present.next_told_at(running.clock.now(), running.service.tells)
    value = {"stay_id": stay.id, "told_at": at.isoformat(), "told_by": told_by or service, **says}
    if found := tuple(naming(value, name or (person["name"] if person else ""))):
        raise refused(found)
    id_ = f"{service}/{stay.id}/{topic}/{secrets.token_hex(8)}"
    doc = outbox_doc(topic, f"stay:{stay.id}", stay.id, value, id_, at, service, secrets.token_hex(8))
    fact = read_back(doc)
    if isinstance(fact, Letter):
        raise refused([Problem("", fact.detail)])
    after = present.with_fact(fact)
    patients = await enter(running, present, after, may_clash)
    return Change(outbox=[doc], own={"bookings": [_booking(present, after, at)], "patients": patients})


def _booking(present: Present, after: Stay, at: datetime) -> Write:
    version = present.booking["version"] if present.booking else 0
    first, last = after.profile.arrives_on, after.profile.leaves_on
    doc = {"_id": after.id, "version": version + 1, "site": after.site, "patient_ref": after.profile.patient_ref,
           "arrives_on": first and first.isoformat(), "leaves_on": last and last.isoformat(),
           "cancelled": after.booking_withdrawn, "last_told_at": at.isoformat()}
    return Write(doc, version or None)
