"""How the promise of an interpreter stands. Confirmed only by interpreters who accepted, or who have just done it."""

from collections.abc import Sequence
from datetime import datetime

from services.stay.rules.interpreter_need import no_need, unclear
from services.stay.rules.room_times import left_at
from services.stay.rules.talk_standing import SOON, Standing, standing
from services.stay.rules.talks import talks, untold
from shared.language.promises import Promise, State
from shared.language.stay import Stay
from shared.language.tasks import Task
from shared.service import Around, Verdict


def interpreter_promise(stay: Stay, tasks: Sequence[Task], around: Around) -> Verdict:
    """The promise `interpreter`: as the worst of its talks stands."""
    found = _settled(stay, around)
    if found:
        return Verdict((Promise(stay.id, "interpreter", "stay", *found),))
    site = around.clinic.site_of(stay.site) or ""
    here, zone = stay.phase != "booked", around.clinic.zone(site)
    each = [standing(talk, _attempts(tasks, talk.slot), here, around.now, zone) for talk in talks(stay, around, site)]
    state, reason = _together(each, stay, around.now)
    open_ = [s.talk.start for s in each if s.how != "done" and s.talk.start > around.now]
    times = [at for s in each for at in s.turns if at > around.now]
    gaps = untold(stay, around, site)
    if gaps and state in ("planned", "confirmed", "not-needed"):
        state, reason = "at-risk", f"waiting to be told: {', '.join(gaps)}"
    return Verdict((Promise(stay.id, "interpreter", "stay", state, reason, min(open_, default=None)),),
                   again_at=min(times, default=None))


def _settled(stay: Stay, around: Around) -> tuple[State, str] | None:
    """The state of a stay of which it does not depend on any talk."""
    if stay.phase == "nothing":
        return "not-needed", "the stay was cancelled" if stay.booking_withdrawn else "the admission was taken back"
    if stay.phase == "unknown":
        return "planned", "waiting to be told: who this is"
    if unclear(stay):
        return "at-risk", "waiting to be told: interpreter"
    if reason := no_need(stay, around.clinic):
        return "not-needed", reason
    if around.clinic.site_of(stay.site) is None:
        return "at-risk", f"{stay.site} is none of our sites" if stay.site else "waiting to be told: site"
    return None


def _attempts(tasks: Sequence[Task], slot: str) -> list[Task]:
    found = [t for t in tasks if t.kind == "interpret" and t.slot == slot and t.origin == "plan" and t.status != "cancelled"]
    return sorted(found, key=lambda t: t.attempt)


def _together(each: Sequence[Standing], stay: Stay, now: datetime) -> tuple[State, str]:
    if not each:
        return "not-needed", "no talk was left to interpret when it was told"
    if broken := next((s for s in each if s.how == "broken"), None):
        return "broken", broken.reason
    if risk := next((s for s in each if s.how == "at-risk"), None):
        return "at-risk", risk.reason
    done, ahead = [s for s in each if s.how == "done"], [s for s in each if s.how != "done"]
    if not ahead:
        over = stay.phase == "discharged" or left_at(stay) is not None
        return "kept" if over else "confirmed", done[-1].reason
    soon = [s for s in ahead if s.talk.start <= now + SOON]
    if soon and all(s.how == "accepted" for s in soon):
        return "confirmed", "; ".join(s.reason for s in soon)
    if done and not soon:
        return "confirmed", f"{done[-1].reason}; {ahead[0].reason}"
    return "planned", next((s for s in ahead if s.how == "asked"), ahead[0]).reason
