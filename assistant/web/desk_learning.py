"""/desk/learning: questions that went badly, in groups; articles changed, tried out, published; what we told whom."""

import difflib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment

from assistant import learning_wording
from assistant.bootstrap import LearningParts
from assistant.desk.learning import Group, Shown, drafted, widened
from assistant.desk.learning_work import article_from, group_from
from assistant.desk.publish import article_of
from assistant.desk_records import Person
from assistant.entities import EntityFinder
from assistant.errors import AssistantError, NotFoundError
from assistant.kb.base import parse_card, parse_yaml
from assistant.kb.validate import Finding
from assistant.knowledge import Article, KnowledgeBase
from assistant.learning_wording import ERRORS
from assistant.records import FIELDS, SECTORS, MaskedText
from assistant.store.learning_jobs import Job
from assistant.store.versions import Version
from assistant.web.desk_draft import ASKING, Draft, draft_of
from assistant.web.desk_session import check_csrf, csrf_of, needs, watcher_of
from assistant.web.desk_view import pages
from assistant.wording import KST

LEARNING = "/desk/learning"
FOUND_MAX = 30

Editor = Annotated[Person, Depends(needs("edit_articles"))]
Text = Annotated[str, Form()]
_CHANGES = [Depends(check_csrf)]


def router(parts: LearningParts) -> APIRouter:
    """Return the routes of learning."""
    pages_of = LearningPages(parts)
    routes = APIRouter(include_in_schema=False)
    _add_groups(routes, pages_of)
    _add_articles(routes, pages_of)
    _add_jobs(routes, pages_of)
    return routes


def _add_groups(routes: APIRouter, shown: "LearningPages") -> None:
    @routes.get(LEARNING)
    def show(request: Request, person: Editor, q: str = "") -> Response:
        return shown.overview(request, person, q)

    @routes.post(f"{LEARNING}/group", dependencies=_CHANGES)
    def group(person: Editor) -> Response:
        return _to_job(shown.parts.work.group(person))

    @routes.get(f"{LEARNING}/groups/{{number}}")
    def show_group(request: Request, person: Editor, number: int, article: str = "", new: int = 0) -> Response:
        return shown.group(request, person, number, article, is_new=bool(new))

    @routes.post(f"{LEARNING}/groups/{{number}}/dismiss", dependencies=_CHANGES)
    def dismiss(person: Editor, number: int) -> Response:
        shown.parts.work.dismiss(person, shown.group_of(number).ids)
        return RedirectResponse(f"{LEARNING}?done=dismissed", 303)

    @routes.get(f"{LEARNING}/told")
    def told(request: Request, person: Editor, of: str = "") -> Response:
        return shown.told(request, person, of)


def _add_articles(routes: APIRouter, shown: "LearningPages") -> None:
    @routes.get(f"{LEARNING}/articles/{{article_id}}")
    def show(request: Request, person: Editor, article_id: str) -> Response:
        return shown.form(request, person, shown.opened(article_id))

    @routes.get(f"{LEARNING}/articles/{{article_id}}/versions")
    def versions(request: Request, person: Editor, article_id: str) -> Response:
        found = shown.parts.publisher.versions.of_article(shown.parts.publisher.file(article_id).article_id)
        return shown.page(request, person, "versions", versions=_with_differences(found), article_id=article_id)

    # Sync routes get their form from a dependency that reads it before the thread is taken.
    @routes.post(f"{LEARNING}/preview", dependencies=_CHANGES)
    def preview(request: Request, person: Editor, form: Annotated[Mapping[str, str], Depends(_form)]) -> Response:
        return shown.try_out(request, person, form)


