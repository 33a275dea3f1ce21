"""librdkafka's mock cluster as a process of its own: one broker on loopback, in memory, gone with its parent.

    python -m shared.shell.mock_kafka --topics '{"stay-booked": 4}' --parent 4711

prints one line, `{"kafka": "127.0.0.1:PORT"}`, when it answers. What it cannot do: keep anything (a partition holds
5 MiB, the oldest is dropped without a word), create topics through the admin protocol, fence a producer. It waits for
nobody: an empty fetch is answered only after the consumer's `fetch_max_wait_ms`, so set that to 10 or 20.
"""

import argparse
import ctypes
import importlib.util
import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REBALANCE_DELAY = 100  # milliseconds that the first member of a group waits for others; the mock's own is 3,000
LOOK = 0.5  # seconds between two looks at whether the parent lives
ELSEWHERE = "Use a Kafka of your own: --kafka ADDRESS"

_POINTER, _TEXT, _INT = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
_FUNCTIONS: Mapping[str, tuple[Any, list[Any]]] = {
    "rd_kafka_conf_new": (_POINTER, []),
    "rd_kafka_conf_set": (_INT, [_POINTER, _TEXT, _TEXT, _TEXT, ctypes.c_size_t]),
    "rd_kafka_new": (_POINTER, [_INT, _POINTER, _TEXT, ctypes.c_size_t]),
    "rd_kafka_err2str": (_TEXT, [_INT]),
    "rd_kafka_mock_cluster_new": (_POINTER, [_POINTER, _INT]),
    "rd_kafka_mock_cluster_bootstraps": (_TEXT, [_POINTER]),
    "rd_kafka_mock_topic_create": (_INT, [_POINTER, _TEXT, _INT, _INT]),
    "rd_kafka_mock_group_initial_rebalance_delay_ms": (None, [_POINTER, ctypes.c_int32]),
}


class MockError(RuntimeError):
    """There is no mock cluster on this machine; the message says what is missing and what works instead."""


@dataclass(frozen=True)
class Cluster:
    """A running mock cluster; it stops when this process ends."""

    address: str
    handles: tuple[Any, ...]  # librdkafka's own: they must live as long as the cluster


def library() -> ctypes.CDLL:
    """librdkafka as the confluent-kafka wheel brings it, with the mock functions declared.

    Raises MockError where the wheel is not installed, or is built for a platform that hides the library.
    """
    wheel = importlib.util.find_spec("confluent_kafka")
    if wheel is None or wheel.origin is None:
        raise MockError(f"The embedded Kafka needs the package confluent-kafka, which is not installed. {ELSEWHERE}")
    folder = Path(wheel.origin).parent.with_name("confluent_kafka.libs")
    found = sorted(folder.glob("librdkafka*.so*"))
    if not found:
        raise MockError(f"The embedded Kafka works with the Linux wheel of confluent-kafka only ({folder}). {ELSEWHERE}")
    try:
        loaded = ctypes.CDLL(str(found[0]))
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(loaded, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise MockError(f"The embedded Kafka cannot use {found[0]}: {error}. {ELSEWHERE}") from error
    return loaded


def start(topics: Mapping[str, int]) -> Cluster:
    """Start a cluster of one broker with these topics (name -> partitions).

    Raises MockError if there is no library, ValueError for a topic that the cluster refuses.
    """
    kafka, why = library(), ctypes.create_string_buffer(512)
    settings = kafka.rd_kafka_conf_new()
    # A client comes with the cluster and is not used; without this it complains that it knows no broker.
    kafka.rd_kafka_conf_set(settings, b"log_level", b"3", why, 512)
    client = kafka.rd_kafka_new(0, settings, why, 512)
    cluster = kafka.rd_kafka_mock_cluster_new(client, 1) if client else None
    if not cluster:
        raise MockError(f"The embedded Kafka did not start: {why.value.decode() or 'no reason given'}. {ELSEWHERE}")
    kafka.rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, REBALANCE_DELAY)
    for topic, partitions in topics.items():
        if not topic or partitions < 1:  # the mock would accept both
            raise ValueError(f"a topic needs a name and a partition: {topic!r}: {partitions}")
        if code := kafka.rd_kafka_mock_topic_create(cluster, topic.encode(), partitions, 1):
            raise ValueError(f"topic {topic!r}: {kafka.rd_kafka_err2str(code).decode()}")
    return Cluster(kafka.rd_kafka_mock_cluster_bootstraps(cluster).decode(), (kafka, client, cluster))


def main() -> None:
    """Start, say where, and live until the parent is gone or somebody says stop."""
    parser = argparse.ArgumentParser(description="librdkafka's mock cluster, on loopback and in memory")
    parser.add_argument("--topics", type=json.loads, default={}, help='JSON, name to partitions: {"stay-booked": 4}')
    parser.add_argument("--parent", type=int, default=os.getppid(), help="the process to die with")
    asked = parser.parse_args()
    stop = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)  # before librdkafka's threads, which inherit it
    try:
        cluster = start(asked.topics)
    except (MockError, ValueError) as error:
        sys.exit(str(error))
    print(json.dumps({"kafka": cluster.address}), flush=True)
    while os.getppid() == asked.parent and signal.sigtimedwait(stop, LOOK) is None:
        pass


if __name__ == "__main__":
    main()
