"""Names unlike any other. The system seeds one generator for a process: asking it for each is half a millisecond of a commit."""

import secrets
from random import Random

_random = Random(secrets.randbits(256))


def fresh(size: int) -> str:
    """So many random bytes, in hex; not for what must not be guessed, which is `secrets`'."""
    return f"{_random.getrandbits(8 * size):0{2 * size}x}"
