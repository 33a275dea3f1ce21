"""What all tests share: how hard the properties are tried, and the real servers, started by the first test that asks."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.servers.parts import Parts, real_kafka, real_mongo

# The same examples on each run, unless a seed is given (and then those of the seed); STAYWARD_EXAMPLES says how many.
SEED = os.environ.get("STAYWARD_SEED")
settings.register_profile("suite", max_examples=int(os.environ.get("STAYWARD_EXAMPLES", "200")),
                          derandomize=SEED is None, deadline=None, database=None)
settings.load_profile("suite")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """STAYWARD_SEED is hypothesis's own --hypothesis-seed, for where only the environment can be set."""
    if SEED is not None and config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = SEED


@pytest.fixture(scope="session")
def mongo_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A MongoDB for the whole run: a test takes a database of its own name."""
    with real_mongo(tmp_path_factory.mktemp("mongo")) as uri:
        yield uri


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory, mongo_uri: str) -> Iterator[Parts]:
    """A MongoDB and a Kafka for the whole run: a test takes topics and groups of its own names."""
    with real_kafka(tmp_path_factory.mktemp("kafka")) as (kafka, kind):
        yield Parts(kafka, mongo_uri, kind)
