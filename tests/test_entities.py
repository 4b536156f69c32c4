import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.entities import EntityFinder, normal_number, of_type
from assistant.knowledge import KnowledgeBase
from assistant.morphemes import content_words, morphemes
from assistant.records import MaskedText
from assistant.text import clean


def found(finder: EntityFinder, text: str, kind: str) -> list[str]:
    return list(of_type(finder.find(clean(text)), kind))


@pytest.mark.parametrize(
    ("text", "item"),
    [
        pytest.param("보조배터리를 수출하려고요", "power-bank", id="을"),
        pytest.param("보조배터리로는 안 되나요", "power-bank", id="로는"),
        pytest.param("파워뱅크요", "power-bank", id="another name"),
        pytest.param("보조배터리일본수출인증", "power-bank", id="no spaces"),
        pytest.param("보조 배터리 인증", "power-bank", id="more spaces"),
        pytest.param("POWER BANK를 팔아요", "power-bank", id="capitals"),
        pytest.param("ｐｏｗｅｒ　ｂａｎｋ", "power-bank", id="full width"),
        pytest.param("김을 미국에 수출", "seaweed", id="one syllable"),
        pytest.param("김치를 수출", "kimchi", id="begins like another"),
        pytest.param("어린이용 봉제인형이요", "stuffed-toy", id="behind an adjective"),
    ],
)
def test_a_product_is_found_however_it_is_written(finder: EntityFinder, text: str, item: str) -> None:
    assert found(finder, text, "item") == [item]


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("일본에 팔려면", ["JP"]),
        ("미국이랑 일본에서", ["US", "JP"]),
        ("그럼 유럽은요?", ["EU"]),
        ("EU로 보내요", ["EU"]),
        ("영국UKCA", ["GB"]),
        ("인도네시아에", ["ID"]),
        ("인도에", ["IN"]),
        ("미국 말고 일본이요", ["US", "JP"]),
        ("중국에서 온 제품을 한국에서", ["CN", "KR"]),
        ("호주머니가 있는 옷", []),
        ("독일어로 번역", []),
    ],
)
def test_countries_are_words_of_their_own(finder: EntityFinder, text: str, countries: list[str]) -> None:
    assert found(finder, text, "country") == countries


@pytest.mark.parametrize(
    "text",
    [
        "안전확인이란 무엇인가요?",
        "KC인증이란?",
        "인증을 못 받는 이유가 뭔가요?",
        "오만 가지 서류가 필요하대요",
        "쓰레기통에 넣어 사버렸어요",
        "사소한 변경도 신고해야 하나요?",
    ],
)
def test_everyday_words_are_no_country(finder: EntityFinder, text: str) -> None:
    assert found(finder, text, "country") == []
    assert "saber" not in found(finder, text, "mark")


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("ＫＣ 인증", ["kc"]),
        ("KC마크와 CE마크", ["kc", "ce"]),
        ("유럽에 씨이마크", ["ce"]),
        ("KC인증CE인증", ["kc", "ce"]),
        ("ice 제품의 science", []),
        ("KCL에서 시험", []),
    ],
)
def test_marks_are_not_found_within_other_letters(finder: EntityFinder, text: str, marks: list[str]) -> None:
    assert found(finder, text, "mark") == marks


def test_a_name_of_several_cards_gives_each_of_them(finder: EntityFinder) -> None:
    entities = finder.find("KSA 인증")

    assert {(one.type, one.value) for one in entities} == {("country", "SA"), ("agency", "ksa")}
    assert {(one.start, one.end) for one in entities} == {(0, 3)}


def test_the_longest_name_wins(toy_finder: EntityFinder) -> None:
    assert [(one.value, one.text) for one in toy_finder.find("곰인형과 인형")] == [("doll", "곰인형"), ("doll", "인형")]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("CB063R1234-5001 확인해 주세요", "certificate_number", "CB063R1234-5001"),
        ("cb063r1234-5001이요", "certificate_number", "CB063R1234-5001"),
        ("CB063R1234 - 5001", "certificate_number", "CB063R1234-5001"),
        ("XU100123-19001A는요", "certificate_number", "XU100123-19001A"),
        ("R-R-ABC-MODEL1 인증", "certificate_number", "R-R-ABC-MODEL1"),
        ("MSIP-CRM-SEC-ABC123", "certificate_number", "MSIP-CRM-SEC-ABC123"),
        ("kcc-crm-xyz-abc1", "certificate_number", "KCC-CRM-XYZ-ABC1"),
        ("KS C IEC 62133-2가 뭔가요", "standard_number", "KS C IEC 62133-2"),
        ("ISO 9001", "standard_number", "ISO 9001"),
        ("ISO/IEC 17025 시험소", "standard_number", "ISO/IEC 17025"),
        ("IEC 60335-2-30:2017", "standard_number", "IEC 60335-2-30:2017"),
        ("GB/T 18287", "standard_number", "GB/T 18287"),
        ("ASTM F963", "standard_number", "ASTM F963"),
        ("사업자번호 123-45-67890", "business_number", "123-45-67890"),
        ("8507.60-0000의 세율", "hs_code", "8507.60-0000"),
        ("8507.60", "hs_code", "8507.60"),
        ("HS8507601234", "hs_code", "8507601234"),
        ("HS코드 8507601234", "hs_code", "8507601234"),
    ],
)
def test_a_number_is_found_in_its_normal_form(finder: EntityFinder, text: str, kind: str, value: str) -> None:
    assert found(finder, text, kind) == [value]


