"""The promise board: what was promised to every stay, how it stands, who keeps it, and what the desk has to do now."""
