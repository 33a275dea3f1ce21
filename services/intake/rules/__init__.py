"""The choices of intake, one file each, pure: what is missing, what cannot be read, what a booking must say."""
