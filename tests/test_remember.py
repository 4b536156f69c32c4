from builders import hit

from assistant.knowledge import KnowledgeBase
from assistant.records import Decision, State
from assistant.remember import remember

HITS = (hit("power-bank-kc"), hit("safety-law"), hit("name-change"), hit("certificate-lost"), hit("power-bank-japan"))


def test_an_answer_leaves_its_subject_for_a_follow_up(toy_base: KnowledgeBase) -> None:
    state = remember(State(question="받아야 하나요?"), Decision("answer", "answered", 0.9, "power-bank-kc"), toy_base)

    assert (state.item, state.country, state.scheme) == ("power-bank", "KR", "kr-confirmation")
    assert (state.article, state.asking) == ("power-bank-kc", "")


def test_what_the_visitor_named_is_not_overwritten(toy_base: KnowledgeBase) -> None:
    state = remember(State(item="doll", country="EU"), Decision("answer", "answered", 0.9, "power-bank-kc"), toy_base)

    assert (state.item, state.country) == ("doll", "EU")


def test_an_answer_keeps_the_next_candidates_for_a_no(toy_base: KnowledgeBase) -> None:
    state = remember(State(), Decision("answer", "answered", 0.9, "power-bank-kc", hits=HITS), toy_base)

    assert [article for article, _ in state.candidates] == ["safety-law", "name-change", "certificate-lost"]


def test_a_chosen_candidate_leaves_the_others(toy_base: KnowledgeBase) -> None:
    before = State(candidates=(("power-bank-kc", "?"), ("safety-law", "?")))

    state = remember(before, Decision("answer", "chosen", 1.0, "safety-law"), toy_base)

    assert state.candidates == (("power-bank-kc", "?"),)


def test_a_card_is_remembered_as_given(toy_base: KnowledgeBase) -> None:
    state = remember(State(item="heater"), Decision("answer", "item_card", 0.5, "item:heater:KR"), toy_base)

    assert (state.article, state.item) == ("item:heater:KR", "heater")


def test_candidates_are_waited_for(toy_base: KnowledgeBase) -> None:
    state = remember(State(), Decision("clarify", "close_candidates", 0.5, hits=HITS), toy_base)

    assert state.asking == "candidates"
    assert len(state.candidates) == 3


def test_not_understanding_changes_nothing(toy_base: KnowledgeBase) -> None:
    before = State(item="heater", asking="country", question="받아야 하나요?")

    assert remember(before, Decision("clarify", "unclear"), toy_base) == before
    assert remember(before, Decision("small_talk", "thank"), toy_base) == before


def test_a_question_back_counts_its_tries(toy_base: KnowledgeBase) -> None:
    again = remember(State(asking="item", tries=1), Decision("ask", "asked_again", slot="item"), toy_base)
    other = remember(State(asking="item", tries=1), Decision("ask", "missing_country", slot="country"), toy_base)

    assert (again.asking, again.tries) == ("item", 1)
    assert (other.asking, other.tries) == ("country", 0)


def test_a_hand_over_waits_for_a_contact(toy_base: KnowledgeBase) -> None:
    before = State(asking="item", tries=1, candidates=(("a", "?"),), question="받아야 하나요?")

    state = remember(before, Decision("hand_off", "no_data"), toy_base)

    assert (state.asking, state.tries, state.candidates) == ("contact", 0, ())
    assert state.question == "받아야 하나요?"


def test_while_a_consultant_talks_nothing_is_remembered(toy_base: KnowledgeBase) -> None:
    before = State(asking="item", tries=1)

    assert remember(before, Decision("hand_off", "with_consultant"), toy_base) == before
