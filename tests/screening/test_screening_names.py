import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.screening import companies, products
from assistant.screening.barcodes import barcode_keys, spellings
from assistant.screening.models import known_models, match_models
from assistant.screening.names import is_specific, model_keys, models_in_name, name_key
from assistant.screening.products import Product


def test_a_name_has_one_key_whatever_its_width_case_and_accents() -> None:
    assert {name_key(text) for text in ("ＸＭＦ－100 (w)", "xmf 100w", "XMF/100·W", "Xmf-100Ŵ")} == {"XMF100W"}


@pytest.mark.parametrize(
    ("field", "keys"),
    [
        ("XMF-100", ["XMF100"]),
        ("모델명: XMF-100", ["XMF100"]),
        ("XMF-100, XMF-200", ["XMF100XMF200", "XMF100", "XMF200"]),
        ("XMF-100/XMF-200", ["XMF100XMF200", "XMF100", "XMF200"]),
        ("XMF-100/W", ["XMF100W"]),
        ("XMF-100 (화이트)", ["XMF100화이트", "XMF100"]),
        ("XMF-100 외 3종", ["XMF100외3종", "XMF100"]),
        ("XMF-100<br>XMF-200", ["XMF100BRXMF200", "XMF100", "XMF200"]),
        ("해당없음", []),
        ("상세페이지 참조", []),
        ("-", []),
        ("", []),
    ],
)
def test_a_field_names_its_models(field: str, keys: list[str]) -> None:
    assert list(model_keys(field)) == keys


@pytest.mark.parametrize(
    "name",
    [
        *("hope", "레인보우", "A1", "FREE", "free", "100", "12345", "STAR100", "TYPE2024", "블랙2호", "500ml"),
        *("10000mAh", "2인용", "2024SS", "SIZE100", "BLACK200", "mini2", "기본100", "라이트3", "SS2024", "FW24"),
    ],
)
def test_a_short_or_generic_name_is_not_specific(name: str) -> None:
    assert not is_specific(name_key(name))


AFFIXED = ("SS9422W", "SS-9422W", "XL4470L", "NO7012V", "PRO5000", "MAX300W", "AIR500L", "SET9422G")
"""Letters that mean many things when they stand apart, and here are the front of a model."""


@pytest.mark.parametrize("name", ["XMF-100", "HB-1002", "S10000", "A1234W", "한빛1002", "SM-S901N", *AFFIXED])
def test_a_model_of_letters_and_digits_is_specific(name: str) -> None:
    assert is_specific(name_key(name))


def test_a_products_name_is_searched_for_what_can_only_be_a_model() -> None:
    assert models_in_name("한빛 선풍기 XMF-100 화이트 220V 10000mAh 3in1") == ("XMF100",)


@pytest.mark.parametrize(
    ("listed", "known", "agreement"),
    [
        ("XMF-100", ["xmf100"], "same"),
        ("XMF-200", ["XMF-100, XMF-200"], "same"),
        ("XMF-200", ["XMF-100", "XMF-200"], "same"),
        ("XMF-100W", ["XMF-100"], "similar"),
        ("XMF-100 블랙", ["XMF-100"], "same"),
        ("XMF-100", ["XMF-100 블랙"], "same"),
        ("XMF-100블랙", ["XMF-100"], "same"),
        ("XMF-100/블랙", ["XMF-100 화이트"], "same"),
        ("XMF-100-BK", ["XMF-100"], "same"),
        ("XMF-100 Black XL", ["XMF-100"], "same"),
        ("XMF-100 대형", ["XMF-100 소형"], "different"),
        ("A1 블랙", ["A1"], "same"),
        ("XMF-100BK", ["XMF-100"], "similar"),
        ("XMF-100", ["XMF-100-KR"], "similar"),
        ("XMF-1000", ["XMF-100"], "different"),
        ("2XMF-100", ["XMF-100"], "similar"),
        ("A1", ["A1"], "same"),
        ("A1B", ["A1"], "different"),
        ("HOPE", ["XMF-100"], "different"),
        ("M200", ["XMF-100"], "different"),
        ("블랙", ["XMF-100"], "missing"),
        ("FREE", ["FREE"], "same"),
        ("FREE", ["XMF-100"], "missing"),
        ("XMF-100", ["기본형"], "missing"),
        ("상세페이지 참조", ["XMF-100"], "missing"),
        ("", ["XMF-100"], "missing"),
        ("XMF-100", [""], "missing"),
    ],
)
def test_models_agree_as_the_specification_says(listed: str, known: list[str], agreement: str) -> None:
    assert match_models(listed, "선풍기", known_models(tuple(known))).agreement == agreement


