"""The Belgrade house in memory, served over HTTP on a free port, and a browser in front of its promise board."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page

from services.intake.service import SERVICE as INTAKE
from services.ops.service import SERVICE as OPS
from shared.edge.clinics import load_clinic
from shared.edge.host import Host, answering
from shared.settings import PACKAGED, Settings
from shared.shell.memory import MemoryStore
from shared.shell.memory_bus import MemoryBus
from tests.browser.chromium import chromium
from tests.ops.keeper import KEEPER
from tests.shell.house import House, house


@dataclass
class Wall:
    """A screen before the board. `complaints`: what the browser has said against the page."""

    house: House
    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    async def open(self, query: str = "") -> None:
        await self.page.goto(f"{self.address}/ops/board{query}", wait_until="domcontentloaded")
        await self.shows("#state", "live")

    async def shows(self, selector: str, text: str) -> None:
        await self.page.locator(selector).filter(has_text=text).first.wait_for(timeout=8000)

    async def text(self, selector: str) -> str:
        return " ".join((await self.page.locator(selector).first.inner_text()).split())

    async def stays(self) -> list[str]:
        found: list[str] = await self.page.eval_on_selector_all("#rows > tr", "rows => rows.map(row => row.dataset.id)")
        return found

    async def focused(self) -> Any:
        return await self.page.evaluate("(document.activeElement.closest('[data-id]') || document.activeElement).dataset.id || "
                                        "document.activeElement.id || document.activeElement.tagName")

    def complain(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="session")
async def wall(browser: Browser) -> AsyncIterator[Wall]:
    file, _ = load_clinic(PACKAGED)
    async with house([INTAKE, KEEPER, OPS], file, [MemoryStore() for _ in range(3)], MemoryBus()) as home:
        host = Host(Settings(port=0), running=home.running)
        async with answering(host) as address:
            context = await browser.new_context(viewport={"width": 1600, "height": 1000})
            page = await context.new_page()
            here = Wall(home, page, address)
            page.on("console", here.complain)
            page.on("pageerror", lambda error: here.complaints.append(str(error)))
            yield here
            await context.close()
            for running in home.running:
                running.mirror.close()  # ends the streams, so that HTTP can stop
