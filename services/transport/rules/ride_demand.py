"""A ride as it is owed: the patient's, the second of the crew for a stretcher, and what has to go in another vehicle."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from services.transport.details import STRETCHER, CrewDetails, RideDetails
from services.transport.rules.flight_following import flight_of, trouble
from services.transport.rules.ride_needs import Needs, cards, companions_on, needs
from services.transport.rules.ride_times import CREW, Wanted, begun_ride
from shared.language.facts import Json
from shared.language.stay import Stay
from shared.language.tasks import Owed
from shared.service import Around

FLEET = "fleet"
ALONG = "along"  # whoever and whatever of this stay rides in a second vehicle
ENDED = ("arrived-otherwise", "waived")  # stages of a failed ride after which nobody waits for another
UNKNOWN = "waiting to be told: how the patient moves"


def rides(stay: Stay, around: Around, ride: Wanted) -> Iterator[Owed]:
    """At most one ride of the patient for each direction, whatever the journey was called before."""
    begun = begun_ride(around, ride.direction)
    if begun and begun.status == "failed" and begun.stage in ENDED:
        return
    its, along = needs(stay, around.clinic, ride.mobility, companions_on(stay, ride.direction, _days(stay, around, ride)))
    found = trouble(stay, ride.direction, ride.journey, around, around.clinic.zone(ride.site))
    hold = (found and found.hold) or (None if ride.mobility else UNKNOWN) or _not_come(stay, around, ride)
    crew = 2 if ride.mobility == STRETCHER else 1
    details = _details(stay, around, ride, its, crew)
    yield _owed(stay, around, ride, "patient", ride.kind, details.as_json(), hold)
    if crew == 2:
        second = CrewDetails(direction=ride.direction, board=details.board, cards=details.cards)
        yield _owed(stay, around, ride, "patient", CREW, second.as_json(), hold)
    if not along.nothing:
        second_ride = _details(stay, around, ride, along, 1).model_copy(update={"mobility": None, "cards": ()})
        yield _owed(stay, around, ride, ALONG, ride.kind, second_ride.as_json(), hold)


def _not_come(stay: Stay, around: Around, ride: Wanted) -> str | None:
    """Nobody is taken home who was not found on the way in, until somebody admits him."""
    way_in = begun_ride(around, "in")
    if ride.direction == "in" or stay.phase != "booked" or way_in is None:
        return None
    missed = way_in.status == "failed" and way_in.stage not in ENDED
    return f"nobody was admitted, and the pick-up failed: {way_in.reason}" if missed else None


def _details(stay: Stay, around: Around, ride: Wanted, its: Needs, crew: int) -> RideDetails:
    profile, journey, flight = stay.profile, ride.journey, flight_of(ride.journey, around)
    return RideDetails(
        direction=ride.direction, board=profile.patient_ref, flight=journey.flight, assistance=journey.assistance,
        terminal=flight.status.terminal if flight else None, mobility=ride.mobility, seats=its.seats,
        wheelchairs=its.wheelchairs, stretchers=its.stretchers, people=its.people, kg=its.kg, luggage=its.luggage,
        chair=its.chair, languages=tuple(profile.languages or ()), may_share=journey.may_share is True,
        party=profile.party.ref if profile.party else None, from_place=ride.ends[0], to_place=ride.ends[1],
        load_minutes=_minutes(ride.load), ride_minutes=_minutes(ride.road), crew=crew,
        cards=cards(stay, ride.mobility, _minutes(ride.load + ride.road)))


def _owed(stay: Stay, around: Around, ride: Wanted, person: str, kind: str, details: Json, hold: str | None) -> Owed:
    """A ride that waits for a word keeps no vehicle from the others: it is not held by its time alone."""
    freeze = around.clinic.minutes("transport", "freeze_minutes", 120)
    place, to = ride.signs
    return Owed(kind=kind, feed="driver", person=person, slot=ride.direction, start=ride.start, due=ride.due, place=place,
                to=to, accept_by=_accept_by(stay, around, ride.start), details=details, site=ride.site, pool=FLEET,
                hold_from=None if hold else ride.start - freeze, hold=hold)


def _accept_by(stay: Stay, around: Around, start: datetime) -> datetime:
    """3 h before the start; told later than that: 10 min to answer, and never after the start."""
    early = start - around.clinic.minutes("transport", "accept_minutes", 180)
    offered = (stay.first_told or early).astimezone(UTC) + around.clinic.minutes("transport", "offer_minutes", 10)
    return min(start, max(early, offered))


def _days(stay: Stay, around: Around, ride: Wanted) -> set[date]:
    """The days that tellers may mean: of the journey as booked and as it is now, and the first or last of the stay."""
    zone = around.clinic.zone(ride.site)
    moments = [at for at in (ride.journey.at, ride.journey_at) if at]
    day = stay.profile.arrives_on if ride.direction == "in" else stay.profile.leaves_on
    return {at.astimezone(zone).date() for at in moments} | ({day} if day else set())


def _minutes(span: timedelta) -> int:
    return round(span.total_seconds() / 60)
