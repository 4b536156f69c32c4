"""The pages of learning and the try page, through the doors."""

import html
import re
from pathlib import Path

import pytest
from desk_parts import Clock, Tab, access_to, app_of, settled
from fastapi import APIRouter
from learning_parts import Log, parts_of
from sqlalchemy import Engine

from assistant.bootstrap import LearningParts
from assistant.desk.learning import Learning
from assistant.index import SearchIndex
from assistant.records import Message
from assistant.store.asked import AskedStore
from assistant.store.tables import utc_now
from assistant.turn import Assistant
from assistant.web import desk_learning, desk_try

COST = ("장난감 시험 수수료 얼마예요", "장난감 시험 수수료 얼마인가요", "장난감 시험 수수료가 얼마예요")


@pytest.fixture
def opened(
    toy_house: Assistant, toy_index: SearchIndex, sqlite: Engine, toy_folder: Path, tmp_path: Path
) -> tuple[LearningParts, Assistant]:
    parts, assistant = parts_of(toy_house, sqlite, toy_folder, toy_index, tmp_path / "index")
    # FakeEncoder's distances are others, and the toy base has no held-out questions.
    parts.work._learning = Learning(assistant, AskedStore(sqlite), utc_now, 0.5)
    parts.work._measure = lambda *_: {"questions": 3, "right": [1, 2], "wrong": [0, 0], "changes": []}
    parts.publisher.catch_up()
    return parts, assistant


@pytest.fixture
def doors(opened: tuple[LearningParts, Assistant], sqlite: Engine) -> dict[str, Tab]:
    clock = Clock()
    access = access_to(sqlite, clock)
    routes = APIRouter()
    routes.include_router(desk_learning.router(opened[0]))
    routes.include_router(desk_try.router(opened[0].explainer))
    app = app_of(access, routes)
    tabs = {}
    for login, role in (("han", "editor"), ("kim", "consultant")):
        settled(access, login, role)
        tabs[login] = Tab.of(app, clock)
        tabs[login].log_in(login)
    return tabs


@pytest.fixture
def editor(doors: dict[str, Tab]) -> Tab:
    return doors["han"]


def form_of(page: str) -> dict[str, str]:
    """The fields of the article's form as a browser would send them back."""
    part = page[page.index('action="/desk/learning/preview"') :]
    part = part[: part.index("</form>")]
    fields = {}
    for tag in re.findall(r"<input [^>]*>", part):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if found.get("type") != "checkbox" or " checked" in tag:
            fields[found["name"]] = html.unescape(found.get("value", ""))
    for name, text in re.findall(r'<textarea id="\w+" name="(\w+)"[^>]*>(.*?)</textarea>', part, re.DOTALL):
        fields[name] = html.unescape(text)
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', part, re.DOTALL):
        fields[name] = re.search(r'value="(\w+)" selected', options).group(1)  # type: ignore[union-attr]
    return fields


def test_from_three_unanswered_questions_to_an_answer(
    opened: tuple[LearningParts, Assistant], editor: Tab, sqlite: Engine
) -> None:
    parts, assistant = opened
    log = Log(sqlite)
    for text in COST:
        reply = log.fail(text)
    log.tell(reply.conversation_id, "시험 수수료는 기관마다 달라요.")
    editor.get("/desk/learning")
    editor.post("/desk/learning/group")
    parts.work.wait()

    overview = editor.get("/desk/learning").text
    link = re.search(r"/desk/learning/groups/\d+", overview)
    assert link
    form = form_of(editor.get(link.group()).text)
    assert form["answer"] == "시험 수수료는 기관마다 달라요."
    refused = editor.post("/desk/learning/preview", **form)
    assert refused.status_code == 400
    assert "출처가 없어요" in refused.text

    form |= {"id": "test-fee", "sources": "법 | https://law.example/", "variants": form["variants"] + "\n시험비"}
    editor.post("/desk/learning/preview", **form)
    parts.work.wait()
    job = editor.get(str(editor.page.url.path)).text
    assert "+ id: test-fee" in html.unescape(job)
    publish = re.search(r'action="(/desk/learning/jobs/\w+/publish)"', job)
    assert publish
    editor.post(publish.group(1), reason="세 사람이 물었어요")
    parts.work.wait()

    reply = assistant.handle(Message(COST[0]))
    assert (reply["article_id"], reply["text"]) == ("test-fee", "시험 수수료는 기관마다 달라요.")
    assert "배울 묶음이 없어요" in editor.get("/desk/learning").text
    assert "세 사람이 물었어요" in editor.get("/desk/learning/articles/test-fee/versions").text
    assert "test-fee" in editor.get(f"/desk/learning/told?of={reply['conversation_id']}").text


