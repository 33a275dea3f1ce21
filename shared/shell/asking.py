"""Asking for a batch: what waits to be told of a stay is heard together, whatever its topic.

A backlog lies topic by topic, and a stay planned once for each topic is planned and told several times for nothing. So half a
batch is asked for, and then what the other topics have in the same partitions, where the same stays are.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Any, TypeAlias

log = logging.getLogger("stayward.asking")
AT_HAND = 0.002  # seconds: what comes sooner was there before it was asked for
MORE = 5  # milliseconds for an answer about what was told during the last batch
AT_MOST = 0.05  # seconds: aiokafka lets whoever asks during a rebalance wait for all of it
IDLE = 500  # milliseconds of one question for records; an answer with some comes at once
GetMany: TypeAlias = Callable[..., Awaitable[dict[Any, Any]]]


async def a_batch(getmany: GetMany, assignment: Callable[[], Collection[Any]], most: int, elapsed: Callable[[], float]
                  ) -> dict[Any, list[Any]]:
    """At most so many records, by partition and in its order. Who comes from a batch asks once more: aiokafka answers with what
    it had asked for before that batch, and has not asked for what was told meanwhile."""
    began = elapsed()
    found = {tp: [*records] for tp, records in (await getmany(timeout_ms=IDLE, max_records=most // 2)).items()}
    waited = elapsed() - began > AT_HAND
    parts = {tp.partition for tp in found}
    beside = [tp for tp in assignment() if tp.partition in parts]
    for some, patience in ((beside, 0), ([], 0 if waited else MORE)):
        room = most - sum(map(len, found.values()))
        if not found or not room:
            break
        try:
            async with asyncio.timeout(AT_MOST):
                more = await getmany(*some, timeout_ms=patience, max_records=room)
        except Exception as error:  # what is here must be handled; the next question fails in the same way, with nothing in hand
            log.warning("asking for more failed: %r", error)
            break
        for tp, records in more.items():
            found.setdefault(tp, []).extend(records)
    return found
