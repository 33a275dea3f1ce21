"""What a nurse reads at the handoff: of the shift that begins, not of the moment, so that it stays as it was read."""

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo

from services.stay.details import Due, Fast, Handoff
from services.stay.rules.placements import placements
from services.stay.rules.room_demand import ROOM
from shared.language.facts.intake import Care
from shared.language.stay import Procedure, Stay
from shared.service import Around

LATEST = datetime.max.replace(tzinfo=UTC)


def handoff_sheet(stay: Stay, around: Around, zone: tzinfo, at: datetime, until: datetime | None) -> Handoff:
    """The sheet of the shift [at, until)."""
    profile, care = stay.profile, stay.profile.care or Care()
    end = until or LATEST
    procedures = [p for _, p in sorted(stay.procedures.items())]
    due = [p for p in procedures if p.starts_at and at <= p.starts_at < end]
    return Handoff(
        at=_local(at, zone), until=until and _local(until, zone), patient_ref=profile.patient_ref, wristband=profile.wristband,
        room=_room(around, at), mobility=profile.mobility, languages=list(profile.languages or ()),
        interpreter=profile.interpreter, allergies=_allergies(stay), dysreflexia_risk=care.dysreflexia_risk,
        systolic_baseline=care.systolic_baseline, turns_every_minutes=care.turns_every_minutes,
        fasting=[fast for p in procedures for fast in _fasts(p, zone, at, end)],
        procedures=[Due(procedure=p.kind, starts_at=_local(p.starts_at, zone), minutes=p.minutes, sedation=p.sedation)
                    for p in sorted(due, key=lambda p: (p.starts_at or end, p.kind or "")) if p.starts_at])


def _room(around: Around, at: datetime) -> str | None:
    """The one of this shift, also where the patient is moved within it: later sheets name the other."""
    had = placements(around.assigned.get(ROOM))
    return next((p.room for p in reversed(had) if p.start <= at), had[0].room if had else None)


def _allergies(stay: Stay) -> list[str] | None:
    """An empty list says that there are none; so it is given only where somebody has asked."""
    told = stay.known.allergies.get("patient", {})
    active = sorted(name for name, says in told.items() if says.get("status") != "refuted")
    asked = stay.profile.diet and stay.profile.diet.allergies_asked
    return active if active or asked else None


def _fasts(procedure: Procedure, zone: tzinfo, at: datetime, end: datetime) -> Iterator[Fast]:
    """The windows that reach into [at, end)."""
    windows = procedure.fasting
    solids, fluids = (windows.solids_from, windows.clear_fluids_from) if windows else (None, None)
    begins = min((begin for begin in (solids, fluids) if begin), default=None)
    if begins and begins < end and at < (procedure.starts_at or LATEST):
        yield Fast(solids_from=_told(solids, zone), clear_fluids_from=_told(fluids, zone), until=_told(procedure.starts_at, zone))


def _told(at: datetime | None, zone: tzinfo) -> str | None:
    return _local(at, zone) if at else None


def _local(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).isoformat()
