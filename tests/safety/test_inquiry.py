"""What a shopper is told who asks about a product from its page."""

import pytest

from assistant import channel_wording as words
from assistant.product_safety import VERDICTS, Recall
from assistant.safety.gather import Gatherer
from assistant.safety.goods.requirements import Requirements
from assistant.safety.inquiry import Inquiry
from assistant.safety.mirror.reading import Mirror


@pytest.fixture
def inquiry(known_mirror: Mirror, requirements: Requirements) -> Inquiry:
    return Inquiry(Gatherer(known_mirror, requirements))


def test_without_a_number_it_asks_for_one(inquiry: Inquiry) -> None:
    said = inquiry({"name": "보조배터리 10000mAh", "url": "http://smartstore.naver.com/x"})

    assert said.startswith(words.PRODUCT_CHECKED.format(name="보조배터리 10000mAh"))
    assert "대상이라 인증번호가 있어야 해요" in said
    assert said.endswith(words.PRODUCT_SEND_NUMBER)


def test_a_number_in_the_name_is_looked_up(inquiry: Inquiry) -> None:
    said = inquiry({"name": "가온 보조배터리 GA-1001 XU100001-26001"})

    assert "XU100001-26001" in said
    assert words.PRODUCT_SEND_NUMBER not in said


def test_a_number_that_is_not_there_is_warned_of(inquiry: Inquiry) -> None:
    said = inquiry({"name": "보조배터리 XU109999-26001"})

    assert words.PRODUCT_VERDICTS["not_found"] in said
    assert words.PRODUCT_NEXT[""] in said


def test_a_recall_comes_first(inquiry: Inquiry, known_mirror: Mirror) -> None:
    raw = {"recallUid": 9}
    known_mirror.put_recalls(
        [Recall("D9", False, "보조배터리", "가온", "GA-1001", cert_num="XU100001-26001", published="20261101", raw=raw)]
    )

    said = inquiry({"name": "가온 보조배터리 GA-1001 XU100001-26001"})

    assert words.PRODUCT_VERDICTS["recalled"] in said
    assert words.PRODUCT_NEXT["recalled"] in said


@pytest.mark.parametrize("name", ["", "\u202e거꾸로", "책 " * 5_000, "🙂"])
def test_whatever_the_name_is_something_is_said(inquiry: Inquiry, name: str) -> None:
    said = inquiry({"name": name})

    assert 0 < len(said) < 1_500
    assert "\u202e" not in said


def test_every_verdict_has_its_headline() -> None:
    assert set(words.PRODUCT_VERDICTS) == set(VERDICTS)
