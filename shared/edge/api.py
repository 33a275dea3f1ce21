"""The HTTP that every service has: feeds, moves, resources, health. What a service adds is found through its SERVICE."""

import json
import secrets
from importlib import import_module
from importlib.resources import files
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import EventSourceResponse

from shared.edge.idempotency import Key, Once
from shared.edge.problems import Problem, add_problems
from shared.edge.resources import add_resources
from shared.edge.streams import events, hour, shown
from shared.language.moves import Move, Refused
from shared.language.tasks import record
from shared.language.words import Instant
from shared.shell.documents import record_of
from shared.shell.running import Running
from shared.telemetry import continue_trace

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {"application/problem+json": {}}}
    for status, text in ((404, "not found"), (409, "refused, with the present task"), (422, "a field is not right"),
                         (503, "the database or the broker does not answer"))
}
Assignee = Annotated[str | None, Query(description="only this person's tasks")]
Site = Annotated[str | None, Query(description="only this site's tasks")]


class MoveBody(BaseModel):
    """`revision`: the one on your screen; `at`: when you did it, by your device; `by`: who you are."""

    model_config = ConfigDict(extra="forbid")
    to: Literal["requested", "accepted", "in-progress", "completed", "failed"]
    by: str | None = Field(default=None, max_length=100)
    stage: str | None = Field(default=None, max_length=40)
    revision: int | None = Field(default=None, ge=1)
    at: Instant | None = None
    reason: str | None = Field(default=None, max_length=1000)
    dispatcher: bool = False


def bare_app(running: Running) -> FastAPI:
    """The service's HTTP, without a lifespan: whoever mounts it starts and stops what runs."""
    service = running.service
    app = FastAPI(title=f"Stayward {service.name}", description=service.says, version="1", responses=PROBLEMS, docs_url=None,
                  redoc_url=None)  # their pages fetch scripts from other hosts; /openapi.json is ours
    app.state.running = running
    add_problems(app)
    _add_feeds(app, running)
    _add_moves(app, running)
    add_resources(app, running)
    add_health(app, [running])
    if service.api:
        module, _, name = service.api.rpartition(".")
        app.include_router(getattr(import_module(module), name)(running))

    @app.middleware("http")
    async def traced(request: Request, call_next: Any) -> Any:
        continue_trace(dict(request.headers))
        return await call_next(request)

    return app


def _add_feeds(app: FastAPI, running: Running) -> None:
    started = secrets.token_hex(6)  # another process has seen another number of records

    def topic_of(feed: str) -> str:
        if feed not in running.service.feeds:
            raise Problem(404, "No such feed", f"{running.service.name} has no feed {feed}",
                          [{"field": "feed", "detail": f"one of {', '.join(running.service.feeds)}"}])
        return f"{feed}-tasks"

    @app.get("/feeds/{feed}", response_model=None)
    async def feed_now(request: Request, feed: str, assignee: Assignee = None, site: Site = None) -> Response:
        """The feed now: open tasks, and those closed in the last seven days. A browser gets the live page."""
        topic = topic_of(feed)
        if "text/html" in request.headers.get("accept", ""):
            return page()
        etag = f'"{started}.{running.mirror.changes[topic]}.{hour(running.clock):%Y%m%d%H}"'
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"etag": etag})
        body = json.dumps({"tasks": shown(running.mirror, topic, running.clock, assignee, site)}).encode()
        return Response(body, media_type="application/json", headers={"etag": etag, "cache-control": "no-cache"})

    @app.get("/feeds/{feed}/events", response_model=None)
    async def feed_events(feed: str, assignee: Assignee = None, site: Site = None) -> EventSourceResponse:
        """A `snapshot`, then a `task` for each change (`gone`: no longer this assignee's)."""
        return EventSourceResponse(events(running.mirror, topic_of(feed), running.clock, assignee, site), ping=3600)


def page() -> HTMLResponse:
    return HTMLResponse(files("shared.edge.pages").joinpath("feed.html").read_text(),
                        headers={"content-security-policy": "default-src 'self'; img-src 'self' data:"})


def _add_moves(app: FastAPI, running: Running) -> None:
    @app.post("/tasks/{task_id}/moves", response_model=None)
    async def move(request: Request, task_id: str, body: MoveBody, key: Key = None) -> JSONResponse:
        """Moves a task; 409 with the present task when the move is unlawful, too late, or somebody else's."""
        once = Once(running.store, key, request.url.path, body.model_dump(mode="json"))
        if before := await once.answered():
            return JSONResponse(before[1], before[0])

        def key_of(change: Any) -> dict[str, Any]:
            done = next(w.doc for w in change.states if w.doc["_id"] == task_id)
            return once.doc(200, record_of(done))[0]

        done = await running.engine.move(task_id, Move(**body.model_dump()), key_of if once.id else None)
        if isinstance(done, Refused):
            if before := await once.answered():  # its twin has come first
                return JSONResponse(before[1], before[0])
            present = await running.store.state(task_id)
            raise Problem(409, "Refused", done.detail, code=done.code, task=present and record_of(present))
        await running.mirror.shows(f"{done.feed}-tasks", task_id, done.revision)  # whoever moves a task finds it moved
        return JSONResponse(record(done))


def add_health(app: FastAPI, all_running: list[Running]) -> None:
    @app.get("/healthz", response_class=PlainTextResponse)
    async def healthz() -> str:
        """The process answers."""
        return "ok"

    @app.get("/readyz", response_model=None)
    async def readyz() -> JSONResponse:
        """200 when every service consumes and its loops run; 503 names what does not."""
        troubles = {r.service.name: found for r in all_running if (found := r.troubles())}
        return JSONResponse({"ready": not troubles, "troubles": troubles}, 503 if troubles else 200)

    @app.get("/metrics", response_class=PlainTextResponse)
    async def metrics() -> Response:
        """Prometheus exposition."""
        return Response(b"".join(r.metrics.text() for r in all_running), media_type="text/plain; version=0.0.4")
