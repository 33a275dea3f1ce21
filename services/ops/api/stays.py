"""`GET /stays/{id}`: one stay whole: how each promise stands, what was said of it and by whom, and every task that it has."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse

from services.ops.api.board import DESK, PROMISES
from services.ops.api.routes import GUARDED, as_json, base_of, wants_html
from services.ops.api.screen import Screen
from services.ops.rules.board_row import row
from services.ops.rules.cells import Said, said
from services.ops.rules.desk import open_asks
from services.ops.rules.stay_tasks import in_line
from services.ops.rules.timeline import timeline
from shared.language.facts import Json
from shared.language.stay import view
from shared.shell.documents import facts_of
from shared.shell.engine import NotFound
from shared.shell.running import Running

StayId = Annotated[str, Path(description="the stay", examples=["BEG-2026-0412"])]


def add_stays(routes: APIRouter, running: Running, screen: Screen) -> None:
    async def stay(request: Request, stay_id: StayId) -> Response:
        """One stay: its promises, its timeline, its tasks on all feeds. A browser gets the page."""
        doc = await running.store.subject(f"stay:{stay_id}")
        if doc is None or not doc["facts"]:
            raise NotFound(f"nobody has told us of a stay {stay_id}")
        now, whole = running.clock.now(), view(stay_id, facts_of(doc))
        site = running.clinic.site_of(whole.site)
        zone = running.clinic.zone(site)
        asks = open_asks(_of(running, DESK, stay_id), now)
        words = {word.promise: word for word in _words(running, stay_id)}
        about: dict[str, Any] = {"row": row(whole, site, zone, words, asks, now), "entries": timeline(whole, zone),
                                 "tasks": in_line(_tasks(running, stay_id))}
        if wants_html(request):
            return HTMLResponse(screen.stay(about, base_of(request), now), headers=GUARDED)
        return as_json(request, {**about["row"].as_json(), "timeline": [entry.as_json() for entry in about["entries"]],
                                 "tasks": [task.as_json() for task in about["tasks"]]})

    routes.add_api_route("/stays/{stay_id:path}", stay, methods=["GET"], response_model=None)


def _words(running: Running, stay_id: str) -> Iterator[Said]:
    lines = running.mirror.rows.get(PROMISES, {}).values()
    yield from (word for line in lines if line.value.get("stay_id") == stay_id and (word := said(line.value, line.at)))


def _of(running: Running, topic: str, stay_id: str) -> list[Json]:
    return [record for record in running.mirror.values(topic) if record.get("stay_id") == stay_id]


def _tasks(running: Running, stay_id: str) -> Iterator[Json]:
    for topic in running.service.follows:
        if topic != PROMISES:
            yield from _of(running, topic, stay_id)
