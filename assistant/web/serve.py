"""Serving: the assistant behind its HTTP server."""

import contextlib
import logging
import sys

import uvicorn
from sqlalchemy import Engine

from assistant import bootstrap
from assistant.desk.figure_room import CountingRounds
from assistant.desk.retention import RetentionRounds
from assistant.service import Sweeper, Watcher, health_of
from assistant.settings import Settings
from assistant.store.visit_news import NewsDesk
from assistant.store.visits import VisitStore
from assistant.web import desk_app
from assistant.web.app import create_app
from assistant.web.safety import routers
from assistant.web.stream import Listeners
from assistant.web.visitors import Visitors
from assistant.web.widget import Widget

_NOT_STARTED = 3
"""The exit code where the address cannot be listened on; the server has logged why."""

SHUTDOWN_SECONDS = 5
"""Turns under way may end; the parent kills after 10."""


def serve(settings: Settings) -> None:
    """Serve HTTP until a signal comes.

    Raises:
        StaleIndexError: the index does not fit; it is not built here.
        SetupError: the address cannot be listened on.
    """
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for noisy in ("alembic", "bm25s"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    knowledge = bootstrap.open_knowledge(settings)
    gate = bootstrap.open_gate(settings, knowledge.base)
    safety = bootstrap.open_safety(settings, knowledge.base)
    engine = bootstrap.open_conversations(settings)
    hours = bootstrap.desk_hours(settings)
    assistant = bootstrap.open_assistant(settings, gate, knowledge, safety.products, engine, hours)
    channels = bootstrap.open_channel_service(settings, assistant, engine, safety.gatherer)
    desk = bootstrap.open_desk(settings, engine, assistant, hours)
    desk.learning.publisher.catch_up()
    threads = (
        Sweeper(assistant),
        Watcher(safety.work),
        safety.runner,
        RetentionRounds(desk.retention),
        desk.rounds,
        CountingRounds(desk.figures),
        desk.learning.follower,
    )

    def start() -> None:
        safety.quota.start()
        channels.start()
        for thread in threads:
            thread.start()

    health = health_of(assistant, gate, safety.mirror, channels.deliverer.outbox)
    widget = open_widget(settings, engine)
    more = [*routers(safety), *desk_app.routers(desk, lambda: server.should_exit)]
    app = create_app(assistant, health, on_start=start, more=more, channels=channels.turns, widget=widget)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
    )
    widget.listeners.end_when(lambda: server.should_exit)
    try:
        _run(server)
    finally:
        for thread in threads:
            thread.stop()
        desk.learning.work.stop()
        channels.stop()
        safety.quota.stop()


def open_widget(settings: Settings, engine: Engine) -> Widget:
    """Put together what the widget speaks to."""
    visits, desk = VisitStore(engine), NewsDesk(engine)
    visitors = Visitors(bootstrap.visitor_secret(settings), settings.allowed_origins)
    return Widget(visitors, visits, desk, Listeners(desk, visits))


def _run(server: uvicorn.Server) -> None:
    """Run as uvicorn.run does, which gives nobody its server to ask whether it is being stopped."""
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(_NOT_STARTED)
