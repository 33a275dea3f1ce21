"""Meals: a tray for everybody at every meal, and never one that is not safe to eat."""
