"""A resource whose change concerns the stays of its site: all open stays see it, whoever was just coming in; and what people
have begun is seen by plan."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from shared.language.clinic import Clinic
from shared.language.moves import Move
from shared.language.stay import Stay
from shared.language.tasks import Owed
from shared.service import Around, Plan, Service
from shared.shell.engine import Engine
from shared.shell.laws import broken_laws
from shared.shell.memory_bus import MemoryBus
from shared.shell.ports import Record
from tests.shell.house import MONDAY, booking, house
from tests.shell.porter import CLINIC
from tests.shell.test_wakes import StallingStore

SOUP = "belgrade/dish/soup"


def plan(stay: Stay, around: Around) -> Plan:
    """A tray with what the soup is made of, and another one where the first was begun with something else in it."""
    if stay.phase != "booked":
        return Plan()
    made_of = sorted(f for r in around.resources for f in r.features)
    tray = Owed(kind="tray", feed="kitchen", start=MONDAY, due=MONDAY + timedelta(days=9), details={"of": made_of})
    begun = around.begun.get(tray.key)
    again = begun is not None and begun.details["of"] != made_of
    return Plan([replace(tray, slot="2") if again else tray])


COOK = Service(name="cook", says="Cooks soup.", rules=1, hears=("stay-booked", "resource-status"), plan=plan,
               feeds=("kitchen", "desk"), wakes_stays=("dish",))


def soup(*features: str) -> dict[str, Any]:
    return {"resource": SOUP, "features": list(features)}


def trays(h: Any) -> list[Any]:
    return [(t["status"], t["details"]["of"]) for t in h.feed("kitchen")]


async def test_a_changed_dish_concerns_every_open_stay() -> None:
    async with house([COOK], CLINIC, [StallingStore()], MemoryBus()) as h:
        await h.tell("stay-booked", booking("ADA"), booking("BEN"))
        await h.rest()
        await h.tell("resource-status", soup("celery"))
        await h.rest()
        assert trays(h) == [("requested", ["celery"])] * 2
        assert await broken_laws(h.running[0]) == []


def heard(topic: str, fact: dict[str, Any]) -> Record:
    return Record(topic, 0, 0, None, json.dumps(fact).encode(), (), MONDAY)


async def dish_is_changed(engine: Engine) -> None:
    await engine.on_records([heard("resource-status", soup("celery"))])
    await engine.serve([f"resource:{SOUP}"])


async def test_a_stay_that_comes_in_while_a_dish_is_changed_gets_the_changed_dish() -> None:
    store = StallingStore()
    async with house([COOK], CLINIC, [store], MemoryBus()) as h:
        engine = h.running[0].engine
        store.before_commit = lambda: dish_is_changed(engine)
        await engine.on_records([heard("stay-booked", booking("ADA"))])
        await h.rest()
        assert trays(h) == [("requested", ["celery"])]


async def test_a_stay_that_moves_to_a_house_while_its_dish_is_changed_gets_the_changed_dish() -> None:
    store, here = StallingStore(), {"zone": "Europe/Belgrade"}
    two_houses = Clinic.model_validate({"clinic": "two houses", "sites": {"belgrade": here, "nis": here}})
    async with house([COOK], two_houses, [store], MemoryBus()) as h:
        engine = h.running[0].engine
        await engine.on_records([heard("stay-booked", booking("ADA") | {"site": "nis"})])
        await h.rest()
        store.before_commit = lambda: dish_is_changed(engine)
        await engine.on_records([heard("stay-booked", booking("ADA", told="2026-11-02T10:00:00+01:00"))])
        await h.rest()
        assert [of for status, of in trays(h) if status == "requested"] == [["celery"]]


async def test_plan_sees_what_was_begun_and_owes_another_beside_it() -> None:
    async with house([COOK], CLINIC, [StallingStore()], MemoryBus()) as h:
        await h.tell("stay-booked", booking("ADA"))
        await h.rest()
        [task] = h.feed("kitchen")
        await h.running[0].engine.move(task["task_id"], Move(to="in-progress", by="vera"))
        await h.tell("resource-status", soup("celery"))
        await h.rest()
        assert sorted(trays(h)) == [("on-hold", []), ("requested", ["celery"])]
        assert h.feed("kitchen")[0]["holds"].keys() | h.feed("kitchen")[1]["holds"].keys() == {"recall"}
