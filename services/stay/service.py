"""Stay as data: what it hears, what it tells, the pool of rooms, and the promise of a room that it keeps."""

from services.stay.assign import assign, assign_interpreters
from services.stay.judge import judge
from services.stay.plan import plan
from shared.service import Pool, Service

SERVICE = Service(
    name="stay",
    says="Gives every stay a room that fits, has it made ready before the patient comes and turned over after he has left.",
    rules=2,
    hears=("stay-booked", "patient-admitted", "procedure-scheduled", "procedure-done", "discharged", "patient-left",
           "arrival-expected", "resource-status"),
    tells=("room-assigned", "resource-status"),
    feeds=("housekeeping", "interpreter", "desk"),
    promises=("room", "interpreter"),
    pools=(Pool("rooms", ("room",), assign), Pool("interpreters", ("interpreter",), assign_interpreters)),
    owns=("room", "housekeeper", "interpreter"),
    only_here="which room each stay holds, and which it had",
    plan=plan,
    judge=judge,
    api="services.stay.api.router",
)
