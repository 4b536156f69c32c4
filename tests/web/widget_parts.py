"""An application with the widget's interface, for the sites of the tests, and a tab that uses it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from assistant.store.visit_news import NewsDesk
from assistant.store.visits import VisitStore
from assistant.turn import Assistant
from assistant.web.app import create_app
from assistant.web.stream import Listeners
from assistant.web.visitors import Visitors
from assistant.web.widget import Widget

SITE, OTHER = "https://shop.example", "https://other.example:8443"


def widget_parts(engine: Engine, origins: Collection[str] = (SITE, OTHER)) -> Widget:
    visits, desk = VisitStore(engine), NewsDesk(engine)
    return Widget(Visitors("secret of the tests", origins), visits, desk, Listeners(desk, visits))


def widget_app(assistant: Assistant, engine: Engine, origins: Collection[str] = (SITE, OTHER)) -> FastAPI:
    return create_app(assistant, dict, widget=widget_parts(engine, origins))


@dataclass
class Tab:
    """A tab of a visitor on one site."""

    client: TestClient
    origin: str = SITE
    token: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Origin": self.origin, "Authorization": f"Bearer {self.token}"}

    def visit(self, **more: Any) -> dict[str, Any]:
        given = {"visitor_token": self.token or None, **more}
        response = self.client.post("/widget/v1/visits", json=given, headers={"Origin": self.origin})
        assert response.status_code == 200, response.text
        self.token = response.json()["visitor_token"]
        return response.json()

    def post(self, path: str, **body: Any) -> Any:
        return self.client.post(f"/widget/v1/{path}", json=body, headers=self.headers)

    def get(self, path: str) -> Any:
        return self.client.get(f"/widget/v1/{path}", headers=self.headers)

    def say(self, text: str, message_id: str = "", **more: Any) -> dict[str, Any]:
        response = self.post("messages", message_id=message_id or str(uuid4()), text=text, **more)
        assert response.status_code == 200, response.text
        return response.json()

    def erase(self) -> int:
        return self.client.delete("/widget/v1/conversation", headers=self.headers).status_code


def refusal(response: Any) -> tuple[int, str]:
    """Return the status and the code of an error."""
    return response.status_code, response.json()["code"]
