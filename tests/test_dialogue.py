from typing import Any

import pytest
from builders import understood

from assistant.cards import UNSURE
from assistant.dialogue import Turn, advance, is_follow_up, option_in
from assistant.entities import EntityFinder
from assistant.knowledge import KnowledgeBase
from assistant.records import MaskedText, Plan, State

CANDIDATES = (("power-bank-kc", "보조배터리 인증?"), ("safety-law", "처벌은요?"), ("name-change", "상호 변경?"))


class Talk:
    """A conversation with the dialogue alone: every message moves the state on."""

    def __init__(self, base: KnowledgeBase, finder: EntityFinder) -> None:
        self.base, self.finder, self.state = base, finder, State()

    def turn(self, text: str, intent: Any = "inform", has_contact: bool = False) -> Turn:
        return Turn(self.state, MaskedText(text), understood(text, self.finder, intent=intent), self.base, has_contact)

    def says(self, text: str, intent: Any = "inform", has_contact: bool = False) -> Plan:
        self.state, plan = advance(self.turn(text, intent, has_contact))
        return plan


@pytest.fixture
def talk(toy_base: KnowledgeBase, toy_finder: EntityFinder) -> Talk:
    return Talk(toy_base, toy_finder)


def asked(talk: Talk, asking: str, **slots: Any) -> Talk:
    """Put the conversation where a question back was just asked."""
    talk.state = State(**{"question": "인증이 필요한가요?", "intent": "ask_scope", "asking": asking, **slots})
    return talk


# ---- a question -----------------------------------------------------------------------


def test_a_question_is_searched_for_as_it_is(talk: Talk) -> None:
    plan = talk.says("보조배터리는 KC 인증을 받아야 하나요?", "ask_scope")

    assert plan == Plan("search", "question", "보조배터리는 KC 인증을 받아야 하나요?")
    assert (talk.state.item, talk.state.country, talk.state.mark) == ("power-bank", "KR", "kc")
    assert talk.state.intent == "ask_scope"


def test_a_mark_stands_for_its_country(talk: Talk) -> None:
    talk.says("인형 CE 인증이 필요한가요?", "ask_scope")

    assert (talk.state.item, talk.state.country) == ("doll", "EU")


def test_a_scheme_stands_for_its_country(talk: Talk) -> None:
    talk.says("환경표지를 신청하는 방법을 알려 주세요", "ask_procedure")

    assert (talk.state.scheme, talk.state.country) == ("kr-eco", "KR")


def test_a_question_itself_may_tell_a_property(talk: Talk) -> None:
    talk.says("콘센트에 꽂아 쓰는 전기난로는 무슨 인증을 받나요?", "ask_scope")

    assert talk.state.properties == {"power": "mains"}


def test_a_new_subject_starts_anew_and_keeps_the_ticket(talk: Talk) -> None:
    talk.state = State(item="heater", country="JP", properties={"power": "mains"}, ticket="OC-000001")

    talk.says("봉제인형을 팔려면 무슨 인증을 받아야 하나요?", "ask_scope")

    assert (talk.state.item, talk.state.country, talk.state.properties) == ("doll", "", {})
    assert talk.state.ticket == "OC-000001"


# ---- slots over several turns ---------------------------------------------------------


def test_slots_fill_over_several_turns(talk: Talk) -> None:
    talk.says("무슨 인증을 받아야 하나요?", "ask_scope")
    asked(talk, "item", question=talk.state.question)

    filled_item = talk.says("전기난로요")
    asked(talk, "country", item=talk.state.item, question=talk.state.question)
    filled_country = talk.says("한국이요")
    asked(talk, "property:power", item="heater", country="KR", question=talk.state.question)
    filled_property = talk.says("건전지로 써요")

    assert [one.reason for one in (filled_item, filled_country, filled_property)] == ["filled"] * 3
    assert (talk.state.item, talk.state.country) == ("heater", "KR")
    assert talk.state.properties == {"power": "battery"}
    assert filled_property.text == "전기난로 한국 무슨 인증을 받아야 하나요?"


