"""Where a service's time goes: cProfile over one backlog, from its first batch to at rest, in the profiler's own table."""

import cProfile
import io
import pstats
from typing import Any

from bench.ground import Order
from bench.watch import Watch, serve_watched

TOP = 40


class ProfiledWatch(Watch):
    """The profiler runs from the first batch on."""

    def __init__(self) -> None:
        super().__init__()
        self.profile = cProfile.Profile()

    def on_first(self) -> None:
        self.profile.enable()


async def profiled(order: Order) -> dict[str, Any]:
    """The answer of the watch, and the tables; of the event loop's thread, not of the driver's threads."""
    watch = ProfiledWatch()
    try:
        await serve_watched(order, watch)
    finally:
        watch.profile.disable()
    text = io.StringIO()
    stats = pstats.Stats(watch.profile, stream=text).strip_dirs()
    stats.sort_stats("cumulative").print_stats(TOP)
    stats.sort_stats("tottime").print_stats(TOP)
    return {**watch.answer(order.service), "table": text.getvalue()}
