from datetime import timedelta

import pytest
from builders import NOON, hit, ticket, understood

from assistant.handover import REASONS, draft, once
from assistant.records import Decision, MaskedText, State
from assistant.wording import WHY

LINES = [("visitor", MaskedText(f"질문 {number}")) for number in range(30)]
DECISION = Decision("hand_off", "no_data", hits=tuple(hit(str(number)) for number in range(10)))


def test_a_ticket_holds_what_a_consultant_needs() -> None:
    state = State(item="heater", country="KR", question="비용은요?", intent="ask_cost")

    made = draft("c", DECISION, state, understood(), LINES, NOON, 48)

    assert made is not None
    assert (made.reason, made.field, made.sector) == ("no_data", "domestic", "electrical")
    assert made.slots == {"item": "heater", "country": "KR", "question": "비용은요?", "intent": "ask_cost"}
    assert made.due_at - NOON == timedelta(hours=48)


def test_a_ticket_keeps_the_last_lines_and_the_best_hits() -> None:
    made = draft("c", DECISION, State(), understood(), LINES, NOON, 48)

    assert made is not None
    assert made.transcript == tuple(LINES[-20:])
    assert [one.article_id for one in made.hits] == list("01234")


def test_without_understanding_a_ticket_is_made_all_the_same() -> None:
    made = draft("c", Decision("hand_off", "turn_failed"), State(), None, LINES, NOON, 48)

    assert made is not None
    assert (made.field, made.sector) == ("other", "other")


@pytest.mark.parametrize(
    "decision",
    [
        Decision("answer", "answered"),
        Decision("clarify", "denied"),
        Decision("ask", "missing_item"),
        Decision("hand_off", "with_consultant"),
        Decision("hand_off", "added_to_ticket"),
        Decision("hand_off", "already_handed_off"),
    ],
    ids=lambda decision: decision.reason,
)
def test_no_other_decision_makes_a_ticket(decision: Decision) -> None:
    assert draft("c", decision, State(), understood(), LINES, NOON, 48) is None


@pytest.mark.parametrize("state", ["open", "assigned"])
@pytest.mark.parametrize("reason", sorted(REASONS))
def test_an_open_ticket_is_the_only_one(reason: str, state: str) -> None:
    decision = once(Decision("hand_off", reason), ticket(state=state))

    assert decision.reason == ("already_handed_off" if reason == "asked_for_person" else "added_to_ticket")
    assert draft("c", decision, State(), understood(), LINES, NOON, 48) is None


@pytest.mark.parametrize(
    "known", [None, ticket(state="answered"), ticket(state="closed")], ids=["none", "answered", "closed"]
)
def test_without_an_open_ticket_a_new_one_is_made(known: object) -> None:
    decision = Decision("hand_off", "low_confidence")

    assert once(decision, known) == decision  # type: ignore[arg-type]


def test_an_answer_is_not_touched_by_an_open_ticket() -> None:
    decision = Decision("answer", "answered", 0.9, "a")

    assert once(decision, ticket()) == decision


def test_every_reason_has_its_words() -> None:
    assert set(WHY) == REASONS