def test_a_model_in_the_products_name_counts_where_the_field_is_empty() -> None:
    known = known_models(("XMF-100",))

    assert match_models("", "한빛 선풍기 XMF-100", known).agreement == "same"
    assert match_models("", "한빛 선풍기 XMF-900", known).agreement == "missing"


def test_a_further_model_that_is_not_known_is_noticed() -> None:
    known = known_models(("XMF-100",))

    assert match_models("XMF-100, ZZQ-900", "", known).is_partial
    assert not match_models("XMF-100, XMF-100W", "", known).is_partial


@pytest.mark.parametrize(
    ("ours", "theirs", "agreement"),
    [
        ("(주)한빛완구", "한빛완구", "same"),
        ("㈜한빛완구", "주식회사 한빛완구", "same"),
        ("유한회사 한빛", "한빛(유)", "same"),
        ("제조사: ㈜한빛완구 / 중국", "한빛완구", "same"),
        ("Foo GmbH", "Foo Inc.", "same"),
        ("XIAOMI CO.,LTD", "xiaomi", "same"),
        ("小米科技有限公司", "小米", "missing"),
        ("Xiaomi Communications Co., Ltd.", "Xiaomi", "similar"),
        ("한국샤오미", "샤오미", "similar"),
        ("삼성전자", "삼성", "similar"),
        ("HappyToys", "Happy Toy", "similar"),
        ("Guangdong Flyco Co., Ltd", "Flyco", "similar"),
        ("샤오미", "Xiaomi", "missing"),
        ("LG전자", "엘지전자", "missing"),
        ("샤오미(Xiaomi)", "XIAOMI", "same"),
        ("대한완구", "대한전자", "different"),
        ("한빛전자", "한빛완구", "different"),
        ("완구", "한빛완구", "different"),
        ("Shenzhen Hello Tech", "Shenzhen Bello Tech", "different"),
        ("상세페이지 참조", "한빛완구", "missing"),
        ("중국 OEM", "한빛완구", "missing"),
        ("", "한빛완구", "missing"),
    ],
)
def test_companies_agree_as_the_specification_says(ours: str, theirs: str, agreement: str) -> None:
    assert companies.agreement(companies.company_names(ours), companies.company_names(theirs)) == agreement


def test_only_names_that_stand_for_the_same_thing_can_differ() -> None:
    brand_only, maker_only = companies.roles((), "", "뽀로로"), companies.roles(("대한완구",), "", "")

    assert companies.roles_agreement(brand_only, maker_only) == "missing"
    assert companies.roles_agreement(companies.roles((), "", "대한완구"), maker_only) == "same"
    assert companies.roles_agreement(companies.roles(("두리토이",), "", ""), maker_only) == "different"


def test_an_importer_differs_though_the_makers_cannot_be_compared() -> None:
    ours = companies.roles(("샨토우",), "두리상사", "")
    theirs = companies.roles(("Shantou Xinda Toys",), "대한무역", "")

    assert companies.roles_agreement(ours, theirs) == "different"


