"""When a room is made ready and when it is turned over: ready an hour before the patient is expected, turned over once left.

The minutes are settings of the service `stay` in the clinic file; the defaults here are the house's own practice.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from services.stay.details import Prepare, Turnover
from services.stay.rules.placements import Placement
from services.stay.rules.room_times import Nights, left_at
from shared.language.clinic import Clinic
from shared.language.facts import Json
from shared.language.stay import Stay
from shared.language.tasks import Owed

AT_THE_DOOR = ("own", "car", "ambulance")  # without our transfer these say when they are at the clinic, not at a station


def turnover_gap(clinic: Clinic) -> timedelta:
    """Between two parties in one room: 120 min."""
    return clinic.minutes("stay", "turnover_minutes", 120)


def expected_at(stay: Stay, clinic: Clinic, nights: Nights) -> datetime:
    """When the patient will stand at the door of the room: as transport tells, else the arrival of the journey and 75 min
    of transfer; never before check-in, and whenever the admission really is."""
    day = stay.profile.arrives_on
    first = clinic.check_in(nights.site, day) if day else nights.start
    told, arrival = stay.words.arrival_expected.expected_at, stay.arrival
    if told is None and arrival and arrival.at:
        rides = arrival.transfer or arrival.mode not in AT_THE_DOOR
        told = arrival.at.astimezone(UTC) + (clinic.minutes("stay", "transfer_minutes", 75) if rides else timedelta())
    return max(first, told) if told else first


def prepare(stay: Stay, clinic: Clinic, nights: Nights, room: Placement, beds: int) -> Iterator[Owed]:
    """The present room made ready: due 60 min before the arrival (booked later than that: by the arrival itself), or within
    45 min of a move. Not owed: for a patient who was admitted or discharged before it was due (he is in the room, or will
    not come), nor what was due before the stay was first told. Else it stays owed until somebody reports it."""
    takes = clinic.minutes("stay", "prepare_minutes", 45)
    if room.moved_in:
        at = room.start.astimezone(UTC)
        accept_by = at + clinic.minutes("stay", "turnover_accept_minutes", 15)
        yield _owed("prepare", nights, room, at, at + takes, accept_by, _made_up(beds, clinic, nights, at))
        return
    expected = expected_at(stay, clinic, nights).astimezone(UTC)
    told = _first_told(stay, expected)
    due = expected - clinic.minutes("stay", "ready_minutes_before", 60)
    if due < told <= expected:
        due = expected
    if due < told or any(at and at < due for at in (stay.admitted_at, stay.discharged_at)):
        return
    accept_by = max(told, due - clinic.minutes("stay", "prepare_accept_minutes", 180))
    yield _owed("prepare", nights, room, due - takes, due, accept_by, _made_up(beds, clinic, nights, expected))


def turnovers(stay: Stay, clinic: Clinic, nights: Nights, rooms: tuple[Placement, ...], lost: bool) -> Iterator[Owed]:
    """Each room that was left: by a move, or by a patient who left for good, never by a discharge on paper. `lost`: so was
    the last of `rooms`, and there is no other yet. A room left twice is turned over twice."""
    for number, room in enumerate(rooms):
        moved_out = lost or number < len(rooms) - 1
        left = room.end if moved_out else left_at(stay)
        if left is None:
            continue
        at = left.astimezone(UTC)
        due = at + turnover_gap(clinic)
        if due < _first_told(stay, at):
            continue
        details = Turnover(left_at=at.astimezone(clinic.zone(nights.site)).isoformat()).as_json()
        accept_by = at + clinic.minutes("stay", "turnover_accept_minutes", 15)
        yield _owed("turnover", nights, room, at, due, accept_by, details)


def _made_up(beds: int, clinic: Clinic, nights: Nights, expected: datetime) -> Json:
    return Prepare(beds=beds, expected_at=expected.astimezone(clinic.zone(nights.site)).isoformat()).as_json()


def _first_told(stay: Stay, otherwise: datetime) -> datetime:
    return (stay.first_told or otherwise).astimezone(UTC)


def _owed(kind: str, nights: Nights, room: Placement, start: datetime, due: datetime, accept_by: datetime,
          details: Json) -> Owed:
    return Owed(kind=kind, feed="housekeeping", slot=room.slot, start=start, due=due, accept_by=accept_by,
                place=room.room, site=nights.site, details=details)
