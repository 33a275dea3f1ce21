"""`GET /board` for programs and for browsers, the stream beside it, and the files that its pages are made of."""

import hashlib
import json
from collections.abc import AsyncIterator
from importlib.resources import files
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from sse_starlette import EventSourceResponse, ServerSentEvent

from services.ops.api.board import Board, Page
from services.ops.api.live import Live
from services.ops.api.screen import Screen
from services.ops.rules.asked_for import Wanted
from services.ops.rules.cells import SEVERITY
from shared.edge.problems import Problem
from shared.language.facts import Json

FILES = {"board.css": "text/css", "board.js": "text/javascript", "rows.js": "text/javascript", "stream.js": "text/javascript",
         "moves.js": "text/javascript", "icon.svg": "image/svg+xml"}
GUARDED = {
    "content-security-policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; "
                               "object-src 'none'",
    "x-content-type-options": "nosniff", "referrer-policy": "same-origin", "cache-control": "no-store", "vary": "accept"}
STATES = ", ".join(SEVERITY)


def add_board(routes: APIRouter, board: Board, screen: Screen, live: Live) -> None:
    def wanted(
        site: Annotated[str | None, Query(description="only this site's stays, and those that have none yet")] = None,
        q: Annotated[str, Query(max_length=100, description="text in the stay's id, the patient's reference, the room")] = "",
        state: Annotated[list[str] | None, Query(description=f"a promise in one of these: {STATES}")] = None,
        everything: Annotated[bool, Query(alias="all", description="also what has been over for more than a week")] = False,
        offset: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    ) -> Wanted:
        states = frozenset(word for said in state or () for word in said.split(",") if word)
        if site and site not in board.clinic.sites:
            raise Problem(404, "No such site", f"no site {site}",
                          [{"field": "site", "detail": f"one of {', '.join(board.clinic.sites)}"}])
        if states - set(SEVERITY):
            raise Problem(422, "No such state", f"no state {', '.join(sorted(states - set(SEVERITY)))}",
                          [{"field": "state", "detail": f"one of {STATES}"}])
        return Wanted(site or None, q.strip(), states, everything, offset, limit)

    Asked = Annotated[Wanted, Depends(wanted)]  # noqa: N806

    async def board_now(request: Request, asked: Asked) -> Response:
        """Every promise of every stay, worst first, with its keeper; a keeper who is silent is named. A browser gets the page."""
        await board.hear()
        board.look()
        page = board.page(asked)
        if wants_html(request):
            return HTMLResponse(screen.board(page, asked, base_of(request)), headers=GUARDED)
        return as_json(request, page_as_json(page, asked))

    async def board_events(asked: Asked) -> EventSourceResponse:
        """A `snapshot`, then a `change` for each difference, rows drawn; at most four a second, a `beat` when nothing is new."""
        return EventSourceResponse(_sent(live, asked), ping=3600, headers={"x-accel-buffering": "no"})

    routes.add_api_route("/board", board_now, methods=["GET"], response_model=None)
    routes.add_api_route("/board/events", board_events, methods=["GET"], response_model=None)


async def _sent(live: Live, asked: Wanted) -> AsyncIterator[ServerSentEvent]:
    async for event in live.stream(asked):
        yield event


def add_files(routes: APIRouter) -> None:
    texts = {name: files("services.ops.pages").joinpath(name).read_bytes() for name in FILES}

    async def file(request: Request, name: str) -> Response:
        """What the pages are made of; nothing of it comes from another host."""
        if name not in texts:
            raise Problem(404, "Not found", f"no file {name}")
        return with_etag(request, texts[name], FILES[name])

    routes.add_api_route("/board/pages/{name}", file, methods=["GET"], response_model=None)


def page_as_json(page: Page, asked: Wanted) -> Json:
    return {"columns": list(page.columns), "counts": page.counts.as_json(), "total": page.total, "offset": asked.offset,
            "limit": asked.limit, "stays": [row.as_json() for row in page.rows],
            "desk": [ask.as_json() for ask in page.asks]}


def wants_html(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def base_of(request: Request) -> str:
    """Where ops is mounted: "/ops" in a process of all services and behind a gateway that says so, else ""."""
    return str(request.scope.get("root_path", "")).rstrip("/")


def as_json(request: Request, body: Any) -> Response:
    return with_etag(request, json.dumps(body).encode(), "application/json")


def with_etag(request: Request, body: bytes, media: str) -> Response:
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": etag, "cache-control": "no-cache", "vary": "accept", "x-content-type-options": "nosniff"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media, headers=headers)
