"""Intake over HTTP: what staff say of a stay becomes one fact, told once; names and contacts stay here."""

from fastapi import APIRouter

from services.intake.api.events import add_events
from services.intake.api.stays import add_stays
from shared.shell.running import Running


def router(running: Running) -> APIRouter:
    routes = APIRouter()
    add_events(routes, running)
    add_stays(routes, running)  # last: `GET /stays/{id}` takes every id, also one with a slash
    return routes
