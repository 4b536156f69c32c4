import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluate.measures import (
    auroc,
    coverage_at,
    found_at,
    mean_reciprocal_rank,
    share,
    threshold_for,
)

RANKINGS = (("a", "b", "c"), ("b", "a", "c"), ("c", "b", "d"))
ACCEPTED = (("a",), ("a", "x"), ("a",))


@pytest.mark.parametrize(("count", "expected"), [(1, 1 / 3), (2, 2 / 3), (3, 2 / 3)])
def test_found_at_counts_questions_with_an_accepted_article_in_front(count: int, expected: float) -> None:
    assert found_at(RANKINGS, ACCEPTED, count) == pytest.approx(expected)


def test_the_reciprocal_rank_is_of_the_first_accepted_article() -> None:
    assert mean_reciprocal_rank(RANKINGS, ACCEPTED) == pytest.approx((1 + 1 / 2 + 0) / 3)


def test_of_nothing_there_is_no_figure() -> None:
    assert share([]) is None
    assert found_at([], [], 1) is None
    assert mean_reciprocal_rank([], []) is None
    assert auroc([], [1.0]) is None
    assert coverage_at(0.9, [], [], 0) is None


def test_rankings_without_their_labels_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        found_at(RANKINGS, ACCEPTED[:2], 1)


@pytest.mark.parametrize(
    ("inside", "outside", "expected"),
    [([0.9, 0.8], [0.1, 0.2], 1.0), ([0.1], [0.9], 0.0), ([0.5], [0.5], 0.5), ([0.9, 0.3], [0.5], 0.5)],
)
def test_auroc_is_the_probability_of_the_right_order(
    inside: list[float], outside: list[float], expected: float
) -> None:
    assert auroc(inside, outside) == pytest.approx(expected)


def test_coverage_counts_right_answers_as_far_as_the_precision_holds() -> None:
    confidences, right = [0.9, 0.8, 0.7, 0.6], [True, True, False, True]

    assert coverage_at(1.0, confidences, right, 4) == pytest.approx(2 / 4)
    assert coverage_at(0.75, confidences, right, 4) == pytest.approx(3 / 4)


FALLING = [1 - place / 100 for place in range(40)]


def test_the_threshold_is_the_lowest_that_keeps_the_precision() -> None:
    right = [True] * 30 + [False] * 10

    threshold = threshold_for(0.9, FALLING, right)

    assert FALLING[33] < threshold <= FALLING[29]


def test_a_few_right_answers_promise_little() -> None:
    assert threshold_for(0.9, FALLING[:2], [True, True]) == 1.0


def test_without_a_right_answer_the_threshold_lets_none_through() -> None:
    assert threshold_for(0.9, [0.9, 0.8], [False, False]) == 1.0


OUTCOMES = st.lists(st.tuples(st.floats(0, 0.99), st.booleans()), max_size=40)


@given(OUTCOMES.map(lambda pairs: list({confidence: (confidence, hit) for confidence, hit in pairs}.values())))
def test_above_the_threshold_the_precision_is_kept(pairs: list[tuple[float, bool]]) -> None:
    threshold = threshold_for(0.9, [one for one, _ in pairs], [hit for _, hit in pairs])
    given_out = [hit for confidence, hit in pairs if confidence >= threshold]

    assert not given_out or share(given_out) >= 0.9


def test_equal_confidences_are_let_through_together() -> None:
    right = [True] * 20 + [False] * 20

    assert threshold_for(0.9, [0.8] * 40, right) == 1.0
    assert coverage_at(0.9, [0.8] * 40, right, 40) == 0
    assert coverage_at(0.9, [0.9] * 20 + [0.8] * 20, right, 40) == 0.5
