"""What a service has told by its verdict and tells no longer is taken back: nobody else goes on with it."""

import json

from shared.language.known import merge
from shared.shell.documents import facts_of
from shared.shell.memory import MemoryStore
from shared.shell.memory_bus import MemoryBus
from tests.shell.house import House, booking, house
from tests.shell.porter import CLINIC, PORTER

AGAIN = {"stay_id": "ADA", "withdrawn": False, "told_at": "2026-11-03T10:00:00+01:00"}
WITHDRAWN = {"stay_id": "ADA", "withdrawn": True, "told_at": "2026-11-02T10:00:00+01:00"}


def told(h: House) -> list[bytes | None]:
    return [record.value for lane in h.bus.topics["arrival-expected"] for record in lane]  # type: ignore[attr-defined]


async def test_what_is_told_no_longer_is_cleared_word_for_word_and_once() -> None:
    store = MemoryStore()
    async with house([PORTER], CLINIC, [store], MemoryBus()) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        await h.tell("stay-booked", WITHDRAWN)
        await h.rest()
        await h.tell("discharged", {"stay_id": "ADA", "home_care_weeks": 5})  # another pass, which has nothing to take back
        await h.rest()
        first, cleared = told(h)
        assert b'"expected_at": "2026-11-23T13:40' in (first or b"")
        said = json.loads(cleared or b"{}")
        assert (said["expected_at"], said["cause"]) == (None, None)
        await h.tell("stay-booked", AGAIN)
        await h.rest()
        assert len(told(h)) == 3 and b"13:40" in (told(h)[2] or b"")


async def test_a_stay_whose_rules_raise_takes_nothing_back() -> None:
    store = MemoryStore()
    async with house([PORTER], CLINIC, [store], MemoryBus()) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        await h.tell("stay-booked", {"stay_id": "ADA", "profile": {"patient_ref": "BOOM"}})
        await h.rest()
        assert len(told(h)) == 1
        assert merge(facts_of(await store.subject("stay:ADA") or {})).data["profile"]["patient_ref"] == "BOOM"
