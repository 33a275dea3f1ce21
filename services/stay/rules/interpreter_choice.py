"""Which interpreter: what is held stays while it fits, the others by their start, each to the tightest fit.

The answer depends on what is held and on the set of those who wait, never on their order, and given again it is the same.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from services.stay.rules.interpreter_diary import Diary, Engagement, asked
from services.stay.rules.interpreter_words import no_longer, nobody, why
from shared.language.tasks import Task
from shared.service import Assigned

TOO_LATE = "its time was over before anybody was chosen"


def keep(diary: Diary, held: Iterable[Task]) -> dict[str, str]:
    """Enters who is held and fits; returns the others: task_id -> why no longer. Who is in a talk is not called out of it;
    else of two that clash the one that has begun stays, and then the one whose terms changed last loses."""
    lost: dict[str, str] = {}
    for task in sorted(held, key=lambda t: _firmness(diary, t)):
        name, talk = who(task), asked(task)
        obstacle = None if task.status == "in-progress" or talk.end <= diary.now else diary.obstacle(name, talk)
        if obstacle:
            lost[task.task_id] = no_longer(diary, name, talk, obstacle)
        else:
            diary.enter(name, talk)
    return lost


def _firmness(diary: Diary, task: Task) -> tuple[bool, bool, int, datetime, str]:
    return task.status != "in-progress", task.start > diary.now, task.terms, *asked(task).order


def choose(diary: Diary, waiting: Iterable[Task], lost: Mapping[str, str]) -> dict[str, Assigned]:
    """Everybody in the canonical order; `lost`: why the one who was held no longer comes."""
    answers: dict[str, Assigned] = {}
    for task in sorted(waiting, key=lambda t: asked(t).order):
        talk, because = asked(task), _because(task, lost)
        name = tightest(diary, talk)
        if talk.end <= diary.now:
            answers[task.task_id] = Assigned(why=because, hold=task.holds.get("assign") or TOO_LATE)
        elif name is None:
            said = nobody(diary, talk)
            answers[task.task_id] = Assigned(why=because, hold=f"{because}; {said}" if because else said)
        else:
            stays = name == task.resource and task.why  # a reason is not told anew because others came and went
            fresh = why(diary, name, talk)
            answers[task.task_id] = here(diary, name, talk, stays or (f"{because}; {fresh}" if because else fresh))
            diary.enter(name, talk)
    return answers


def tightest(diary: Diary, talk: Engagement) -> str | None:
    """In the language that the patient knows best; then who speaks the fewest; then the fewest talks that day; then by name."""
    ranks = {spoken: rank for rank, spoken in enumerate(talk.tags)}
    fit = sorted((min(ranks[spoken] for spoken in known), len(diary.speaks(name)), diary.others(name, talk), name)
                 for name in diary.people if (known := [s for s in diary.speaks(name) if s in ranks])
                 and not diary.clash(name, talk))
    return next((name for *_, name in fit if not diary.obstacle(name, talk)), None)


def here(diary: Diary, name: str, talk: Engagement, reason: str | None) -> Assigned:
    language = diary.language(name, talk) if name in diary.people else None
    return Assigned(resource=name, assignee=name, why=reason, chosen={"language": language} if language else {})


def who(task: Task) -> str:
    return task.resource or task.assignee or ""


def _because(task: Task, lost: Mapping[str, str]) -> str | None:
    """Why whoever had it has it no more: as it is found out now, or as it was written while there was nobody else."""
    if task.task_id in lost:
        return lost[task.task_id]
    if task.resource is None:
        return task.why or None
    return f"{task.resource} has declined" if task.resource in task.declined else None
