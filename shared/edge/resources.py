"""A resource over HTTP: what the clinic file and its owner say of it now; a PUT tells it to everybody as a fact."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field

from shared.edge.problems import Problem
from shared.language.facts.base import Says
from shared.language.words import Instant
from shared.shell.documents import Change, Write, facts_of, outbox_doc
from shared.shell.pools import resources_of
from shared.shell.running import Running


class OutEntry(Says):
    """Out of service [from, to); `to` null: until further notice."""

    model_config = ConfigDict(extra="forbid")
    from_: Instant = Field(alias="from")
    to: Instant | None = None
    reason: str = Field(min_length=1, max_length=500)


class ResourceBody(Says):
    """What is told is laid over what is known; an entry of `out` with null ends it."""

    model_config = ConfigDict(extra="forbid")
    out: dict[str, OutEntry | None] | None = None
    features: list[str] | None = None
    units: int | None = Field(default=None, ge=0, le=1000)
    on_duty: bool | None = None
    details: dict[str, Any] | None = None


def add_resources(app: FastAPI, running: Running) -> None:
    if not running.service.owns:
        return

    @app.get("/resources", response_model=None)
    async def listed(kind: str | None = None, site: str | None = None) -> JSONResponse:
        """All resources that this service owns, with what was told of them since."""
        kinds = [k for k in running.service.owns if kind in (None, k)]
        found = [shown for name in running.clinic.sites if site in (None, name)
                 for shown in await _shown(running, name, kinds)]
        return JSONResponse({"resources": found})

    @app.get("/resources/{resource:path}", response_model=None)
    async def one(resource: str) -> JSONResponse:
        return JSONResponse(await _one(running, resource))

    @app.put("/resources/{resource:path}", status_code=202, response_model=None)
    async def put(resource: str, body: ResourceBody) -> JSONResponse:
        """Tells what changed, as a `resource-status`; answered once it cannot be lost."""
        await _one(running, resource)
        says = body.model_dump(mode="json", by_alias=True, exclude_unset=True)
        await tell(running, resource, says)
        return JSONResponse({"resource": resource, "told": says}, 202)


async def tell(running: Running, resource: str, says: dict[str, Any]) -> None:
    """Into the outbox, told later than anything known of the resource; the service hears it as everybody does."""
    now, name = running.clock.now(), running.service.name
    subject = f"resource:{resource}"
    doc = await running.store.subject(subject)
    told = [f.told_at for f in facts_of(doc)] if doc else []
    last = await running.store.own("told_resources", resource)
    told += [datetime.fromisoformat(last["at"])] if last else []
    at = max([now, *(t + timedelta(milliseconds=1) for t in told)])
    value = {"resource": resource, "told_at": at.isoformat(), "told_by": name, **says}
    id_ = f"{name}/{resource}/{secrets.token_hex(8)}"
    version = last["version"] if last else 0
    await running.engine.commit(Change(
        outbox=[outbox_doc("resource-status", subject, resource, value, id_, at, name, secrets.token_hex(8))],
        own={"told_resources": [Write({"_id": resource, "at": at.isoformat(), "version": version + 1}, version or None)]}))


async def _one(running: Running, resource: str) -> dict[str, Any]:
    site, _, rest = resource.partition("/")
    kind = rest.partition("/")[0]
    if site in running.clinic.sites and kind in running.service.owns:
        for found in await _shown(running, site, [kind]):
            if found["resource"] == resource:
                return found
    raise Problem(404, "No such resource", f"{running.service.name} has no {resource}; ids are site/kind/name and kinds "
                                           f"{', '.join(running.service.owns)}")


async def _shown(running: Running, site: str, kinds: list[str]) -> list[dict[str, Any]]:
    return [{"resource": r.id, "features": sorted(r.features), "units": r.units, "on_duty": r.on_duty,
             "out": [{"from": w.start.isoformat(), "to": w.end.isoformat() if w.end else None, "reason": w.reason}
                     for w in r.out], "details": dict(r.details)}
            for r in await resources_of(running.clinic, running.store, site, kinds)]

