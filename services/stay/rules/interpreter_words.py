"""What the choice of an interpreter says to people: why this one, why no longer that one, or who could and why not."""

from services.stay.rules.interpreter_diary import Diary, Engagement, Obstacle
from services.stay.rules.room_needs import listed
from services.stay.rules.room_words import moment

NAMED = 3  # people whom a sentence names; more are counted
STANDS = {"medical": ("is not certified for medical talks", "are not certified for medical talks"),
          "declined": ("has declined", "have declined"), "out": ("is out then", "are out then"),
          "shift": ("is off shift then", "are off shift then"), "taken": ("is taken then", "are taken then")}


def why(diary: Diary, name: str, talk: Engagement) -> str:
    """cem: tr, medical, no other talk that day"""
    others = diary.others(name, talk)
    day = f"{others or 'no'} other talk{'s' if others > 1 else ''} that day"
    return f"{name}: {', '.join([diary.language(name, talk) or '', *(['medical'] if talk.medical else []), day])}"


def no_longer(diary: Diary, name: str, talk: Engagement, obstacle: Obstacle) -> str:
    """the talk is on 23 November 18:00: anna interprets for BEG-2026-0418 then"""
    if obstacle == "gone":
        return f"{name} is no longer an interpreter of this house"
    if obstacle == "language":
        return f"{name} does not speak {_or(list(talk.tags.values())) or 'a language that we know the patient to speak'}"
    if obstacle in ("medical", "declined"):
        return f"{name} {STANDS[obstacle][0]}"
    other = diary.clash(name, talk)
    stands = f"interprets for {other.stay} then" if obstacle == "taken" and other else STANDS[obstacle][0]
    return f"the talk is on {moment(talk.start, diary.zone)}: {name} {stands}"


def nobody(diary: Diary, talk: Engagement) -> str:
    """no interpreter for tr from 25 November 08:45 to 10:20: cem and elif are taken then"""
    when = f"from {moment(talk.start, diary.zone)} to {_end(diary, talk)}"
    if not talk.tags:
        return f"no interpreter can be chosen {when}: which language the patient speaks is not told"
    speakers = [name for name in diary.people if diary.language(name, talk)]
    by: dict[Obstacle, list[str]] = {}
    for name in speakers:
        by.setdefault(diary.obstacle(name, talk) or "taken", []).append(name)
    said = [f"{_people(by[kind])} {STANDS[kind][len(by[kind]) > 1]}" for kind in ("taken", "out", "shift", "declined", "medical")
            if kind in by]
    return f"no interpreter for {_or(list(talk.tags.values()))} {when}: {listed(said) if said else 'the house has none'}"


def _end(diary: Diary, talk: Engagement) -> str:
    start, end = talk.start.astimezone(diary.zone), talk.end.astimezone(diary.zone)
    return f"{end:%H:%M}" if start.date() == end.date() else moment(end, diary.zone)


def _people(names: list[str]) -> str:
    return listed(names) if len(names) <= NAMED else f"{len(names)} of the house"


def _or(words: list[str]) -> str:
    return " or ".join(words)
