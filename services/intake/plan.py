"""Intake owes questions to the desk (who is this, which words are missing, which cannot be read), and who went home a call.

Every start of a question is the time at which it arose, told by facts; none is the time at which it was heard.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from services.intake.details import (
    AdmittedAfterDischarge,
    MissingWords,
    OnwardUnclear,
    SiteUnknown,
    UnknownStay,
    UnreadableWord,
    WithdrawnButAdmitted,
)
from services.intake.rules import way_home
from services.intake.rules.follow_up import follow_up
from services.intake.rules.standing import stand_since
from services.intake.rules.unreadable_words import asked_already, to_ask
from services.intake.rules.what_is_missing import missing_since, what_is_missing
from shared.language.known import Path
from shared.language.stay import Stay
from shared.language.tasks import Owed
from shared.service import Around, Plan

GRACE = timedelta(minutes=2)  # topics have no common order: the booking may be a moment behind
ACCEPT = timedelta(minutes=15)
ANSWER = timedelta(minutes=30)
ASK = timedelta(hours=1)
ASK_AHEAD = timedelta(days=1)  # while the patient is not yet here, if the arrival leaves so long


def plan(stay: Stay, around: Around) -> Plan:
    """What the stay owes now; only the grace for an unknown stay ever changes the answer by itself."""
    first_told = stay.first_told
    if first_told is None or stay.phase == "nothing":
        return Plan()
    owed = [_owed("unreadable-word", stay, around, word.since, word.since + ASK, slot=word.path,
                  details=UnreadableWord(what=f"{word.path} cannot be read: say it again", path=word.path, said=word.said,
                                         right=word.right))
            for word in to_ask(stay, first_told)]
    if stay.phase == "unknown":
        asked_at = first_told + GRACE
        if around.now < asked_at:
            return Plan(owed, again_at=asked_at)
        return Plan([_who_is_this(stay, around, asked_at), *owed])
    owed += _words_and_site(stay, around, first_told)
    owed += _withdrawn_but_admitted(stay, around, first_told)
    owed += _admitted_after_discharge(stay, around, first_told)
    owed += _onward_unclear(stay, around, first_told)
    owed += follow_up(stay, around.clinic)
    return Plan(owed)


def _who_is_this(stay: Stay, around: Around, asked_at: datetime) -> Owed:
    heard = sorted(stay.known.topics)
    details = UnknownStay(what=f"who is {stay.id}? heard of it only by {', '.join(heard)}", stay_id=stay.id, heard=heard)
    return _owed("unknown-stay", stay, around, asked_at, asked_at + ANSWER, details)


def _words_and_site(stay: Stay, around: Around, first_told: datetime) -> Iterator[Owed]:
    """One question for all that is missing; a site never told joins it, and is a question of its own only when alone."""
    missing = what_is_missing(stay, around.clinic.zone(stay.site))
    fields = {m.field: m.phrase for m in missing}
    if _site_is_open(stay, around):
        sites = sorted(around.clinic.sites)
        if stay.site is None and missing:
            fields = {"site": f"which site: {', '.join(sites)}", **fields}
        else:
            at = _since(stay, ("site",), stay.booked_at or first_told)
            what = f"which site? {stay.site} is none of ours" if stay.site else "which site? none was told"
            yield _owed("site-unknown", stay, around, at, at + ASK, SiteUnknown(what=what, told=stay.site, sites=sites))
    if missing:
        at = missing_since(stay, missing)
        details = MissingWords(what=f"find out: {'; '.join(fields.values())}", fields=fields)
        yield _owed("missing-words", stay, around, at, _due(stay, around, at), details, slot=stay.phase)


def _site_is_open(stay: Stay, around: Around) -> bool:
    gone = stay.phase == "discharged" and stay.left_for_good()
    return around.clinic.site_of(stay.site) is None and not gone and not asked_already(stay, "site")


def _due(stay: Stay, around: Around, at: datetime) -> datetime:
    """An hour; a day, or until the patient is here, where the stay is only booked."""
    if stay.phase != "booked":
        return at + ASK
    site, day = around.clinic.site_of(stay.site), stay.profile.arrives_on
    here = around.clinic.check_in(site, day) if site and day else at + ASK_AHEAD
    return max(at + ASK, min(at + ASK_AHEAD, here))


def _withdrawn_but_admitted(stay: Stay, around: Around, first_told: datetime) -> Iterator[Owed]:
    if not stay.booking_withdrawn or stay.phase == "discharged":
        return
    admitted, withdrawn = stay.known.topics["patient-admitted"], _since(stay, ("booking", "withdrawn"), first_told)
    at = max(admitted, withdrawn)
    here = stay.admitted_at and stay.admitted_at.isoformat()
    details = WithdrawnButAdmitted(what="the booking was withdrawn, but the patient is admitted: which is right?",
                                   admitted_at=here)
    yield _owed("withdrawn-but-admitted", stay, around, at, at + ASK, details)


def _admitted_after_discharge(stay: Stay, around: Around, first_told: datetime) -> Iterator[Owed]:
    """Somebody may be here whom everybody takes for gone: nobody feeds or nurses who is discharged."""
    came, gone = stay.admitted_at, stay.discharged_at
    if came is None or gone is None or came <= gone:
        return
    at = max(_since(stay, path, first_told) for path in (("admission", "admitted_at"), ("discharge", "discharged_at")))
    details = AdmittedAfterDischarge(
        what="the admission is later than the discharge: if the patient is here, withdraw the discharge",
        admitted_at=came.isoformat(), discharged_at=gone.isoformat())
    yield _owed("admitted-after-discharge", stay, around, at, at + ASK, details)


def _onward_unclear(stay: Stay, around: Around, first_told: datetime) -> Iterator[Owed]:
    if stay.discharged_at is None or not way_home.unclear(stay, around.clinic.zone(stay.site)):
        return
    at = _since(stay, ("discharge", "discharged_at"), first_told)
    booked, last_day = stay.departure and stay.departure.at, stay.profile.leaves_on
    details = OnwardUnclear(what="discharged, and the booked departure is another day's: how and when does the patient go?",
                            discharged_at=stay.discharged_at.isoformat(), departure_at=booked and booked.isoformat(),
                            leaves_on=last_day and last_day.isoformat())
    yield _owed("onward-unclear", stay, around, at, at + ASK, details)


def _since(stay: Stay, path: Path, otherwise: datetime) -> datetime:
    return stand_since(stay, [path]).get(path, otherwise)


def _owed(kind: str, stay: Stay, around: Around, start: datetime, due: datetime,
          details: AdmittedAfterDischarge | MissingWords | OnwardUnclear | SiteUnknown | UnknownStay | UnreadableWord
          | WithdrawnButAdmitted,
          slot: str = "") -> Owed:
    return Owed(kind=kind, feed="desk", slot=slot, start=start, due=due, accept_by=start + ACCEPT,
                site=around.clinic.site_of(stay.site), details=details.as_json())
