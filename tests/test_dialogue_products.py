"""When a message is a wish to look one product up, and what is looked up then."""

import pytest
from builders import understood

from assistant.dialogue import Turn, advance
from assistant.entities import EntityFinder
from assistant.knowledge import KnowledgeBase
from assistant.records import MaskedText, Plan, State


class Talk:
    def __init__(self, base: KnowledgeBase, finder: EntityFinder) -> None:
        self.base, self.finder = base, finder

    def says(self, text: str, intent: str, state: State | None = None) -> tuple[State, Plan]:
        known = understood(text, self.finder, intent=intent)
        return advance(Turn(state or State(), MaskedText(text), known, self.base))


@pytest.fixture
def talk(toy_base: KnowledgeBase, toy_finder: EntityFinder) -> Talk:
    return Talk(toy_base, toy_finder)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("이 제품 리콜됐나요?", "check_recall"),
        ("이거 리콜 대상인지 확인해주세요", "check_recall"),
        ("우리 제품이 리콜됐는지 봐주세요", "check_recall"),
        ("보조배터리 리콜된 거 있나요?", "check_recall"),
        ("보조배터리 리콜됐나요?", "ask_scope"),
        ("이 제품 인증 진짜인지 조회해줘", "check_certificate"),
    ],
)
def test_a_product_that_is_not_named_is_asked_for(talk: Talk, text: str, intent: str) -> None:
    _, plan = talk.says(text, intent)

    assert plan == Plan("ask", "product")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("리콜이 뭐예요?", "check_recall"),
        ("리콜 정보는 어디서 확인하나요?", "check_recall"),
        ("리콜되면 제조사는 어떻게 해야 하나요?", "check_recall"),
        ("이 제품 인증번호는 어디서 조회해요?", "check_certificate"),
        ("내차리콜대상인지차번호로볼수있나요", "check_recall"),
        ("리콜된 제품을 샀는데 환불되나요?", "check_recall"),
        ("이 제품 인증 비용이 얼마예요?", "ask_cost"),
    ],
)
def test_a_question_about_recalls_in_general_is_searched_for(talk: Talk, text: str, intent: str) -> None:
    _, plan = talk.says(text, intent)

    assert plan.kind == "search"


@pytest.mark.parametrize(
    ("text", "looked_up"),
    [("유모차 AB-1234X 리콜됐나요?", "유모차 AB-1234X"), ("8801234567893 리콜 대상인가요", "8801234567893")],
)
def test_a_model_or_barcode_is_looked_up_at_once(talk: Talk, text: str, looked_up: str) -> None:
    _, plan = talk.says(text, "check_recall")

    assert (plan.kind, plan.text.strip()) == ("lookup", looked_up)


@pytest.mark.parametrize(
    "text", ["8801234567893", "8801234567893이요", "바코드는 8801234567893", "8801234567893 리콜 됐어요?"]
)
def test_a_barcode_is_looked_up_whatever_the_message_was_taken_for(talk: Talk, text: str) -> None:
    _, plan = talk.says(text, "out_of_scope")

    assert plan.kind == "lookup"
    assert "8801234567893" in plan.text


@pytest.mark.parametrize(
    "text", ["바코드는 어디서 받아요?", "2026112 건 접수했어요", "사업자 1234567890번인데 KC 비용이 얼마예요?"]
)
def test_other_digits_are_no_barcode(talk: Talk, text: str) -> None:
    _, plan = talk.says(text, "ask_procedure")

    assert plan.kind == "search"


def test_the_answer_to_the_question_back_is_looked_up(talk: Talk) -> None:
    state, plan = talk.says("아이테스트 아동배낭이요", "inform", State(asking="product"))

    assert plan == Plan("lookup", "product_given", "아이테스트 아동배낭이요")
    assert state.asking == ""


def test_a_certificate_number_answers_the_question_back(talk: Talk) -> None:
    _, plan = talk.says("CB063R1234-5001이요", "inform", State(asking="product"))

    assert plan == Plan("lookup", "number_given", number="CB063R1234-5001")


def test_another_question_in_between_is_a_question(talk: Talk) -> None:
    _, plan = talk.says("보조배터리 KC 인증 비용이 얼마예요?", "ask_cost", State(asking="product"))

    assert plan.kind == "search"
