import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.privacy import find_contact, mask
from assistant.text import clean

ANYTHING = st.text(st.characters(exclude_categories=()))
DIGIT = st.sampled_from("0123456789")
PARTICLES = st.sampled_from(
    ["", "로", "으로", "이에요", "입니다.", "인데요", "예요", "로 연락 주세요", ", 감사합니다", ")"]
)
BEFORE = st.sampled_from(["", "제 번호는 ", "연락처 ", "연락처:", "전화번호는", "☎ ", "저는 김철수 "])


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text(DIGIT, min_size=count, max_size=count)


@st.composite
def phones(draw: st.DrawFn) -> str:
    """Mobile and area numbers as Koreans write them."""
    separator = draw(st.sampled_from(["-", " ", "."]))
    front = draw(st.sampled_from(["010", "011", "016", "+82 10", "82-10", "02", "031", "051", "064", "070"]))
    middle = draw(digits(4) if "10" in front else digits(3) | digits(4))
    return separator.join([front, middle, draw(digits(4))])


@st.composite
def resident_numbers(draw: st.DrawFn) -> str:
    month, day = draw(st.integers(1, 12)), draw(st.integers(1, 31))
    back = draw(st.sampled_from("12345678")) + draw(digits(6))
    return f"{draw(digits(2))}{month:02}{day:02}{draw(st.sampled_from(['-', ' ', '', ' - ']))}{back}"


@given(BEFORE, phones(), PARTICLES)
def test_phone_numbers_are_masked_in_any_sentence(before: str, phone: str, particle: str) -> None:
    masked = mask(f"{before}{phone}{particle}")

    assert masked.text == f"{before}[전화번호]{particle}"
    assert masked.found == ("전화번호",)


@given(BEFORE, resident_numbers(), PARTICLES)
def test_resident_numbers_are_masked_in_any_sentence(before: str, number: str, particle: str) -> None:
    masked = mask(f"{before}{number}{particle}")

    assert masked.text == f"{before}[주민등록번호]{particle}"


@given(BEFORE, st.from_regex(r"[a-z][a-z0-9._]{0,10}[a-z0-9]@[a-z]{2,8}\.(com|co\.kr|net)", fullmatch=True), PARTICLES)
def test_mail_addresses_are_masked_in_any_sentence(before: str, address: str, particle: str) -> None:
    masked = mask(f"{before}{address} {particle}")

    assert address not in masked.text
    assert masked.found == ("이메일",)


@pytest.mark.parametrize(
    ("raw", "masked"),
    [
        ("01012345678로 전화 주세요", "[전화번호]로 전화 주세요"),
        ("hong@naver.com으로 보내 주세요", "[이메일]으로 보내 주세요"),
        ("카드 1234-5678-9012-3456이요", "카드 [카드번호]이요"),
        ("계좌번호 110-123-456789", "계좌[계좌번호]"),
        ("여권번호 M12345678", "여권[여권번호]"),
        ("면허 11-12-123456-78", "면허 [운전면허번호]"),
        ("(02) 123-4567", "[전화번호]"),
        ("0212345678이에요", "[전화번호]이에요"),
        ("＋８２　１０－１２３４－５６７８", "[전화번호]"),
    ],
)
def test_each_kind_of_personal_data_is_masked(raw: str, masked: str) -> None:
    assert mask(clean(raw)).text == masked


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param("010 - 1234 - 5678", id="spaces around hyphens"),
        pytest.param("010–1234–5678", id="en dashes"),
        pytest.param("031 - 123 - 1234", id="area code, spaces around hyphens"),
    ],
)
def test_phone_numbers_with_wide_separators_are_masked(raw: str) -> None:
    assert "1234" not in mask(clean(f"제 번호는 {raw}이에요")).text


@pytest.mark.parametrize(
    "kept",
    [
        "CB063R1234-5001",
        "XU100123-19001A",
        "HU07123-1600",
        "R-R-ABC-12345678",
        "MSIP-CRM-ABC-MODEL1",
        "KS C IEC 62133-2",
        "KC 62368-1:2021",
        "IEC 60335-2-30",
        "8507.60",
        "8507.60-0000",
        "8507600000",
        "123-45-67890",
        "101-81-12345",
        "1588-1234",
        "고시 제2026-56호",
        "2026-11-22",
        "3,000만 원",
    ],
)
def test_numbers_that_the_answer_needs_are_kept(kept: str) -> None:
    text = f"{kept}가 무엇인가요?"

    assert mask(text).text == text


@pytest.mark.parametrize("code", ["1905901040", "1604204090", "1001991090"])
def test_ten_digit_customs_codes_are_kept(code: str) -> None:
    assert code in mask(f"HS코드 {code} 과자류 수입").text


@given(ANYTHING)
def test_masking_any_text_twice_changes_nothing(raw: str) -> None:
    masked = mask(clean(raw)).text

    assert mask(masked).text == masked


@given(st.text(st.sampled_from("0123456789-. 계좌여권번호@aA한메일")))
@example("계좌 110-123-456789, 사업자 123-45-67890")
@example("여권 M12345678 인증 XU1012345")
def test_masking_text_full_of_numbers_twice_changes_nothing(raw: str) -> None:
    masked = mask(raw).text

    assert mask(masked).text == masked


@given(ANYTHING)
def test_looking_for_a_contact_never_fails(raw: str) -> None:
    contact = find_contact(raw)

    assert contact is None or contact in raw


@pytest.mark.parametrize(
    ("raw", "contact"),
    [
        ("010-1234-5678로 연락 주세요", "010-1234-5678"),
        ("hong@example.com 이요", "hong@example.com"),
        ("메일 a.b@c.co.kr, 전화 02-123-4567", "a.b@c.co.kr"),
        ("주민번호 900101-1234567", None),
        ("KC 인증 비용", None),
    ],
)
def test_a_contact_is_found_as_it_was_written(raw: str, contact: str | None) -> None:
    assert find_contact(raw) == contact


@pytest.mark.parametrize("raw", ["HS코드 0201300000", "HS 0701900000", "1001991090"])
def test_a_customs_code_is_no_contact(raw: str) -> None:
    assert find_contact(raw) is None
    assert mask(raw).text == raw


@pytest.mark.parametrize("raw", ["1012345678", "10-1234-5678", "+82 (0)10-1234-5678", "0201300000"])
def test_a_number_that_may_be_a_phone_is_masked(raw: str) -> None:
    assert mask(f"제 번호는 {raw}이에요").text == "제 번호는 [전화번호]이에요"


@pytest.mark.parametrize("barcode", ["8801234567893", "8801011200012", "바코드: 8801111100007"])
def test_a_korean_barcode_is_kept(barcode: str) -> None:
    assert mask(barcode).text == barcode


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("8801011122334", id="a resident's check digit"),
        pytest.param("880123-4567893", id="written as a resident's"),
        pytest.param("바코드 8801234567890", id="no barcode's check digit"),
    ],
)
def test_what_may_be_a_resident_number_is_masked(number: str) -> None:
    assert "[주민등록번호]" in mask(number).text
