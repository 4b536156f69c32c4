from typing import Any

import pytest
from builders import hit, understood
from hypothesis import given
from hypothesis import strategies as st

from assistant.decide import Calibration, Gate, Judgement, card_id, decide, fit_features, judge, part_of, scope_features
from assistant.knowledge import KnowledgeBase
from assistant.records import Decision, Entity, Hit, Label, State

BOUND = st.floats(0, 1)


CALIBRATION = Calibration({}, Gate(), Gate(-6.0, {"dense": 10.0}), scope_min=0.5, answer_min=0.7, ask_min=0.3)


def decided(base: KnowledgeBase, *hits: Hit, in_scope: float = 1.0, right: float = 1.0, **state: Any) -> Decision:
    return decide(State(**state), Judgement(in_scope, right), "", hits, base, CALIBRATION)


GENERAL = hit("safety-law")


# ---- the gates ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "kind"),
    [
        (0.99, "answer"),
        (0.7001, "answer"),
        (0.6999, "clarify"),
        (0.3001, "clarify"),
        (0.2999, "hand_off"),
        (0.0, "hand_off"),
    ],
)
def test_the_fit_decides_between_answer_candidates_and_person(toy_base: KnowledgeBase, right: float, kind: str) -> None:
    decision = decided(toy_base, GENERAL, hit("name-change", 0.9), right=right)

    assert decision.kind == kind
    assert decision.confidence == pytest.approx(right, abs=1e-6)


@pytest.mark.parametrize(("in_scope", "kind"), [(0.5001, "answer"), (0.4999, "small_talk")])
def test_a_question_out_of_scope_is_not_answered(toy_base: KnowledgeBase, in_scope: float, kind: str) -> None:
    assert decided(toy_base, GENERAL, in_scope=in_scope).kind == kind


def test_a_named_product_makes_a_question_likelier_to_be_in_scope(toy_base: KnowledgeBase) -> None:
    assert decided(toy_base, GENERAL, in_scope=0.4).reason == "out_of_scope"
    assert decided(toy_base, GENERAL, in_scope=0.4, item="heater").reason != "out_of_scope"
    assert decided(toy_base, GENERAL, in_scope=0.01, item="heater").reason == "out_of_scope"


def test_out_of_scope_names_the_topic(toy_base: KnowledgeBase) -> None:
    decision = decide(State(), Judgement(0.1, 1.0), "tax", [GENERAL], toy_base, CALIBRATION)

    assert (decision.reason, decision.topic) == ("out_of_scope", "tax")
    assert decision.confidence == pytest.approx(0.9)


@given(in_scope=BOUND, right=BOUND, agreement=st.sampled_from([-1.0, 0.0, 1.0]))
def test_a_decision_keeps_its_promises(
    toy_base: KnowledgeBase, in_scope: float, right: float, agreement: float
) -> None:
    hits = (hit("power-bank-kc", 1.0, country=agreement), hit("safety-law", 0.5))

    decision = decided(toy_base, *hits, in_scope=in_scope, right=right)

    assert 0 <= decision.confidence <= 1
    assert decision.kind != "answer" or decision.confidence >= 0.7
    assert decision.kind != "clarify" or 1 <= len(decision.hits) <= 3


@given(st.floats(-1e6, 1e6), st.dictionaries(st.sampled_from("abc"), st.floats(-1e6, 1e6)))
def test_a_gate_gives_a_probability_for_any_feature(bias: float, features: dict[str, float]) -> None:
    assert 0 < Gate(bias, {"a": 2.0, "b": -1e6}).probability(features) < 1


def test_features_without_a_weight_do_not_count() -> None:
    assert Gate(0.0, {"dense": 1.0}).probability({"other": 9.0}) == 0.5


# ---- contradictions -------------------------------------------------------------------


@pytest.mark.parametrize("part", ["country", "item"])
def test_an_article_about_something_else_is_never_the_answer(toy_base: KnowledgeBase, part: str) -> None:
    decision = decided(toy_base, hit("power-bank-kc", 2.0, **{part: -1.0}))

    assert decision.kind != "answer"


def test_when_every_article_contradicts_candidates_or_a_person_remain(toy_base: KnowledgeBase) -> None:
    hits = (hit("power-bank-kc", 2.0, country=-1.0), hit("power-bank-japan", 1.0, item=-1.0))

    assert decided(toy_base, *hits, right=0.99).kind == "clarify"
    assert decided(toy_base, *hits, right=0.1).kind == "hand_off"


def test_without_any_hit_a_person_is_asked(toy_base: KnowledgeBase) -> None:
    decision = decide(State(), judge(understood(), [], CALIBRATION), "", [], toy_base, CALIBRATION)

    assert decision.kind == "hand_off"


# ---- the cards ------------------------------------------------------------------------


