"""What the clinic reads of nursing: who has the patient since when, and which handoff nobody has accepted."""

from dataclasses import dataclass
from datetime import datetime

from services.stay.rules.accepted import Asked
from services.stay.rules.handoffs import ADMISSION
from services.stay.rules.responsible import Responsible
from services.stay.rules.room_words import moment
from services.stay.rules.ward import Ward
from shared.language.promises import State
from shared.language.stay import Stay


@dataclass(frozen=True, slots=True)
class Words:
    """`shift`: when the present one began; what came before it is told with its day."""

    ward: Ward
    shift: datetime

    def clock(self, at: datetime) -> str:
        return f"{at.astimezone(self.ward.zone):%H:%M}" if at >= self.shift else moment(at, self.ward.zone)

    def accepted(self, found: Responsible, since: datetime | None) -> str:
        """ivana accepted at 07:04"""
        if found.handoff is None or since is not None:
            return self.who(found, since)
        accepted = f"{found.handoff.by} accepted at {self.clock(found.handoff.at)}"
        return f"{accepted}; {self.who(found, since)}" if found.covers else accepted

    def who(self, found: Responsible, since: datetime | None) -> str:
        """sanja has had the patient since 15:10: ivana went off duty without a handoff"""
        name = found.nurse.name
        if found.handoff is None:
            return f"{name}, in charge, has the patient" if found.nurse.in_charge else (
                f"{name} has the patient: no charge nurse is on duty")
        if found.gone and since:
            when = "" if since == found.gone else f" at {self.clock(found.gone)}"
            return (f"{name} has had the patient since {self.clock(since)}: "
                    f"{found.handoff.by} went off duty{when} without a handoff")
        if found.covers:
            return f"{name} covers the break"
        return f"{name}, who accepted at {self.clock(found.handoff.at)}, still has the patient"

    def missing(self, asked: Asked | None, now: datetime) -> str:
        """nobody has accepted the handoff of 19:00"""
        if asked is None:
            return "no handoff has been asked for yet"
        task, told = asked.task, asked.accepted
        what = f"the handoff of {self.clock(asked.change)}" if task.slot != ADMISSION else "the handoff at the admission"
        if told:
            nurse = self.ward.nurse(told.by)
            return f"{told.by} accepted {what} but {'was not on duty' if nurse else 'is no nurse of the house'}"
        if task.status == "failed":
            return f"{what} failed: {task.reason or 'no reason told'}"
        return f"{what} is not accepted yet" if task.accept_by and now < task.accept_by else f"nobody has accepted {what}"


def no_nursing(stay: Stay, site: str | None) -> tuple[State, str]:
    """Of a patient who is not in the house, as far as we know."""
    if stay.phase == "nothing":
        return "not-needed", "the stay was cancelled" if stay.booking_withdrawn else "the admission was taken back"
    if stay.phase == "unknown":
        return "planned", "waiting to be told: who this is, and from when to when"
    if site is None:
        return "at-risk", f"{stay.site} is none of our sites" if stay.site else "waiting to be told: site"
    if stay.phase == "booked":
        return "planned", "a nurse takes the patient over at the admission"
    return "planned", "waiting to be told: admitted_at"
