"""What the law asks of a product by its name: certain, or unknown."""

import pickle

import pytest

from assistant.knowledge import KnowledgeBase
from assistant.safety.requirements import Requirements


@pytest.mark.parametrize(
    ("name", "category", "grade", "item"),
    [
        ("보조배터리 20000mAh 고속충전 화이트", "", "confirmation", "power-bank"),
        ("샤오미 보조배터리 10000mAh (케이블 포함)", "디지털>보조배터리", "confirmation", "power-bank"),
        ("Power Bank 10000mAh", "", "confirmation", "power-bank"),
        ("[특가] 전기밥솥 6인용 (블랙)", "가전>밥솥", "certification", "rice-cooker"),
        ("USB 충전기 25W C타입 고속충전", "", "certification", "usb-charger"),
        ("AC 어댑터 12V", "", "certification", "adapter"),
        ("노트북용 어댑터", "", "certification", "adapter"),
        ("스탠드 선풍기 220V 저소음", "", "certification", "electric-fan"),
        ("유아용 카시트 신생아", "유아동>카시트", "certification", "car-seat"),
        ("어린이용 봉제인형", "완구>봉제인형", "confirmation", "stuffed-toy"),
        ("봉제인형 30cm", "어린이>인형", "confirmation", "stuffed-toy"),
        ("어린이 자전거 18인치", "스포츠>자전거", "confirmation", "bicycle"),
        ("멀티탭 4구 3m 개별스위치", "", "certification", "power-strip"),
        ("어린이 우산", "", "supplier", "umbrella"),
        ("방수 텐트 4인용", "", "standard", "tent"),
        ("여성 가죽 핸드백", "", "standard", "bag"),
        ("텀블러 500ml", "", "none", "tumbler"),
        ("라면 5개입", "식품", "none", "ramen"),
    ],
)
def test_certain_duty_is_found(requirements: Requirements, name: str, category: str, grade: str, item: str) -> None:
    found = requirements.of(name, category)

    assert (found.grade, found.item) == (grade, item)


@pytest.mark.parametrize(
    ("name", "category"),
    [
        pytest.param("보조배터리 케이스", "", id="accessory"),
        pytest.param("충전기 거치대", "", id="holder"),
        pytest.param("선풍기 커버", "", id="cover"),
        pytest.param("어린이용 봉제인형 파우치", "", id="head is the pouch"),
        pytest.param("power bank case", "", id="English accessory"),
        pytest.param("카시트 햇빛가리개", "유아동>카시트", id="category does not make it one"),
        pytest.param("유모차 컵홀더", "", id="part"),
        pytest.param("전기밥솥 내솥", "", id="unknown word behind"),
        pytest.param("LED 스탠드 무선충전기", "", id="two items"),
        pytest.param("노트북 어댑터 65W", "", id="two items, one for the other"),
        pytest.param("장난감 청소기", "", id="toy of a machine"),
        pytest.param("가스히터", "", id="compound of something else"),
        pytest.param("캠핑용 가스 히터", "", id="not electrical"),
        pytest.param("플라즈마 라이터", "", id="not a gas lighter"),
        pytest.param("강아지 유모차", "", id="for a pet"),
        pytest.param("선풍기", "", id="mains or battery"),
        pytest.param("차량용 USB 충전기", "", id="not plugged into the mains"),
        pytest.param("휴대용 전기주전자 12V", "", id="low voltage"),
        pytest.param("봉제인형 30cm", "", id="child or grown-up"),
        pytest.param("성인용 봉제인형", "", id="for grown-ups"),
        pytest.param("가죽 핸드백", "", id="child or grown-up bag"),
        pytest.param("유아용 텐트", "", id="a child's product without a children's duty on the card"),
        pytest.param("USB 미니 선풍기 화이트", "", id="only the cell inside needs it"),
        pytest.param("무선 마우스", "", id="card not confirmed"),
        pytest.param("혈압계", "", id="another register"),
        pytest.param("전기밥솥 6인용", "주방>압력솥 부품", id="category says parts"),
        pytest.param("전기주전자", "완구>봉제인형", id="category says another item"),
        pytest.param("보조배터리 모양 키링", "", id="shape of it"),
        pytest.param("", "", id="empty"),
        pytest.param("!!!", ">>", id="no letters"),
    ],
)
def test_what_is_not_certain_is_unknown(requirements: Requirements, name: str, category: str) -> None:
    assert requirements.of(name, category).grade == "unknown"


def test_requirement_names_scheme_and_law(requirements: Requirements) -> None:
    found = requirements.of("전기주전자 1.7L", "")

    assert found.item_name == "전기주전자"
    assert "안전인증" in found.scheme_name
    assert "전기용품" in found.legal_basis


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("직류전원장치", "adapter"),
        ("전지", ""),
        ("USB 충전기", "usb-charger"),
        ("핸드폰 케이스", ""),
        ("유모차", "stroller"),
    ],
)
def test_item_of_a_certificate_text(requirements: Requirements, text: str, item: str) -> None:
    assert requirements.item_of(text) == item


def test_requirements_survive_pickling(requirements: Requirements) -> None:
    copy = pickle.loads(pickle.dumps(requirements))

    assert copy.of("보조배터리 10000mAh", "") == requirements.of("보조배터리 10000mAh", "")
    assert copy.item_of("보조배터리") == "power-bank"


def test_every_name_of_an_item_is_its_own_or_nothing(requirements: Requirements, base: KnowledgeBase) -> None:
    wrong = {
        name: found
        for item in base.items.values()
        for name in item.names
        if (found := requirements.item_of(name)) not in ("", item.id)
    }

    assert wrong == {}


@pytest.mark.parametrize("suffix", ["케이스", "거치대", "커버", "파우치", "부품", "필터", "스티커", "보관함"])
def test_no_accessory_of_any_item_needs_a_number(requirements: Requirements, base: KnowledgeBase, suffix: str) -> None:
    needing = [
        item.id
        for item in base.items.values()
        if requirements.of(f"{item.names[0]} {suffix}", "").grade in ("certification", "confirmation")
    ]

    assert needing == []
