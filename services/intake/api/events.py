"""What happens to a patient, over HTTP: admitted, scheduled, done, discharged, left; and what is taken back, with a reason.

Events are true whatever the calendar says: only days that an admission amends can be refused for another stay's sake.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.intake.api import sayings
from services.intake.api.amending import amendment
from services.intake.api.asked import (
    STAY,
    Admit,
    Asked,
    Departure,
    Discharge,
    Done,
    ProcedureId,
    Schedule,
    StayId,
    Taken,
    ToldBy,
    Why,
)
from services.intake.api.present import Present, still_open
from services.intake.api.sayings import Saying
from services.intake.api.strictly import Strictly, refused
from services.intake.api.telling import taken, tell
from services.intake.rules.booking_checks import site_problem
from shared.edge.idempotency import Key, Once
from shared.language.facts import Json
from shared.shell.documents import Change
from shared.shell.running import Running


def add_events(routes: APIRouter, running: Running) -> None:
    events = Events(running)
    for path, told in (("admission", events.admit), ("procedures", events.schedule),
                       ("procedures/{procedure_id:path}/done", events.done), ("discharge", events.discharge),
                       ("departure", events.leave)):
        routes.add_api_route(f"{STAY}/{path}", told, methods=["POST"], status_code=201, response_model=Taken)
    for path, taken_back in (("admission", events.not_admitted), ("discharge", events.not_discharged)):
        routes.add_api_route(f"{STAY}/{path}", taken_back, methods=["DELETE"], response_model=Taken)


class Events:
    def __init__(self, running: Running) -> None:
        self.running = running

    async def admit(self, request: Request, stay_id: StayId, body: Annotated[Admit, Strictly()] = Admit(),
                    key: Key = None) -> JSONResponse:
        """Admits the patient. Days that `profile` amends are checked as in an amendment."""
        def say(stay: Present) -> Saying:
            wrong = body.site and site_problem(body.site, self.running.clinic)
            if wrong:
                raise refused([wrong])
            warnings = amendment(self.running, stay, body.profile) if body.profile else []
            return sayings.admitted(stay.stay, body, warnings, self.running.clock.now())

        return await self._post(request, stay_id, body, key, say)

    async def not_admitted(self, stay_id: StayId, reason: Why, told_by: ToldBy = None) -> JSONResponse:
        """Takes the admission back (HL7 A11), not the profile told with it."""
        return await self._tell(stay_id, told_by, lambda stay: sayings.not_admitted(stay.stay, reason), 200)

    async def schedule(self, request: Request, stay_id: StayId, body: Annotated[Schedule, Strictly()],
                       key: Key = None) -> JSONResponse:
        """Schedules a procedure or therapy, or amends one."""
        return await self._post(request, stay_id, body, key, lambda stay: sayings.scheduled(stay.stay, body))

    async def done(self, request: Request, stay_id: StayId, procedure_id: ProcedureId,
                   body: Annotated[Done, Strictly()] = Done(), key: Key = None) -> JSONResponse:
        """The procedure is done: when, and what follows from it for meals, rest and watch."""
        def say(stay: Present) -> Saying:
            return sayings.done(stay.stay, procedure_id, body, self.running.clock.now())

        return await self._post(request, stay_id, body, key, say)

    async def discharge(self, request: Request, stay_id: StayId, body: Annotated[Discharge, Strictly()] = Discharge(),
                        key: Key = None) -> JSONResponse:
        """Discharges the patient. What is missing of the way home is a warning; the desk finds it out."""
        def say(stay: Present) -> Saying:
            zone = self.running.clinic.zone(stay.stay.site)
            return sayings.discharged(stay.stay, body, zone, self.running.clock.now())

        return await self._post(request, stay_id, body, key, say)

    async def not_discharged(self, stay_id: StayId, reason: Why, told_by: ToldBy = None) -> JSONResponse:
        """Takes the discharge back (HL7 A13)."""
        return await self._tell(stay_id, told_by, lambda stay: sayings.not_discharged(stay.stay, reason), 200)

    async def leave(self, request: Request, stay_id: StayId, body: Annotated[Departure, Strictly()] = Departure(),
                    key: Key = None) -> JSONResponse:
        """The patient, or a companion, has left the building: for good, or until `back_at`."""
        def say(stay: Present) -> Saying:
            return sayings.left(stay.stay, body, self.running.clock.now())

        return await self._post(request, stay_id, body, key, say)

    async def _post(self, request: Request, stay_id: str, body: Asked, key: str | None,
                    say: Callable[[Present], Saying]) -> JSONResponse:
        once = Once(self.running.store, key, request.url.path, body.told())
        return await self._tell(stay_id, body.told_by, say, 201, once)

    async def _tell(self, stay_id: str, told_by: str | None, say: Callable[[Present], Saying], status: int,
                    once: Once | None = None) -> JSONResponse:
        async def work() -> tuple[Json, Change]:
            stay = await still_open(self.running, stay_id)
            saying = say(stay)
            answer = {"stay_id": stay_id, **saying.answer, "warnings": saying.warnings}
            if saying.topic is None:
                return answer, Change()
            return answer, await tell(self.running, stay, saying.topic, saying.says, told_by, may_clash=saying.may_clash)

        return await taken(self.running, status, work, once)
