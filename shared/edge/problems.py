"""Every refusal over HTTP is an RFC 9457 problem detail that names the field and what would be right."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.shell.documents import Conflict, Unavailable
from shared.shell.engine import NotFound

MEDIA = "application/problem+json"


class Problem(Exception):
    """`errors`: [{"field": "profile.leaves_on", "detail": "..."}]; `more`: members of its own."""

    def __init__(self, status: int, title: str, detail: str, errors: Sequence[dict[str, str]] = (), **more: Any) -> None:
        super().__init__(detail)
        self.status, self.title, self.detail, self.errors, self.more = status, title, detail, list(errors), more


def answer(status: int, title: str, detail: str, errors: Sequence[dict[str, str]] = (), **more: Any) -> JSONResponse:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body | ({"errors": list(errors)} if errors else {}), status, media_type=MEDIA)


def add_problems(app: FastAPI) -> None:
    @app.exception_handler(Problem)
    async def told(_: Request, problem: Problem) -> JSONResponse:
        return answer(problem.status, problem.title, problem.detail, problem.errors, **problem.more)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        errors = [{"field": ".".join(str(step) for step in fault["loc"] if step not in ("body", "query", "path")) or "body",
                   "detail": str(fault["msg"]).removeprefix("Value error, ")} for fault in error.errors()]
        said = "; ".join(f"{e['field']}: {e['detail']}" for e in errors)
        return answer(422, "Not as it should be", said, errors)

    @app.exception_handler(HTTPException)
    async def other(_: Request, error: HTTPException) -> JSONResponse:
        titles = {404: "Not found", 405: "Method not allowed"}
        return answer(error.status_code, titles.get(error.status_code, "Refused"), str(error.detail))

    @app.exception_handler(NotFound)
    async def missing(_: Request, error: NotFound) -> JSONResponse:
        return answer(404, "Not found", str(error))

    @app.exception_handler(Conflict)
    async def busy(_: Request, error: Conflict) -> JSONResponse:
        return answer(503, "Busy", "others are changing the same thing right now; ask again in a moment")

    @app.exception_handler(Unavailable)
    async def away(_: Request, error: Unavailable) -> JSONResponse:
        return answer(503, "Unavailable", "the database or the broker does not answer; nothing was lost, ask again")
