import json
from datetime import date

from builders import REPLY_KEYS, hit, ticket, understood

from assistant.knowledge import Source
from assistant.records import Entity, Message, Reply
from assistant.wire import reply_json

FULL = Reply(
    "c",
    "answer",
    "answered",
    "네.",
    "kc",
    sources=(Source("법", "https://law.example"),),
    legal_basis="제9조",
    checked_on=date(2026, 11, 1),
    candidates=(hit("kc", 0.123456),),
    confidence=0.987654,
    understanding=understood(entities=(Entity("item", "doll", "인형", 0, 2),), intent=("ask_cost", 0.71239)),
    ticket=ticket(contact="010-1234-5678"),
    quick_replies=("비용은요?",),
    took_ms=12.3456,
)


def test_every_key_of_the_contract_is_always_there() -> None:
    empty = reply_json(Reply("c", "hand_off", "with_consultant", ""))

    assert empty.keys() == reply_json(FULL).keys() == REPLY_KEYS
    assert [empty[key] for key in ("article_id", "legal_basis", "checked_on", "understanding", "ticket")] == [None] * 5
    assert [empty[key] for key in ("sources", "candidates", "quick_replies")] == [[], [], []]


def test_a_reply_is_plain_json() -> None:
    said = reply_json(FULL)

    assert json.loads(json.dumps(said)) == said
    assert (said["checked_on"], said["confidence"], said["took_ms"]) == ("2026-11-01", 0.9877, 12.35)
    assert said["candidates"] == [{"article_id": "kc", "question": "kc?", "score": 0.1235}]


def test_the_understanding_has_every_key_of_the_contract() -> None:
    said = reply_json(FULL)["understanding"]

    assert said.keys() >= {"intent", "intent_confidence", "field", "sector", "entities"}
    assert (said["intent"], said["intent_confidence"]) == ("ask_cost", 0.7124)
    assert said["entities"] == [{"type": "item", "value": "doll", "text": "인형", "start": 0, "end": 2}]


def test_of_a_ticket_a_visitor_sees_its_number_and_deadline_only() -> None:
    assert reply_json(FULL)["ticket"] == {"id": "OC-000007", "due_at": "2026-11-24T03:05:00+00:00"}


def test_a_raw_message_hides_itself() -> None:
    assert "010" not in repr(Message("010-1234-5678", "c"))
    assert "010" not in repr(ticket(contact="010-1234-5678"))
