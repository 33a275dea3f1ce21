"""One service for any ASGI server: what it is told comes from STAYWARD_ variables, and it starts and drains with its server.

    uvicorn services.intake.main:app --port 8081
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import Mount

from shared.edge.host import Host, app_of
from shared.settings import Settings
from shared.telemetry import configure_logs


def app_for(name: str) -> Starlette:
    """The service `name` at the root of its port. The server's address is the server's own: STAYWARD_HOST, STAYWARD_PORT and
    STAYWARD_READY_FILE are for `stayward serve`. Nothing is read or started before the server runs the lifespan."""
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        settings = Settings()
        configure_logs(settings.log_level)
        host = Host(settings, [name], alone=True)
        try:
            await host.start()
            app.router.routes[:] = [Mount("/", app_of(host))]
            yield
        finally:
            await host.stop()

    return Starlette(lifespan=lifespan)
