"""Stay as data: what it hears, what it tells, its pools, and the three promises that it keeps: room, nursing, interpreter."""

from services.stay.assign import assign, assign_interpreters
from services.stay.judge import judge
from services.stay.plan import plan
from shared.service import Pool, Service

SERVICE = Service(
    name="stay",
    says="Gives every stay a room that fits and is ready, a nurse who is responsible at every moment, and an interpreter.",
    rules=2,
    hears=("stay-booked", "patient-admitted", "procedure-scheduled", "procedure-done", "discharged", "patient-left",
           "arrival-expected", "resource-status"),
    tells=("room-assigned", "resource-status"),
    feeds=("housekeeping", "nursing", "interpreter", "desk"),
    promises=("room", "nursing", "interpreter"),
    pools=(Pool("rooms", ("room",), assign), Pool("interpreters", ("interpreter",), assign_interpreters)),
    owns=("room", "housekeeper", "nurse", "interpreter"),
    wakes_stays=("nurse",),
    only_here="which room each stay holds, and which it had",
    plan=plan,
    judge=judge,
    api="services.stay.api.router",
)
