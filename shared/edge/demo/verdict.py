"""Whether the week came out right: the laws hold at rest, and every promise stands as people said it must. Each difference
is a sentence."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from shared.edge.clinics import Unfit
from shared.shell.laws import broken_laws
from shared.shell.running import Running

States = Mapping[str, Mapping[str, str]]  # stay -> promise -> state


def expected_promises(path: Path) -> States:
    try:
        found: States = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise Unfit(f"{path}: {error}") from None
    return found


def differences(expected: States, found: States) -> list[str]:
    """One sentence for each promise that is not as expected."""
    ought, are = _flat(expected), _flat(found)
    return [f"{stay}: the promise {promise} is {are.get((stay, promise), 'not told')}, "
            f"and must be {ought.get((stay, promise), 'told by nobody')}"
            for stay, promise in sorted({*ought, *are}) if ought.get((stay, promise)) != are.get((stay, promise))]


def _flat(states: States) -> dict[tuple[str, str], str]:
    return {(stay, promise): state for stay, promises in states.items() for promise, state in promises.items()}


async def breaches(running: Sequence[Running]) -> list[str]:
    """Every breach of a law at rest, by service."""
    return [f"{each.service.name}: {breach}" for each in running for breach in await broken_laws(each)]
