"""What the server counts about itself, for Prometheus. Labels are operations and statuses, never people or leads."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess

from salesdesk.environment import Environment

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Counters of one server."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "salesdesk_requests", "Requests answered.", ("operation", "status"), registry=self._registry
        )
        self.seconds = Histogram(
            "salesdesk_request_seconds",
            "Seconds until a request was answered; a waiting claim's wait is in it.",
            ("operation",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._answered: dict[tuple[str, int], tuple[Counter, Histogram]] = {}
        self.streams = Gauge(
            "salesdesk_live_streams", "Streams open now.", registry=self._registry, multiprocess_mode="livesum"
        )
        self.group = Histogram(
            "salesdesk_group_commit_size",
            "Writes that shared one commit.",
            buckets=(1, 2, 4, 8, 16, 32),
            registry=self._registry,
        )
        self.sealed = Counter("salesdesk_events_sealed", "Events sealed by this server.", registry=self._registry)
        self.harvest = Counter(
            "salesdesk_pace_refusals", "Claims and skips refused because a person went too fast.",
            registry=self._registry,
        )  # fmt: skip

    def answered(self, operation: str, status: int, seconds: float) -> None:
        """Count a request."""
        answered = self._answered.get((operation, status))
        if answered is None:
            answered = self.requests.labels(operation, status), self.seconds.labels(operation)
            self._answered[operation, status] = answered
        count, took = answered
        count.inc()
        took.observe(seconds)

    def text(self) -> bytes:
        """Everything in Prometheus' text format, of all workers together."""
        if not Environment().shares_metrics:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)
