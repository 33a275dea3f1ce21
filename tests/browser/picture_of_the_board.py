"""A picture of the promise board, taken in the middle of the demo's week.

    python -m tests.browser.picture_of_the_board docs/board.png [2026-11-26T10:00:00+01:00]

The second word is clinic time: the picture is taken when the board's clock has come so far.
"""

import asyncio
import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.browser.chromium import chromium

STAYWARD = Path(sys.executable).with_name("stayward")
THURSDAY = "2026-11-26T10:00:00+01:00"
SIZE = {"width": 1600, "height": 1000}
READY, WEEK = 60.0, 600.0  # seconds until the demo answers, and until its clock has come so far
COME = "at => new Date(document.getElementById('clock').dateTime) >= new Date(at) && document.querySelectorAll('#rows > tr').length"


async def picture(address: str, to: Path, at: str) -> None:
    async with chromium() as browser:
        page = await browser.new_page(viewport=SIZE)
        await page.goto(f"{address}/ops/board", wait_until="domcontentloaded")
        await page.wait_for_function(COME, arg=at, timeout=WEEK * 1000)
        await page.screenshot(path=to)


async def ready(file: Path, demo: "subprocess.Popen[bytes]") -> str:
    async with asyncio.timeout(READY):
        while not file.exists():
            if demo.poll() is not None:
                raise SystemExit(f"the demo has ended with {demo.returncode}")
            await asyncio.sleep(0.1)
    return str(json.loads(file.read_text())["http"])


async def main(to: Path, at: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ready.json"
        demo = subprocess.Popen([str(STAYWARD), "demo", "--port", "0", "--ready-file", str(file)])
        try:
            await picture(await ready(file, demo), to, at)
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(30)
    print(to)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/board.png"), sys.argv[2] if len(sys.argv) > 2 else THURSDAY))
