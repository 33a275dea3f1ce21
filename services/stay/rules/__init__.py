"""The choices about rooms, one file each: what a room must have, from when to when, which one, and when it is made ready."""
