"""The clinic file is checked whole before anything starts."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from shared.language.clinic import Clinic
from shared.language.overdue import Step
from shared.language.promises import KEEPERS, Promise
from shared.language.resources import Resource
from tests.language.telling import ADA, at

HOUSE: dict[str, Any] = {
    "clinic": "Stayward Belgrade",
    "sites": {"belgrade": {"zone": "Europe/Belgrade", "resources": {
        "room": {"204": {"features": ["ceiling-hoist"], "units": 2, "details": {"floor": 2}}}, "vehicle": {"van-1": {}}}}},
    "ladders": {"airport-pickup": [{"after": "due", "wait_minutes": 10, "role": "head"}]},
    "settings": {"meals": {"cut_off": 90}}}
BELGRADE = Clinic.model_validate(HOUSE)
NOVI_SAD = {"zone": "Europe/Belgrade", "check_in": "15:00"}
TWO = Clinic.model_validate(HOUSE | {"sites": {**HOUSE["sites"], "novi-sad": NOVI_SAD}})


def test_no_site_means_the_only_one_there_is():
    assert [BELGRADE.site_of(told) for told in (None, "belgrade", "zürich", "")] == ["belgrade", "belgrade", None, None]
    assert [TWO.site_of(told) for told in (None, "novi-sad")] == [None, "novi-sad"]
    assert {str(BELGRADE.zone(told)) for told in (None, "belgrade", "zürich")} == {"Europe/Belgrade"}


def test_the_house_has_its_hours():
    day = date(2026, 11, 23)
    assert (BELGRADE.check_in("belgrade", day), BELGRADE.check_out("belgrade", day)) == (at("23 14:00"), at("23 11:00"))
    assert TWO.check_in("novi-sad", day) == BELGRADE.at("belgrade", day, time(15)) == at("23 15:00")


def test_a_resource_is_found_by_its_name():
    room = Resource("belgrade/room/204", frozenset({"ceiling-hoist"}), 2, details=(("floor", 2),))
    assert list(BELGRADE.resources("belgrade", "room")) == [room]
    others = ("belgrade/room/205", "zürich/room/204", "belgrade", "")
    assert [BELGRADE.resource(ref) for ref in (room.id, *others)] == [room, None, None, None, None]


def test_ladders_and_settings_are_read_in_minutes():
    assert BELGRADE.ladder == {"airport-pickup": (Step("due", timedelta(minutes=10), "head", "screen"),)}
    assert (BELGRADE.minutes("meals", "cut_off", 60), BELGRADE.minutes("meals", "other", 60)) == (
        timedelta(minutes=90), timedelta(minutes=60))


@pytest.mark.parametrize(("wrong", "where"), [
    ({"sites": {}}, "sites"), ({"site": {}}, "site"), ({"sites": {"x": {"zone": "Belgrade"}}}, "sites.x.zone"),
    ({"ladders": {"tray": [{"after": "late"}]}}, "ladders.tray.0.after"),
    ({"sites": {"x": {"zone": "UTC", "resources": {"room": {"1": {"units": -1}}}}}}, "sites.x.resources.room.1.units")])
def test_a_mistake_names_its_field(wrong: dict[str, Any], where: str):
    with pytest.raises(ValidationError) as refused:
        Clinic.model_validate(HOUSE | wrong)
    assert [".".join(map(str, error["loc"])) for error in refused.value.errors()] == [where]


def test_a_promise_has_one_keeper_and_one_key():
    promise = Promise(ADA, "transfer-in", KEEPERS["transfer-in"], "confirmed", "Marko accepted at 11:02", at("23 14:55"))
    assert (promise.key, promise.record()) == (f"{ADA}/transfer-in", {
        "stay_id": ADA, "promise": "transfer-in", "keeper": "transport", "state": "confirmed",
        "reason": "Marko accepted at 11:02", "next_at": "2026-11-23T14:55:00+01:00"})