@pytest.mark.parametrize(
    ("listed", "known", "agreement"),
    [
        (Product("휴대용 선풍기"), Product("선풍기"), "same"),
        (Product("휴대용 선풍기", item="handheld-fan"), Product("선풍기", item="electric-fan"), "similar"),
        (Product("손선풍기 미니"), Product("선풍기"), "similar"),
        (Product("한빛 유모차 접이식 신생아"), Product("유모차"), "same"),
        (Product("곰돌이", item="stuffed-toy"), Product("봉제인형", item="stuffed-toy"), "same"),
        (Product("곰인형", "유아동>완구>인형", "stuffed-toy"), Product("완구", "어린이제품>완구", "toy"), "similar"),
        (Product("선풍기 리모컨 포함"), Product("선풍기"), "same"),
        (Product("선풍기 거치대"), Product("선풍기"), "missing"),
        (Product("유모차 레인커버"), Product("유모차"), "missing"),
        (Product("자전거 헬멧", item="helmet"), Product("자전거", item="bicycle"), "different"),
        (Product("전기자전거", item="electric-bicycle"), Product("자전거", item="bicycle"), "missing"),
        (Product("블록 장난감", "완구", "block-toy"), Product("봉제인형", "완구", "stuffed-toy"), "different"),
        (Product("가습기"), Product("제습기"), "missing"),
        (Product("어린이용 블랙"), Product("어린이용 화이트"), "missing"),
        (Product(""), Product("선풍기"), "missing"),
    ],
)
def test_products_agree_as_the_specification_says(listed: Product, known: Product, agreement: str) -> None:
    assert products.agreement(listed, known) == agreement


@pytest.mark.parametrize(
    ("field", "keys"),
    [
        ("8801234567893", ["08801234567893"]),
        ("880-1234-567893", ["08801234567893"]),
        ("8801234567893.0", ["08801234567893"]),
        ("８８０１２３４５６７８９３", ["08801234567893"]),
        ("8801234567893, 4006381333931", ["08801234567893", "04006381333931"]),
        ("036000291452", ["00036000291452"]),
        ("8801234567890", []),
        ("0000000000000", []),
        ("2112345678900", []),
        ("1234567890128", []),
        ("1234567", []),
        ("없음", []),
    ],
)
def test_a_barcode_has_its_check_digit_and_names_one_product(field: str, keys: list[str]) -> None:
    assert list(barcode_keys(field)) == keys


def test_a_barcode_is_looked_up_in_every_length() -> None:
    assert set(spellings("00036000291452")) == {"00036000291452", "36000291452", "036000291452", "0036000291452"}


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_are_compared_without_an_error(one: str, other: str) -> None:
    assert match_models(one, other, known_models((other, one))).agreement in ("same", "similar", "different", "missing")
    pair = companies.company_names(one), companies.company_names(other)
    assert companies.agreement(*pair) == companies.agreement(*pair[::-1])
    assert products.agreement(Product(one, other), Product(other, one)) != "different"
    assert all(len(key) == 14 for key in barcode_keys(one))


@pytest.mark.parametrize(
    ("listed", "known", "is_specific"),
    [
        ("PRO 500W", "PRO 500W", False),
        ("PRO500W", "PRO 500W", True),
        ("SS 9422W", "SS-9422W", True),
        ("XMF 100", "XMF 100", True),
    ],
)
def test_generic_words_that_stand_apart_on_both_sides_are_no_specific_model(
    listed: str, known: str, is_specific: bool
) -> None:
    match = match_models(listed, "선풍기", known_models((known,)))

    assert (match.agreement, match.is_specific) == ("same", is_specific)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("크레용 24색", ("크레용",)),
        ("유아용 크레용", ("크레용",)),
        ("자석블록 100피스", ("자석블록",)),
        ("슬라임 만들기 세트", ("슬라임",)),
        ("로봇 DIY 키트", ("로봇",)),
        ("만들기 교실", ("만들기", "교실")),
        ("어린이용 가정용 차량용 휴대용 노트북용 선풍기", ("선풍기",)),
        ("충전식 손난로", ("손난로",)),
        ("유기농 이유식", ("유기농", "이유식")),
        ("색연필 3단 12색 2개 포함", ("색연필",)),
    ],
)
def test_for_whom_how_many_and_to_be_made_say_not_what_it_is(text: str, words: tuple[str, ...]) -> None:
    assert products.named(text).words == words
