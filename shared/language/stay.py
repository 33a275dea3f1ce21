"""The typed view of a stay: what is known of it, with withdrawals, modes of journeys and moved fasting windows settled."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Literal

from pydantic import Field

from shared.language.facts import Fact, Json
from shared.language.facts.base import Says
from shared.language.facts.intake import (
    Discharged,
    Fasting,
    Journey,
    PatientAdmitted,
    PatientLeft,
    ProcedureDone,
    ProcedureScheduled,
    Profile,
    StayBooked,
    Told,
)
from shared.language.facts.stay import RoomAssigned
from shared.language.facts.transport import ArrivalExpected
from shared.language.known import Known, Path, in_order, merge
from shared.language.lenient import Unreadable, read
from shared.language.words import instant

Phase = Literal["unknown", "booked", "admitted", "discharged", "nothing"]

# What a done tells, and takes back with it.
_NOT_DONE = dict.fromkeys(set(ProcedureDone.model_fields) - set(Told.model_fields) - {"procedure_id", "withdrawn"})
_OBJECT = "Input should be a valid dictionary"


class Procedure(ProcedureScheduled, ProcedureDone):
    done_withdrawn: bool | None = None


class _Words(Says):
    """The shape of everything that may be known of a stay."""

    site: str | None = None
    profile: Profile = Field(default_factory=Profile)
    booking: StayBooked = Field(default_factory=StayBooked)
    admission: PatientAdmitted = Field(default_factory=PatientAdmitted)
    discharge: Discharged = Field(default_factory=Discharged)
    procedures: dict[str, Procedure] = Field(default_factory=dict)
    left: dict[str, PatientLeft] = Field(default_factory=dict)
    arrival_expected: ArrivalExpected = Field(default_factory=ArrivalExpected)
    room: RoomAssigned = Field(default_factory=RoomAssigned)


@dataclass(frozen=True)
class Stay:
    """One stay as all its facts together say; fields that nobody can read are None and listed in `unreadable`."""

    id: str
    known: Known
    words: _Words
    unreadable: tuple[Unreadable, ...]
    facts: tuple[Fact, ...] = ()

    @cached_property
    def patches(self) -> tuple[tuple[Fact, Json], ...]:
        """Each fact with what it says of the stay, in the order of merging."""
        return tuple(in_order(self.facts))

    @property
    def profile(self) -> Profile:
        return self.words.profile

    @property
    def site(self) -> str | None:
        return self.words.site

    @property
    def first_told(self) -> datetime | None:
        return self.known.first_told

    @property
    def booked_at(self) -> datetime | None:
        """When the booking was first told; for a stay that was never booked, when it was first told of at all."""
        return self.known.topics.get("stay-booked", self.known.first_told)

    @cached_property
    def booking_withdrawn(self) -> bool:
        return self.words.booking.withdrawn is True

    @cached_property
    def admission_withdrawn(self) -> bool:
        return self._taken_back(self.words.admission.withdrawn, ("admission",), "withdrawn", "admitted_at")

    @cached_property
    def admitted_at(self) -> datetime | None:
        return None if self.admission_withdrawn else self.words.admission.admitted_at

    @cached_property
    def discharged_at(self) -> datetime | None:
        gone = self._taken_back(self.words.discharge.withdrawn, ("discharge",), "withdrawn", "discharged_at")
        return None if gone else self.words.discharge.discharged_at

    @cached_property
    def phase(self) -> Phase:
        """What the table of owed things turns on. `nothing`: cancelled before the admission, or admitted by mistake."""
        booked = "stay-booked" in self.known.topics and not self.booking_withdrawn
        admitted = "patient-admitted" in self.known.topics and not self.admission_withdrawn
        if self.booking_withdrawn and not admitted:
            return "nothing"
        if self.discharged_at:
            return "discharged"
        if admitted and (self.admitted_at or not booked):
            return "admitted"
        if booked:
            return "booked"
        return "nothing" if self.admission_withdrawn else "unknown"

    @property
    def arrival(self) -> Journey | None:
        return self.profile.arrival and self.profile.arrival.of_its_mode()

    @property
    def departure(self) -> Journey | None:
        """The onward journey told at the discharge, else the booked departure."""
        onward = self.words.discharge.onward if self.discharged_at else None
        told = onward or self.profile.departure
        return told and told.of_its_mode()

    def left_for_good(self, person: str = "patient") -> datetime | None:
        """When the person left the building without being due back. An outing has `back_at`, readable or not; one that is
        not after `left_at` was that of an earlier outing."""
        left = self.words.left.get(person)
        if left is None or left.left_at is None:
            return None
        if left.back_at is None:
            return left.left_at if self.known.at("left", person, "back_at") is None else None
        return left.left_at if left.back_at <= left.left_at else None

    def flights(self) -> tuple[tuple[str, date], ...]:
        """The flights that this stay names: (number, local date of departure)."""
        journeys = (self.arrival, self.departure, self.profile.departure)
        named = {(j.flight, j.on) for j in journeys if j and j.mode in ("flight", None) and j.flight and j.on}
        return tuple(sorted((f, on) for f, on in named if f and on))

    @cached_property
    def procedures(self) -> Mapping[str, Procedure]:
        """Those not taken back; a done that was taken back says nothing; fasting moved with a later start."""
        kept = {}
        for ref, procedure in self.words.procedures.items():
            here = ("procedures", ref)
            if self._taken_back(procedure.withdrawn, here, "withdrawn", "starts_at"):
                continue
            undone = self._done_taken_back(procedure, here) or self._put_off(procedure, here)
            changes = {"fasting": self._moved_fasting(ref, procedure)}
            kept[ref] = procedure.model_copy(update=changes | (_NOT_DONE if undone else {}))
        return kept

    @cached_property
    def put_off(self) -> Mapping[str, Procedure]:
        """Those of `procedures` that were done once and then given a later start: as they were done."""
        said = self.words.procedures
        return {ref: said[ref] for ref in self.procedures
                if self._put_off(said[ref], ("procedures", ref)) and not self._done_taken_back(said[ref], ("procedures", ref))}

    def _done_taken_back(self, procedure: Procedure, here: Path) -> bool:
        return self._taken_back(procedure.done_withdrawn, here, "done_withdrawn", "done_at")

    def _put_off(self, procedure: Procedure, here: Path) -> bool:
        """A start told after the done, and later than it, is another start: that one is not done yet."""
        done, again = self.known.told(*here, "done_at"), self.known.told(*here, "starts_at")
        told_later = done and again and again > done
        return bool(told_later and procedure.done_at and procedure.starts_at and procedure.starts_at > procedure.done_at)

    def fasting_was_moved(self, ref: str) -> bool:
        """The start was told again after the windows: they moved with it, and a nurse has to confirm."""
        procedure = self.words.procedures.get(ref)
        return bool(procedure and procedure.fasting and procedure.fasting != self._moved_fasting(ref, procedure))

    def _moved_fasting(self, ref: str, procedure: Procedure) -> Fasting | None:
        """Each window by itself: it was meant for the start known when it was told, else for the first one told after it."""
        here = ("procedures", ref)
        started = self.known.told(*here, "starts_at")
        if not (procedure.fasting and procedure.starts_at and started):
            return procedure.fasting
        moved = {}
        for name, at in procedure.fasting:
            told = self.known.told(*here, "fasting", name)
            meant = self._start_known_at(told, ref) if at and told and told < started else None
            if meant:
                moved[name] = at + (procedure.starts_at - meant)
        return procedure.fasting.model_copy(update=moved)

    def _start_known_at(self, told: datetime, ref: str) -> datetime | None:
        words = self._starts.get(ref, [])
        known = [start for at, start in words if at <= told][-1:]
        later = [start for at, start in words if at > told and start]
        return next((start for start in (*known, *later) if start), None)

    def last_read_start(self, ref: str) -> datetime | None:
        """The newest start of this procedure that could be read."""
        return next((start for _, start in reversed(self._starts.get(ref, [])) if start), None)

    @cached_property
    def _starts(self) -> Mapping[str, list[tuple[datetime, datetime | None]]]:
        """procedure -> every word of its start, in the order of merging: (told at, start; None where none can be read)."""
        starts: dict[str, list[tuple[datetime, datetime | None]]] = {}
        for fact, patch in self.patches:
            for ref, says in patch.get("procedures", {}).items():
                if "starts_at" in says:
                    starts.setdefault(ref, []).append((fact.told_at, instant(says["starts_at"])))
        return starts

    def _taken_back(self, withdrawn: bool | None, here: Path, name: str, key: str) -> bool:
        """`withdrawn: true` holds until `withdrawn: false` or a later word of the key instant."""
        taken, again = self.known.told(*here, name), self.known.told(*here, key)
        later = taken and again and again > taken and self.known.at(*here, key) is not None
        return withdrawn is True and not later


def view(stay_id: str, facts: Iterable[Fact]) -> Stay:
    """The stay that these facts tell of, in whatever order they came."""
    told = tuple(facts)
    known = merge(told)
    words, unreadable = read(_Words, known.data)
    if words.discharge.onward and not known.at("discharge", "onward"):  # an empty journey says nothing
        words = words.model_copy(update={"discharge": words.discharge.model_copy(update={"onward": None})})
    aside = tuple(Unreadable(".".join(path), repr(said)[:80], _OBJECT) for path, said in known.pushed_aside)
    return Stay(stay_id, known, words, tuple(sorted((*unreadable, *aside), key=lambda word: word.path)), told)
