"""GET /health for those who ask whether it runs, GET /metrics for Prometheus."""

import logging
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from assistant.web.errors import error_trail
from assistant.web.metrics import Metrics
from assistant.web.models import Health

log = logging.getLogger(__name__)


def router(health_of: Callable[[], dict[str, Any]], metrics: Metrics) -> APIRouter:
    """Return the routes of health and metrics."""
    routes = APIRouter(tags=["operation"])
    down = {"model": Health, "description": "It cannot answer: the database or the index is missing."}
    text = {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Prometheus's text format."}

    @routes.get("/health", response_model=Health, responses={503: down})
    def health() -> JSONResponse:
        """Say whether the service can answer."""
        state = state_of(health_of)
        return JSONResponse(state, 503 if state["status"] == "down" else 200)

    @routes.get("/metrics", response_class=Response, responses={200: text})
    def metrics_text() -> Response:
        """Give the counters and gauges."""
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return routes


def state_of(health_of: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return the state of the service; "down" when it cannot answer, or cannot even say so."""
    try:
        state = health_of()
    except Exception as error:  # noqa: BLE001 whoever asks for health gets an answer
        log.error("health cannot be told: %s", error_trail(error))
        return {"status": "down", "database": "down"}
    if state.get("database") != "ok" or not state.get("index"):
        return {**state, "status": "down"}
    return state
