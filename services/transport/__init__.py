"""Transport fetches every patient to whom it was promised, and takes him back: rides, vehicles, drivers, flights."""
