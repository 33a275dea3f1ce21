"""Stay gives every patient a room that fits, keeps it while it is slept in, and has it made ready and turned over."""
