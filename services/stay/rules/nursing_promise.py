"""How the promise of nursing stands. Confirmed only by a nurse on duty who accepted the patient for the present shift."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from services.stay.rules.accepted import Asked, asked
from services.stay.rules.in_the_house import InTheHouse, in_the_house
from services.stay.rules.nursing_words import Words, no_nursing
from services.stay.rules.responsible import counts_from, responsible, since_when
from services.stay.rules.room_words import moment
from services.stay.rules.ward import Ward, ward_of
from shared.language.promises import Promise, Standing
from shared.language.stay import Stay
from shared.language.tasks import Task
from shared.service import Around, Verdict


def nursing_promise(stay: Stay, tasks: Sequence[Task], around: Around) -> Verdict:
    """Whoever has been admitted is nursed, also on a day visit: a night is not asked for."""
    here, site = in_the_house(stay), around.clinic.site_of(stay.site)
    if here is None or site is None:
        how = _not_here(stay, around, site)
    else:
        ward = ward_of(around.resources, site, around.clinic.zone(site))
        over = here.until is not None and here.until <= around.now
        how = _over(here, ward, tasks) if over else _here(here, ward, asked(tasks), around.now.astimezone(UTC))
    ahead = how.next_at if how.next_at and how.next_at > around.now else None
    return Verdict((Promise(stay.id, "nursing", "stay", how.state, how.reason, ahead),), again_at=how.again_at)


def _not_here(stay: Stay, around: Around, site: str | None) -> Standing:
    state, reason = no_nursing(stay, site)
    day = stay.profile.arrives_on
    return Standing(state, reason, around.clinic.check_in(site, day) if site and day and stay.phase == "booked" else None)


def _here(here: InTheHouse, ward: Ward, handed: Sequence[Asked], now: datetime) -> Standing:
    if now < here.since:
        return Standing("planned", f"the admission is at {moment(here.since, ward.zone)}", here.since, here.since)
    current = next((one for one in reversed(handed) if one.change <= now), None)
    accept_by = current.task.accept_by if current else None
    how = _now(here, ward, handed, current, now)
    milestones = [at for at in (accept_by, *(one.change for one in handed)) if at and at > now]
    changes = [at for at in (*milestones, ward.next_turn(now), here.until) if at]
    ahead = min(milestones, default=None)
    return replace(how, next_at=ahead and ahead.astimezone(ward.zone), again_at=min(changes, default=None))


def _now(here: InTheHouse, ward: Ward, handed: Sequence[Asked], current: Asked | None, now: datetime) -> Standing:
    """Planned while the handoff of this shift may still be accepted in time; at risk from then, or where it went wrong."""
    told = [one.accepted for one in handed if one.accepted]
    words = Words(ward, current.task.start if current else here.since)
    found = responsible(told, ward, now)
    if found is None:
        return Standing("broken", f"nobody has been on duty since {words.clock(since_when(told, ward, now, here.since))}")
    since = since_when(told, ward, now, found.gone) if found.gone else None
    if found.handoff and (current is None or found.handoff.change >= current.change):
        return Standing("at-risk" if found.gone else "confirmed", words.accepted(found, since))
    waits = current is None or (_waits(current) and (current.task.accept_by or now) > now)
    return Standing("planned" if waits else "at-risk", f"{words.missing(current, now)}; {words.who(found, since)}")


def _waits(one: Asked) -> bool:
    return one.accepted is None and one.task.open


def _over(here: InTheHouse, ward: Ward, tasks: Sequence[Task]) -> Standing:
    """Judged by who was on duty; of the handoffs it is said how many somebody accepted who was there."""
    until = here.until or here.since
    if gaps := ward.unwatched(here.since, until):
        start, end = (moment(at, ward.zone) for at in gaps[0])
        more = f", and {len(gaps) - 1} more times" if len(gaps) > 1 else ""
        return Standing("broken", f"nobody was on duty from {start} to {end}{more}")
    handed = [one for one in asked(tasks) if one.change < until]
    taken = sum(_was_taken(one, ward) for one in handed)
    if not handed:
        return Standing("kept", "a nurse was there at every moment")
    otherwise = "; the charge nurse had the patient otherwise" if taken < len(handed) else ""
    return Standing("kept", f"{taken} of {len(handed)} handoffs were accepted{otherwise}")


def _was_taken(one: Asked, ward: Ward) -> bool:
    """By a nurse who was there when it was due at the latest: a task that was closed later does not say when it was accepted."""
    told = one.accepted
    return told is not None and counts_from(replace(told, at=min(told.at, one.task.due.astimezone(UTC))), ward) is not None
