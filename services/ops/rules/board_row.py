"""A row is one stay on the board: where it stands, every promise of it, what comes next, and what the desk owes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import cached_property

from services.ops.rules.cells import Cell, Said, cells, iso, worst
from services.ops.rules.desk import Ask
from services.ops.rules.silence import known_since
from shared.language.facts import Json
from shared.language.stay import Stay

WORST_FIRST = ("broken", "at-risk", "silent")  # before these all others are equal, and the next milestone decides
LAST = "9999"


@dataclass(frozen=True)
class Row:
    """`leaves_on`: the day of the discharge once there is one; `over_since`: discharged, or cancelled; `room`: now, or to come."""

    stay_id: str
    site: str | None
    patient_ref: str | None
    room: str | None
    phase: str
    in_house: bool
    arrives_on: date | None
    leaves_on: date | None
    expected_at: datetime | None
    over_since: datetime | None
    cells: tuple[Cell, ...]
    open_asks: int
    unacknowledged: Ask | None

    def of(self, promise: str) -> Cell | None:
        return next((cell for cell in self.cells if cell.promise == promise), None)

    @property
    def lacks_room(self) -> bool:
        """To be said loudly; a day visit needs none."""
        promised = self.of("room")
        return self.room is None and self.phase in ("booked", "admitted") and not (promised and promised.state == "not-needed")

    @cached_property
    def worst(self) -> str:
        return worst(self.cells)

    @cached_property
    def next(self) -> Cell | None:
        """The promise with the next milestone."""
        return min((cell for cell in self.cells if cell.next_at), key=lambda cell: (cell.next_at, cell.promise), default=None)

    @cached_property
    def order(self) -> str:
        """Worst first, then by the next milestone, then by name: as text, so that every screen sorts alike."""
        rank = WORST_FIRST.index(self.worst) if self.worst in WORST_FIRST else len(WORST_FIRST)
        coming = self.next.next_at.timestamp() if self.next and self.next.next_at else None
        return f"{rank} {f'{coming:013.0f}' if coming is not None else LAST * 4} {self.stay_id}"

    def as_json(self) -> Json:
        coming = self.next
        return {
            "stay_id": self.stay_id, "site": self.site, "patient_ref": self.patient_ref, "room": self.room,
            "phase": self.phase, "in_house": self.in_house,
            "arrives_on": self.arrives_on.isoformat() if self.arrives_on else None,
            "leaves_on": self.leaves_on.isoformat() if self.leaves_on else None,
            "expected_at": iso(self.expected_at), "over_since": iso(self.over_since), "worst": self.worst,
            "promises": [cell.as_json() for cell in self.cells],
            "next": {"promise": coming.promise, "at": iso(coming.next_at)} if coming else None,
            "desk": {"open": self.open_asks,
                     "oldest_unacknowledged": self.unacknowledged.as_json() if self.unacknowledged else None},
        }


def row(stay: Stay, site: str | None, zone: tzinfo, words: Mapping[str, Said], asks: Sequence[Ask], now: datetime) -> Row:
    """`asks`: the stay's open desk tasks, unacknowledged ones first."""
    profile, left = stay.profile, stay.discharged_at
    return Row(
        stay_id=stay.id, site=site, patient_ref=profile.patient_ref, room=room_now(stay, now), phase=stay.phase,
        in_house=stay.phase == "admitted" and stay.left_for_good() is None,
        arrives_on=profile.arrives_on or _day(stay.admitted_at, zone),
        leaves_on=_day(left, zone) if stay.phase == "discharged" else profile.leaves_on,
        expected_at=stay.words.arrival_expected.expected_at if stay.phase == "booked" else None,
        over_since=over_since(stay), cells=cells(words, known_since(stay), now), open_asks=len(asks),
        unacknowledged=next((ask for ask in asks if ask.waits), None))


def room_now(stay: Stay, now: datetime) -> str | None:
    """The room that the stay has now; before the arrival the first one it will have, after the leaving none."""
    placed = [p for p in stay.words.room.placements or () if p.room and (p.to is None or p.to > now)]
    begun = [p for p in placed if p.from_ is None or p.from_ <= now]
    coming = sorted((p for p in placed if p.from_ and p.from_ > now), key=lambda p: p.from_.timestamp() if p.from_ else 0.0)
    return next((p.room for p in (*begun[-1:], *coming)), None)


def over_since(stay: Stay) -> datetime | None:
    if stay.phase == "discharged":
        return stay.discharged_at
    taken_back = (stay.known.told("booking", "withdrawn"), stay.known.told("admission", "withdrawn"))
    return max((at for at in taken_back if at), default=stay.first_told) if stay.phase == "nothing" else None


def _day(at: datetime | None, zone: tzinfo) -> date | None:
    return at.astimezone(zone).date() if at else None
