"""The company is the same and no model is named: then the kind of product alone says whether a number is borrowed."""

from itertools import product

import pytest

from assistant.kb.base import load
from assistant.product_safety import Freshness, Verdict
from assistant.safety.gather import assembler
from assistant.safety.goods.requirements import Requirements
from assistant.screening.numbers import bare_key
from assistant.screening.screen import screen, wanted
from assistant.settings import Settings
from tests.screening.listings import DAY, certificate, listing


@pytest.fixture(scope="module")
def requirements() -> Requirements:
    return Requirements(load(Settings().kb_dir))


def judged(requirements: Requirements, listed: str, certified: str, *, model: str = "", category: str = "") -> Verdict:
    one = listing(product_name=listed, model_name=model, category=category)
    known = certificate(
        product_name=certified,
        category_name="전기용품 및 생활용품 안전관리법 대상",
        model_name=model,
        derivation_models=(),
    )
    assemble = assembler(requirements, Freshness(data_date=DAY, is_complete=True))
    return screen(one, assemble(one, wanted(one), {bare_key(known.cert_num): (known,)}, {}, {}))


@pytest.mark.parametrize(
    ("listed", "certified"),
    [
        ("어린이 완구 자전거 벨", "어린이용 자전거"),
        ("자전거 안장", "자전거"),
        ("자전거 페달 2개 세트", "이륜자전거"),
        ("자전거용 벨", "자전거"),
        ("전동칫솔 칫솔모 4개입", "전동칫솔"),
        ("전동칫솔 교체용 칫솔모", "전동칫솔"),
        ("드론 프로펠러 4개", "드론"),
        ("유모차 인형", "유모차"),
        ("유모차 걸이 선풍기", "유모차"),
        ("전기밥솥 고무패킹", "전기밥솥"),
        ("장난감 정리함", "완구"),
        ("보행기 완구", "보행기"),
        ("에어프라이어 종이호일 100매", "에어프라이어"),
        ("자전거", "자전거 벨"),
        ("전동칫솔", "칫솔모"),
        ("카시트", "카시트용 시트"),
        ("온수매트", "온수매트용 매트"),
    ],
)
def test_a_part_and_the_whole_have_no_number_in_common(requirements: Requirements, listed: str, certified: str) -> None:
    assert judged(requirements, listed, certified).verdict not in ("ok", "not_required")


PARTS = (
    "벨",
    "안장",
    "칫솔모",
    "프로펠러",
    "필터",
    "커버",
    "전용 거치대",
    "교체용 부품 2개",
    "호환 배터리",
    "팁",
    "볼트",
)
WHOLES = (
    "자전거",
    "전동칫솔",
    "드론",
    "유모차",
    "선풍기",
    "진공청소기",
    "봉제인형",
    "텐트",
    "보조배터리",
    "에어프라이어",
)


@pytest.mark.parametrize("whole", WHOLES)
def test_no_part_of_anything_passes_with_its_number(requirements: Requirements, whole: str) -> None:
    pairs = [(f"{whole} {part}", whole) for part in PARTS] + [(whole, f"{whole} {part}") for part in PARTS]
    filed = product(pairs, ("", whole))
    passed = [(pair, leaf) for pair, leaf in filed if judged(requirements, *pair, category=leaf).verdict == "ok"]

    assert passed == []


def test_a_part_does_not_pass_by_the_model_of_the_whole(requirements: Requirements) -> None:
    borrowed = judged(requirements, "전동칫솔 XMF-100 칫솔모", "전동칫솔", model="XMF-100")
    whole = judged(requirements, "전동칫솔 XMF-100 칫솔모 2개 포함", "전동칫솔", model="XMF-100")

    assert (borrowed.verdict, borrowed.rule) == ("cannot_check", "product_unclear")
    assert whole.verdict == "ok"


@pytest.mark.parametrize(
    ("listed", "certified"),
    [
        ("온열 카페트", "카페트"),
        ("안마 소파", "소파"),
        ("전기 텀블러", "텀블러"),
        ("온열안대", "안대"),
        ("전동 커튼", "커튼"),
        ("전기 자전거", "자전거"),
        ("음파 칫솔", "칫솔"),
        ("실내 자전거", "자전거"),
        ("RC 자동차", "자동차"),
        ("장난감 청소기", "진공청소기"),
        ("자전거", "장난감 자전거"),
        ("강아지 유모차", "유모차"),
        ("성인용 킥보드", "어린이용 킥보드"),
        ("LED 마스크", "마스크"),
    ],
)
def test_a_word_that_makes_it_another_kind_makes_it_unclear(
    requirements: Requirements, listed: str, certified: str
) -> None:
    assert judged(requirements, listed, certified).verdict == "cannot_check"


