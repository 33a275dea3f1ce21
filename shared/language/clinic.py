"""The clinic file: sites, rooms and people, hours, ladders. Checked whole before anything starts; every field named."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.language.overdue import Step
from shared.language.resources import Resource


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("an IANA time zone, like Europe/Belgrade")
    return name


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ResourceEntry(_Part):
    """One thing or person of a site; `units`: beds of a room, seats of a van."""

    features: list[str] = []
    units: Annotated[int, Field(ge=0, le=100)] = 1
    details: dict[str, Any] = {}


class StepEntry(_Part):
    after: Literal["accept_by", "due"]
    wait_minutes: Annotated[int, Field(ge=0)] = 0
    role: str = "desk"
    channel: str = "screen"


class SiteEntry(_Part):
    zone: Annotated[str, AfterValidator(_zone)]
    check_in: time = time(14)
    check_out: time = time(11)
    resources: dict[str, dict[str, ResourceEntry]] = {}  # kind -> name -> entry


class Clinic(_Part):
    """A clinic file, `deploy/clinics/*.yaml`. Minutes are minutes; `settings` are the services' own, by service; `signed_by`:
    the medical director who stands for those that are clinical."""

    clinic: str
    demo: bool = False
    signed_by: str | None = None
    sites: Annotated[dict[str, SiteEntry], Field(min_length=1)]
    ladders: dict[str, list[StepEntry]] = {}
    settings: dict[str, dict[str, Any]] = {}

    @property
    def only_site(self) -> str | None:
        return next(iter(self.sites)) if len(self.sites) == 1 else None

    def site_of(self, told: str | None) -> str | None:
        """The site that was told, where we have it; the only one there is, where none was told."""
        return told if told in self.sites else self.only_site if told is None else None

    def zone(self, site: str | None) -> ZoneInfo:
        return self._zones[site if site in self._zones else next(iter(self.sites))]

    @cached_property
    def _zones(self) -> dict[str, ZoneInfo]:
        return {name: ZoneInfo(entry.zone) for name, entry in self.sites.items()}

    def at(self, site: str, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, self.zone(site))

    def check_in(self, site: str, day: date) -> datetime:
        return self.at(site, day, self.sites[site].check_in)

    def check_out(self, site: str, day: date) -> datetime:
        return self.at(site, day, self.sites[site].check_out)

    def resources(self, site: str, kind: str) -> Sequence[Resource]:
        return self._resources[site].get(kind, ())

    @cached_property
    def _resources(self) -> dict[str, dict[str, tuple[Resource, ...]]]:
        return {site: {kind: tuple(Resource(f"{site}/{kind}/{name}", frozenset(entry.features), entry.units,
                                            details=tuple(sorted(entry.details.items()))) for name, entry in entries.items())
                       for kind, entries in there.resources.items()} for site, there in self.sites.items()}

    def resource(self, ref: str) -> Resource | None:
        site, _, rest = ref.partition("/")
        if site not in self.sites:
            return None
        return next((r for r in self.resources(site, rest.partition("/")[0]) if r.id == ref), None)

    def setting(self, service: str, name: str, default: Any) -> Any:
        return self.settings.get(service, {}).get(name, default)

    def minutes(self, service: str, name: str, default: int) -> timedelta:
        return timedelta(minutes=float(self.setting(service, name, default)))

    @cached_property
    def ladder(self) -> dict[str, tuple[Step, ...]]:
        return {kind: tuple(Step(s.after, timedelta(minutes=s.wait_minutes), s.role, s.channel) for s in steps)
                for kind, steps in self.ladders.items()}
