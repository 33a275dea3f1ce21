"""The talks of a stay: they follow the journey, the procedures and the departure, whoever tells of them, and when."""

from services.stay.rules.arrival_talk import arrival_talk, arrives_at
from services.stay.rules.discharge_talk import discharge_talk
from services.stay.rules.interpreter_need import asked_in_general
from services.stay.rules.procedure_talk import procedure_talks
from services.stay.rules.room_times import left_at
from services.stay.rules.talk import Talk
from shared.language.stay import Stay
from shared.service import Around


def talks(stay: Stay, around: Around, site: str) -> list[Talk]:
    """Those owed, in the order of their starts: none that would have begun after the discharge, or after the patient left."""
    clinic, gone, left = around.clinic, stay.discharged_at, left_at(stay)
    found = [*arrival_talk(stay, clinic, site), *procedure_talks(stay, clinic, around.now)]
    found = [talk for talk in found if gone is None or talk.start < gone]
    arrived = max((talk.due for talk in found if talk.purpose == "arrival"), default=None)
    found += discharge_talk(stay, around, site, arrived)
    return sorted((t for t in found if left is None or t.start < left), key=lambda talk: (talk.start, talk.slot))


def untold(stay: Stay, around: Around, site: str) -> list[str]:
    """The words without which a talk has no time."""
    if not asked_in_general(stay) or stay.discharged_at:
        return []
    known = {"arrival": arrives_at(stay, around.clinic, site), "leaves_on": stay.profile.leaves_on}
    return [name for name, at in known.items() if at is None]