@pytest.mark.parametrize(
    ("listed", "certified"),
    [
        ("배냇저고리 유아복 3종", "유아용 섬유제품(의류)"),
        ("아기 내복 상하복", "유아용 섬유제품"),
        ("아기 이불", "유아용 섬유제품"),
        ("책가방 초등", "어린이용 가죽제품"),
        ("물감 12색", "그림물감"),
        ("포스터물감 12색", "그림물감"),
        ("초등 물감 12색 수채화 학용품 세트", "그림물감"),
        ("자석블록 100피스", "완구"),
        ("리모컨 자동차", "작동완구"),
        ("점토 12색", "점토완구"),
        ("크레파스 24색", "학용품"),
        ("USB 충전기 25W", "직류전원장치"),
        ("노트북 어댑터", "직류전원장치"),
        ("휴대용 선풍기", "선풍기"),
        ("보조배터리 10000mAh", "리튬이차전지"),
        ("LED 스탠드", "조명기구"),
        ("어린이 식탁의자", "유아용 의자"),
        ("핫팩 30개입", "온열팩"),
    ],
)
def test_one_of_a_class_agrees_with_the_official_name_of_the_class(
    requirements: Requirements, listed: str, certified: str
) -> None:
    assert judged(requirements, listed, certified).verdict == "ok"


@pytest.mark.parametrize(
    ("listed", "certified", "verdict"),
    [
        pytest.param("무선충전기", "USB 충전기", "cannot_check", id="siblings"),
        pytest.param("로봇청소기", "진공청소기", "cannot_check", id="siblings by name"),
        pytest.param("책상", "침대", "cannot_check", id="two of one umbrella"),
        pytest.param("크레용", "지우개", "cannot_check", id="two of one class"),
        pytest.param("여성 원피스", "유아용 섬유제품(의류)", "cannot_check", id="clothes for others"),
        pytest.param("보조배터리", "카시트", "mismatch", id="nothing in common"),
        pytest.param("유아용 보행기", "전기밥솥", "mismatch", id="nothing in common either"),
    ],
)
def test_what_is_near_is_asked_about_and_what_is_far_is_borrowed(
    requirements: Requirements, listed: str, certified: str, verdict: str
) -> None:
    assert judged(requirements, listed, certified).verdict == verdict


@pytest.mark.parametrize(
    ("listed", "certified"),
    [
        ("무선충전기 15W 어댑터 미포함", "무선충전기"),
        ("무선충전기 (어댑터: 1개, 케이블 포함)", "무선충전기"),
        ("무선충전기 15W 케이블 불포함", "무선충전기"),
        ("자전거 18인치 벨 포함", "자전거"),
        ("어린이 자전거 20인치 핑크 보조바퀴 포함", "어린이용 자전거"),
        ("로봇청소기 물걸레 겸용 화이트", "로봇청소기"),
        ("유모차 디럭스 블랙", "유모차"),
        ("전동칫솔 음파 화이트", "전동칫솔"),
        ("가습기 초음파 4L", "가습기"),
        ("봉제인형 오리 40cm", "봉제인형"),
        ("음파칫솔", "전동칫솔"),
        ("스팀다리미", "전기다리미"),
    ],
)
def test_what_comes_with_it_and_what_it_is_like_change_nothing(
    requirements: Requirements, listed: str, certified: str
) -> None:
    assert judged(requirements, listed, certified).verdict == "ok"


def test_the_adapter_of_a_wireless_charger_is_a_part_of_it(requirements: Requirements) -> None:
    one = listing(product_name="무선충전기 15W", cert_field="어댑터: SU07706-17003", model_name="WC-315", category="")
    known = certificate(
        cert_num="SU07706-17003", product_name="직류전원장치", model_name="AD-19", maker_name="동아전원"
    )
    assemble = assembler(requirements, Freshness(data_date=DAY, is_complete=True))
    found = screen(one, assemble(one, wanted(one), {bare_key(known.cert_num): (known,)}, {}, {}))

    assert [(check.verdict, check.rule) for check in found.checks] == [("ok", "part_in_force")]
