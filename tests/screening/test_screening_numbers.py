import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.screening.numbers import (
    FIELD_MAX,
    NUMBERS_MAX,
    bare_key,
    find_numbers,
    is_beyond_reading,
    is_placeholder,
    number_key,
)

KEY = "CB061R21703018"


@pytest.mark.parametrize(
    "field",
    [
        "CB061R2170-3018",
        "cb061r2170-3018",
        "ｃｂ０６１Ｒ２１７０－３０１８",
        "CB061R2170 - 3018",
        "CB061R2170–3018",
        "CB061R2170—3018",
        "CB061R2170ㅡ3018",
        "CB061R2170ー3018",
        "CB061R2170−3018",
        "CB061R2170_3018",
        "CB061R2170~3018",
        "CB061R2170--3018",
        "CB061R21703018",
        "CB061R2170 3018",
        "CB 061 R 2170 - 3018",
        "CB061R2170\u200b-3018",
        "CB061R2170&#45;3018",
        "\ufeffCB061R2170-3018\x00",
        "인증번호:CB061R2170-3018",
        "인증번호 : CB061R2170-3018",
        "KC인증번호CB061R2170-3018입니다",
        "KCCB061R2170-3018",
        "[KC] CB061R2170-3018 (안전확인)",
        "어린이제품 안전확인<br/>CB061R2170-3018",
        "<p>CB061R2170-3018</p>",
        "CB061R2170-3018, CB061R2170-3018",
        "문의 02-1234-5678 / CB061R2170-3018",
        "2025.03.01 CB061R2170-3018",
    ],
)
def test_every_spelling_of_a_number_has_one_key(field: str) -> None:
    assert [number.key for number in find_numbers(field)] == [KEY]


@pytest.mark.parametrize(
    "number",
    [
        "CB061R2170-3018",
        "JU071047-12002C",
        "CA011R021-4001",
        "B363R871-5002",
        "A123T001-0200",
        "B361H490-5003CH",
        "cb064a3166-2004chC",
        "SU071356-12001",
        "ZU10282-19001",
        "HU072172-21013",
    ],
)
def test_every_published_shape_is_found(number: str) -> None:
    assert [(one.key, one.bare, one.register) for one in find_numbers(f"번호 {number}.")] == [
        (number_key(number), bare_key(number), "kc")
    ]


@pytest.mark.parametrize(
    "field",
    [
        "02-1234-5678",
        "010-1234-5678",
        "A/S 1588-1234",
        "AS1588-1234",
        "고객센터 TEL02-123-4567",
        "사업자등록번호 123-45-67890",
        "2023-01-15",
        "20230115",
        "8801234567893",
        "KC 62133-2",
        "KC62133-2(2020-07)",
        "KS C 62133-2017",
        "KS C62133-2017",
        "EN60335-2012",
        "IEC 60335-1",
        "모델명: AB12345-1001",
        "KC12345",
        "CBO61R2170-3018",
        "CB061R2170-",
        "상세페이지 참조",
        "",
    ],
)
def test_what_is_no_number_is_not_taken_for_one(field: str) -> None:
    assert find_numbers(field) == ()


@pytest.mark.parametrize(
    "number",
    [
        "R-R-ABC-XMF100",
        "R-C-XYZ-AB-12",
        "R-R-Sec-SM-S901N",
        "MSIP-CRM-SEC-AB12-3456",
        "KCC-REM-LGE-F100",
        "R - R - ABC - X1",
    ],
)
def test_a_radio_number_belongs_to_another_register(number: str) -> None:
    assert [one.register for one in find_numbers(f"전파인증 {number}, 끝")] == ["radio"]


def test_a_radio_number_hides_no_number_beside_it() -> None:
    found = find_numbers("SU071356-12001 / R-R-ABC-AB12345-1001")

    assert [(one.key, one.register) for one in found] == [("SU07135612001", "kc"), ("RRABCAB123451001", "radio")]


