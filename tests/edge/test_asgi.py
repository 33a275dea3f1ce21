"""Each service is an application for any ASGI server; uvicorn serves it, and when it stops nothing is left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from shared.edge.host import found_services
from shared.shell.embedded import free_ports
from tests.faults.processes import ROOT, patiently


@pytest.mark.parametrize("name", found_services())
def test_every_service_has_a_main_of_three_lines(name: str) -> None:
    lines = [line for line in (ROOT / "services" / name / "main.py").read_text().splitlines() if line]
    assert lines == ['"""`app`, for uvicorn."""', "from shared.edge.asgi import app_for", f'app = app_for("{name}")']
    assert isinstance(import_module(f"services.{name}.main").app, Starlette)


@contextmanager
def uvicorn(folder: Path, service: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """On embedded parts of its own; the process and its address."""
    [port] = free_ports(1)
    env = {**os.environ, "STAYWARD_DATA": str(folder), "STAYWARD_KAFKA": "embedded", "STAYWARD_MONGO": "embedded"}
    command = [sys.executable, "-m", "uvicorn", f"services.{service}.main:app", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def answers(url: str) -> httpx.Response | None:
    try:
        return httpx.get(url, timeout=5)
    except httpx.TransportError:
        return None


@pytest.mark.real
def test_uvicorn_serves_a_service_and_stops_though_somebody_watches_a_feed(tmp_path: Path) -> None:
    with uvicorn(tmp_path, "intake") as (process, address):
        ready = patiently(lambda: answers(f"{address}/readyz"), 40, "uvicorn does not answer")
        assert isinstance(ready, httpx.Response)
        assert (ready.status_code, ready.json()) == (200, {"ready": True, "troubles": {}})
        assert httpx.get(f"{address}/feeds/desk").json() == {"tasks": []}
        assert httpx.get(f"{address}/pages/feed.css").status_code == 200
        with httpx.stream("GET", f"{address}/feeds/care/events", timeout=30) as watched:
            assert next(watched.iter_lines()) == "event: snapshot"
            process.send_signal(signal.SIGTERM)
            code = process.wait(30)
        assert code in (0, -signal.SIGTERM), (tmp_path / "log").read_text()  # uvicorn raises the signal again when all is done
        assert "Traceback" not in (tmp_path / "log").read_text()
    lock = (tmp_path / "mongo" / "mongod.lock").read_text().strip()
    assert lock == "", f"mongod {lock} was left behind"
