"""Meals as data: what it hears, the feeds of the kitchen and the nurses, the dishes that it owns, and the promise of meals."""

from services.meals.judge import judge
from services.meals.plan import plan
from shared.service import Service

SERVICE = Service(
    name="meals",
    says="Gives everybody a tray at every meal, and nobody one that is not safe to eat: diets, allergies, textures, fasts.",
    rules=2,
    hears=("stay-booked", "patient-admitted", "procedure-scheduled", "procedure-done", "discharged", "patient-left",
           "arrival-expected", "room-assigned", "resource-status"),
    tells=("resource-status",),
    feeds=("kitchen", "nursing", "desk"),
    promises=("meals",),
    owns=("dish",),
    wakes_stays=("dish",),
    plan=plan,
    judge=judge,
)