@pytest.mark.parametrize("text", ["HS 8507601234", "HS code 8507601234", "hs 8507", "HS코드 8507.60"])
def test_a_customs_code_is_found_behind_a_space(finder: EntityFinder, text: str) -> None:
    assert found(finder, text, "hs_code") == [text.split()[-1]]


def test_several_numbers_are_all_found(finder: EntityFinder) -> None:
    numbers = found(finder, "CB061R0123-1001, CB061R0123-1002 둘 다요", "certificate_number")

    assert numbers == ["CB061R0123-1001", "CB061R0123-1002"]


@pytest.mark.parametrize("text", ["2026-11-22", "010-1234-5678", "1234567890", "3,000원", "USB 3.0", "62133-2"])
def test_other_numbers_are_nothing(finder: EntityFinder, text: str) -> None:
    assert not [one for one in finder.find(text) if one.type.endswith(("_number", "_code"))]


@pytest.mark.parametrize("number", ["CB063R1234 - 5001", "ks c  iec 62133-2", "HS 8507"])
def test_a_normal_number_is_already_normal(number: str) -> None:
    assert normal_number(normal_number(number)) == normal_number(number)


PIECES = [
    "보조배터리",
    "봉제 인형",
    "미국",
    "KC",
    "CB063R1234-5001",
    "8507.60",
    "을",
    "로",
    " ",
    "  ",
    "\n",
    "-",
    "😀",
    "ﬁ",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=8).map("".join))
def test_every_entity_is_a_span_of_the_text(finder: EntityFinder, text: str) -> None:
    for entity in finder.find(text):
        assert text[entity.start : entity.end] == entity.text
        assert entity.text.strip()
        assert entity.value


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
def test_any_text_can_be_looked_through(toy_finder: EntityFinder, text: str) -> None:
    entities = toy_finder.find(text)

    assert all(text[one.start : one.end] == one.text for one in entities)
    assert [one.start for one in entities] == sorted(one.start for one in entities)


def test_every_name_of_every_product_is_found(base: KnowledgeBase, finder: EntityFinder) -> None:
    names = [(item.id, name) for item in base.items.values() for name in (item.name, *item.names)]

    missed = [(item, name) for item, name in names if item not in found(finder, name, "item") and len(name) > 1]

    assert missed == []


def test_every_short_name_of_every_product_is_found(base: KnowledgeBase, finder: EntityFinder) -> None:
    names = [(item.id, name) for item in base.items.values() for name in item.names if len(name) == 1]

    assert [name for item, name in names if item not in found(finder, f"{name} 인증", "item")] == []


@pytest.mark.parametrize(
    "text",
    [
        "미리 전화 드릴게요",
        "전화 드릴 수 있나요",
        "미국에 팔라면 뭐가 필요해요",
        "온 김에 물어요",
        "파우치팩",
        "이 불이 켜져요",
    ],
)
def test_everyday_words_are_no_product(finder: EntityFinder, text: str) -> None:
    assert found(finder, text, "item") == []


# ---- morphemes ------------------------------------------------------------------------


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
def test_morphemes_lie_within_the_text(text: str) -> None:
    assert all(0 <= one.start <= one.end <= len(text) for one in morphemes(text))


def test_content_words_leave_particles_and_empty_verbs_out() -> None:
    words = content_words("KC 인증을 받아야 하나요?")

    assert "인증" in words
    assert "kc" in words
    assert not {"을", "하", "받"} & set(words)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("심사원 두 명이 와요", "item"), ("시험기 한 대만 있으면 되나요", "country"), ("12볼트 배터리예요", "item")],
)
def test_counting_names_nothing(finder: EntityFinder, text: str, kind: str) -> None:
    assert [entity for entity in finder.find(MaskedText(text)) if entity.type == kind] == []
