"""What operators see: metrics by the field's names, and structured logs with stay, cause and trace ids and no names."""

import logging
import sys
from collections.abc import Mapping
from contextvars import ContextVar

import structlog
from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from shared.ids import fresh

_trace: ContextVar[str] = ContextVar("trace", default="")
_W3C = TraceContextTextMapPropagator()


class Metrics:
    """The metrics of one service in one process; `text()` is the Prometheus exposition."""

    def __init__(self, service: str, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        self.service = service
        self._facts = self._counter("facts", "facts that said something new", ("topic",))
        self._tasks = self._counter("tasks_published", "records published on feeds", ("topic",))
        self._requests = self._counter("requests", "requests to reconcile that were served", ("cause",))
        self._letters = self._counter("dead_letters", "records that could not be read", ("reason",))
        self.conflicts = self._counter("conflicts", "commits that somebody else came before").labels(service)
        self.passes = self._counter("passes", "subjects that were reconciled").labels(service)
        self.failures = self._counter("failing", "passes in which a service's own rules raised").labels(service)
        self.batch = self._histogram("batch_records", "records in a batch", (1, 5, 20, 50, 100, 200, 500))
        self.commit = self._histogram("commit_seconds", "one transaction", (.005, .01, .02, .05, .1, .2, .5, 1, 5))
        self.lag = self._gauge("lag_seconds", "clinic time from the newest record of the last batch to its being served")
        self.unpublished = self._gauge("oldest_unpublished_seconds", "machine time that the oldest token has been seen")

    def _histogram(self, name: str, says: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(name, says, labelnames=("service",), namespace="stayward", registry=self.registry,
                         buckets=buckets).labels(self.service)

    def _gauge(self, name: str, says: str) -> Gauge:
        return Gauge(name, says, labelnames=("service",), namespace="stayward", registry=self.registry).labels(self.service)

    def _counter(self, name: str, says: str, labels: tuple[str, ...] = ()) -> Counter:
        return Counter(name, says, labelnames=("service", *labels), namespace="stayward", registry=self.registry)

    def fact(self, topic: str) -> None:
        self._facts.labels(self.service, topic).inc()

    def published(self, topic: str, many: int) -> None:
        self._tasks.labels(self.service, topic).inc(many)

    def request(self, cause: str) -> None:
        self._requests.labels(self.service, cause).inc()

    def letter(self, reason: str) -> None:
        self._letters.labels(self.service, reason).inc()

    def text(self) -> bytes:
        return generate_latest(self.registry)


def configure_logs(level: str = "INFO") -> None:
    """JSON lines on stderr, ours and the libraries'."""
    shared = [structlog.contextvars.merge_contextvars, structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name,
              structlog.processors.TimeStamper(fmt="iso", utc=True), _with_trace]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,  # type: ignore[arg-type]
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.format_exc_info,
                    structlog.processors.JSONRenderer()]))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for noisy in ("aiokafka", "faststream", "uvicorn.access", "pymongo"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL if noisy == "aiokafka" else logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],  # type: ignore[list-item]
        logger_factory=structlog.stdlib.LoggerFactory(), cache_logger_on_first_use=True)


def _with_trace(_: object, __: str, event: dict[str, object]) -> dict[str, object]:
    if told := _trace.get():
        event.setdefault("trace", told)
    return event


def continue_trace(headers: Mapping[str, str]) -> str:
    """Takes up the caller's W3C trace, or begins one; returns the trace id that logs and our records carry."""
    span = trace.get_current_span(_W3C.extract(dict(headers))).get_span_context()
    told = f"{span.trace_id:032x}" if span.is_valid else fresh(16)
    _trace.set(told)
    return told


def traceparent() -> str:
    """The header for what we tell next."""
    return f"00-{_trace.get() or fresh(16)}-{fresh(8)}-01"
