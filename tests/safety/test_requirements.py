"""What the law asks of a product by its name: certain, or unknown."""

import pickle

import pytest

from assistant.knowledge import KnowledgeBase
from assistant.safety.goods.ages import ages_in
from assistant.safety.goods.requirements import Requirements

LOST_MAX = 8
"""Measured on 22 November 2026."""


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
        ("크레용 24색", "", "confirmation", "crayon"),
        ("실버카 보행보조차 화이트", "", "confirmation", "senior-walker"),
        ("3단 자동 우산", "잡화>우산", "standard", "umbrella"),
        ("원목 서랍장 5단", "가구>서랍장", "standard", "drawer-chest"),
        ("암막 롤스크린 블라인드", "홈데코>블라인드", "supplier", "window-blind"),
        ("유아 그림책 전집", "도서>그림책", "supplier", "kids-book"),
        ("촉촉한 립스틱 코랄", "뷰티>립스틱", "none", "lipstick"),
        ("수제 쿠키 과자 선물세트", "식품>과자", "none", "snack"),
        ("우산 선글라스", "잡화", "standard", "sunglasses"),
        ("초등 아동용 양말 3켤레", "아동패션>양말", "supplier", "socks"),
        ("36개월 미만 아기이불", "이불", "confirmation", "bedding"),
        ("이불 0~36개월", "이불", "confirmation", "bedding"),
        ("이불 8세 이상", "이불", "supplier", "bedding"),
        ("이불 14세 이상", "이불", "standard", "bedding"),
        ("만 7세 아동복", "", "supplier", "kids-clothing"),
        ("아동복 상하복 세트 만 7세 아동복", "", "supplier", "kids-clothing"),
        ("슬라임 5종 세트", "", "confirmation", "slime"),
        ("노트북 13인치", "", "confirmation", "laptop"),
        ("3단우산 자동 방풍 네이비", "", "standard", "umbrella"),
        ("유모차 디럭스 블랙", "", "confirmation", "stroller"),
        ("창문 롤스크린 암막 블라인드 화이트", "", "supplier", "window-blind"),
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
        pytest.param("이불 만 13세 이하", "", id="under three or not"),
        pytest.param("크레용 보관함 24색", "", id="box of crayons"),
        pytest.param("봉제인형 만들기 키트", "", id="kit"),
        pytest.param("에코백 만들기 세트", "", id="kit of what is no toy"),
        pytest.param("우산 에코백", "", id="one of two needs a number where the child is small"),
        pytest.param("우산 걸이", "", id="accessory of what needs no number"),
        pytest.param("크레용", "문구>양말", id="filed under another item"),
        pytest.param("원목 의자 36개월~13세 어린이 의자", "", id="a child's chair at table, or furniture"),
        pytest.param("유모차 인형", "", id="a word that only looks like one that describes"),
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
        ("자석블록 100피스", "block-toy"),
        ("슬라임 만들기 세트", "slime"),
        ("슬라임 키트", "slime"),
        ("에코백 만들기 키트", ""),
        ("고령자용 보행보조차", "senior-walker"),
        ("노트북 어댑터", "adapter"),
        ("리모컨 자동차", "toy"),
        ("무선조종 자동차", "toy"),
        ("유아용 섬유제품(의류)", ""),
        ("블라인드", "window-blind"),
        ("튜브", "swim-float"),
        ("물감", "stationery"),
        ("담요", "bedding"),
        ("블록", ""),
        ("무선충전기 (어댑터: 1개)", "wireless-charger"),
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


def test_hardly_a_name_of_an_item_finds_nothing_by_itself(requirements: Requirements, base: KnowledgeBase) -> None:
    lost = [name for item in base.items.values() for name in (item.name, *item.names) if not requirements.item_of(name)]

    # Names of two items (블록, 케이블 …), and headings of several things (과자·빵·떡).
    assert len(lost) <= LOST_MAX, lost


@pytest.mark.parametrize(
    ("listed", "certified", "kinship"),
    [
        ("stuffed-toy", "완구", "member"),
        ("baby-clothing", "유아용 섬유제품(의류)", "member"),
        ("usb-charger", "직류전원장치", "member"),
        ("handheld-fan", "선풍기", "member"),
        ("electric-fan", "휴대용 선풍기", "general"),
        ("stationery", "그림물감", "general"),
        ("wireless-charger", "USB 충전기", "sibling"),
        ("block-toy", "봉제인형", "sibling"),
        ("car-seat", "보조배터리", None),
    ],
)
def test_items_are_kin_to_what_a_certificate_names(
    requirements: Requirements, listed: str, certified: str, kinship: str | None
) -> None:
    assert requirements.kin_of(certified).get(listed) == kinship


@pytest.mark.parametrize("suffix", ["케이스", "거치대", "커버", "파우치", "부품", "필터", "스티커", "보관함"])
def test_no_accessory_of_any_item_needs_a_number(requirements: Requirements, base: KnowledgeBase, suffix: str) -> None:
    needing = [
        item.id
        for item in base.items.values()
        if requirements.of(f"{item.names[0]} {suffix}", "").grade in ("certification", "confirmation")
    ]

    assert needing == []


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("36개월 미만", {"under_36m"}),
        ("36 개월 이하", {"under_36m"}),
        ("36개월 이상", {"36m_to_13y"}),
        ("만 13세 이하", {"under_36m", "36m_to_13y"}),
        ("8세 이상", {"36m_to_13y"}),
        ("8세이상", {"36m_to_13y"}),
        ("６개월 이상", {"under_36m", "36m_to_13y"}),
        ("14세 이상", {"over_13"}),
        ("3~7세", {"36m_to_13y"}),
        ("0~36개월", {"under_36m"}),
        ("만 7세", {"36m_to_13y"}),
        ("만2세 아동", {"under_36m"}),
        ("7세용", {"36m_to_13y"}),
        ("만 14세", {"over_13"}),
        ("만 3세대", set()),
        ("36개월~13세", {"36m_to_13y"}),
        ("65세 이하", set()),
        ("3세대 이상", set()),
        ("10세트", set()),
        ("이불 220", set()),
    ],
)
def test_ages_are_read(text: str, ages: set[str]) -> None:
    assert ages_in(text) == ages
