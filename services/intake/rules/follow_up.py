"""Who went home is called every week of the home care, and invited to the check-up: free, voluntary, in a language of theirs.

The weeks and months are those told with the discharge (up to 5 weeks at home, a check-up after 3 to 6 months: what the clinic
sells). The times are settings of the service `intake` in the clinic file; the defaults here are the house's own practice.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from services.intake.details import CheckUpInvitation, FollowUpCall
from shared.language.clinic import Clinic
from shared.language.facts import Json
from shared.language.stay import Stay
from shared.language.tasks import Owed

CALL, INVITATION = "follow-up", "check-up-invitation"
# Guidance for a talk, not a diagnosis: what is common goes by itself, what is new is a doctor's today.
ASK = ["how the week at home has been, and how the night's sleep is",
       "fever, headache, swelling or nausea since the last talk",
       "new weakness, new back pain, a change of bladder or bowel: a doctor of the house calls back today",
       "red or sore places on the skin, also where one cannot feel them",
       "whether everything on the medicine sheet is taken as written, and nothing runs out",
       "what worries them, and what they want to ask a doctor"]


def follow_up(stay: Stay, clinic: Clinic) -> Iterator[Owed]:
    """From the discharge on, all at once. Not: what was due before the stay was first told."""
    site, gone = clinic.site_of(stay.site), stay.discharged_at
    if site is None or gone is None or stay.phase != "discharged":
        return
    day = gone.astimezone(clinic.zone(site)).date()
    for owed in (*_calls(stay, clinic, site, day), *_invitation(stay, clinic, site, day)):
        if stay.first_told and owed.due >= stay.first_told:
            yield owed


def _calls(stay: Stay, clinic: Clinic, site: str, gone: date) -> Iterator[Owed]:
    """The same weekday each week at 10:00; a call that cannot be made then has until the end of the next day."""
    weeks = stay.words.discharge.home_care_weeks or 0
    for week in range(1, weeks + 1):
        day = gone + timedelta(weeks=week)
        details = FollowUpCall(what=f"call the patient at home, week {week} of {weeks}", week=week, of=weeks, ask=ASK, **_who(stay))
        yield _owed(CALL, clinic, site, day, day + timedelta(days=1), details.as_json(), slot=f"week-{week}")


def _invitation(stay: Stay, clinic: Clinic, site: str, gone: date) -> Iterator[Owed]:
    """4 weeks before the check-up, never before the day after the discharge; a week's time to send it."""
    months = stay.words.discharge.check_up_after_months
    if not months:
        return
    check_up = _months_after(gone, months)
    ahead = timedelta(weeks=clinic.setting("intake", "check_up_invited_weeks_before", 4))
    day = max(check_up - ahead, gone + timedelta(days=1))
    last = day + timedelta(days=clinic.setting("intake", "check_up_invitation_days", 7))
    details = CheckUpInvitation(
        what=f"invite the patient to the check-up around {check_up.day} {check_up:%B %Y}: free and voluntary",
        check_up_on=check_up.isoformat(), after_months=months, **_who(stay))
    yield _owed(INVITATION, clinic, site, day, last, details.as_json())


def _who(stay: Stay) -> Json:
    return {"patient_ref": stay.profile.patient_ref, "languages": stay.profile.languages or []}


def _owed(kind: str, clinic: Clinic, site: str, day: date, last: date, details: Json, slot: str = "") -> Owed:
    """Somebody has taken it when its hour comes; it is due at the midnight that ends the day `last`."""
    start = _hour(clinic, site, day)
    return Owed(kind=kind, feed="care", slot=slot, start=start, due=clinic.at(site, last + timedelta(days=1), time(0)),
                accept_by=start, site=site, details=details)


def _hour(clinic: Clinic, site: str, day: date) -> datetime:
    return clinic.at(site, day, time.fromisoformat(clinic.setting("intake", "follow_up_at", "10:00")))


def _months_after(day: date, months: int) -> date:
    """The same day of the month, or the last one where the month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
