"""What is told of a resource: out of service, changed features, on and off duty. Its id is `site/kind/name`."""

from typing import Any

from pydantic import Field

from shared.language.facts.base import Json, Kind, Says, without
from shared.language.words import Instant, says_it_is_a_subject


class Out(Says):
    """Out of service from, to (null: until further notice), and why."""

    from_: Instant | None = Field(default=None, alias="from")
    to: Instant | None = None
    reason: str | None = None


class ResourceStatus(Says):
    resource: str | None = None
    told_at: Instant | None = None
    told_by: str | None = None
    out: dict[str, Out] | None = None
    features: list[str] | None = None
    units: int | None = Field(default=None, ge=0)
    on_duty: bool | None = None
    details: dict[str, Any] | None = None


def _named(told: Json) -> str | None:
    name = told.get("resource")
    return name if says_it_is_a_subject(name) and str(name).count("/") == 2 and all(str(name).split("/")) else None


KINDS = (
    Kind("resource-status", "resources", "resource", ResourceStatus,
         "out of service from, to, reason; changed features; staff on and off duty",
         lambda told: without(told, "resource", "told_at", "told_by"), _named, ("its owner's HTTP",)),
)
