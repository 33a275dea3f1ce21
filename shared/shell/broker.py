"""Where a Kafka is, and what everybody who speaks to it must know."""

from dataclasses import dataclass

from shared.shell.clock import Clock


@dataclass(frozen=True, slots=True)
class Broker:
    """`prefix`: of all topics and groups; `embedded`: librdkafka's mock; `partitions`: of every topic."""

    address: str
    clock: Clock
    partitions: int
    embedded: bool
    client_id: str
    prefix: str
