"""The chat page at /, and the interface's documentation at /docs. Every file is served from here, none from a CDN."""

from pathlib import Path

import fastapi_offline
from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

STATIC = Path(__file__).parent / "static"
_SWAGGER = Path(fastapi_offline.__file__).parent / "static"
"""Only the files of Swagger UI are wanted: the package's own page has an inline script, which our policy refuses."""


def mount(app: FastAPI) -> None:
    """Add the pages and their files to the application."""

    @app.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    def chat_page() -> FileResponse:
        return FileResponse(STATIC / "index.html")

    @app.api_route("/docs", methods=["GET", "HEAD"], include_in_schema=False)
    def docs_page() -> FileResponse:
        return FileResponse(STATIC / "docs.html")

    app.mount("/static/swagger", StaticFiles(directory=_SWAGGER))
    app.mount("/static", StaticFiles(directory=STATIC))
