"""The talks for which a patient is owed an interpreter: arrival and admission, each procedure, discharge."""

from datetime import datetime, timedelta

from services.stay.details import Interpret
from services.stay.rules.interpreter_need import languages, medical, no_need, unclear
from services.stay.rules.interpreter_promise import interpreter_promise as interpreter_promise
from services.stay.rules.placements import placements, room_name
from services.stay.rules.room_demand import ROOM
from services.stay.rules.talk import Talk
from services.stay.rules.talks import talks
from shared.language.clinic import Clinic
from shared.language.stay import Stay
from shared.language.tasks import Owed
from shared.service import Around, Plan

RECEPTION = "reception"


def engagements(stay: Stay, around: Around) -> Plan:
    """One engagement for each talk; the pool `interpreters` chooses who comes."""
    site = around.clinic.site_of(stay.site)
    if site is None or stay.phase in ("unknown", "nothing") or unclear(stay) or no_need(stay, around.clinic):
        return Plan()
    found = talks(stay, around, site)
    times = [talk.again_at for talk in found if talk.again_at and talk.again_at > around.now]
    return Plan([_engagement(talk, stay, around, site) for talk in found], min(times, default=None))


def _engagement(talk: Talk, stay: Stay, around: Around, site: str) -> Owed:
    """Held from 2 h before its start: nobody is sent elsewhere so late without need."""
    clinic = around.clinic
    details = Interpret(purpose=talk.purpose, languages=list(languages(stay)), medical=medical(clinic, talk.purpose),
                        patient_ref=stay.profile.patient_ref)
    freeze = clinic.minutes("stay", "interpreter_freeze_minutes", 120)
    return Owed(kind="interpret", feed="interpreter", slot=talk.slot, start=talk.start, due=talk.due, site=site,
                place=_place(talk, around), pool="interpreters", details=details.as_json(),
                accept_by=_accept_by(talk, clinic), hold_from=talk.start - freeze)


def _accept_by(talk: Talk, clinic: Clinic) -> datetime:
    """24 h before the start; told later than that, within an hour of being told, and before the start if that is to come."""
    by_word = min(talk.told + timedelta(hours=1), max(talk.told, talk.start))
    return max(talk.start - clinic.minutes("stay", "interpreter_accept_minutes", 1440), by_word)


def _place(talk: Talk, around: Around) -> str:
    """The patient's room, once there is one; who arrives is met at the door."""
    task = around.assigned.get(ROOM)
    if talk.purpose == "arrival" or task is None or task.resource is None:
        return RECEPTION
    there = [room for room in placements(task) if room.start <= talk.start]
    return there[-1].room if there else room_name(task.resource)
