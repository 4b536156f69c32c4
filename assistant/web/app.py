"""The web application, put together from one file per resource."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware

from assistant import __version__
from assistant.channel_turn import ChannelTurns
from assistant.turn import Assistant
from assistant.web import channels as channel_routes
from assistant.web import conversations, health, messages, page
from assistant.web import widget as widget_routes
from assistant.web.body import BodyLimit
from assistant.web.errors import ErrorWriter, Guard, handle_errors
from assistant.web.headers import SafeHeaders
from assistant.web.metrics import Metrics
from assistant.web.visitors import WidgetCors
from assistant.web.widget import Widget

THREADS = 4
"""Turns worked on at once: two cores are kept busy by fewer, and every thread more holds memory."""

DESCRIPTION = (
    "OneCall answers questions about product certification, standards and product safety from a checked knowledge "
    'base. Every error is JSON, `{"code": "…", "message": "…"}`: the code for machines, the Korean message for people.'
)


def create_app(
    assistant: Assistant,
    health_of: Callable[[], dict[str, Any]],
    *,
    on_start: Callable[[], None] | None = None,
    more: Sequence[APIRouter] = (),
    channels: ChannelTurns | None = None,
    widget: Widget | None = None,
) -> FastAPI:
    """Return the web application of one assistant.

    Args:
        assistant: answers the messages.
        health_of: the state of the service; `database`, `index`, `rasa` and `open_tickets` of it are read here.
        on_start: called once when the server starts.
        more: routes beside those of the assistant.
        channels: works on what messengers send; None leaves their webhooks out.
        widget: what the widget on other sites speaks to; None leaves it out.
    """
    metrics = Metrics(health_of)
    write_error = ErrorWriter(metrics)
    app = FastAPI(
        title="OneCall",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan(on_start),
        middleware=[
            Middleware(SafeHeaders),
            *([Middleware(WidgetCors, visitors=widget.visitors, write_error=write_error)] if widget else []),
            Middleware(Guard, write_error=write_error),
            Middleware(BodyLimit, write_error=write_error),
        ],
    )
    handle_errors(app, write_error)
    app.include_router(messages.router(assistant, metrics))
    app.include_router(conversations.router(assistant))
    app.include_router(health.router(health_of, metrics))
    if channels is not None:
        app.include_router(channel_routes.router(channels, metrics.registry))
    if widget is not None:
        app.include_router(widget_routes.router(assistant, widget, metrics))
    for routes in more:
        app.include_router(routes)
    page.mount(app)
    return app


def _lifespan(on_start: Callable[[], None] | None) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        if on_start is not None:
            on_start()
        yield

    return lifespan
