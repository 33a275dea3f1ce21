"""What stays depend on beside their own facts: the flights that they name, and the resources of their sites that concern them."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from shared.language.facts.flights import flight_subject
from shared.language.flight import Flight, flight_view
from shared.language.resources import Resource
from shared.language.stay import Stay
from shared.shell import passes
from shared.shell.documents import facts_of
from shared.shell.draft import Context, Draft
from shared.shell.pools import resources_of


@dataclass(slots=True)
class Surroundings:
    """Of the stays of one attempt."""

    context: Context
    draft: Draft
    now: datetime
    _resources: dict[str, list[Resource]] = field(default_factory=dict)  # by site, of the kinds that concern stays
    _newcomers: list[str] = field(default_factory=list)

    async def load(self, stays: Sequence[str]) -> None:
        service = self.context.service
        if not service.wakes_stays and "flight-status" not in service.hears:
            return
        flights: set[str] = set()
        sites: set[str] = set()
        for subject in stays:
            try:
                stay = self.view(subject)
            except Exception:  # it will fail again in its own pass, and be told there
                continue
            site = self.context.clinic.site_of(stay.site)
            sites |= {site} if site else set()
            if site and service.wakes_stays and self.draft.doc(subject)["site"] != site:  # as it was read: None of a new one
                self._newcomers.append(subject)
            flights |= {flight_subject(number, on) for number, on in stay.flights()}
        missing = flights - set(self.draft.docs)
        if missing and "flight-status" in service.hears:
            self.draft.adopt(await self.context.store.load(sorted(missing), self.now))
        self._resources = await self._resources_of(sites if service.wakes_stays else ())

    async def missed(self) -> list[str]:
        """Asked after the commit: stays new to their site that have read a resource just before it changed. They were in nobody's
        list when its change was told to the open stays there."""
        return self._newcomers if self._newcomers and await self._resources_of(self._resources) != self._resources else []

    async def _resources_of(self, sites: Collection[str]) -> dict[str, list[Resource]]:
        context = self.context
        found = [resources_of(context.clinic, context.store, site, context.service.wakes_stays) for site in sites]
        return dict(zip(sites, await asyncio.gather(*found), strict=True))

    def view(self, subject: str) -> Stay:
        return self.context.stays.of(self.draft.doc(subject))

    def bench(self, subject: str, stay: Stay) -> passes.Bench:
        """What a pass of the stay needs; the flights that it names know of it from now on."""
        flights: dict[tuple[str, date], Flight] = {}
        if "flight-status" in self.context.service.hears:
            for number, on in stay.flights():
                ref = flight_subject(number, on)
                flights[number, on] = flight_view(number, on, facts_of(self.draft.doc(ref)))
                if subject not in self.draft.doc(ref)["named_by"]:
                    doc = self.draft.touch(ref)
                    doc["named_by"] = sorted([*doc["named_by"], subject])
        return passes.Bench(self.context.service, self.context.clinic, flights,
                            self._resources.get(self.context.clinic.site_of(stay.site) or "", ()))
