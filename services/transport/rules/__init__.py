"""The choices about rides, one file each: which ride is owed and when, what it must carry, and which vehicle and driver get it."""
