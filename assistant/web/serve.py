"""Serving: the assistant behind its HTTP server."""

import logging

import uvicorn

from assistant import bootstrap
from assistant.service import Sweeper, Watcher, health_of
from assistant.settings import Settings
from assistant.web.app import create_app
from assistant.web.safety import routers

SHUTDOWN_SECONDS = 5
"""Turns under way may end; the parent kills after 10."""


def serve(settings: Settings) -> None:
    """Serve HTTP until a signal comes.

    Raises:
        StaleIndexError: the index does not fit; it is not built here.
        SetupError: the address cannot be listened on.
    """
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    knowledge = bootstrap.open_knowledge(settings)
    gate = bootstrap.open_gate(settings, knowledge.base)
    safety = bootstrap.open_safety(settings, knowledge.base)
    engine = bootstrap.open_conversations(settings)
    assistant = bootstrap.open_assistant(settings, gate, knowledge, safety.products, engine)
    channels = bootstrap.open_channel_service(settings, assistant, engine)
    threads = (Sweeper(assistant), Watcher(safety.work), safety.runner)

    def start() -> None:
        safety.quota.start()
        channels.start()
        for thread in threads:
            thread.start()

    health = health_of(assistant, gate, safety.mirror)
    app = create_app(assistant, health, on_start=start, more=routers(safety), channels=channels.turns)
    try:
        uvicorn.run(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
    finally:
        for thread in threads:
            thread.stop()
        channels.stop()
        safety.quota.stop()