def _add_jobs(routes: APIRouter, shown: "LearningPages") -> None:
    @routes.get(f"{LEARNING}/jobs/{{job_id}}")
    def show(request: Request, person: Editor, job_id: str) -> Response:
        return shown.job(request, person, shown.parts.work.jobs.job(job_id))

    # The page asks for this by itself, so it keeps no session alive.
    @routes.get(f"{LEARNING}/jobs/{{job_id}}/state")
    def state(request: Request, person: Annotated[Person, Depends(watcher_of)], job_id: str) -> Response:
        needs("edit_articles")(request, person)
        return shown.job(request, person, shown.parts.work.jobs.job(job_id), is_part=True)

    @routes.post(f"{LEARNING}/jobs/{{job_id}}/publish", dependencies=_CHANGES)
    def publish(request: Request, person: Editor, job_id: str, reason: Text = "") -> Response:
        job = shown.parts.work.jobs.job(job_id)
        try:
            return _to_job(shown.parts.work.publish(person, job, reason, _today()))
        except AssistantError as error:
            if error.status >= 500:
                raise
            return shown.job(request, person, job, error=error)


class LearningPages:
    """Shows groups, articles and jobs."""

    def __init__(self, parts: LearningParts) -> None:
        self.parts = parts
        self._templates = templates()

    @property
    def base(self) -> KnowledgeBase:
        """The cards that are answered from now."""
        return self.parts.assistant.base

    def page(self, request: Request, person: Person, name: str, status: int = 200, **shown: Any) -> Response:
        """Return a page of learning."""
        text = self._templates.get_template(f"desk/learning_{name}.html").render(
            person=person, csrf=csrf_of(request), here=LEARNING, base=self.base, **shown
        )
        return HTMLResponse(text, status)

    def overview(self, request: Request, person: Person, wanted: str) -> Response:
        """Return the groups and the search for articles."""
        job, last = self.parts.work.jobs.last("group", "done"), self.parts.work.jobs.last("group")
        groups = [shown for one in _groups(job) if (shown := self.parts.learning.show(one))]
        done = request.query_params.get("done", "")
        return self.page(
            request,
            person,
            "overview",
            groups=groups,
            grouped=job,
            running=last if last and not last.is_over else None,
            wanted=wanted,
            articles=_found(self.base, wanted),
            done=done if done in learning_wording.CHANGES else "",
        )

    def group_of(self, number: int) -> Group:
        """Return a group by its first question.

        Raises:
            NotFoundError: there is none in the last grouping (no_group).
        """
        for one in _groups(self.parts.work.jobs.last("group", "done")):
            if one.ids[0] == number:
                return one
        raise NotFoundError(ERRORS["no_group"], code="no_group")

    def group(self, request: Request, person: Person, number: int, article_id: str, *, is_new: bool) -> Response:
        """Return a group beside the form of what could be made of it."""
        group = self.group_of(number)
        shown = self.parts.learning.show(group)
        if shown is None:
            raise NotFoundError(ERRORS["no_group"], code="no_group")
        target = "" if is_new else article_id or group.article_id
        return self.form(request, person, self._draft(shown, target), group=shown)

    def _draft(self, shown: Shown, target: str) -> Draft:
        ids = tuple(one.id for one in shown.asked)
        if target:
            draft = self.opened(target)
            return replace(draft, article=widened(draft.article, [one.text for one in shown.asked]), ids=ids)
        named = _named(self.parts.assistant.understander.finder, shown.asked[0].text)
        return Draft(drafted(shown, self.base, named, _today()), "", ids)

    def opened(self, article_id: str) -> Draft:
        """Return an article as its file has it now.

        Raises:
            NotFoundError: there is none of that id.
        """
        file = self.parts.publisher.file(article_id)
        if not file.yaml:
            article_of(self.base, article_id)
            raise NotFoundError(ERRORS["no_article"], code="no_article")
        return Draft(parse_card(parse_yaml(file.yaml), Article), file.digest, ())

    def form(
        self,
        request: Request,
        person: Person,
        draft: Draft,
        *,
        group: Shown | None = None,
        findings: list[Finding] | None = None,
        error: AssistantError | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        """Return the form of an article, with what is wrong with it; what was typed stays."""
        article = draft.article
        plain = {name: getattr(article, name) for name in _PLAIN} | draft.fields
        plain |= {"confirmed": "1" if article.confirmed else "", "digest": draft.digest}
        plain |= {"ids": ",".join(map(str, draft.ids))}
        return self.page(
            request,
            person,
            "form",
            error.status if error else 400 if findings else 200,
            given=plain | dict(typed or {}),
            is_new=not draft.digest,
            group=group,
            nearest=[(hit, self.base.articles[hit.article_id]) for hit in group.nearest] if group else [],
            findings=self.parts.publisher.findings(article, _today()) if findings is None else findings,
            error=error.message if error else "",
            fields=FIELDS,
            sectors=SECTORS,
            intents=ASKING,
        )

    def try_out(self, request: Request, person: Person, form: Mapping[str, str]) -> Response:
        """Check a form; try the article out, or show what is wrong."""
        before = self.opened(form.get("id", "")) if form.get("digest") else None
        draft = before or Draft(Article("", "", "", "", "", (), ""), "", ())
        typed = {**form, "confirmed": form.get("confirmed", "")}
        try:
            draft = draft_of(form, before.article if before else None)
            findings = self.parts.publisher.findings(draft.article, _today())
            if not any(one.is_error for one in findings):
                return _to_job(self.parts.work.preview(person, draft.article, draft.digest, draft.ids))
        except AssistantError as error:
            if error.status >= 500:
                raise
            draft = replace(draft, digest=form.get("digest", ""))
            return self.form(request, person, draft, findings=[], error=error, typed=typed)
        return self.form(request, person, draft, findings=findings, typed=typed)

    def job(
        self, request: Request, person: Person, job: Job, *, is_part: bool = False, error: AssistantError | None = None
    ) -> Response:
        """Return how far a job is, or what came of it."""
        payload = job.payload
        article = article_from(payload["article"]) if "article" in payload else None
        return self.page(
            request,
            person,
            "job_state" if is_part else "job",
            error.status if error else 200,
            job=job,
            article=article,
            difference=_difference(payload["before"], payload["text"]) if article else [],
            error=error.message if error else "",
        )

    def told(self, request: Request, person: Person, of: str) -> Response:
        """Return what we told in a conversation, with the articles as they were."""
        found, error = [], ""
        try:
            found = self.parts.records.told(person, of) if of.strip() else []
        except NotFoundError as missing:
            error = missing.message
        return self.page(request, person, "told", 404 if error else 200, of=of, told=found, error=error)


_PLAIN = ("id", "field", "sector", "intent", "question", "answer", "more", "legal_basis")


def templates() -> Environment:
    """Return the templates of learning with their words."""
    made = pages()
    made.globals |= {"said": learning_wording}
    made.filters |= {"day": lambda at: f"{at.astimezone(KST):%Y-%m-%d %H:%M}"}
    return made


async def _form(request: Request) -> Mapping[str, str]:
    """FastAPI dependency: the fields of a form that are texts."""
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


def _to_job(job: Job) -> Response:
    return RedirectResponse(f"{LEARNING}/jobs/{job.id}", 303)


def _today() -> date:
    return datetime.now(UTC).astimezone(KST).date()


def _groups(job: Job | None) -> list[Group]:
    return [group_from(one) for one in job.result.get("groups", ())] if job else []


def _found(base: KnowledgeBase, wanted: str) -> list[Article]:
    """Return the articles whose id or question has every word that is wanted."""
    parts = wanted.casefold().split()
    if not parts:
        return []
    every = (
        one for one in base.articles.values() if all(part in f"{one.id} {one.question}".casefold() for part in parts)
    )
    return [article for article, _ in zip(every, range(FOUND_MAX), strict=False)]


def _named(finder: EntityFinder, text: str) -> dict[str, tuple[str, ...]]:
    """Return what a text names, by kind."""
    named: dict[str, tuple[str, ...]] = {}
    for one in finder.find(MaskedText(text)):
        named[one.type] = tuple(dict.fromkeys((*named.get(one.type, ()), one.value)))
    return named


def _difference(before: str, after: str) -> list[tuple[str, str]]:
    """Return the lines that differ, with those around them: "+", "-" or " ", and the line."""
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2))[2:]
    return [(line[:1], line[1:]) for line in lines if not line.startswith("@@")]


def _with_differences(versions: list[Version]) -> list[tuple[Version, list[tuple[str, str]]]]:
    """Return versions, the newest first, each with what it changed."""
    older = [*(one.file.yaml for one in versions[1:]), ""]
    return [(one, _difference(before, one.file.yaml)) for one, before in zip(versions, older, strict=True)]
