"""Which ride a stay's journey asks for, or why there is none: the one place that decides whether a ride is wanted at all."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.transport.details import Direction
from services.transport.rules.ride_times import Wanted, begun_ride, by, ride_at
from services.transport.rules.roads import moment, utc
from shared.language.facts.intake import Journey
from shared.language.promises import State
from shared.language.stay import Stay
from shared.service import Around

SECURED = timedelta(hours=48)  # before the last day; also the notice for airport assistance (Reg. (EC) 1107/2006, art. 7)
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NoRide:
    """How the promise stands without one; `stays_on`: still here after the departure, since then; `again_at`: when this
    changes by itself."""

    state: State
    reason: str
    stays_on: datetime | None = None
    again_at: datetime | None = None


def wanted(stay: Stay, around: Around, direction: Direction) -> Wanted | NoRide:
    site = around.clinic.site_of(stay.site)
    if stay.phase == "nothing":
        return NoRide("not-needed", "the stay was cancelled" if stay.booking_withdrawn else "the admission was taken back")
    if stay.phase == "unknown":
        return NoRide("planned", "waiting to be told: who this is, and from when to when")
    if site is None:
        return NoRide("at-risk", f"{stay.site} is none of our sites" if stay.site else "waiting to be told: site")
    journey = stay.arrival if direction == "in" else stay.departure
    if none := _not_asked(stay, direction, journey):
        return none
    if journey is None or (missing := _missing(direction, journey)):
        way = "the way in" if direction == "in" else "the way home"
        return _untold(stay, around, direction, site, missing if journey else way)
    ride = ride_at(stay, around, direction, site, journey)
    if ride is None:
        return _untold(stay, around, direction, site, "the time")
    return _too_late(stay, around, ride) or (_gone_or_here(stay, around, ride) if direction == "out" else None) or ride


def has_left(stay: Stay) -> datetime | None:
    """When the patient left for good, after coming: an admission after it is another coming."""
    left = stay.left_for_good() if stay.phase in ("admitted", "discharged") else None
    return left if left and (stay.admitted_at is None or left > stay.admitted_at) else None


def _not_asked(stay: Stay, direction: Direction, journey: Journey | None) -> NoRide | None:
    if journey is None:
        came = direction == "in" and stay.phase != "booked"
        return NoRide("not-needed", "came without a transfer being asked for") if came else None
    if journey.transfer is False or journey.mode == "own":
        return NoRide("not-needed", "own arrangements")
    if journey.transfer is None and journey.mode and by(journey) == "other":
        return NoRide("not-needed", f"by {journey.mode}, and no transfer was asked for")
    return None


def _missing(direction: Direction, journey: Journey) -> str:
    """What a driver cannot do without; intake asks for it."""
    if journey.mode is None and journey.flight is None and journey.transfer is None:
        return "by what the patient travels, and whether we drive"
    words = [name for name, told in (("time", journey.at), ("place", journey.place)) if not told]
    return f"{'arrival' if direction == 'in' else 'departure'} {' and '.join(words)}" if words else ""


def _untold(stay: Stay, around: Around, direction: Direction, site: str, missing: str) -> NoRide:
    """At risk; the way home of somebody who is still here only when its last 48 hours have begun."""
    if direction == "in" and stay.phase != "booked":
        return NoRide("broken", f"came without our ride: never told: {missing}")
    leaves = stay.profile.leaves_on
    if direction == "out" and stay.phase in ("booked", "admitted"):
        secured = utc(around.clinic.check_out(site, leaves)) - SECURED if leaves else None
        if secured is None or around.now < secured:
            return NoRide("planned", f"waiting to be told: {missing}", again_at=secured)
    return NoRide("at-risk", f"waiting to be told: {missing}")


def _under_way(around: Around, ride: Wanted) -> bool:
    begun = begun_ride(around, ride.direction)
    return begun is not None and begun.status != "failed"


def _too_late(stay: Stay, around: Around, ride: Wanted) -> NoRide | None:
    """What was over before we were told of it, and a pick-up after the patient has gone home again."""
    if _under_way(around, ride):
        return None
    if stay.first_told and ride.due < stay.first_told:
        when = moment(ride.due, around.clinic.zone(ride.site))
        return NoRide("at-risk" if stay.phase == "booked" else "not-needed", f"told only after the ride of {when}")
    if ride.direction == "in" and stay.discharged_at and ride.due >= stay.discharged_at:
        return NoRide("not-needed", "discharged before the pick-up")
    return None


def _gone_or_here(stay: Stay, around: Around, ride: Wanted) -> NoRide | None:
    """The way out of somebody who went without us, who stays on, or of whom nobody knows how he goes."""
    if _under_way(around, ride):
        return None
    zone, left, gone = around.clinic.zone(ride.site), has_left(stay), stay.discharged_at
    if left and left < ride.start:
        return NoRide("not-needed", f"left at {moment(left, zone)}, before our ride")
    if stay.phase == "admitted" and ride.journey_at <= around.now:
        return NoRide("at-risk", f"still here after the departure of {moment(ride.journey_at, zone)}: a new one is to be told",
                      stays_on=ride.journey_at)
    if gone and not stay.words.discharge.onward and abs(ride.journey_at - gone) > A_DAY:
        return NoRide("at-risk", "waiting to be told: how and when the patient goes home")
    return None
