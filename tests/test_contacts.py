"""What counts as one contact."""

from datetime import UTC, datetime, timedelta

import pytest

from assistant.contacts import Contact, Line, contacts_of

BEGAN = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def talk(*said: tuple[float, str, str]) -> list[Line]:
    """Messages at so many hours, each with the decision and the reason of its reply."""
    lines = []
    for number, (hours, decision, reason) in enumerate(said):
        at = BEGAN + timedelta(hours=hours)
        lines.append(Line(2 * number + 1, "visitor", at))
        answer = {"decision": decision, "reason": reason}
        lines.append(Line(2 * number + 2, "assistant", at, 2 * number + 1, answer))
    return lines


def only(lines: list[Line]) -> Contact:
    (contact,) = contacts_of(lines)
    return contact


ANSWER, LOOKUP, ASK = ("answer", "answered"), ("lookup", "lookup"), ("clarify", "close_candidates")
HAND_OFF, THANK, FOREIGN = ("hand_off", "low_confidence"), ("small_talk", "thank"), ("small_talk", "out_of_scope")
DENIED, STATUS = ("clarify", "denied"), ("small_talk", "ticket_status")


@pytest.mark.parametrize(
    ("replies", "outcome"),
    [
        ([ANSWER], "answered"),
        ([LOOKUP], "answered"),
        ([STATUS], "answered"),
        ([ASK], "asked_back"),
        ([ASK, ANSWER], "answered"),
        ([ANSWER, ASK], "answered"),
        ([ANSWER, DENIED], "asked_back"),
        ([ANSWER, DENIED, ANSWER], "answered"),
        ([FOREIGN], "out_of_scope"),
        ([ASK, FOREIGN], "out_of_scope"),
        ([FOREIGN, ANSWER], "answered"),
        ([ANSWER, HAND_OFF], "handed_over"),
        ([HAND_OFF, ANSWER], "handed_over"),
    ],
)
def test_a_contact_ends_in_one_way(replies: list[tuple[str, str]], outcome: str) -> None:
    said = [(0.1 * number, *reply) for number, reply in enumerate(replies)]

    assert only(talk(*said)).outcome == outcome


def test_who_comes_back_after_an_hour_makes_a_new_contact() -> None:
    found = contacts_of(talk((0, *ANSWER), (1, *ANSWER), (2.1, *ANSWER)))

    assert [(one.id, one.questions) for one in found] == [(1, 2), (5, 1)]


def test_greetings_and_thanks_begin_nothing() -> None:
    found = contacts_of(talk((0, "small_talk", "greet"), (0.1, *ANSWER), (5, *THANK), (30, *THANK)))

    assert [(one.id, one.ended_at - BEGAN) for one in found] == [(3, timedelta(hours=0.1))]


def test_what_is_added_to_a_ticket_and_said_to_a_person_belongs_to_the_contact() -> None:
    lines = talk((0, *HAND_OFF), (20, "hand_off", "added_to_ticket"), (30, "hand_off", "with_consultant"))

    assert [one.questions for one in contacts_of(lines)] == [2]


def test_asking_for_a_person_again_is_a_new_contact() -> None:
    assert len(contacts_of(talk((0, *HAND_OFF), (20, "hand_off", "already_handed_off")))) == 2


def test_a_message_without_a_reply_is_left_for_the_next_time() -> None:
    assert contacts_of([Line(1, "visitor", BEGAN)]) == []


def test_what_was_asked_and_answered_is_marked_and_the_first_label_holds() -> None:
    entities = [
        {"type": "item", "value": "battery"},
        {"type": "country", "value": "JP"},
        {"type": "mark", "value": "CE"},
    ]
    lines = talk((0, *FOREIGN), (0.1, *ANSWER), (0.2, *ANSWER))
    for line, label, article in (
        (lines[1], "safety", ""),
        (lines[3], "overseas", "pse"),
        (lines[5], "domestic", "pse"),
    ):
        understood = {"field": label, "sector": "electrical", "entities": entities}
        lines[lines.index(line)] = Line(
            line.id,
            line.role,
            line.at,
            line.reply_to,
            {**line.reply, "article_id": article, "understanding": understood},
        )
    contact = only([*lines, Line(7, "consultant", BEGAN, None, {"article_id": "kc"})])

    assert (contact.field, contact.sector, contact.last_id) == ("overseas", "electrical", 7)
    assert contact.marks == {
        ("article", "pse"): 2,
        ("article_by_person", "kc"): 1,
        ("item", "battery"): 3,
        ("country", "JP"): 3,
    }
