"""The supervisor starts what a service consists of, starts it again when it ends, and names what does not run."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger("stayward.supervisor")
FIRST, LONGEST = 0.2, 10.0  # seconds of machine time before something is started again


class Supervisor:
    """Loops by name. A loop that returns or raises is started again, each time after a longer pause."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.ended: dict[str, str] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def keep(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        self._tasks[name] = asyncio.create_task(self._again_and_again(name, loop), name=f"{self.service} {name}")

    async def _again_and_again(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        pause, loop_ = FIRST, asyncio.get_running_loop()
        forgets: asyncio.TimerHandle | None = None
        while True:
            began = loop_.time()
            try:
                await loop()
                self.ended[name] = "it returned"
            except asyncio.CancelledError:
                raise
            except Exception as error:
                self.ended[name] = f"{type(error).__name__}: {str(error)[:200]}"
                log.error("a loop ended and is started again", service=self.service, loop=name, pause=pause, exc_info=error)
            if forgets:
                forgets.cancel()  # it has ended again: an older restart must not call it well
            if loop_.time() - began > LONGEST:
                pause = FIRST  # it has run well since: an hour ago is no reason to wait now
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST)
            forgets = loop_.call_later(pause + 2, self.ended.pop, name, None)

    def troubles(self) -> dict[str, str]:
        """Loops that have ended and have not run again for a while."""
        gone = {name: "its supervisor is gone" for name, task in self._tasks.items() if task.done()}
        return {**self.ended, **gone}

    async def stop(self, *names: str) -> None:
        for name in names or tuple(self._tasks):
            task = self._tasks.pop(name, None)
            if task:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
