"""Pictures and tables of docs/ come from the code, and from nothing else: strings in, strings out.

    python -m shared.edge.docs

writes docs/events.md and docs/task-states.md anew; a test compares them with what the code says.
"""

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from shared.language.facts import FACTS
from shared.language.moves import BY_ITSELF, LAWFUL, Code
from shared.service import Service
from shared.shell.ports import TopicSpec
from shared.shell.running import topics_of

AGAIN = "python -m shared.edge.docs"
Sort = Literal["fact", "feed", "promises", "dead letters"]
SUBJECTS = {"stay": "stay", "flight": "flight and day", "resource": "resource"}
KEYS = {"stay": "`stay_id`", "flight": "`{flight}/{on}`", "resource": "`{site}/{kind}/{id}`"}
PEOPLE = "people, on the feed's page"
LETTERS = "`stayward dead-letters`"


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic as the services have it; the first of `told_by` and `heard_by` are services, the rest is said in words."""

    name: str
    sort: Sort
    subject: str
    tellers: tuple[str, ...]
    hearers: tuple[str, ...]
    says: str
    key: str
    spec: TopicSpec
    other_tellers: tuple[str, ...] = ()
    other_hearers: tuple[str, ...] = ()

    @property
    def kept(self) -> str:
        return "the last state of each key" if self.spec.compact else f"{self.spec.days} days"

    @property
    def told_by(self) -> tuple[str, ...]:
        return (*self.tellers, *self.other_tellers)

    @property
    def heard_by(self) -> tuple[str, ...]:
        return (*self.hearers, *self.other_hearers)


def topics(services: Iterable[Service]) -> list[Topic]:
    """Every topic of these services, facts first, as `topics_of` has them."""
    all_of = list(services)
    return [_topic(spec, all_of) for spec in topics_of(all_of)]


def _topic(spec: TopicSpec, services: Sequence[Service]) -> Topic:
    name = spec.name
    hearers = tuple(s.name for s in services if name in (*s.hears, *s.follows))
    if spec.letters:
        return Topic(name, "dead letters", "-", tuple(s.name for s in services if s.dead_letters == name), hearers,
                     "what it could not read, value untouched; why, in the headers", "`{topic}/{partition}/{offset}`", spec,
                     other_hearers=(LETTERS,))
    if name in FACTS:
        kind = FACTS[name]
        return Topic(name, "fact", SUBJECTS[kind.subject], tuple(s.name for s in services if name in s.tells), hearers,
                     kind.says, KEYS[kind.subject], spec, other_tellers=kind.told_by)
    if name == "promises":
        kept_by = ", ".join(f"`{promise}` ({s.name})" for s in services for promise in s.promises)
        return Topic(name, "promises", "stay and promise", tuple(s.name for s in services if s.promises), hearers,
                     f"state, reason and next milestone of {kept_by}", "`{stay_id}/{promise}`", spec)
    return Topic(name, "feed", "task", tuple(s.name for s in services if name in s.feed_topics), hearers,
                 "one task, whole, at its newest revision", "`task_id`", spec, other_hearers=(PEOPLE,))


def events_map(services: Mapping[str, Service] | Iterable[Service]) -> str:
    """docs/events.md: who tells what, who hears it, and every topic in a table."""
    all_of = list(services.values() if isinstance(services, Mapping) else services)
    rows = topics(all_of)
    facts = [t for t in rows if t.sort == "fact"]
    states = [t for t in rows if t.sort in ("feed", "promises")]
    letters = [t for t in rows if t.sort == "dead letters"]
    whom = _table(("service", "what it does"), [(s.name, s.says) for s in all_of])
    return "\n".join([
        "# Services and topics", "", _generated(), "", *whom, "",
        "## Facts", "", "What somebody says about a subject. Kept as told; never compacted, for each is a fragment.", "",
        *_flowchart(facts), "", *_of(facts), "",
        "## Feeds and promises", "", "States: the last record of a key is what counts.", "",
        *_flowchart(states), "", *_of(states), "",
        "## Dead letters", "", "Each service has its own; they are listed, shown and told again from the command line.", "",
        *_of(letters), ""])


def _of(rows: Sequence[Topic]) -> list[str]:
    return _table(("topic", "subject", "told by", "heard by", "says", "key", "kept"),
                  [(f"`{t.name}`", t.subject, _named(t.told_by), _named(t.heard_by), t.says, t.key, t.kept) for t in rows])


def _flowchart(rows: Sequence[Topic]) -> list[str]:
    """Tellers on the left, topics in the middle, hearers on the right; who does both stands twice."""
    tellers = dict.fromkeys(name for t in rows for name in t.told_by)
    hearers = dict.fromkeys(name for t in rows for name in t.heard_by)
    out = ["```mermaid", "flowchart LR"]
    out += [f'  {_id("tells", name)}["{name}"]' for name in tellers]
    out += [f'  {_id("topic", t.name)}(["{t.name}"])' for t in rows]
    out += [f'  {_id("hears", name)}["{name}"]' for name in hearers]
    for t in rows:
        if t.told_by:
            out.append(f'  {" & ".join(_id("tells", name) for name in t.told_by)} --> {_id("topic", t.name)}')
        if t.heard_by:
            out.append(f'  {_id("topic", t.name)} --> {" & ".join(_id("hears", name) for name in t.heard_by)}')
    return [*out, "```"]


def task_states() -> str:
    """docs/task-states.md: what a person may do to a task, and what it does by itself."""
    names: dict[str, str] = {state: state.replace("-", "_") for state in LAWFUL}
    ended = [state for state, to in LAWFUL.items() if not to and state not in {before for before, _, _ in BY_ITSELF}]
    arrows: dict[tuple[str, str], list[str]] = {}
    for before, to in LAWFUL.items():
        for after in to:
            arrows.setdefault((before, after), []).append(f"a person{_what(before, after)}")
    for before, after, why in BY_ITSELF:
        arrows.setdefault((before, after), []).append(why)
    rows = [(state, ", ".join(f"{after}{_what(state, after)}" for after in to) or "-",
             "; ".join(f"{after}: {why}" for before, after, why in BY_ITSELF if before == state) or "-")
            for state, to in LAWFUL.items()]
    return "\n".join([
        "# The states of a task", "", _generated(), "", "```mermaid", "stateDiagram-v2",
        *(f'  state "{state}" as {name}' for state, name in names.items() if state != name),
        f"  [*] --> {names['requested']}: owed",
        *(f"  {names[before]} --> {names[after]}: {', or '.join(whys)}" for (before, after), whys in arrows.items()),
        *(f"  {names[state]} --> [*]" for state in ended), "```", "",
        *_table(("status", "a person may make it", "by itself it becomes"), rows), "",
        "`on-hold` is no status of its own: it is shown while `holds` says why an open task cannot go on, and the stored "
        "status stays what it was. Only diff cancels; a person waives: a move to failed, stage `waived`, with a reason.", "",
        f"A move is refused, with a sentence for whoever moved, as {_named([f'`{code}`' for code in get_args(Code)])}.",
        ""])


def _what(before: str, after: str) -> str:
    """A person's move back to requested is always a decline; one that stays where it is, is a further stage."""
    if after == "requested":
        return " (declines)"
    return " (a further stage)" if before == after else ""


def _generated() -> str:
    return f"Generated from the code by `{AGAIN}`. Do not edit."


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = (head, ["---"] * len(head), *rows)
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


def _named(names: Sequence[str]) -> str:
    return ", ".join(names) or "nobody yet"


def _id(prefix: str, name: str) -> str:
    return f"{prefix}_{re.sub(r'[^a-z0-9]+', '_', name.lower()).strip('_')}"


def pages(services: Mapping[str, Service]) -> dict[str, str]:
    """File of docs/ -> what has to stand in it."""
    return {"events.md": events_map(services), "task-states.md": task_states()}


def main() -> None:
    from shared.edge.host import found_services  # only who writes needs to know who is there

    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    for name, text in pages(found_services()).items():
        (folder / name).write_text(text)
        print(folder / name)


if __name__ == "__main__":
    main()
