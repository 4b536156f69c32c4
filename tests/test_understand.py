import pytest
from builders import understood
from fakes import FakeEncoder, FixedClassifier
from hypothesis import given
from hypothesis import strategies as st

from assistant.entities import EntityFinder
from assistant.index import SearchIndex
from assistant.nlu import Example
from assistant.records import FIELDS, INTENTS, SECTORS, Label, MaskedText, Understanding
from assistant.understand import Understander, topic_of, vote

SCORES = st.floats(-1, 1, width=32)
EXAMPLES = st.builds(
    Example,
    st.text(max_size=3),
    st.sampled_from(INTENTS),
    st.sampled_from(("", *FIELDS)),
    st.sampled_from(("", *SECTORS)),
)


@pytest.fixture
def understand(toy_index: SearchIndex, toy_finder: EntityFinder):
    """Understand a text; `leading` is asked first."""

    def run(text: str, leading: FixedClassifier | None = None) -> Understanding:
        vector = FakeEncoder().encode([text])[0]
        return Understander(toy_index, toy_finder, leading).understand(MaskedText(text), vector)

    return run


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("상담사 연결해 주세요", "ask_human"),
        ("비용은 얼마예요?", "ask_cost"),
        ("안녕하세요!", "greet"),
        ("부가세 신고는 언제까지예요", "out_of_scope"),
    ],
)
def test_the_nearest_examples_tell_the_intent(understand, text: str, intent: str) -> None:
    said = understand(text)

    assert (said.intent.name, said.by) == (intent, "builtin")
    assert said.intent.confidence > 0.5


def test_entities_come_with_the_labels(understand) -> None:
    assert [one.value for one in understand("보조배터리 인증").entities] == ["power-bank"]


def test_a_foreign_question_names_its_topic_and_looks_foreign(understand) -> None:
    assert understand("부가세 신고는 언제까지예요").topic == "tax"
    assert understand("부가세 신고는 언제까지예요").outside > 0 > understand("보조배터리 인증 받아야 하나요").outside


def test_the_leading_classifier_has_the_word_on_labels(understand) -> None:
    leading = FixedClassifier(understood(intent=("ask_agency", 0.7), by="rasa"))

    said = understand("비용은 얼마예요?", leading)

    assert (said.intent, said.by) == (Label("ask_agency", 0.7), "rasa")
    assert said.outside == understand("비용은 얼마예요?").outside


def test_without_the_leading_classifier_the_builtin_one_answers(understand) -> None:
    assert understand("비용은 얼마예요?", FixedClassifier(None)) == understand("비용은 얼마예요?")


@given(st.lists(st.tuples(EXAMPLES, SCORES), max_size=24).map(lambda found: sorted(found, key=lambda one: -one[1])))
def test_a_vote_gives_probabilities(found: list[tuple[Example, float]]) -> None:
    said = vote(found)

    for label in (said.intent, said.field, said.sector, *said.intents):
        assert 0 <= label.confidence <= 1 + 1e-9
    assert sum(label.confidence for label in said.intents) == pytest.approx(1 if found else 0)
    assert -2 <= said.outside <= 2
    assert topic_of(found) == ""


def test_nearer_examples_weigh_more() -> None:
    found = [(Example("가", "ask_cost"), 0.9), (Example("나", "greet"), 0.8), (Example("다", "greet"), 0.8)]

    assert vote(found).intent.name == "ask_cost"


def test_examples_without_a_field_do_not_vote_for_one() -> None:
    found = [(Example("가", "greet"), 0.9), (Example("나", "ask_cost", "safety", "food"), 0.1)]

    said = vote(found)

    assert (said.field, said.sector) == (Label("safety", 1.0), Label("food", 1.0))