def test_a_mark_fills_the_country(talk: Talk) -> None:
    plan = asked(talk, "country", item="doll").says("CE요")

    assert plan.reason == "filled"
    assert talk.state.country == "EU"


@pytest.mark.parametrize(
    ("text", "value"),
    [("콘센트에 꽂아 사용", "mains"), ("플러그요", "mains"), ("배터리", "battery"), ("잘 모르겠어요", UNSURE)],
)
def test_a_property_is_filled_by_button_word_or_not_knowing(talk: Talk, text: str, value: str) -> None:
    plan = asked(talk, "property:power", item="heater", country="KR").says(text)

    assert plan.reason == "filled"
    assert talk.state.properties == {"power": value}
    assert talk.state.asking == ""


@pytest.mark.parametrize(("text", "intent", "value"), [("네", "affirm", "yes"), ("아니요", "deny", "no")])
def test_yes_and_no_answer_a_yes_no_property(talk: Talk, text: str, intent: str, value: str) -> None:
    asked(talk, "property:radio", item="doll", country="EU").says(text, intent)

    assert talk.state.properties == {"radio": value}


def test_a_new_product_forgets_the_properties_of_the_old(talk: Talk) -> None:
    talk.state = State(item="heater", country="KR", properties={"power": "mains"}, question="인증은요?")

    talk.says("그럼 봉제인형은요?")

    assert (talk.state.item, talk.state.properties) == ("doll", {})


# ---- a question back that is not answered ---------------------------------------------


@pytest.mark.parametrize("slot", ["item", "country"])
def test_unfilled_twice_goes_to_a_person(talk: Talk, slot: str) -> None:
    first = asked(talk, slot).says("글쎄요")
    second = talk.says("아무거나")

    assert (first.kind, first.reason) == ("ask_again", slot)
    assert (second.kind, second.reason) == ("hand_off", "no_data")
    assert (talk.state.asking, talk.state.tries) == ("", 0)


def test_a_property_unfilled_twice_stays_open(talk: Talk) -> None:
    first = asked(talk, "property:power", item="heater", country="KR").says("그냥 보통이요")
    second = talk.says("보통이라니까요")

    assert [first.kind, second.kind] == ["ask_again", "search"]
    assert talk.state.properties == {"power": UNSURE}


def test_a_long_message_is_a_question_of_its_own(talk: Talk) -> None:
    plan = asked(talk, "country", item="doll").says("인증서를 잃어버리면 어떻게 다시 발급받나요?", "ask_procedure")

    assert plan.reason == "question"
    assert talk.state.asking == ""


def test_a_certificate_number_is_looked_up_whatever_is_asked(talk: Talk) -> None:
    plan = asked(talk, "country", item="doll").says("CB063R1234-5001")

    assert plan == Plan("lookup", "number_given", number="CB063R1234-5001")


def test_a_new_country_in_place_of_an_answer_changes_the_country(talk: Talk) -> None:
    asked(talk, "property:radio", item="power-bank", country="KR").says("그럼 일본은요?")

    assert talk.state.country == "JP"


# ---- corrections ----------------------------------------------------------------------


def test_a_correction_changes_the_subject_and_keeps_the_question(talk: Talk) -> None:
    talk.says("보조배터리 미국 인증 비용이 얼마예요?", "ask_cost")

    plan = talk.says("아니 미국 말고 일본이요", "deny")

    assert (plan.kind, plan.reason) == ("search", "corrected")
    assert (talk.state.item, talk.state.country, talk.state.intent) == ("power-bank", "JP", "ask_cost")
    assert "일본" in plan.text
    assert "미국" not in plan.text
    assert "인증 비용" in plan.text


