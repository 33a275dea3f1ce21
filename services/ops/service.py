"""Ops as data: it hears everything and follows every feed; it owns nothing, so all of it can be made again from the topics."""

from services.ops.plan import plan
from shared.language.facts import FACTS
from shared.service import Service

SERVICE = Service(
    name="ops",
    says="Shows the promises of every stay on one board, worst first, with the keeper who is silent and what the desk has to do.",
    rules=1,
    hears=tuple(sorted(FACTS)),
    feeds=(),
    follows=("promises", "desk-tasks", "driver-tasks", "kitchen-tasks", "nursing-tasks", "housekeeping-tasks",
             "interpreter-tasks", "care-tasks"),
    screens=("board",),
    plan=plan,
    api="services.ops.api.router",
)
