from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from builders import hit, ticket

from assistant import wording
from assistant.decide import card_id
from assistant.knowledge import KnowledgeBase
from assistant.product_safety import Certificate, Freshness, LookedUp, Recall
from assistant.records import Decision, State
from assistant.reply import Words, say
from assistant.safety_wording import DEMO

HITS = tuple(hit(one) for one in ("power-bank-kc", "safety-law", "name-change", "certificate-lost"))
CARD = Decision("answer", "item_card", 0.8, card_id("heater", "KR"))


def test_an_answer_comes_with_source_basis_and_date(toy_base: KnowledgeBase) -> None:
    words = say(Decision("answer", "answered", 0.9, "power-bank-kc"), State(), toy_base)

    assert words.text == toy_base.articles["power-bank-kc"].answer
    assert words.sources == toy_base.articles["power-bank-kc"].sources
    assert (words.legal_basis, words.checked_on) == ("장난감법 제9조", date(2026, 11, 1))


def changed(base: KnowledgeBase, **values: object) -> KnowledgeBase:
    article = replace(base.articles["power-bank-kc"], **values)
    return replace(base, articles={**base.articles, article.id: article})


def test_more_follows_the_first_part(toy_base: KnowledgeBase) -> None:
    words = say(Decision("answer", "answered", 0.9, "power-bank-kc"), State(), changed(toy_base, more="자세한 내용"))

    assert words.text.endswith("\n\n자세한 내용")


def test_what_could_not_be_checked_says_so_right_after_the_answer(toy_base: KnowledgeBase) -> None:
    unsure = changed(toy_base, confirmed=False, more="자세한 내용")

    words = say(Decision("answer", "answered", 0.9, "power-bank-kc"), State(), unsure)

    assert words.text.split("\n\n")[1] == wording.UNCONFIRMED


def test_candidates_are_three_buttons_and_none_of_these(toy_base: KnowledgeBase) -> None:
    words = say(Decision("clarify", "close_candidates", 0.5, hits=HITS), State(), toy_base)

    assert words.quick_replies == (*(one.question for one in HITS[:3]), wording.NONE_OF_THESE)
    assert words.candidates == HITS[:3]


@pytest.mark.parametrize(
    ("reason", "text"), [("unclear", wording.UNCLEAR), ("not_korean", wording.NOT_KOREAN)], ids=["unclear", "foreign"]
)
def test_what_was_not_understood_offers_a_person(toy_base: KnowledgeBase, reason: str, text: str) -> None:
    assert say(Decision("clarify", reason), State(), toy_base) == Words(text, quick_replies=(wording.PERSON,))


@pytest.mark.parametrize(
    ("slot", "options", "text", "button"),
    [
        ("country", (), wording.ASK_COUNTRY, "일본"),
        ("item", ("봉제인형",), wording.ASK_ITEM_SUGGESTED, "봉제인형"),
        ("property:power", ("콘센트에 꽂아 사용",), "콘센트에 꽂아 쓰나요, 건전지로 쓰나요?", wording.UNSURE),
    ],
)
def test_a_missing_slot_is_asked_for_with_buttons(
    toy_base: KnowledgeBase, slot: str, options: tuple[str, ...], text: str, button: str
) -> None:
    words = say(Decision("ask", "missing", slot=slot, options=options), State(), toy_base)

    assert words.text == text
    assert button in words.quick_replies


@pytest.mark.parametrize(("number", "site"), [("CB063R1234-5001", "safetykorea.kr"), ("R-R-ABC-MODEL1", "rra.go.kr")])
def test_a_certificate_number_leads_to_its_register(toy_base: KnowledgeBase, number: str, site: str) -> None:
    words = say(Decision("lookup", "number_given", 1.0, number=number), State(), toy_base)

    assert number in words.text
    assert site in words.sources[0].url


# ---- handing over ---------------------------------------------------------------------


@pytest.mark.parametrize("reason", sorted(wording.WHY))
def test_a_hand_over_names_reason_ticket_and_deadline(toy_base: KnowledgeBase, reason: str) -> None:
    words = say(Decision("hand_off", reason), State(), toy_base, ticket())

    assert words.text.startswith(wording.WHY[reason])
    assert "OC-000007" in words.text
    assert wording.when(ticket().due_at) in words.text


def test_while_a_consultant_talks_the_assistant_is_silent(toy_base: KnowledgeBase) -> None:
    assert say(Decision("hand_off", "with_consultant"), State(), toy_base, ticket()) == Words("")


@pytest.mark.parametrize("state", ["open", "assigned", "answered", "closed"])
def test_the_state_of_the_ticket_is_told(toy_base: KnowledgeBase, state: str) -> None:
    words = say(Decision("small_talk", "ticket_status"), State(), toy_base, ticket(state=state, answer="받으면 돼요."))

    assert "OC-000007" in words.text
    assert ("받으면 돼요." in words.text) is (state == "answered")


def test_without_a_ticket_that_is_what_is_told(toy_base: KnowledgeBase) -> None:
    assert say(Decision("small_talk", "ticket_status"), State(), toy_base).text == wording.NO_TICKET


# ---- out of scope ---------------------------------------------------------------------


