"""Intake as data: it hears all that is said of a stay, tells what staff say, asks the desk, and calls who went home."""

from services.intake.judge import judge
from services.intake.plan import plan
from shared.service import Service

SERVICE = Service(
    name="intake",
    says="Takes in bookings, admissions, procedures and discharges, asks the desk for every word that is missing, and keeps in "
         "touch after the discharge.",
    rules=3,
    hears=("stay-booked", "patient-admitted", "procedure-scheduled", "procedure-done", "discharged", "patient-left",
           "arrival-expected", "room-assigned"),
    tells=("stay-booked", "patient-admitted", "procedure-scheduled", "procedure-done", "discharged", "patient-left"),
    feeds=("care", "desk"),
    promises=("procedures", "follow-up"),
    plan=plan,
    judge=judge,
    api="services.intake.api.router",
)
