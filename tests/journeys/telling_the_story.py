"""How a story is told to a running house: facts over HTTP and Kafka, moves of people on feeds, and a clock that is stepped.

Nothing is asked of the house but what any client may ask.
"""

import json
import os
import subprocess
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from confluent_kafka import Producer

from shared.edge.clinics import load_clinic
from shared.language.shifts import on_duty
from shared.settings import PACKAGED
from shared.shell.clock import FileClock, write_clock
from tests.faults.processes import STAYWARD, Member, patiently

Task = dict[str, Any]
HOUSE, _ = load_clinic(PACKAGED)


def at(text: str) -> datetime:
    """`23 16:20`: on that day of November 2026, or with a month `12-07 10:00`, in Belgrade."""
    day, hour = text.split()
    return datetime.fromisoformat(f"2026-{day if '-' in day else f'11-{day}'}T{hour}:00+01:00")


@dataclass
class Story:
    """One stay in one house. `now` is what the clock of the house says."""

    member: Member
    clock: Path
    stay: str
    http: httpx.Client = field(init=False)
    producer: Producer = field(init=False)

    def __post_init__(self) -> None:
        self.knock()
        self.producer = Producer({"bootstrap.servers": self.member.environment["STAYWARD_KAFKA"]})
        self.prefix = self.member.environment["STAYWARD_PREFIX"]

    def knock(self) -> None:
        """At the door of the house as it stands now."""
        self.http = httpx.Client(base_url=self.member.http, timeout=30)

    def is_lost_and_rebuilt(self, *services: str) -> None:
        """The house stops, the databases of these services are emptied and made again from the topics, and it goes on."""
        self.member.stop()
        for service in services:
            done = subprocess.run([str(STAYWARD), "rebuild", service, "--yes"], env={**os.environ, **self.member.environment},
                                  capture_output=True, text=True, timeout=60, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
        self.member.start()
        self.member.wait()
        self.knock()

    def it_is(self, when: str) -> None:
        write_clock(self.clock, at(when))

    def post(self, path: str, **body: Any) -> Any:
        answer = self.http.post(path, json=body)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def patch(self, path: str, **body: Any) -> None:
        answer = self.http.patch(path, json=body)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"

    def told_on(self, topic: str, **says: Any) -> None:
        """By a staff app that knows no more than this, on a phone whose clock is right: the story's, whatever today's date is."""
        stamp = int(FileClock(self.clock).now().timestamp() * 1000)
        self.producer.produce(self.prefix + topic, json.dumps(says).encode(), timestamp=stamp)
        assert self.producer.flush(20) == 0

    def tasks(self, feed: str, **like: Any) -> list[Task]:
        """Of this stay, in the order of their start; `details` of `like` need only be part of the task's."""
        owner = {"housekeeping": "stay", "nursing": "stay", "interpreter": "stay", "driver": "transport", "kitchen": "meals",
                 "care": "intake", "desk": "intake"}[feed]
        rows = self.http.get(f"/{owner}/feeds/{feed}").raise_for_status().json()["tasks"]
        found = [t for t in rows if t.get("stay_id") == self.stay and all(_says(t, name, word) for name, word in like.items())]
        return sorted(found, key=lambda t: (t["start"], t["task_id"]))

    def sees(self, feed: str, seconds: float = 20, **like: Any) -> Task:
        """The one task that is like this, once it is there."""
        def one() -> Task | None:
            found = self.tasks(feed, **like)
            return found[0] if len(found) == 1 else None
        try:
            found: Any = patiently(one, seconds, "not seen")
        except TimeoutError:
            raise AssertionError(f"on {feed} like {like}: {json.dumps(self.tasks(feed), indent=1)[-6000:]}") from None
        return dict(found)

    def first(self, feed: str, **like: Any) -> Task:
        """The first of those that are like this, once there is one."""
        patiently(lambda: self.tasks(feed, **like), 20, f"nothing on {feed} is like {like}")
        return self.tasks(feed, **like)[0]

    def sees_none(self, feed: str, **like: Any) -> None:
        try:
            patiently(lambda: not self.tasks(feed, **like), 20, "still there")
        except TimeoutError:
            raise AssertionError(f"{feed} still has {like}: {self.tasks(feed, **like)}") from None

    def moves(self, task: Task, *steps: str, by: str, reason: str | None = None) -> Task:
        """Each step is a status, or `in-progress: stage`."""
        for step in steps:
            to, _, stage = step.partition(": ")
            task = self.post(f"/{task['owner']}/tasks/{task['task_id']}/moves", to=to, stage=stage or None, by=by, reason=reason)
        return task

    def life_goes_on(self, until: str) -> None:
        """Cooks, nurses and interpreters do what their feeds ask of them, each at its time, up to a moment."""
        steps = {"kitchen": ("accepted", "in-progress: plated", "completed: delivered"), "nursing": ("accepted", "completed"),
                 "interpreter": ("accepted", "in-progress", "completed")}
        while True:
            waiting = [task for feed in steps for task in self.tasks(feed, status="requested") if _moment(task) <= at(until)]
            if not waiting:
                break
            task = min(waiting, key=lambda t: (_moment(t), t["task_id"]))
            write_clock(self.clock, _moment(task))
            self.moves(task, *steps[task["feed"]], by=task["assignee"] or self._who(task))
        self.it_is(until)

    def _who(self, task: Task) -> str:
        if task["feed"] != "nursing":
            return "rade"
        nurses = HOUSE.resources("belgrade", "nurse")
        return next(n.name for n in nurses if on_duty(n, _moment(task), HOUSE.zone("belgrade")))

    def promises(self) -> dict[str, str]:
        """promise -> state, as the board has it."""
        stays = self.http.get("/ops/board", params={"all": "true"}).raise_for_status().json()["stays"]
        row = next((row for row in stays if row["stay_id"] == self.stay), {"promises": []})
        return {cell["promise"]: cell["state"] for cell in _cells(row["promises"])}

    def stands(self, **states: str) -> None:
        """The board comes to show these states."""
        ought = {name.replace("_", "-"): state for name, state in states.items()}

        def so() -> bool:
            are = self.promises()
            return all(are.get(name) == state for name, state in ought.items())
        try:
            patiently(so, 20, "not so")
        except TimeoutError:
            board = self.http.get("/ops/board", params={"all": "true"}).json()["stays"]
            shown = json.dumps([row for row in board if row["stay_id"] == self.stay], indent=1)
            raise AssertionError(f"{ought} is not {shown}") from None


def _moment(task: Task) -> datetime:
    """When it is done: a handoff at the change of shift, everything else when it is due."""
    return datetime.fromisoformat(task["details"]["at"] if task["kind"] == "handoff" else task["due"])


def _cells(promises: Any) -> list[dict[str, Any]]:
    if isinstance(promises, dict):
        return [{"promise": name, **cell} for name, cell in promises.items()]
    return list(promises)


def _says(task: Task, name: str, word: Any) -> bool:
    if name == "details":
        return all(task["details"].get(each) == said for each, said in word.items())
    if name == "on":
        return str(task["start"]).startswith(at(f"{word} 00:00").date().isoformat())
    return bool(task[name] == word)
