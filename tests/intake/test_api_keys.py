"""An Idempotency-Key makes a POST safe to repeat, at once or later: it is told once, and answered the same."""

import asyncio
from typing import Any

from shared.shell.documents import Change, Doc
from shared.shell.memory import MemoryStore
from tests.intake.ada import ADA
from tests.intake.front import fields, front

PR_1: dict[str, Any] = {"kind": "intrathecal-administration", "starts_at": "2026-11-25T09:00:00+01:00"}


async def test_the_same_key_twice_tells_once() -> None:
    async with front() as door:
        first, second = await door.book("k-1", stay_id=None), await door.book("k-1", stay_id=None)
        assert (first.status_code, first.json()) == (second.status_code, second.json()) == (
            201, {"stay_id": "BEL-2026-0001", "warnings": []})
        assert len(door.told()) == 1


async def test_the_same_key_at_the_same_moment_tells_once() -> None:
    async with front() as door:
        answers = await door.at_once(*(door.book("k-1", stay_id=None) for _ in range(3)))
        assert [(a.status_code, a.json()["stay_id"]) for a in answers] == [(201, "BEL-2026-0001")] * 3
        assert len(door.told()) == 1


async def test_a_request_that_meets_its_twin_is_answered_like_it_and_not_refused_for_it() -> None:
    class LateStore(MemoryStore):
        """The second to look its key up goes on when the first has committed."""

        asked, committed = 0, asyncio.Event()

        async def key(self, id_: str) -> Doc | None:
            found, self.asked = await super().key(id_), self.asked + 1
            if self.asked == 2:
                await self.committed.wait()
            return found

        async def commit(self, change: Change) -> None:
            await asyncio.sleep(0)
            await super().commit(change)
            self.committed.set()

    async with front(store=LateStore()) as door:
        answers = await asyncio.gather(*(door.book("k-1") for _ in range(2)))
        assert [(a.status_code, a.json()) for a in answers] == [(201, {"stay_id": ADA, "warnings": []})] * 2


async def test_the_same_key_with_another_body_is_refused() -> None:
    async with front() as door:
        await door.book("k-1")
        other = await door.book("k-1", mobility="walking")
        assert (other.status_code, list(fields(other))) == (422, ["Idempotency-Key"])
        assert len(door.told()) == 1


async def test_a_key_makes_every_post_safe_to_repeat() -> None:
    async with front() as door:
        await door.book()
        for path, body in (("admission", {}), ("procedures", PR_1), ("procedures/PR-1/done", {}), ("discharge", {}),
                           ("departure", {}), ("cancellation", {})):
            told = len(door.told())
            answers = [await door.post(f"/stays/{ADA}/{path}", body, "k-1") for _ in range(2)]
            assert [a.json() for a in answers] == [answers[0].json()] * 2
            assert len(door.told()) == told + 1, path
