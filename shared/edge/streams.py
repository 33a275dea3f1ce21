"""Feeds as Server-Sent Events: a snapshot, then each change; a reader drops what the snapshot lacks."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from shared.language.facts import Json
from shared.language.tasks import CLOSED
from shared.language.words import instant
from shared.shell.clock import Clock
from shared.shell.feeds import SHOWN, Mirror

BEAT = 10.0  # seconds between comments on a quiet stream, so that readers know that it lives


def shown(mirror: Mirror, topic: str, clock: Clock, assignee: str | None, site: str | None) -> list[Json]:
    """What is on the feed now: open tasks by start, then those closed in the last seven days."""
    since = hour(clock) - SHOWN
    rows = [row.value for row in mirror.rows.get(topic, {}).values()
            if _is_for(row.value, assignee, site) and (row.value.get("status") not in CLOSED or row.at >= since)]
    return sorted(rows, key=lambda t: (t.get("status") in CLOSED, _start(t), t["task_id"]))


def hour(clock: Clock) -> datetime:
    """What is old leaves a feed on the hour, so that between two hours only a record changes it."""
    return clock.now().replace(minute=0, second=0, microsecond=0)


def _start(task: Json) -> str:
    at = instant(task.get("start"))
    return at.astimezone().isoformat() if at else ""


def _is_for(task: Json, assignee: str | None, site: str | None) -> bool:
    return assignee in (None, task.get("assignee")) and site in (None, task.get("site")) and "task_id" in task


async def events(mirror: Mirror, topic: str, clock: Clock, assignee: str | None, site: str | None) -> AsyncIterator[Any]:
    queue = mirror.read(topic)  # before the snapshot, so that nothing falls between
    try:
        snapshot = shown(mirror, topic, clock, assignee, site)
        yield {"event": "snapshot", "data": json.dumps({"tasks": snapshot})}
        while True:
            try:
                async with asyncio.timeout(BEAT):
                    task = await queue.get()
            except TimeoutError:
                yield {"comment": "beat"}
                continue
            if task is None:  # we are stopping, or this reader is too slow: come back for a snapshot
                return
            if assignee is None or _is_for(task, assignee, site):
                if _is_for(task, None, site):
                    yield {"event": "task", "id": f"{task['task_id']}/{task['revision']}", "data": json.dumps(task)}
            else:  # it may have been his until now
                yield {"event": "gone", "data": json.dumps({"task_id": task.get("task_id")})}
    finally:
        mirror.leave(topic, queue)
