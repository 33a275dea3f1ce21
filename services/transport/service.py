"""Transport as data: what it hears and tells, the fleet that rides compete for, and the two transfers that it promises."""

from services.transport.assign import assign
from services.transport.judge import judge
from services.transport.plan import plan
from shared.service import Pool, Service

SERVICE = Service(
    name="transport",
    says="Fetches every patient and takes him back, in a vehicle that fits, with a driver who is trained for it.",
    rules=1,
    hears=("stay-booked", "patient-admitted", "procedure-done", "discharged", "patient-left", "flight-status",
           "resource-status"),
    tells=("arrival-expected", "resource-status"),
    feeds=("driver", "desk"),
    promises=("transfer-in", "transfer-out"),
    pools=(Pool("fleet", ("vehicle", "driver"), assign),),
    owns=("vehicle", "driver"),
    plan=plan,
    judge=judge,
)