def test_without_a_country_the_country_is_asked(toy_base: KnowledgeBase) -> None:
    decision = decided(toy_base, GENERAL, right=0.1, item="doll", intent="ask_scope")

    assert (decision.kind, decision.slot) == ("ask", "country")


def test_without_an_item_the_item_is_asked(toy_base: KnowledgeBase) -> None:
    decision = decided(toy_base, GENERAL, right=0.1, country="EU", intent="ask_scope", is_general=True)

    assert (decision.kind, decision.slot) == ("ask", "item")


def test_the_property_that_decides_the_grade_is_asked(toy_base: KnowledgeBase) -> None:
    decision = decided(toy_base, GENERAL, right=0.1, item="heater", country="KR", intent="ask_scope")

    assert (decision.slot, decision.options) == ("property:power", ("콘센트에 꽂아 사용", "건전지로 사용"))


def test_with_everything_known_the_card_answers(toy_base: KnowledgeBase) -> None:
    state = {"item": "heater", "country": "KR", "properties": {"power": "mains"}, "intent": "ask_cost"}

    decision = decided(toy_base, GENERAL, right=0.1, **state)

    assert (decision.kind, decision.article_id) == ("answer", card_id("heater", "KR"))


def test_without_a_scheme_there_is_no_data_and_no_guess(toy_base: KnowledgeBase) -> None:
    decision = decided(toy_base, GENERAL, right=0.1, item="book", country="JP", intent="ask_scope")

    assert (decision.kind, decision.reason) == ("hand_off", "no_data")


def test_the_own_article_of_the_item_goes_before_the_card(toy_base: KnowledgeBase) -> None:
    decision = decided(toy_base, hit("power-bank-japan"), item="power-bank", country="JP", intent="ask_scope")

    assert decision.article_id == "power-bank-japan"


@pytest.mark.parametrize(("is_general", "article"), [(True, "item:power-bank:JP"), (False, "safety-law")])
def test_the_card_goes_before_a_general_article_where_nothing_particular_is_asked(
    toy_base: KnowledgeBase, is_general: bool, article: str
) -> None:
    state = {"item": "power-bank", "country": "JP", "intent": "ask_scope", "is_general": is_general}

    assert decided(toy_base, GENERAL, **state).article_id == article


def test_the_article_just_given_is_not_given_again(toy_base: KnowledgeBase) -> None:
    state = {"item": "power-bank", "country": "JP", "intent": "ask_scope", "article": "power-bank-japan"}

    assert decided(toy_base, hit("power-bank-japan"), **state).reason == "item_card"


def test_a_follow_up_that_no_card_answers_goes_to_a_person(toy_base: KnowledgeBase) -> None:
    state = {"item": "power-bank", "country": "JP", "intent": "ask_cost", "article": "power-bank-japan"}

    decision = decided(toy_base, hit("power-bank-japan"), **state)

    assert (decision.kind, decision.reason) == ("hand_off", "no_data")


@pytest.mark.parametrize(("intent", "kind"), [("ask_cost", "answer"), ("ask_penalty", "hand_off")])
def test_a_scheme_answers_only_what_its_card_says(toy_base: KnowledgeBase, intent: str, kind: str) -> None:
    assert decided(toy_base, GENERAL, right=0.1, scheme="kr-certification", intent=intent).kind == kind


def test_the_parts_of_a_scheme_are_joined_by_lines(toy_base: KnowledgeBase) -> None:
    scheme = toy_base.schemes["kr-certification"]

    assert part_of(scheme, "ask_procedure") == "시험을 받아요\n신고해요"
    assert part_of(scheme, "ask_validity") == part_of(scheme, "greet") == ""


# ---- features -------------------------------------------------------------------------


def test_the_scope_features_count_what_is_named_but_not_agencies() -> None:
    entities = tuple(Entity(kind, "x", "x", 0, 1) for kind in ("item", "country", "mark", "agency"))
    said = understood(entities=entities, intents=(Label("out_of_scope", 0.3),), outside=0.1)

    features = scope_features(said, [])

    assert features == {"outside": 0.1, "foreign": 0.3, "dense": 0.0, "words": 0.0, "bigrams": 0.0, "named": 2.0}


def test_the_fit_features_hold_the_best_against_the_rest() -> None:
    features = fit_features(understood(), [hit("a", 2.0, dense=0.9), hit("b", 1.5, dense=0.7)], 0.5)

    assert features["margin"] == pytest.approx(0.5)
    assert features["lead"] == pytest.approx(0.2)
    assert features["in_scope"] == pytest.approx(0.0)


def test_a_single_hit_can_be_judged(toy_base: KnowledgeBase) -> None:
    assert judge(understood(), [hit("a", dense=0.6)], CALIBRATION).right == pytest.approx(0.5)
    assert judge(understood(), [], CALIBRATION).right == 0.0
