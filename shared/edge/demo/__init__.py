"""The demo plays a week of a clinic from outside, as staff apps, housekeepers and the desk would."""
