"""Publishing: the file, the versions, the index; other copies; turns in the middle of a swap."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from learning_parts import DATA, EDITOR, Log, parts_of
from sqlalchemy import Engine

from assistant import index
from assistant.bootstrap import LearningParts
from assistant.desk.learning_work import article_json
from assistant.desk.publish import Publisher
from assistant.errors import AssistantError, BadInputError, ConflictError
from assistant.index import SearchIndex
from assistant.kb.base import load
from assistant.knowledge import Article, Source
from assistant.records import Message
from assistant.store.versions import ArticleVersions
from assistant.turn import Assistant

TODAY = date(2026, 11, 22)
NEW = Article(
    id="test-fee",
    field="domestic",
    sector="electrical",
    intent="ask_cost",
    question="시험 수수료는 어디에 내나요?",
    variants=("수수료 납부처", "시험비 어디다 내요", "수수료납부방법"),
    answer="시험기관 계좌로 내요.",
    sources=(Source("법", "https://law.example/fee"),),
    checked_on=TODAY,
    review_by=date(2099, 1, 1),
)
Opened = tuple[LearningParts, Assistant]


def quiet(_: str) -> None:
    """Progress that nobody looks at."""


@pytest.fixture
def open_copy(
    toy_house: Assistant, toy_index: SearchIndex, engine: Engine, toy_folder: Path, tmp_path: Path
) -> Callable[..., Opened]:
    """Open a copy of the service, over the same folder or one of its own."""

    def opened(folder: Path | None = None) -> Opened:
        at = folder or toy_folder
        return parts_of(toy_house, engine, at, toy_index, tmp_path / f"index of {at.name}")

    return opened


@pytest.fixture
def copy(open_copy: Callable[..., Opened]) -> Opened:
    parts, assistant = open_copy()
    parts.publisher.catch_up()
    return parts, assistant


def publish(publisher: Publisher, article: Article, digest: str = "") -> None:
    publisher.publish(EDITOR, article, digest, "시험", TODAY)
    publisher.refresh(quiet)


def changed(publisher: Publisher, assistant: Assistant, answer: str) -> tuple[Article, str]:
    card = assistant.base.articles["certificate-lost"]
    return replace(card, answer=answer), publisher.file(card.id).digest


def test_the_next_question_is_answered_by_what_was_published(copy: Opened) -> None:
    parts, assistant = copy
    before = assistant.handle(Message(NEW.question))

    publish(parts.publisher, NEW)

    after = assistant.handle(Message(NEW.question))
    assert before["article_id"] is None
    assert (after["decision"], after["article_id"], after["text"]) == ("answer", "test-fee", NEW.answer)


def test_the_built_index_is_the_one_that_a_whole_build_gives(copy: Opened, toy_folder: Path, tmp_path: Path) -> None:
    parts, assistant = copy
    publish(parts.publisher, NEW)

    whole = index.build(
        load(toy_folder), assistant.index.examples[: -assistant.index.manifest.wordings], "", assistant.encoder, quiet
    )

    now = assistant.index
    assert now.article_ids == whole.article_ids
    assert now.examples == whole.examples
    for name in ("wordings", "answers", "example_rows", "item_rows"):
        one, other = getattr(now, name).vectors, getattr(whole, name).vectors
        assert (one.reconstruct_n(0, one.ntotal) == other.reconstruct_n(0, other.ntotal)).all()
    saved = tmp_path / f"index of {toy_folder.name}"
    assert index.staleness(saved, load(toy_folder), now.manifest.nlu_digest, assistant.encoder.name) == ""


def test_a_file_that_changed_meanwhile_is_not_written_over(copy: Opened, toy_folder: Path) -> None:
    parts, assistant = copy
    card, digest = changed(parts.publisher, assistant, "새 답이에요.")
    path = toy_folder / parts.publisher.file(card.id).path
    path.write_text(path.read_text() + "# 누가 고침\n")

    with pytest.raises(ConflictError) as refused:
        parts.publisher.publish(EDITOR, card, digest, "시험", TODAY)

    assert refused.value.code == "stale_article"
    assert path.read_text().endswith("# 누가 고침\n")
    assert len(parts.publisher.versions.of_article(card.id)) == 1


def test_of_two_editors_at_once_one_wins(copy: Opened, open_copy: Callable[..., Opened]) -> None:
    ways = [copy, open_copy()]
    drafts = [changed(parts.publisher, assistant, f"답 {place}") for place, (parts, assistant) in enumerate(ways)]
    together, said = threading.Barrier(2), list[str]()

    def run(place: int) -> None:
        together.wait()
        try:
            ways[place][0].publisher.publish(EDITOR, *drafts[place], "시험", TODAY)
            said.append("published")
        except AssistantError as error:
            said.append(error.code)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    newest = copy[0].publisher.versions.newest()["certificate-lost"]
    assert sorted(said) == ["published", "stale_article"]
    assert copy[0].publisher.file("certificate-lost").yaml == newest.file.yaml


def test_an_article_with_something_to_mend_is_refused(copy: Opened) -> None:
    with pytest.raises(BadInputError, match="고칠 것"):
        copy[0].publisher.publish(EDITOR, replace(NEW, sources=()), "", "시험", TODAY)

    assert copy[0].publisher.file("test-fee").yaml == ""


@pytest.mark.parametrize("bad", ["../evil", "a/b", "A", "", "x" * 90, "한글", "a.b"])
def test_no_id_leads_out_of_the_folder(copy: Opened, bad: str) -> None:
    with pytest.raises(BadInputError):
        copy[0].publisher.file(bad)


def test_every_version_is_kept_with_the_one_before_the_first(copy: Opened) -> None:
    parts, assistant = copy
    original = parts.publisher.file("certificate-lost").yaml
    for answer in ("첫째 답이에요.", "둘째 답이에요."):
        publish(parts.publisher, *changed(parts.publisher, assistant, answer))

    kept = parts.publisher.versions.of_article("certificate-lost")

    assert [one.person for one in kept] == ["한편집", "한편집", ""]
    assert kept[-1].file.yaml == original
    assert [answer in one.file.yaml for one, answer in zip(kept, ("둘째", "첫째"), strict=False)] == [True, True]


def test_what_was_told_is_shown_as_the_article_was_then(copy: Opened) -> None:
    parts, assistant = copy
    asked = "인증서를 잃어버리면 어떻게 다시 발급받나요?"
    first = assistant.handle(Message(asked))
    publish(parts.publisher, *changed(parts.publisher, assistant, "바뀐 답이에요."))
    assistant.handle(Message(asked, conversation_id=first["conversation_id"]))

    told = [one for one in parts.records.told(EDITOR, first["conversation_id"]) if one.version]

    assert [one.message.text.splitlines()[0] for one in told] == [
        "인증기관 누리집에서 재발급을 신청해요.",
        "바뀐 답이에요.",
    ]
    assert all(one.version and one.message.text.splitlines()[0] in one.version.file.yaml for one in told)


def test_a_turn_in_the_middle_of_a_swap_is_not_lost_and_sees_one_state(copy: Opened) -> None:
    parts, assistant = copy
    text, replies, failed = NEW.question, list[dict[str, Any]](), list[Exception]()
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                replies.append(assistant.handle(Message(text)))
            except AssistantError as error:  # pragma: no cover, this is what must not be
                failed.append(error)

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for one in askers:
        one.start()
    publish(parts.publisher, NEW)
    for answer in ("둘째 답이에요.", "셋째 답이에요."):
        publish(parts.publisher, replace(NEW, answer=answer), parts.publisher.file(NEW.id).digest)
    stop.set()
    for one in askers:
        one.join()

    known = {NEW.answer, "둘째 답이에요.", "셋째 답이에요."}
    assert failed == []
    assert all(one["text"] in known for one in replies if one["article_id"] == NEW.id)
    assert all(one["reason"] != "turn_failed" for one in replies)
    assert assistant.handle(Message(text))["text"] == "셋째 답이에요."


def test_another_copy_over_the_same_folder_follows(copy: Opened, open_copy: Callable[..., Opened]) -> None:
    other, assistant = open_copy()
    other.publisher.catch_up()
    publish(copy[0].publisher, NEW)

    assert other.publisher.follow()
    assert not other.publisher.follow()
    assert assistant.handle(Message(NEW.question))["article_id"] == NEW.id


def test_a_copy_with_a_folder_of_its_own_gets_the_file_too(
    copy: Opened, open_copy: Callable[..., Opened], tmp_path: Path
) -> None:
    import shutil

    folder = Path(shutil.copytree(DATA / "toy_kb", tmp_path / "elsewhere"))
    other, assistant = open_copy(folder)
    other.publisher.catch_up()
    publish(copy[0].publisher, NEW)

    other.publisher.follow()

    assert assistant.handle(Message(NEW.question))["article_id"] == NEW.id
    assert other.publisher.file(NEW.id) == copy[0].publisher.file(NEW.id)


def test_a_stop_before_the_file_was_written_is_made_good_at_the_start(
    copy: Opened, open_copy: Callable[..., Opened]
) -> None:
    parts, assistant = copy
    card, digest = changed(parts.publisher, assistant, "저장만 된 답이에요.")
    parts.publisher.versions.publish(EDITOR, *parts.publisher.prepared(card, digest), "시험")

    fresh, restarted = open_copy()
    fresh.publisher.catch_up()

    assert restarted.base.articles[card.id].answer == "저장만 된 답이에요."


def test_a_file_changed_by_other_means_is_left_alone_and_noted(
    copy: Opened, open_copy: Callable[..., Opened], toy_folder: Path
) -> None:
    parts, assistant = copy
    publish(parts.publisher, *changed(parts.publisher, assistant, "데스크의 답이에요."))
    path = toy_folder / parts.publisher.file("certificate-lost").path
    path.write_text(path.read_text().replace("데스크의", "손으로 고친"))

    fresh, restarted = open_copy()
    fresh.publisher.catch_up()

    newest = fresh.publisher.versions.newest()["certificate-lost"]
    assert restarted.base.articles["certificate-lost"].answer == "손으로 고친 답이에요."
    assert (newest.is_from_desk, newest.person) == (False, "")
    assert fresh.publisher.versions.at("certificate-lost", datetime.now(UTC) + timedelta(1)) == newest


def test_before_publishing_the_held_out_questions_show_what_would_change(
    copy: Opened, engine: Engine, toy_folder: Path
) -> None:
    from assistant.evaluate.preview import compare
    from assistant.evaluate.questions import Question
    from assistant.records import MaskedText

    parts, assistant = copy
    asked = [
        Question(MaskedText(NEW.question), "plain", "ask_cost", "domestic", "electrical", (NEW.id,), ()),
        Question(
            MaskedText("인증서를 잃어버리면 어떻게 다시 발급받나요?"), "plain", "", "", "", ("certificate-lost",), ()
        ),
        Question(MaskedText("수수료납부방법"), "near", "out_of_scope", "", "", (), ()),
    ]

    found = compare(assistant.pinned(), parts.publisher.draft(NEW, quiet), asked, quiet)

    assert (found.right, found.wrong) == ((1, 2), (0, 1))
    assert [(one.text, one.is_better) for one in found.changes] == [(NEW.question, True), ("수수료납부방법", False)]
    assert NEW.id not in assistant.base.articles


def test_a_job_leads_from_a_draft_to_the_answer(copy: Opened, engine: Engine) -> None:
    parts, assistant = copy
    reply = Log(engine).fail(NEW.question)
    work = replace_measure(parts)
    preview = work.preview(EDITOR, NEW, "", (reply.id - 1,))
    work.wait()
    with pytest.raises(BadInputError, match="왜"):
        work.publish(EDITOR, work.jobs.job(preview.id), " ", TODAY)

    published = work.publish(EDITOR, work.jobs.job(preview.id), "자주 물어요", TODAY)
    work.wait()

    assert work.jobs.job(published.id).state == "done"
    assert assistant.handle(Message(NEW.question))["article_id"] == NEW.id
    assert ArticleVersions(engine).newest()[NEW.id].reason == "자주 물어요"
    assert work.jobs.job(preview.id).payload["article"] == article_json(NEW)


def replace_measure(parts: LearningParts) -> Any:
    """The toy base has no held-out questions; what is measured is shown above."""
    parts.work._measure = lambda *_: {"questions": 0, "right": [0, 0], "wrong": [0, 0], "changes": []}
    return parts.work