def test_what_was_typed_stays_when_somebody_else_was_faster(
    opened: tuple[LearningParts, Assistant], editor: Tab
) -> None:
    form = form_of(editor.get("/desk/learning/articles/certificate-lost").text)
    file = opened[0].publisher._folder / opened[0].publisher.file("certificate-lost").path
    file.write_text(file.read_text() + "# 다른 사람\n")

    refused = editor.post("/desk/learning/preview", **form | {"answer": "내가 쓴 답이에요."})

    assert refused.status_code == 409
    assert "내가 쓴 답이에요." in refused.text
    assert "그 사이에 다른 사람이" in refused.text


@pytest.mark.parametrize(
    "path", ["/desk/learning", "/desk/try", "/desk/learning/told?of=1", "/desk/learning/articles/x1y"]
)
def test_who_may_not_edit_articles_sees_nothing_of_it(doors: dict[str, Tab], path: str) -> None:
    assert doors["kim"].client.get(path).status_code == 403


@pytest.mark.parametrize("path", ["/desk/try", "/desk/learning/group", "/desk/learning/preview"])
def test_a_forged_request_is_refused(editor: Tab, path: str) -> None:
    editor.get("/desk/learning")

    assert editor.client.post(path, data={"csrf": "0" * 64, "text": "질문"}).status_code == 403


def test_the_try_page_says_what_the_live_path_says(
    opened: tuple[LearningParts, Assistant], editor: Tab, sqlite: Engine
) -> None:
    text = "보조배터리는 KC 인증을 받아야 하나요? 010-1234-5678"
    live = opened[1].handle(Message(text))
    editor.get("/desk/try")

    page = html.unescape(editor.post("/desk/try", text=text).text)

    explained = opened[0].explainer.explain(text)
    assert explained.words.text == live["text"]
    assert (explained.decision.kind, explained.decision.article_id) == (live["decision"], live["article_id"])
    assert explained.decision.confidence == pytest.approx(live["confidence"], abs=1e-4)
    assert live["text"] in page
    assert "010-1234-5678" not in page.split("1. 가린 글")[1]
    assert "[전화번호]" in page


@pytest.mark.parametrize(
    "text",
    [
        "상담사 연결해 주세요",
        "안녕하세요",
        "오늘 날씨 어때요",
        "ㅁㄴㅇㄹ",
        "보조배터리를 일본에 팔려면 뭐가 필요해요?",
        "<script>",
    ],
)
def test_the_try_page_agrees_with_the_live_path_and_stores_nothing(
    opened: tuple[LearningParts, Assistant], editor: Tab, text: str
) -> None:
    parts, assistant = opened
    editor.get("/desk/try")
    shown = editor.post("/desk/try", text=text)
    tickets = assistant.tickets.count_open()

    live = assistant.handle(Message(text))

    explained = parts.explainer.explain(text)
    assert shown.status_code == 200
    assert tickets == 0
    assert (explained.decision.kind, explained.decision.reason) == (live["decision"], live["reason"])
    assert explained.words.text.replace("OC-000000", "") == (
        live["text"].replace((live["ticket"] or {"id": "-"})["id"], "")
    )
    assert "<script>" not in shown.text.split("<main")[1]


def test_a_look_at_what_was_told_is_noted(doors: dict[str, Tab], opened: tuple[LearningParts, Assistant]) -> None:
    reply = opened[1].handle(Message("안녕하세요"))
    doors["han"].get(f"/desk/learning/told?of={reply['conversation_id']}")

    from assistant.desk.audit import AuditQuery

    lines = opened[0].publisher._audit.page(AuditQuery(action="view")).lines
    assert [one.subject for one in lines] == [f"conversation {reply['conversation_id']}"]
    assert doors["han"].client.get("/desk/learning/told?of=OC-000099").status_code == 404