def test_out_of_scope_says_who_helps(toy_base: KnowledgeBase) -> None:
    words = say(Decision("small_talk", "out_of_scope", 0.9, topic="tax"), State(), toy_base)

    assert toy_base.topics["tax"].advice in words.text
    assert "국세상담센터 (126)" in words.text
    assert words.sources[0].url == "https://www.nts.go.kr"


def test_an_unknown_topic_says_what_is_covered(toy_base: KnowledgeBase) -> None:
    words = say(Decision("small_talk", "out_of_scope", 0.9, topic="moon"), State(), toy_base)

    assert toy_base.covers in words.text
    assert words.sources == ()


# ---- cards ----------------------------------------------------------------------------


def test_a_card_lists_every_scheme_that_may_apply(toy_base: KnowledgeBase) -> None:
    words = say(CARD, State(item="heater", country="KR", properties={"power": "unsure"}), toy_base)

    assert "안전인증 (조건부)" in words.text
    assert "다음 경우에 해당: 콘센트에 꽂아 사용" in words.text
    assert wording.CARD_STRICTEST in words.text
    assert words.checked_on == date(2026, 11, 1)


def test_a_card_that_is_certain_names_no_condition(toy_base: KnowledgeBase) -> None:
    words = say(CARD, State(item="heater", country="KR", properties={"power": "mains"}), toy_base)

    assert "안전인증 (의무)" in words.text
    assert "안전확인" not in words.text
    assert wording.CARD_STRICTEST not in words.text


def test_a_card_gives_the_part_that_was_asked_for_and_invents_none(toy_base: KnowledgeBase) -> None:
    state = State(item="heater", country="KR", properties={"power": "mains"}, intent="ask_cost")

    text = say(CARD, state, toy_base).text

    assert "[안전인증] 비용\n약 100만 원" in text
    assert text.count("만 원") == 1
    assert "확인된 자료가 아직 없어요" in text


def test_a_card_names_each_source_once(toy_base: KnowledgeBase) -> None:
    words = say(CARD, State(item="heater", country="KR"), toy_base)

    assert len(set(words.sources)) == len(words.sources) >= 2


def test_a_scheme_card_gives_its_part(toy_base: KnowledgeBase) -> None:
    decision = Decision("answer", "scheme_card", 0.8, "kr-certification")

    words = say(decision, State(scheme="kr-certification", intent="ask_cost"), toy_base)

    assert words.text == "안전인증 · 비용\n약 100만 원"
    assert words.sources == toy_base.schemes["kr-certification"].sources


def test_the_first_part_of_every_real_card_fits_a_messenger(base: KnowledgeBase) -> None:
    for item in base.items.values():
        state = State(item=item.id, country="KR", intent="ask_scope")
        overview = say(replace(CARD, article_id=card_id(item.id, "KR")), state, base).text.split("\n\n")[0]

        assert len(overview) <= 500, item.id


# ---- look-ups -------------------------------------------------------------------------

NUMBER = "CB063R1234-5001"
FRESH = Freshness(data_date="20261120", certificates=1, is_complete=True)


def looked_up(toy_base: KnowledgeBase, **found: Any) -> Words:
    known = LookedUp(**{"query": NUMBER, "freshness": FRESH, **found})
    return say(Decision("lookup", "number_given", 1.0, number=NUMBER, looked_up=known), State(), toy_base)


def test_a_certificate_that_was_found_is_shown_with_its_page_and_the_day_of_the_data(toy_base: KnowledgeBase) -> None:
    certificate = Certificate(1, NUMBER, "적합", product_name="전기찜질기", model_name="HT-100", has_detail=True)

    words = looked_up(toy_base, certificates=(certificate,))

    assert all(shown in words.text for shown in (NUMBER, "적합", "전기찜질기", "HT-100"))
    assert words.checked_on == date(2026, 11, 20)
    assert words.sources[0].url.endswith(f"searchPop?certNum={NUMBER}")


def test_a_recall_that_was_found_is_shown(toy_base: KnowledgeBase) -> None:
    recall = Recall("D7", is_foreign=False, product_name="유모차", model_name="AB-12", harm="바퀴가 빠져요")

    words = looked_up(toy_base, recalls=(recall,))

    assert all(shown in words.text for shown in ("유모차", "AB-12", "바퀴가 빠져요", "2026년 11월 20일"))


def test_a_recall_of_made_up_data_says_so(toy_base: KnowledgeBase) -> None:
    words = looked_up(toy_base, recalls=(Recall("D7", is_foreign=False),), freshness=replace(FRESH, is_demo=True))

    assert DEMO.strip() in words.text


def test_absent_and_out_of_reach_and_no_data_are_three_answers(toy_base: KnowledgeBase) -> None:
    absent = looked_up(toy_base)
    failed = looked_up(toy_base, failed=True)
    empty = looked_up(toy_base, freshness=Freshness())

    assert len({absent.text, failed.text, empty.text}) == 3


def test_made_up_data_say_so(toy_base: KnowledgeBase) -> None:
    certificate = Certificate(1, NUMBER, "적합")

    words = looked_up(toy_base, certificates=(certificate,), freshness=replace(FRESH, is_demo=True))

    assert "연습용" in words.text or "지어낸" in words.text or "만들어 낸" in words.text


def test_without_a_mirror_the_reply_says_where_to_look(toy_base: KnowledgeBase) -> None:
    words = say(Decision("lookup", "product_given", 1.0), State(), toy_base)

    assert words.sources[0].url.startswith("https://www.safetykorea.kr")
