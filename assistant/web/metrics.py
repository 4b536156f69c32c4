"""What Prometheus is told. Every application has a registry of its own."""

from collections.abc import Callable, Iterable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""A turn takes some 15 ms; Rasa is given up after 0.8 s."""


class Metrics:
    """The counters, and the registry that holds them."""

    def __init__(self, health_of: Callable[[], dict[str, Any]]) -> None:
        self.registry = CollectorRegistry()
        self.turns = Counter("onecall_turns", "Replies given.", ("decision", "reason"), registry=self.registry)
        self.turn_seconds = Histogram(
            "onecall_turn_seconds", "Time from message to reply.", buckets=_SECONDS, registry=self.registry
        )
        self.errors = Counter("onecall_errors", "Errors answered.", ("code",), registry=self.registry)
        self.registry.register(_HealthGauges(health_of))
        ProcessCollector(registry=self.registry)

    def count_turn(self, reply: dict[str, Any], seconds: float) -> None:
        """Count one reply."""
        self.turns.labels(decision=reply["decision"], reason=reply["reason"]).inc()
        self.turn_seconds.observe(seconds)


class _HealthGauges(Collector):
    """Asks for health at the moment of the scrape, so that no gauge is ever stale."""

    def __init__(self, health_of: Callable[[], dict[str, Any]]) -> None:
        self._health_of = health_of

    def describe(self) -> Iterable[Metric]:
        return []  # registering must not ask for health

    def collect(self) -> Iterable[Metric]:
        try:
            state = self._health_of()
        except Exception:  # noqa: BLE001 a scrape must not fail; /health logs what is wrong
            state = {}
        yield GaugeMetricFamily("onecall_database_up", "1 while the database answers.", _as_gauge(state, "database"))
        if state.get("rasa", "off") != "off":
            yield GaugeMetricFamily("onecall_rasa_up", "1 while Rasa answers.", _as_gauge(state, "rasa"))
        if state.get("open_tickets") is not None:
            yield GaugeMetricFamily("onecall_open_tickets", "Tickets waiting for an answer.", state["open_tickets"])


def _as_gauge(state: dict[str, Any], part: str) -> float:
    return float(state.get(part) in ("ok", "up"))
