import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.errors import BadInputError, TooLargeError
from assistant.text import MAX_CHARS, bigrams, clean, fold, has_words, is_babble, is_korean, readable

ANYTHING = st.text(st.characters(exclude_categories=()))
"""Every code point there is, NUL and lone surrogates included."""


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        pytest.param("  보조배터리   인증\t\t비용 ", "보조배터리 인증 비용", id="spaces"),
        pytest.param("ＫＣ　인증１２３？", "KC 인증123?", id="full-width"),
        pytest.param(unicodedata.normalize("NFD", "전기난로"), "전기난로", id="decomposed"),
        pytest.param("인\u200b증\ufeff", "인증", id="invisible"),
        pytest.param("인증\x00비용", "인증 비용", id="nul"),
        pytest.param("인증\ud800비용", "인증비용", id="lone surrogate"),
        pytest.param("ㅋㅋㅋㅋㅋㅋㅋㅋ 네!!!!!!!", "ㅋㅋㅋㅋ 네!!!!", id="runs"),
        pytest.param("첫 줄 \n  둘째 줄\n", "첫 줄\n둘째 줄", id="lines"),
        pytest.param("220㎡ ㉠ ½", "220㎡ ㉠ ½", id="units stay"),
    ],
)
def test_clean_leaves_what_later_steps_can_rely_on(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@pytest.mark.parametrize("number", ["HS코드 8507600000", "사업자번호 123-45-00000", "1000000원", "KC 00000-1"])
def test_numbers_keep_every_digit(number: str) -> None:
    assert clean(number) == number


@given(ANYTHING)
def test_clean_leaves_no_control_invisible_or_surrogate_character(raw: str) -> None:
    cleaned = clean(raw)

    cleaned.encode("utf-8")
    assert not any(unicodedata.category(one) in ("Cc", "Cs") and one != "\n" for one in cleaned)
    assert cleaned == cleaned.strip()


@given(ANYTHING)
@example("ᄀ\u200bᅡ")
@example("가" + "\n " * 6 + "나")
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    assert clean(clean(raw)) == clean(raw)


@given(ANYTHING)
@example("Ａ\u0301")
def test_clean_text_is_composed(raw: str) -> None:
    assert unicodedata.is_normalized("NFC", clean(raw))


@given(ANYTHING)
def test_no_cut_of_a_text_ever_fails(raw: str) -> None:
    for text in (raw, clean(raw)):
        folded = fold(text)

        assert not any(character.isspace() for character in folded)
        assert len(bigrams(text)) == (max(1, len(folded) - 1) if folded else 0)
        assert all(isinstance(said, bool) for said in (has_words(text), is_babble(text), is_korean(text)))


@given(ANYTHING)
def test_folding_twice_changes_nothing(raw: str) -> None:
    assert fold(fold(clean(raw))) == fold(clean(raw))


@pytest.mark.parametrize("raw", ["", "   \n\t", "\x00\x01", "\u200b\ufeff", "\ud800\udfff"])
def test_nothing_written_is_refused(raw: str) -> None:
    with pytest.raises(BadInputError, match="질문을 적어 주세요") as refused:
        readable(raw)

    assert refused.value.code == "empty"


@pytest.mark.parametrize(
    "raw", ["인증 " * 700, "가나" * 500_000, "\u200b" * 50_000], ids=["2,100", "1 MB", "invisible"]
)
def test_too_long_a_question_is_refused(raw: str) -> None:
    with pytest.raises(TooLargeError, match=str(MAX_CHARS)) as refused:
        readable(raw)

    assert (refused.value.code, refused.value.status) == ("too_long", 413)


def test_repeated_characters_do_not_make_a_question_too_long() -> None:
    assert readable("아" * 10_000) == "아아아아"


@pytest.mark.parametrize(
    ("text", "said"),
    [("😀😀", False), ("?!...", False), ("___", False), ("ㅋㅋ", True), ("7", True), ("kc", True)],
)
def test_only_letters_and_digits_make_words(text: str, said: bool) -> None:
    assert has_words(text) is said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ㅁㄴㅇㄹ", True),
        ("ㅋㅋㅋㅋ", True),
        ("a", True),
        ("인증", False),
        ("왜?", False),
        ("kc", False),
        ("ㅇㅇ 인증 비용", False),
    ],
)
def test_bare_letters_are_babble(text: str, said: bool) -> None:
    assert is_babble(text) is said


@pytest.mark.parametrize(
    ("one", "other"), [("KC 인증, 비용?", "kc인증비용"), ("USB-C 케이블", "usbc케이블"), ("Power Bank", "POWERBANK")]
)
def test_folding_forgets_case_spaces_and_punctuation(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("보조배터리 인증", True),
        ("Bluetooth earphones FCC 인증", False),
        ("Bluetooth 헤드셋 인증 비용", True),
        ("How much is it?", False),
        ("認証は必要ですか", False),
        ("12345", False),
    ],
)
def test_a_fifth_of_hangul_is_korean(text: str, said: bool) -> None:
    assert is_korean(text) is said
