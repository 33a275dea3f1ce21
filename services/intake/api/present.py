"""A stay as it is known now: what was heard of it, and what was told over HTTP and has not been heard back yet."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.edge.problems import Problem
from shared.language.facts import Fact, Json
from shared.language.reading import Letter, read_fact
from shared.language.stay import Stay, view
from shared.shell.documents import NEVER, Doc, facts_of
from shared.shell.engine import NotFound
from shared.shell.running import Running

A_MOMENT = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Present:
    """`booking` is the fence: read first, so that whatever is told after that makes our commit a conflict."""

    stay: Stay
    booking: Doc | None
    closed: bool

    @property
    def profile(self) -> Json:
        told = self.stay.known.at("profile")
        return told if isinstance(told, dict) else {}

    def with_fact(self, fact: Fact) -> Stay:
        return view(self.stay.id, (*self.stay.facts, fact))

    def next_told_at(self, now: datetime, tells: tuple[str, ...]) -> datetime:
        """Later than every word that ours may correct, also of an app whose clock is ahead."""
        told = [fact.told_at for fact in self.stay.facts if fact.topic in tells]
        told += [datetime.fromisoformat(self.booking["last_told_at"])] if self.booking else []
        return max([now, *(at + A_MOMENT for at in told)])


async def present(running: Running, stay_id: str) -> Present:
    """Without a fact where nobody has ever spoken of the stay."""
    store, subject = running.store, f"stay:{stay_id}"
    booking = await store.own("bookings", stay_id)
    told = [read_back(doc) for doc in await store.outbox_of(subject)]
    heard = await store.subject(subject)
    facts = {fact.id: fact for fact in told if isinstance(fact, Fact)}
    facts |= {fact.id: fact for fact in facts_of(heard)} if heard else {}
    return Present(view(stay_id, facts.values()), booking, bool(heard and heard["closed_at"] < NEVER))


async def known(running: Running, stay_id: str) -> Present:
    found = await present(running, stay_id)
    if not found.stay.facts:
        raise NotFound(f"nobody has told us of a stay {stay_id}")
    return found


async def still_open(running: Running, stay_id: str) -> Present:
    """For whoever has something to say of it."""
    found = await known(running, stay_id)
    if found.closed:
        raise Problem(409, "Closed", f"the stay {stay_id} is closed; nothing more can be told of it")
    return found


def read_back(doc: Doc) -> Fact | Letter:
    """A fact of our outbox, exactly as everybody will hear it."""
    at = datetime.fromisoformat(doc["at"])
    headers = {name: value.encode() for name, value in doc["headers"].items()}
    return read_fact(doc["topic"], doc["value"].encode(), headers, at, at)
