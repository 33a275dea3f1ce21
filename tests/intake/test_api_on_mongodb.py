"""The front door on a real database: the same fences decide, and ids with dots and dollars are ids."""

import asyncio
import secrets

import pytest

from shared.shell.store import MongoStore
from tests.intake.front import front


@pytest.mark.real
async def test_on_a_real_database_of_overlapping_stays_one_is_taken_and_twins_are_one(mongo_uri: str) -> None:
    store = MongoStore(mongo_uri, f"intake_{secrets.token_hex(4)}")
    async with front(store=store) as door:
        assert (await door.book(stay_id=None, patient_ref="P.$0")).status_code == 201
        rivals = await asyncio.gather(*(door.book(stay_id=f"BEG.${n}") for n in range(5)))
        assert sorted(answer.status_code for answer in rivals) == [201, 409, 409, 409, 409]
        twins = await asyncio.gather(*(door.book("k-1", stay_id=None, patient_ref="P-2") for _ in range(5)))
        assert [(answer.status_code, answer.json()["stay_id"]) for answer in twins] == [(201, "BEL-2026-0002")] * 5
        await door.house.rest()
        assert len(door.told()) == 3
        await store.client.drop_database(store.db.name)
