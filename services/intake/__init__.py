"""Intake is the front door: it takes in what is said of a stay, and asks the desk for every word that is not there."""
