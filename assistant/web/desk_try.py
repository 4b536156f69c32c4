"""/desk/try: a question, and everything that the live path does with it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, Response

from assistant.desk.explain import Explained, Explainer
from assistant.desk_records import Person
from assistant.errors import BadInputError
from assistant.web.desk_learning import templates
from assistant.web.desk_session import check_csrf, csrf_of, needs

TRY = "/desk/try"
INTENTS_SHOWN = 5
PARTS = ("dense", "second", "answer", "words", "asked", "bigrams")
"""Scores of texts, shown as columns; the others say whether product, country and labels agree."""

Editor = Annotated[Person, Depends(needs("edit_articles"))]


def router(explainer: Explainer) -> APIRouter:
    """Return the routes of the try page."""
    routes = APIRouter(include_in_schema=False)
    made = templates()

    def page(request: Request, person: Person, text: str, explained: Explained | None, error: str = "") -> Response:
        shown = made.get_template("desk/try.html").render(
            person=person,
            csrf=csrf_of(request),
            here=TRY,
            text=text,
            one=explained,
            error=error,
            columns=PARTS,
            most=INTENTS_SHOWN,
        )
        return HTMLResponse(shown, 400 if error else 200)

    @routes.get(TRY)
    def show(request: Request, person: Editor) -> Response:
        return page(request, person, "", None)

    # By POST, so that no question stands in an address or a log.
    @routes.post(TRY, dependencies=[Depends(check_csrf)])
    def explain(request: Request, person: Editor, text: Annotated[str, Form()] = "") -> Response:
        try:
            return page(request, person, text, explainer.explain(text))
        except BadInputError as error:
            return page(request, person, text, None, error.message)

    return routes