@pytest.mark.parametrize("text", ["그럼 일본은요?", "일본", "일본으로 하면요?"])
def test_a_bare_name_asks_the_same_about_another_subject(talk: Talk, text: str) -> None:
    talk.says("보조배터리 KC 인증은 얼마예요?", "ask_cost")

    plan = talk.says(text)

    assert plan.reason == "corrected"
    assert (talk.state.country, talk.state.mark) == ("JP", "")
    assert "KC" not in plan.text


def test_a_corrected_product_keeps_the_country(talk: Talk) -> None:
    talk.says("전기난로를 일본에 팔려면 인증이 필요한가요?", "ask_scope")

    plan = talk.says("난로 말고 보조배터리요", "deny")

    assert (talk.state.item, talk.state.country) == ("power-bank", "JP")
    assert "보조배터리" in plan.text


# ---- follow-ups -----------------------------------------------------------------------


def test_a_follow_up_carries_its_subject_along(talk: Talk) -> None:
    talk.says("보조배터리를 일본에 팔려면 인증이 필요한가요?", "ask_scope")

    plan = talk.says("비용은요?", "ask_cost")

    assert plan == Plan("search", "follow_up", "보조배터리 일본 비용은요?")
    assert (talk.state.item, talk.state.country, talk.state.intent) == ("power-bank", "JP", "ask_cost")


def test_several_follow_ups_keep_the_subject(talk: Talk) -> None:
    talk.says("보조배터리를 일본에 팔려면 인증이 필요한가요?", "ask_scope")

    plans = [talk.says(text, "ask_cost") for text in ("비용은요?", "기간은요?", "서류는요?")]

    assert [plan.text for plan in plans] == [
        f"보조배터리 일본 {text}" for text in ("비용은요?", "기간은요?", "서류는요?")
    ]


@pytest.mark.parametrize(
    ("text", "intent", "said"),
    [
        ("비용은요?", "ask_cost", True),
        ("그럼 시험은 어디에서 받으면 되는 건가요?", "ask_agency", True),
        ("인증을 받지 않고 팔면 어떤 처벌을 받나요?", "ask_penalty", False),
        ("인형은요?", "inform", False),
        ("오늘 저녁 날씨 알려줘", "out_of_scope", False),
    ],
)
def test_only_what_leaves_its_subject_out_is_a_follow_up(talk: Talk, text: str, intent: str, said: bool) -> None:
    talk.state = State(item="heater", country="KR")

    assert is_follow_up(talk.turn(text, intent)) is said


def test_without_a_subject_before_nothing_is_a_follow_up(talk: Talk) -> None:
    assert not is_follow_up(talk.turn("비용은요?", "ask_cost"))


# ---- candidates -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("1", "power-bank-kc"),
        ("2번", "safety-law"),
        ("3번째요", "name-change"),
        ("첫 번째 거요", "power-bank-kc"),
        ("두번째", "safety-law"),
        ("처벌은요?", "safety-law"),
    ],
)
def test_a_candidate_is_chosen_by_number_or_words(talk: Talk, text: str, chosen: str) -> None:
    plan = asked(talk, "candidates", candidates=CANDIDATES).says(text)

    assert plan == Plan("pick", "chosen", article_id=chosen)
    assert talk.state.asking == ""


@pytest.mark.parametrize("text", ["이 중에 없어요", "없어요", "다 아니에요", "해당 없음", "그 중에는 없는데요"])
def test_none_of_these_goes_to_a_person(talk: Talk, text: str) -> None:
    plan = asked(talk, "candidates", candidates=CANDIDATES).says(text, ("inform", 0.3))

    assert plan == Plan("hand_off", "none_of_these", "인증이 필요한가요?")
    assert talk.state.candidates == ()


def test_a_number_beyond_the_candidates_chooses_nothing(talk: Talk) -> None:
    plan = asked(talk, "candidates", candidates=CANDIDATES[:1]).says("3번")

    assert plan.kind == "search"


