"""The simulated staff sees what anybody sees, the feeds over HTTP, and does what anybody may, a move over HTTP."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import httpx

from shared.edge.demo.habits import HABITS, Act, Seen
from shared.language.clinic import Clinic
from shared.language.facts import Json
from shared.language.shifts import on_duty

KINDS = {"housekeeping": "housekeeper", "driver": "driver", "nursing": "nurse", "interpreter": "interpreter"}  # of a feed
OTHERS = {"desk": ("ana", "tamara"), "kitchen": ("rade", "zorica"), "care": ("milica",)}
OPEN = ("requested", "accepted", "in-progress", "on-hold")
Standing = tuple[str, int, str]  # of a task: what a person would see as changed


@dataclass
class Staff:
    """`feeds`: feed -> the path that shows it. A refused move is not tried again until the task has changed."""

    client: httpx.AsyncClient
    feeds: Mapping[str, str]
    people: Mapping[str, Callable[[datetime], tuple[str, ...]]]
    moves: int = 0
    refused: list[str] = field(default_factory=list)
    _since: dict[Standing, datetime] = field(default_factory=dict)
    _meant: dict[tuple[str, int], Act | None] = field(default_factory=dict)  # what they will do with a task as it stands
    _idle: set[tuple[str, int]] = field(default_factory=set)
    _shown: dict[str, tuple[str, list[Json]]] = field(default_factory=dict)  # path -> ETag and tasks

    async def acts(self, now: datetime) -> list[Act]:
        """What each open task is in for next, the soonest first; an act that is late is made now."""
        found: list[Act] = []
        for feed, path in self.feeds.items():
            for task in await self._tasks(path):
                key = (task["task_id"], task["revision"])
                if task["status"] not in OPEN or key in self._idle:
                    continue
                if key not in self._meant:
                    standing = (task["task_id"], task["terms"], f"{task['status']} {task['stage']}")
                    seen = Seen(task, self._since.setdefault(standing, now), self.people[feed])
                    self._meant[key] = HABITS[feed](seen)
                if act := self._meant[key]:
                    found.append(act)
        return sorted(found, key=lambda act: (act.at, act.task["task_id"]))

    async def do(self, acts: Sequence[Act], now: datetime) -> None:
        for act in acts:
            move = {"to": act.to, "by": act.by, "reason": act.reason, "stage": act.stage,
                    "revision": act.task["revision"], "at": now.isoformat()}
            answer = await self.client.post(f"/{act.task['owner']}/tasks/{act.task['task_id']}/moves", json=move)
            self.moves += 1
            self._idle.add((act.task["task_id"], act.task["revision"]))  # done or refused: nobody does it again
            if answer.is_error and not _is_over(answer):
                self.refused.append(f"{act.by}, {act.task['kind']} of {act.task.get('stay_id')} to {act.to} at "
                                    f"{now.isoformat()}: {answer.status_code} {answer.text[:300]}")

    async def _tasks(self, path: str) -> list[Json]:
        etag, tasks = self._shown.get(path, ("", []))
        answer = await self.client.get(path, headers={"if-none-match": etag} if etag else {})
        if answer.status_code == 304:
            return tasks
        answer.raise_for_status()
        self._shown[path] = answer.headers["etag"], answer.json()["tasks"]
        return self._shown[path][1]


def _is_over(answer: httpx.Response) -> bool:
    """What was to be done was taken back in this very minute, by what somebody else did first: no fault of theirs."""
    return answer.status_code == 409 and answer.json()["task"]["status"] == "cancelled"


async def staff_of(client: httpx.AsyncClient, clinic: Clinic) -> Staff:
    """People for each feed that there is and that has habits: those of the clinic file, and a desk."""
    shown: dict[str, str] = (await client.get("/")).raise_for_status().json()["feeds"]
    people: dict[str, Callable[[datetime], tuple[str, ...]]] = {feed: partial(_there, clinic, kind) for feed, kind in KINDS.items()}
    people |= {feed: lambda at, names=names: names for feed, names in OTHERS.items()}  # type: ignore[misc]
    return Staff(client, {feed: path for feed, path in shown.items() if feed in HABITS}, people)


def _there(clinic: Clinic, kind: str, at: datetime) -> tuple[str, ...]:
    """Who of the clinic file is on shift then; all of a kind that has no rota."""
    return tuple(sorted(r.name for site in clinic.sites for r in clinic.resources(site, kind)
                        if "shifts" not in dict(r.details) or on_duty(r, at, clinic.zone(site))))
