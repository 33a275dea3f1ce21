"""How the promise of a follow-up stands. Confirmed only by a call that was made; one that was not made breaks it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from services.intake.rules.follow_up import INVITATION, follow_up
from services.intake.rules.how_it_stands import of_every_promise
from services.intake.rules.moments import moment
from services.intake.rules.unreadable_words import asked_already
from shared.language.promises import Standing
from shared.language.stay import Stay
from shared.language.tasks import Task
from shared.service import Around

TERMS = ("discharge", "discharge.home_care_weeks", "discharge.check_up_after_months")


def follow_up_promise(stay: Stay, tasks: Sequence[Task], around: Around) -> Standing:
    if said := of_every_promise(stay, around.clinic):
        return said
    if stay.phase != "discharged":
        return Standing("planned", "after the discharge")
    if unread := [path for path in TERMS if asked_already(stay, path)]:
        return Standing("at-risk", f"waiting to be told: {unread[0]}")
    owed = {each.key for each in follow_up(stay, around.clinic)}
    if not owed:
        return Standing("not-needed", "no call and no check-up is owed after this discharge")
    latest = {t.key: t for t in sorted(tasks, key=lambda t: t.attempt) if t.origin == "plan" and t.key in owed}
    found = sorted(latest.values(), key=lambda t: (t.start, t.slot))
    return _standing(found, around.now, around.clinic.zone(around.clinic.site_of(stay.site)))


def _standing(found: Sequence[Task], now: datetime, zone: tzinfo) -> Standing:
    """`found`: the latest attempt of each, by start. What somebody waived was not wanted: it is free and voluntary."""
    ahead = [t for t in found if t.open]
    next_at, again_at = _first(t.start for t in ahead if t.start > now), _first(t.due for t in ahead if t.due > now)
    if missed := [t for t in found if t.status == "failed" and t.stage != "waived"]:
        why = missed[-1].reason or "no reason told"
        return Standing("broken", f"{_named(missed[-1])} was not made: {why}", next_at, again_at)
    if late := [t for t in ahead if t.due <= now]:
        return Standing("at-risk", f"{_named(late[0])} was to be made at {moment(late[0].start, zone)}", next_at, again_at)
    done = [t for t in found if t.status == "completed"]
    if not ahead:
        if not done:
            return Standing("not-needed", f"waived: {found[-1].reason or 'no reason told'}" if found else "nothing is owed")
        return Standing("kept", f"{len(done)} of {len(found)} made, the last{_when(done[-1], zone)}")
    then = f"{_named(ahead[0])} at {moment(ahead[0].start, zone)}"
    if not done:
        return Standing("planned", then, next_at, again_at)
    return Standing("confirmed", f"{_named(done[-1])} was made{_when(done[-1], zone)}; next {then}", next_at, again_at)


def _first(times: Iterable[datetime]) -> datetime | None:
    return min(times, default=None)


def _when(task: Task, zone: tzinfo) -> str:
    return f" at {moment(task.moved_at, zone)}" if task.moved_at else ""


def _named(task: Task) -> str:
    return "the invitation to the check-up" if task.kind == INVITATION else f"the call of {task.slot.replace('-', ' ')}"
