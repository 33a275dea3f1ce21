"""How the promise of the procedures stands. Confirmed only by one that was done; one that nobody ends in time is at risk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo

from services.intake.rules.how_it_stands import of_every_promise
from services.intake.rules.moments import moment
from shared.language.clinic import Clinic
from shared.language.promises import Standing
from shared.language.stay import Procedure, Stay
from shared.service import Around

Named = tuple[str, Procedure]
NEVER = datetime.max.replace(tzinfo=UTC)


def procedures_promise(stay: Stay, around: Around) -> Standing:
    """Those that were not taken back. Done is what has a `done_at`, also where nobody ever scheduled it."""
    if said := of_every_promise(stay, around.clinic):
        return said
    zone = around.clinic.zone(around.clinic.site_of(stay.site))
    done, ahead = _done(stay.procedures), _ahead(stay.procedures)
    if not done and not ahead:
        return _without_any(stay)
    gone = stay.discharged_at if stay.phase == "discharged" else None
    if gone and gone <= around.now:
        return _after_all(done, ahead, zone)
    how = _standing(done, ahead, around, zone)
    return replace(how, again_at=_first(at for at in (how.again_at, gone) if at))  # a discharge may be told ahead


def _without_any(stay: Stay) -> Standing:
    if stay.profile.visit == "check-up":
        return Standing("not-needed", "a check-up without a procedure")
    if stay.phase != "discharged":
        return Standing("planned", "none is scheduled yet")
    return Standing("not-needed", "all were taken back" if stay.words.procedures else "none was ever scheduled")


def _after_all(done: Sequence[Named], ahead: Sequence[Named], zone: tzinfo) -> Standing:
    if ahead:
        refs = ", ".join(ref for ref, _ in ahead)
        return Standing("broken", f"discharged, and neither done nor taken back: {refs}")
    return Standing("kept", f"{len(done)} of {len(done)} done; {_was_done(done[-1], zone)}")


def _standing(done: Sequence[Named], ahead: Sequence[Named], around: Around, zone: tzinfo) -> Standing:
    starts = [p.starts_at for _, p in ahead if p.starts_at and p.starts_at > around.now]
    late_from = {ref: at for ref, p in ahead if (at := _late_from(p, around.clinic))}
    next_at, again_at = _first(starts), _first(at for at in late_from.values() if at > around.now)
    if late := [(ref, p) for ref, p in ahead if ref in late_from and late_from[ref] <= around.now]:
        ref, procedure = late[0]
        end = moment(_end(procedure, around.clinic) or around.now, zone)
        return Standing("at-risk", f"{ref} was to end at {end}, and nobody has said that it is done", next_at, again_at)
    if not done:
        return Standing("planned", _planned(ahead[0], "on", zone), next_at, again_at)
    then = f"; {_planned(ahead[0], 'is planned for', zone)}" if ahead else ""
    return Standing("confirmed", _was_done(done[-1], zone) + then, next_at, again_at)


def _late_from(procedure: Procedure, clinic: Clinic) -> datetime | None:
    """10 min after the planned end: by then the next one who needs its people or its room must be told."""
    end = _end(procedure, clinic)
    return end and end + clinic.minutes("intake", "procedure_late_minutes", 10)


def _end(procedure: Procedure, clinic: Clinic) -> datetime | None:
    """Where no length was told, 60 min: an administration takes less."""
    if procedure.starts_at is None:
        return None
    usual = clinic.minutes("intake", "procedure_minutes", 60)
    length = usual if procedure.minutes is None else timedelta(minutes=procedure.minutes)
    return procedure.starts_at.astimezone(UTC) + length


def _done(procedures: Mapping[str, Procedure]) -> list[Named]:
    done = ((p.done_at, ref, p) for ref, p in procedures.items() if p.done_at)
    return [(ref, p) for _, ref, p in sorted(done, key=lambda each: each[:2])]


def _ahead(procedures: Mapping[str, Procedure]) -> list[Named]:
    ahead = [(ref, p) for ref, p in procedures.items() if p.done_at is None]
    return sorted(ahead, key=lambda each: (each[1].starts_at or NEVER, each[0]))


def _was_done(named: Named, zone: tzinfo) -> str:
    ref, procedure = named
    return f"{ref} was done at {moment(procedure.done_at, zone)}" if procedure.done_at else f"{ref} was done"


def _planned(named: Named, word: str, zone: tzinfo) -> str:
    ref, procedure = named
    return f"{ref} {word} {moment(procedure.starts_at, zone)}" if procedure.starts_at else f"waiting to be told: when {ref} starts"


def _first(times: Iterable[datetime]) -> datetime | None:
    return min(times, default=None)
