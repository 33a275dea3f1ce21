"""Asking for a batch: what waits of the same stays comes together, and nothing that was read is lost."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pytest

from shared.shell.asking import a_batch


class Part(NamedTuple):
    topic: str
    partition: int


@dataclass
class Buffer:
    """What a consumer has fetched; `late`: what comes while it is asked with patience; fails from question `fails` on."""

    there: dict[Part, list[int]]
    late: dict[Part, list[int]] = field(default_factory=dict)
    fails: int = 99
    asked: int = 0
    now: float = 0.0
    waits: float = 0.0

    async def getmany(self, *some: Part, timeout_ms: int, max_records: int) -> dict[Part, Sequence[int]]:
        self.asked += 1
        if self.asked >= self.fails:
            raise ValueError("a record that nobody can unpack")
        if self.asked == 1:
            self.now += self.waits
        elif timeout_ms:
            self.there |= self.late
        found: dict[Part, Sequence[int]] = {}
        for part in [part for part in self.there if not some or part in some]:
            taken, self.there[part] = self.there[part][:max_records], self.there[part][max_records:]
            max_records -= len(taken)
            found |= {part: taken} if taken else {}
        return found

    async def batch(self, most: int) -> dict[Part, list[int]]:
        return await a_batch(self.getmany, lambda: list(self.there), most, lambda: self.now)


BOOKED, TREATED, OTHERS = Part("stay-booked", 0), Part("procedure-scheduled", 0), Part("stay-booked", 1)


async def test_what_other_topics_have_of_the_same_stays_comes_before_other_stays() -> None:
    buffer = Buffer({BOOKED: [1, 2, 3], OTHERS: [1, 2, 3], TREATED: [7, 8]})
    assert await buffer.batch(6) == {BOOKED: [1, 2, 3], TREATED: [7, 8], OTHERS: [1]}
    assert buffer.there == {BOOKED: [], OTHERS: [2, 3], TREATED: []}


async def test_the_records_of_a_partition_keep_their_order() -> None:
    buffer = Buffer({BOOKED: list(range(9)), TREATED: [7]})
    assert await buffer.batch(8) == {BOOKED: [0, 1, 2, 3, 4, 5, 6, 7]}
    assert await buffer.batch(8) == {BOOKED: [8], TREATED: [7]}


async def test_who_comes_from_a_batch_waits_a_moment_for_what_was_told_meanwhile() -> None:
    assert await Buffer({BOOKED: [1]}, late={TREATED: [2]}).batch(6) == {BOOKED: [1], TREATED: [2]}


async def test_who_has_waited_does_not_wait_again() -> None:
    assert await Buffer({BOOKED: [1]}, late={TREATED: [2]}, waits=0.2).batch(6) == {BOOKED: [1]}


@pytest.mark.parametrize("fails", [2, 3])
async def test_what_was_read_is_not_lost_when_asking_for_more_fails(fails: int) -> None:
    assert await Buffer({BOOKED: [1]}, fails=fails).batch(6) == {BOOKED: [1]}


async def test_who_has_something_in_hand_does_not_wait_for_a_rebalance() -> None:
    buffer = Buffer({BOOKED: [1]})

    async def getmany(*some: Part, timeout_ms: int, max_records: int) -> dict[Part, Sequence[int]]:
        if buffer.asked:
            await asyncio.sleep(60)
        return await buffer.getmany(*some, timeout_ms=timeout_ms, max_records=max_records)

    async with asyncio.timeout(5):
        assert await a_batch(getmany, lambda: [BOOKED], 6, lambda: 0.0) == {BOOKED: [1]}


async def test_where_nothing_is_told_nothing_more_is_asked() -> None:
    buffer = Buffer({BOOKED: []})
    assert await buffer.batch(6) == {}
    assert buffer.asked == 1
