"""Product safety's part of the web application."""

from fastapi import APIRouter

from assistant.bootstrap import ProductSafety
from assistant.web import blocked, events, listings, products, safetykorea, screen
from assistant.web.callers import Callers


def routers(parts: ProductSafety) -> list[APIRouter]:
    """Return the routes of look-ups, screening, watching, statistics, and of SafetyKorea's own interface."""
    callers = Callers(parts.malls, parts.quota)
    return [
        products.router(parts.finder, parts.mirror, callers),
        screen.router(parts.gatherer, parts.batches, parts.blocked, callers),
        listings.router(parts.watch, callers),
        events.router(parts.feed, parts.webhooks, callers),
        blocked.router(parts.blocked, callers),
        safetykorea.router(parts.mirror, callers.authorise),
    ]
