"""The front door keeps names, loses nothing when the broker is away, and says in its OpenAPI what it takes."""

import json
import logging
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from services.intake.rules.nameless import WITHOUT
from shared.shell.memory import MemoryStore
from tests.intake.ada import ADA, profile
from tests.intake.front import fields, front
from tests.shell.house import MONDAY

JSON = {"content-type": "application/json"}
CANARY, PHONE = "Zdenka Kanarinec", "+381 64 555 0199"


async def test_a_name_is_in_no_record_of_any_topic_and_in_no_log_line(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as lines:
        async with front() as door:
            body = {"stay_id": ADA, "name": CANARY, "contacts": {"phone": PHONE}, "profile": profile()}
            await door.post("/stays", {**body, "profile": {}}, "k-1")
            await door.post("/stays", body, "k-2")
            await door.post("/stays", body, "k-2")
            await door.post("/stays", body)
            for path in ("admission", "discharge", "departure", "cancellation"):
                await door.post(f"/stays/{ADA}/{path}")
            await door.http.delete(f"/stays/{ADA}/discharge", params={"reason": "a fever"})
            await door.amend(mobility="walking")
            door.house.clock.step(MONDAY + timedelta(days=2))
            await door.house.rest()
            records = [repr((r.topic, r.key, r.value, r.headers)) for r in door.records()]
            kept = await door.store.own("people", ADA)
    assert kept == {"_id": ADA, "version": 1, "name": CANARY, "contacts": {"phone": PHONE}}
    out = capfd.readouterr()
    said = "\n".join((*records, json.dumps(lines, default=str), caplog.text, out.out, out.err)).casefold()
    assert ADA.casefold() in said and "zdenka" not in said and "kanarinec" not in said and "555 0199" not in said


async def test_a_name_in_a_word_that_would_be_told_is_refused() -> None:
    async with front() as door:
        answer = await door.book(name=CANARY, diet={"style": "halal", "dislikes": ["as zdenka  KANARINEC says"]})
        assert (answer.status_code, fields(answer)) == (422, {"profile.diet.dislikes.0": WITHOUT})
        await door.book(name=CANARY)
        await door.post(f"/stays/{ADA}/admission")
        reason = {"reason": f"{CANARY} is in BEG-7"}
        assert fields(await door.http.delete(f"/stays/{ADA}/admission", params=reason)) == {"reason": WITHOUT}


async def test_a_booking_survives_in_the_outbox_while_the_broker_is_away() -> None:
    async with front() as door:
        door.bus.down = True
        answer = await door.book()
        assert (answer.status_code, answer.json()) == (201, {"stay_id": ADA, "warnings": []})
        assert door.records() == []
        assert (await door.post(f"/stays/{ADA}/admission")).status_code == 201, "and staff go on"
        door.bus.down = False
        await door.house.rest()
        assert [fact["topic"] for fact in door.told()] == ["stay-booked", "patient-admitted"]


async def test_what_could_not_be_read_as_a_fact_is_not_taken() -> None:
    async with front() as door:
        assert (await door.book(room_needs=["x" * 600_000])).status_code == 422
        half = await door.http.post("/stays", content=rb'{"name": "\ud800", "profile": {}}', headers=JSON)
        assert fields(half)["body"].startswith("the value is not JSON: 'utf-8' codec can't encode character")
        await door.book()
        half = await door.http.patch(f"/stays/{ADA}/profile", content=rb'{"\ud800": null}', headers=JSON)
        assert list(fields(half)) == ["profile"]
        deep = await door.http.patch(f"/stays/{ADA}/profile", content='{"a":' * 90 + "1" + "}" * 90, headers=JSON)
        assert fields(deep) == {"profile": "the value is nested more than 64 levels deep"}
        assert len(door.told()) == 1


async def test_nothing_more_is_told_of_a_stay_that_is_closed() -> None:
    async with front() as door:
        await door.book()
        await door.house.rest()
        assert isinstance(door.store, MemoryStore)
        door.store.data["subjects"][f"stay:{ADA}"]["closed_at"] = MONDAY
        assert (await door.amend(mobility="walking")).status_code == 409


async def test_the_openapi_says_what_may_be_asked() -> None:
    async with front() as door:
        told = (await door.http.get("/openapi.json")).json()
        assert sorted(path for path in told["paths"] if path.startswith("/stays")) == [
            "/stays", "/stays/{stay_id}", "/stays/{stay_id}/admission", "/stays/{stay_id}/cancellation",
            "/stays/{stay_id}/departure", "/stays/{stay_id}/discharge", "/stays/{stay_id}/procedures",
            "/stays/{stay_id}/procedures/{procedure_id}/done", "/stays/{stay_id}/profile"]
        book = told["components"]["schemas"]["Book"]
        assert (sorted(book["required"]), book["additionalProperties"]) == (["name", "profile"], False)
        assert book["properties"]["profile"]["examples"][0]["mobility"] == "wheelchair-seated"
