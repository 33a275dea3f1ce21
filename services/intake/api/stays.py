"""Stays over HTTP: booked, read, amended, cancelled."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import JSONResponse

from services.intake.api.amending import amendment
from services.intake.api.asked import (
    PATCH,
    PROFILE,
    STAY,
    Book,
    Cancel,
    StayId,
    Taken,
    ToldBy,
)
from services.intake.api.present import Present, known, present, still_open
from services.intake.api.strictly import Strictly, as_json, refused
from services.intake.api.telling import taken, tell
from services.intake.rules.booking_checks import check, site_problem
from services.intake.rules.stay_numbers import series, stay_number
from shared.edge.idempotency import Key, Once
from shared.edge.problems import Problem
from shared.language.facts import Json
from shared.shell.documents import Change, Write
from shared.shell.running import Running


def add_stays(routes: APIRouter, running: Running) -> None:
    stays = Stays(running)
    routes.add_api_route("/stays", stays.book, methods=["POST"], status_code=201, response_model=Taken)
    routes.add_api_route("/stays", stays.listed, methods=["GET"], response_model=None)
    routes.add_api_route(f"{STAY}/profile", stays.amend, methods=["PATCH"], response_model=Taken)
    routes.add_api_route(f"{STAY}/cancellation", stays.cancel, methods=["POST"], status_code=201, response_model=Taken)
    routes.add_api_route(STAY, stays.one, methods=["GET"], response_model=None)


class Stays:
    def __init__(self, running: Running) -> None:
        self.running = running

    async def book(self, request: Request, body: Annotated[Book, Strictly()], key: Key = None) -> JSONResponse:
        """Books a stay. 409 where the patient has another stay on one of its days, or the `stay_id` is taken."""
        async def work() -> tuple[Json, Change]:
            return await self._book(body)

        return await taken(self.running, 201, work, Once(self.running.store, key, request.url.path, body.told()))

    async def _book(self, body: Book) -> tuple[Json, Change]:
        clinic = self.running.clinic
        site, wrong_site = clinic.site_of(body.site), site_problem(body.site, clinic)
        checked = check(body.profile, clinic, site)
        day = body.profile.arrives_on
        if checked.problems or wrong_site or site is None or day is None:
            raise refused([*([wrong_site] if wrong_site else []), *checked.problems])
        numbers: list[Write] = []
        if body.stay_id:
            stay = await self._not_booked_yet(body.stay_id)
        else:
            stay, numbers = await self._next_number(series(clinic, site, day.year))
        says = {"site": site, "profile": body.told()["profile"]}
        change = await tell(self.running, stay, "stay-booked", says, body.told_by, name=body.name, may_clash=False)
        stay_id = stay.stay.id
        person = {"_id": stay_id, "version": 1, "name": body.name, "contacts": body.contacts}
        change.own |= {"people": [Write(person, None)], "numbers": numbers}
        return {"stay_id": stay_id, "warnings": as_json(checked.warnings)}, change

    async def _not_booked_yet(self, stay_id: str) -> Present:
        """One that was only heard of (admitted, say) may still be booked: that is how the desk says who it is."""
        stay = await present(self.running, stay_id)
        if stay.closed or "stay-booked" in stay.stay.known.topics:
            raise Problem(409, "Booked already", f"there is a stay {stay_id}; amend it, or leave stay_id out",
                          [{"field": "stay_id", "detail": "one that is not taken, or none: then it is the next number"}])
        return stay

    async def _next_number(self, of: str) -> tuple[Present, list[Write]]:
        doc = await self.running.store.own("numbers", of)
        version, turn = (doc["version"], doc["last"] + 1) if doc else (0, 1)
        while (stay := await present(self.running, stay_number(of, turn))).stay.facts:  # a number that others have used
            turn += 1
        return stay, [Write({"_id": of, "version": version + 1, "last": turn}, version or None)]

    async def amend(self, stay_id: StayId, patch: Annotated[dict[str, Any], Body(description=PATCH, examples=[PROFILE])],
                    told_by: ToldBy = None) -> JSONResponse:
        """Amends the profile (RFC 7386). An allergy ends only by `"status": "refuted"` with the clinician in `by`."""
        async def work() -> tuple[Json, Change]:
            stay = await still_open(self.running, stay_id)
            warnings = amendment(self.running, stay, patch)
            change = await tell(self.running, stay, _amends(stay), {"profile": patch}, told_by, may_clash=False)
            return {"stay_id": stay_id, "warnings": warnings}, change

        return await taken(self.running, 200, work)

    async def cancel(self, request: Request, stay_id: StayId, body: Annotated[Cancel, Strictly()] = Cancel(),
                     key: Key = None) -> JSONResponse:
        """Cancels the stay and frees its days; once it is cancelled, nothing more is told."""
        async def work() -> tuple[Json, Change]:
            stay = await still_open(self.running, stay_id)
            says = {"withdrawn": True, **body.says()}
            told = stay.stay.booking_withdrawn
            change = Change() if told else await tell(self.running, stay, "stay-booked", says, body.told_by)
            return {"stay_id": stay_id, "warnings": []}, change

        return await taken(self.running, 201, work, Once(self.running.store, key, request.url.path, body.told()))

    async def one(self, stay_id: StayId) -> JSONResponse:
        """Who it is, how to reach them, and what is known of the stay."""
        stay = (await known(self.running, stay_id)).stay
        person = await self.running.store.own("people", stay_id)
        unreadable = [{"field": word.path, "said": word.said, "right": word.right} for word in stay.unreadable]
        return JSONResponse({
            "stay_id": stay_id, "name": person and person["name"], "contacts": person["contacts"] if person else {},
            "phase": stay.phase, "known": stay.known.data, "unreadable": unreadable})

    async def listed(self, after: Annotated[str, Query(description="`next` of the page before")] = "",
                     limit: Annotated[int, Query(ge=1, le=200)] = 50) -> JSONResponse:
        """All stays by id, a page at a time: those booked here, and the open ones that others have told us of."""
        booked = [doc["_id"] for doc in await self.running.store.own_all("bookings", after, limit + 1)]
        heard = [doc["_id"].partition(":")[2] for doc in await self.running.store.open_stays()]
        ids = sorted({*booked, *(name for name in heard if name > after)})
        page = ids[:limit]
        rows = await asyncio.gather(*(self._row(name) for name in page))
        return JSONResponse({"stays": rows, "next": page[-1] if len(ids) > limit else None})

    async def _row(self, stay_id: str) -> Json:
        stay = (await present(self.running, stay_id)).stay
        person = await self.running.store.own("people", stay_id)
        days = (stay.profile.arrives_on, stay.profile.leaves_on)
        return {"stay_id": stay_id, "name": person and person["name"], "site": stay.site, "phase": stay.phase,
                "arrives_on": days[0] and days[0].isoformat(), "leaves_on": days[1] and days[1].isoformat()}


def _amends(stay: Present) -> str:
    """Who was admitted without a booking is not booked by an amendment."""
    topics = stay.stay.known.topics
    return "patient-admitted" if "patient-admitted" in topics and "stay-booked" not in topics else "stay-booked"
