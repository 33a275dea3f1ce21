"""The engine on real Kafka and MongoDB: one stay whose plan raises, and junk beside it, stop nobody else."""

import secrets
from typing import Any

import pytest

from shared.shell.bus import KafkaBus
from shared.shell.clock import SystemClock
from shared.shell.laws import broken_laws
from shared.shell.store import MongoStore
from tests.shell.house import booking, house
from tests.shell.porter import CLINIC, PORTER


@pytest.mark.real
async def test_one_stay_whose_plan_raises_stops_nobody_else_on_real_parts(parts: Any) -> None:
    name = secrets.token_hex(4)
    bus = KafkaBus(parts.kafka, SystemClock(), 4, parts.kind == "embedded", prefix=f"{name}-")
    async with house([PORTER], CLINIC, [MongoStore(parts.mongo, f"{name}_porter")], bus) as h:
        await h.tell("stay-booked", booking("BAD", patient_ref="BOOM"), b"junk", *(booking(f"S-{n}") for n in range(20)))
        await h.rest(60)
        served = {t["stay_id"] for t in h.feed("porter") if t["kind"] == "carry"}
        assert served == {f"S-{n}" for n in range(20)}
        assert [(t["stay_id"], t["kind"], t["status"]) for t in h.feed("desk")] == [("BAD", "failing", "requested")]
        assert await broken_laws(h.running[0]) == []
        kept = await h.running[0].store.subject("stay:BAD")
        assert kept is not None and len(kept["facts"]) == 1
