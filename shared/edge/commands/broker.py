"""The broker that a command asks: at the address given, with the prefix of this clinic."""

from shared.settings import Settings
from shared.shell.bus import KafkaBus
from shared.shell.clock import SystemClock


def bus_at(address: str, partitions: int | None = None) -> KafkaBus:
    known = Settings()
    return KafkaBus(address, SystemClock(), partitions or known.parts, prefix=known.prefix)
