"""Facts: one module for each teller. A new kind of fact is a change of the language, made here and nowhere else."""

from shared.language.facts import flights, intake, resources, stay, transport
from shared.language.facts.base import Fact, Json, Kind, canonical, parsed

FACTS: dict[str, Kind] = {
    kind.topic: kind for module in (intake, transport, stay, flights, resources) for kind in module.KINDS
}

__all__ = ["FACTS", "Fact", "Json", "Kind", "canonical", "parsed", "placed"]


def placed(fact: Fact) -> Json:
    """The fact as a JSON merge patch on what is known of its subject."""
    return FACTS[fact.topic].place(parsed(fact.value))
