"""A keeper who should have spoken and has not is silent: what was said before is no longer what is known."""

from datetime import datetime, timedelta

from shared.language.stay import Stay

SILENT = timedelta(minutes=2)  # a keeper answers in seconds; topics are behind for moments, not for minutes


def known_since(stay: Stay) -> datetime | None:
    """Since when keepers can know of the stay: not when a late teller says it was, but when that could first be heard."""
    if stay.first_told is None:
        return None
    heard = [fact.stamped for fact in stay.facts if fact.stamped]
    return max(stay.first_told, min(heard, default=stay.first_told))


def silent_since(known: datetime | None, told: datetime | None, next_at: datetime | None, now: datetime) -> datetime | None:
    """When the word was due that has not come for SILENT. `told`: the keeper's last word; each looks again at its `next_at`."""
    due = known if told is None else next_at if next_at and next_at >= told else None
    return due if due and now - due >= SILENT else None
