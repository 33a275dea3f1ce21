"""Clinic files and facts files, read with line numbers, so that an error says where it is."""

import hashlib
import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from shared.language.clinic import Clinic
from shared.language.facts import FACTS
from shared.language.lenient import read
from shared.language.reading import Letter, read_object


class Unfit(ValueError):
    """A file that cannot be used; each line is file:line: field: what would be right."""


def load_clinic(path: Path) -> tuple[Clinic, str]:
    """The clinic and the digest of its file, or Unfit with every fault and its line."""
    try:
        text = path.read_text()
    except OSError as error:
        raise Unfit(f"{path}: {error.strerror or error}") from None
    try:
        tree = YAML(typ="rt").load(text)
        return Clinic.model_validate(YAML(typ="safe").load(text)), hashlib.sha256(text.encode()).hexdigest()[:16]
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Unfit(f"{path}:{line}: not YAML: {error.problem}") from None
    except ValidationError as error:
        faults = [f"{path}:{_line(tree, fault['loc'])}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}"
                  for fault in error.errors()]
        raise Unfit("\n".join(faults)) from None


def _line(root: Any, loc: tuple[int | str, ...]) -> int:
    tree, line = root, 1
    for step in loc:
        try:
            line = (tree.lc.key(step) if hasattr(tree, "keys") else tree.lc.item(step))[0] + 1
            tree = tree[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line


def check_facts(path: Path) -> tuple[int, list[str]]:
    """(how many facts, faults) of a facts file: JSON lines, each with its `topic`."""
    faults: list[str] = []
    count = 0
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        count += 1
        faults += [f"{path}:{number}: {fault}" for fault in fact_faults(line)]
    return count, faults


def fact_faults(line: str) -> list[str]:
    told = read_object(line.encode())
    if isinstance(told, Letter):
        return [told.detail]
    kind = FACTS.get(str(told.get("topic")))
    if kind is None:
        return [f"topic: one of {', '.join(FACTS)}"]
    if kind.name(told) is None:
        return [f"{kind.topic} must name its {kind.subject}"]
    return [f"{bad.path}: {bad.said}: {bad.right}" for bad in read(kind.model, told)[1]]


def topic_and_value(line: str) -> tuple[str, dict[str, Any]]:
    told = json.loads(line)
    return str(told.pop("topic")), told
