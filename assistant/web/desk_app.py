"""The consultants' desk's part of the web application."""

from collections.abc import Callable

from fastapi import APIRouter, Depends

from assistant.bootstrap import DeskParts
from assistant.web import (
    answer_link,
    desk,
    desk_audit,
    desk_figures,
    desk_learning,
    desk_live,
    desk_login,
    desk_people,
    desk_ticket,
    desk_try,
)
from assistant.web.desk_live import DeskListeners
from assistant.web.desk_session import entrance


def routers(parts: DeskParts, is_over: Callable[[], bool] = lambda: False) -> list[APIRouter]:
    """Return the desk's routes.

    Args:
        is_over: says that the server is being stopped; then the pages that listen are let go.
    """
    listeners = DeskListeners(parts.events, parts.writing)
    listeners.end_when(is_over)
    routes = APIRouter(dependencies=[Depends(entrance(parts.access.sessions))])
    for one in (
        desk_login.router(parts.access),
        desk_people.router(parts.access),
        desk_audit.router(parts.access),
        desk.router(parts.desk),
        desk_ticket.router(parts.desk, parts.base_of, listeners.is_writing),
        desk_live.router(listeners),
        desk_learning.router(parts.learning),
        desk_try.router(parts.learning.explainer),
        desk_figures.router(parts.figures),
    ):
        routes.include_router(one)
    return [routes, answer_link.router(parts.links)]
