"""A patient in the house is handed over at the admission and at each change of shift, once each, to a nurse who accepts.

Owed are all from the admission up to the next change; those of the past stay owed, so that what was accepted stays so. Nothing
that was due before the ward could know of the admission, and nothing that would be due after the discharge.
"""

from collections.abc import Iterator
from datetime import datetime

from services.stay.rules.handoff_sheet import handoff_sheet
from services.stay.rules.in_the_house import InTheHouse, in_the_house
from services.stay.rules.shift_changes import next_change, shift_changes
from shared.language.clinic import Clinic
from shared.language.stay import Stay
from shared.language.tasks import Owed
from shared.service import Around, Plan

ADMISSION = "admission"


def handoffs(stay: Stay, around: Around) -> Plan:
    """It changes by itself at each change of shift: from then the next one is owed."""
    here, site = in_the_house(stay), around.clinic.site_of(stay.site)
    if here is None or site is None:
        return Plan()
    if here.until is not None and here.until <= around.now:
        return Plan(list(_owed(stay, around, site, here, here.until)))
    following = next_change(around.clinic, site, around.now)
    return Plan(list(_owed(stay, around, site, here, following or around.now)), following)


def taken_over(here: InTheHouse, clinic: Clinic) -> datetime:
    """When the ward takes the patient over: at the admission, or when it was told of one that was due long before."""
    late = here.since + clinic.minutes("stay", "handoff_due_minutes", 15) < here.told
    return here.told if late else here.since


def _owed(stay: Stay, around: Around, site: str, here: InTheHouse, horizon: datetime) -> Iterator[Owed]:
    clinic, zone = around.clinic, around.clinic.zone(site)
    before = clinic.minutes("stay", "handoff_minutes_before", 15)
    accept = clinic.minutes("stay", "handoff_accept_minutes", 5)
    within = clinic.minutes("stay", "handoff_due_minutes", 15)
    first = taken_over(here, clinic)
    changes = shift_changes(clinic, site, first, horizon)
    ends = [*changes, next_change(clinic, site, changes[-1] if changes else first)]
    for at, until in zip([first, *changes], ends, strict=True):
        if here.until is not None and at + within >= here.until:
            return
        slot = ADMISSION if at == first else f"{at:%Y-%m-%dT%H:%MZ}"
        yield Owed(kind="handoff", feed="nursing", slot=slot, site=site, start=max(first, at - before),
                   due=at + within, accept_by=at + accept,
                   details=handoff_sheet(stay, around, zone, at, until).as_json())