def test_a_new_question_instead_of_a_choice_is_searched_for(talk: Talk) -> None:
    text = "봉제인형을 유럽에 팔려면 무슨 인증이 필요한가요?"

    assert asked(talk, "candidates", candidates=CANDIDATES).says(text, "ask_scope") == Plan("search", "question", text)


# ---- no -------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["아니요", "아뇨", "그게 아니에요", "틀렸어요", "아니요 그게 아니에요"])
def test_a_no_looks_for_another_answer(talk: Talk, text: str) -> None:
    talk.state = State(question="인증이 필요한가요?", article="power-bank-kc", candidates=CANDIDATES[1:])

    assert talk.says(text, "deny").kind == "denied"


def test_a_no_with_a_new_question_asks_anew(talk: Talk) -> None:
    talk.state = State(question="인증이 필요한가요?", article="power-bank-kc", candidates=CANDIDATES[1:])

    plan = talk.says("아니요, 인증서를 잃어버렸을 때 재발급받는 방법이요", "ask_procedure")

    assert (plan.kind, plan.text) == ("search", "인증서를 잃어버렸을 때 재발급받는 방법이요")


def test_a_no_before_any_answer_is_small_talk(talk: Talk) -> None:
    assert talk.says("아니요", "deny") == Plan("small_talk", "deny")


# ---- people ---------------------------------------------------------------------------


@pytest.mark.parametrize("asking", ["", "item", "country", "property:power", "candidates", "contact"])
@pytest.mark.parametrize("text", ["상담사 연결", "사람이랑 얘기하고 싶어요", "상담원 바꿔 주세요", "전화 연결"])
def test_a_person_can_be_had_at_any_time(talk: Talk, asking: str, text: str) -> None:
    plan = asked(talk, asking, candidates=CANDIDATES).says(text, ("inform", 0.3))

    assert (plan.kind, plan.reason) == ("hand_off", "asked_for_person")


def test_an_understood_wish_for_a_person_needs_no_cue(talk: Talk) -> None:
    assert talk.says("직접 물어볼 곳 없나요", "ask_human").reason == "asked_for_person"
    assert talk.says("직접 물어볼 곳 없나요", ("ask_human", 0.4)).reason != "asked_for_person"


def test_a_contact_is_taken_when_it_was_asked_for(talk: Talk) -> None:
    plan = asked(talk, "contact").says("[전화번호]로 연락 주세요", has_contact=True)

    assert plan.kind == "contact"
    assert talk.state.asking == ""


def test_a_contact_that_nobody_asked_for_is_a_question(talk: Talk) -> None:
    assert talk.says("제 번호는 [전화번호]인데 인증을 받아야 하나요?", has_contact=True).kind == "search"


@pytest.mark.parametrize("intent", ["greet", "thank", "affirm"])
def test_small_talk_is_answered_and_changes_nothing(talk: Talk, intent: str) -> None:
    talk.state = State(item="heater", country="KR")

    assert talk.says("네네", intent) == Plan("small_talk", intent)
    assert talk.state == State(item="heater", country="KR")


def test_a_greeting_with_a_question_is_a_question(talk: Talk) -> None:
    assert talk.says("안녕하세요 보조배터리 인증 때문에요", "greet").kind == "search"


def test_the_state_of_a_ticket_is_told(talk: Talk) -> None:
    assert talk.says("답변 언제 와요?", "ticket_status").kind == "status"


# ---- options --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "intent", "value"),
    [
        ("블루투스 되는 인형", "", "yes"),
        ("있어요", "", None),
        ("있어요", "inform", "yes"),
        ("유선이요", "inform", "no"),
        ("블루투스는 있고 와이파이는 없어요", "inform", "yes"),
        ("글쎄요", "inform", None),
        ("네", "affirm", "yes"),
    ],
)
def test_an_option_is_found_by_its_words(toy_base: KnowledgeBase, text: str, intent: str, value: str | None) -> None:
    assert option_in(text, toy_base.properties["radio"], intent) == value
