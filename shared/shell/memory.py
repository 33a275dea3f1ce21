"""The store's twin in memory: the same documents, the same fences, the same suite as the real one."""

from collections.abc import AsyncIterator, Collection, Sequence
from copy import deepcopy
from datetime import datetime

from shared.shell.documents import Change, Conflict, Doc, Write
from shared.shell.loading import Kinds, Loaded, loaded


class MemoryStore:
    """Documents in dictionaries; a commit checks every fence before it writes anything."""

    def __init__(self) -> None:
        self.data: dict[str, dict[str, Doc]] = {n: {} for n in ("subjects", "states", "outbox", "requests", "keys")}
        self.writes = 0

    async def start(self) -> None: ...
    async def stop(self) -> None: ...

    async def load(self, subjects: Collection[str], now: datetime, kinds: Kinds = ()) -> Loaded:
        return deepcopy(loaded(subjects, now, kinds, self.data))

    async def commit(self, change: Change) -> None:
        for name, fence, writes in self._fenced(change):
            for write in writes:
                old = self.data.get(name, {}).get(write.doc["_id"])
                if (old[fence] if old else None) != write.expected:
                    raise Conflict(f"{name} {write.doc['_id']}")
        for name, docs in (("outbox", change.outbox), ("keys", change.keys)):
            if any(doc["_id"] in self.data[name] for doc in docs):
                raise Conflict(name)
        self.writes += change.size
        for name, _, writes in self._fenced(change):
            for write in writes:
                self.data.setdefault(name, {})[write.doc["_id"]] = deepcopy(write.doc)
        for id_ in change.served:
            self.data["requests"].pop(id_, None)
        for id_ in [i for i, d in self.data["outbox"].items() if d["subject"] in change.closed and not d.get("unpublished")]:
            del self.data["outbox"][id_]
        for name, docs in (("outbox", change.outbox), ("keys", change.keys), ("requests", change.requests)):
            for doc in docs:
                self.data[name][doc["_id"]] = deepcopy(doc)

    @staticmethod
    def _fenced(change: Change) -> list[tuple[str, str, list[Write]]]:
        own = [(name, "version", writes) for name, writes in change.own.items()]
        return [("subjects", "version", change.subjects), ("states", "revision", change.states), *own]

    async def subject(self, subject: str) -> Doc | None:
        return deepcopy(self.data["subjects"].get(subject))

    async def resources(self, site: str, kinds: Sequence[str]) -> list[Doc]:
        starts = tuple(f"resource:{site}/{kind}/" for kind in kinds)
        return [deepcopy(d) for i, d in sorted(self.data["subjects"].items()) if i.startswith(starts)]

    async def open_stays(self, site: str | None = None) -> list[Doc]:
        return [deepcopy(d) for i, d in sorted(self.data["subjects"].items())
                if d["kind"] == "stay" and d["closed_at"].year == 9999 and site in (None, d["site"])]

    async def pool_states(self, pool: str) -> list[Doc]:
        return [deepcopy(d) for _, d in sorted(self.data["states"].items()) if d["pool"] == pool and d["open"]]

    async def state(self, id_: str) -> Doc | None:
        return deepcopy(self.data["states"].get(id_))

    async def states(self, topics: Sequence[str], closed_after: datetime, page: int, brief: bool = False
                     ) -> AsyncIterator[list[Doc]]:
        found = [deepcopy(d) for d in self.data["states"].values() if d["topic"] in topics and d["closed_at"] >= closed_after]
        for start in range(0, len(found), page):
            yield found[start : start + page]

    async def due(self, now: datetime, parts: Collection[int] | None, limit: int) -> list[tuple[str, int]]:
        rows = sorted((r for r in self.data["requests"].values()
                       if r["due"] <= now and (parts is None or r["part"] in parts)), key=lambda r: (r["due"], r["_id"]))
        return list(dict.fromkeys((r["subject"], r["part"]) for r in rows))[:limit]

    async def next_due(self) -> datetime | None:
        return min((r["due"] for r in self.data["requests"].values()), default=None)

    async def unpublished(self, limit: int, but: Collection[str] = ()) -> list[tuple[str, Doc]]:
        return [(name, deepcopy(d)) for name in ("outbox", "states") for d in self.data[name].values()
                if d.get("unpublished") and d["unpublished"] not in but][:limit]

    async def published(self, sent: Sequence[tuple[str, Doc]]) -> list[str]:
        moved_on = []
        for name, doc in sent:
            now = self.data[name].get(doc["_id"])
            if now and now.get("unpublished") == doc.get("unpublished"):
                now.pop("unpublished", None)
            if now is None or now["revision"] != doc["revision"]:
                moved_on.append(doc["_id"])
        return moved_on

    async def outbox_of(self, subject: str) -> list[Doc]:
        return [deepcopy(d) for d in self.data["outbox"].values() if d["subject"] == subject]

    async def tell_again(self) -> int:
        closed = {i for i, d in self.data["subjects"].items() if d["closed_at"].year != 9999}
        told = [d for d in self.data["outbox"].values() if d["subject"] not in closed]
        for doc in told:
            doc["unpublished"] = "again"
        return len(told)

    async def key(self, id_: str) -> Doc | None:
        return deepcopy(self.data["keys"].get(id_))

    async def own(self, collection: str, id_: str) -> Doc | None:
        return deepcopy(self.data.get(collection, {}).get(id_))

    async def own_all(self, collection: str, after: str, limit: int) -> list[Doc]:
        return [deepcopy(d) for i, d in sorted(self.data.get(collection, {}).items()) if i > after][:limit]

    async def wipe(self) -> None:
        self.data = {n: {} for n in ("subjects", "states", "outbox", "requests", "keys")}

    async def at_rest(self, now: datetime) -> bool:
        return not await self.due(now, None, 1) and not await self.unpublished(1)