@pytest.mark.parametrize(
    ("field", "parts"),
    [
        ("(배터리) ZU10282-19001, (충전기)SU07706-17003", ["배터리", "충전기"]),
        ("ZU10282-19001(배터리), SU07706-17003(어댑터)", ["배터리", "어댑터"]),
        ("ZU10282-19001 (배터리) SU07706-17003 (충전기)", ["배터리", "충전기"]),
        ("(배터리)ZU10282-19001 (충전기)SU07706-17003", ["배터리", "충전기"]),
        ("배터리: ZU10282-19001 / 본체: SU07706-17003", ["배터리", ""]),
        ("본체 SU07706-17003 배터리 ZU10282-19001", ["", "배터리"]),
        ("SU07706-17003, 배터리 ZU10282-19001", ["", "배터리"]),
        ("SU07706-17003 배터리 ZU10282-19001", ["", "배터리"]),
        ("배터리<br>ZU10282-19001<br>충전기<br>SU07706-17003", ["배터리", "충전기"]),
        ("ZU10282-19001<br>배터리<br>SU07706-17003<br>충전기", ["배터리", "충전기"]),
        ("ZU10282-19001 배터리<br>SU07706-17003 충전기", ["배터리", "충전기"]),
        ("battery ZU10282-19001; adapter SU07706-17003", ["battery", "adapter"]),
        ("KC 인증번호(전원장치): ZU10282-19001", ["전원장치"]),
        ("휴대용 배터리 충전기 ZU10282-19001", ["충전기"]),
        ("ZU10282-19001 (배터리 포함)", [""]),
        ("배터리 내장 제품 SU07706-17003", [""]),
        ("충전기 별도, SU07706-17003", [""]),
        ("무선 청소기와 리튬 배터리로 움직이는 로봇 청소기 세트입니다 SU07706-17003", [""]),
        ("ZU10282-19001, SU07706-17003", ["", ""]),
    ],
)
def test_a_label_makes_a_number_that_of_a_part(field: str, parts: list[str]) -> None:
    assert [number.part for number in find_numbers(field)] == parts


@pytest.mark.parametrize(
    "field",
    [
        "",
        " ",
        "-",
        "N/A",
        "n/a",
        "없음",
        "해당 없음",
        "해당사항없음",
        "비대상",
        "공급자적합성확인",
        "공급자 적합성 확인 대상 (인증번호 없음)",
        "상세페이지 참조",
        "상품 상세설명 참고",
        "KC인증 완료",
        "안전기준준수 대상",
        "구매대행 제품",
        "0",
    ],
)
def test_a_placeholder_says_nothing(field: str) -> None:
    assert is_placeholder(field)


@pytest.mark.parametrize("field", ["CB061R2170-3018", "없음 CB061R2170-3018", "12345", "CBO61R2170-3018", "한빛완구"])
def test_what_says_something_is_no_placeholder(field: str) -> None:
    assert not is_placeholder(field)


@pytest.mark.parametrize(
    "unit",
    [
        "A1",
        "CB061R",
        "<",
        "<br",
        "&#",
        "( ",
        "배터리",
        " ",
        "A 1 ",
        "R-R-",
        "R-R-ABC-",
        "-",
        "\ud800\x00",
        "KC",
        "AA11111-",
        "모델 ",
    ],
)
def test_a_megabyte_is_read_as_quickly_as_its_front(unit: str) -> None:
    field = unit * (1_000_000 // len(unit))

    assert find_numbers(field) == find_numbers(field[:FIELD_MAX])
    assert is_beyond_reading(field)


def test_only_so_many_numbers_of_a_field_are_read_and_that_is_said() -> None:
    field = ", ".join(f"SU07{i:04d}-12001" for i in range(NUMBERS_MAX + 1))

    assert len(find_numbers(field)) == NUMBERS_MAX
    assert is_beyond_reading(field)
    assert not is_beyond_reading("SU071356-12001, " * 100)


@given(st.text(max_size=300))
def test_any_text_is_read(field: str) -> None:
    assert all(number.key and number.bare and number.text.isascii() for number in find_numbers(field))
    assert isinstance(is_placeholder(field), bool)


@given(st.text(alphabet="한글 ,/()\n：", max_size=20), st.text(alphabet="한글 ,/()\n：", max_size=20))
def test_a_number_is_found_whatever_korean_stands_around_it(before: str, after: str) -> None:
    assert [number.key for number in find_numbers(f"{before}CB061R2170-3018{after}")] == [KEY]
