"""The rooms over HTTP: what each has, who is where from when to when, and why."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from shared.edge.problems import Problem
from shared.language.tasks import Task
from shared.language.words import Instant
from shared.shell.documents import tasks_of
from shared.shell.pools import resources_of
from shared.shell.running import Running

From = Annotated[Instant | None, Query(alias="from", description="only placements that end after this instant")]
To = Annotated[Instant | None, Query(description="only placements that begin before this instant")]


def router(running: Running) -> APIRouter:
    routes = APIRouter()

    @routes.get("/rooms", response_model=None)
    async def rooms(start: From = None, to: To = None, site: str | None = None) -> JSONResponse:
        """Every room with its features, and its placements in the asked time; stays that wait are told with what they need."""
        if start and to and to <= start:
            raise Problem(422, "No such time", "`to` must be later than `from`", [{"field": "to", "detail": "later than `from`"}])
        if site is not None and site not in running.clinic.sites:
            raise Problem(404, "No such site", f"no site {site}",
                          [{"field": "site", "detail": f"one of {', '.join(running.clinic.sites)}"}])
        found: list[dict[str, Any]] = []
        waiting: list[dict[str, Any]] = []
        for name in [site] if site else running.clinic.sites:
            tasks = tasks_of(await running.store.pool_states(f"pool:rooms/{name}"))
            asked = [t for t in tasks if (start is None or t.due > start) and (to is None or t.start < to)]
            for room in await resources_of(running.clinic, running.store, name, ["room"]):
                placed = sorted((t for t in asked if t.resource == room.name), key=lambda t: t.start)
                found.append({
                    "room": room.name, "site": name, "features": sorted(room.features), "beds": room.units,
                    "details": dict(room.details), "placements": [_placed(t) for t in placed],
                    "out": [{"from": w.start.isoformat(), "to": w.end.isoformat() if w.end else None, "reason": w.reason}
                            for w in room.out
                            if (start is None or w.end is None or w.end > start) and (to is None or w.start < to)],
                })
            waiting += [_placed(t) | {"needs": t.details["needs"], "hold": "; ".join(t.holds.values())}
                        for t in asked if t.resource is None]
        return JSONResponse({"rooms": found, "waiting": waiting})

    return routes


def _placed(task: Task) -> dict[str, Any]:
    return {"stay_id": task.subject.removeprefix("stay:"), "from": task.start.isoformat(), "to": task.due.isoformat(),
            "why": task.why}
