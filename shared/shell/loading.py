"""What is read before a pass: of some subjects all that is kept of them, and what their pools compete for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from shared.shell.documents import Doc, again_id

Kinds = Collection[tuple[str, str]]  # (site, kind) of resources


@dataclass(slots=True)
class Loaded:
    """`states` and `requests` by subject; requests are those due, and the subject's own next time. `pools`: of each subject that
    is a pool the states of its open tasks; `resources`: those of the kinds that were asked for; both in the order of their ids."""

    subjects: dict[str, Doc]
    states: dict[str, list[Doc]]
    requests: dict[str, list[Doc]]
    pools: dict[str, list[Doc]]
    resources: list[Doc]


def loaded(subjects: Collection[str], now: datetime, kinds: Kinds, docs: Mapping[str, Mapping[str, Doc]]) -> Loaded:
    """What these documents, by collection and id, say of `subjects`."""
    states: dict[str, list[Doc]] = {i: [] for i in subjects}
    requests: dict[str, list[Doc]] = {i: [] for i in subjects}
    pools: dict[str, list[Doc]] = {i: [] for i in subjects if is_pool(i)}
    for doc in docs["states"].values():
        if doc["subject"] in states:
            states[doc["subject"]].append(doc)
        if doc["open"] and doc["pool"] in pools:
            pools[doc["pool"]].append(doc)
    for doc in docs["requests"].values():
        if doc["subject"] in requests and (doc["due"] <= now or doc["_id"] == again_id(doc["subject"])):
            requests[doc["subject"]].append(doc)
    starts = tuple(f"resource:{site}/{kind}/" for site, kind in kinds)
    by_id = itemgetter("_id")
    return Loaded({i: docs["subjects"][i] for i in subjects if i in docs["subjects"]}, states, requests,
                  {pool: sorted(found, key=by_id) for pool, found in pools.items()},
                  sorted((doc for i, doc in docs["subjects"].items() if i.startswith(starts)), key=by_id))


def is_pool(subject: str) -> bool:
    return subject.startswith("pool:")
