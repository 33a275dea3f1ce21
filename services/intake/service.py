"""Intake as data: it hears all that is said of a stay, tells what staff say, and owes the desk its questions."""

from services.intake.plan import plan
from shared.service import Service

SERVICE = Service(
    name="intake",
    says="Takes in bookings, admissions, procedures and discharges, and asks the desk for every word that is missing.",
    rules=1,
    hears=("stay-booked", "patient-admitted", "procedure-scheduled", "procedure-done", "discharged", "patient-left",
           "arrival-expected", "room-assigned"),
    tells=("stay-booked", "patient-admitted", "procedure-scheduled", "procedure-done", "discharged", "patient-left"),
    feeds=("desk",),
    promises=(),
    plan=plan,
    api="services.intake.api.router",
)
