import pytest

from assistant.errors import SetupError
from assistant.seal import Seal


@pytest.mark.parametrize("text", ["", "u", "안녕 👋", '{"user": "al-2eGuGr5WQOnco1_V-FQ"}', "x" * 5000, "\ud800"])
def test_what_is_sealed_is_opened_again(text: str) -> None:
    assert Seal("secret").open(Seal("secret").close(text)) == text


def test_the_same_text_never_looks_the_same() -> None:
    seal = Seal("secret")

    assert seal.close("user") != seal.close("user")


@pytest.mark.parametrize(
    "spoiled", [lambda s: s[:-4], lambda s: "A" + s[1:], lambda s: "", lambda s: "가나다", lambda s: s[:40]]
)
def test_what_was_changed_is_not_opened(spoiled) -> None:
    seal = Seal("secret")
    whole = seal.close("somebody's address")

    with pytest.raises(SetupError):
        seal.open(spoiled(whole) if spoiled(whole) != whole else whole[::-1])


def test_another_secret_opens_nothing() -> None:
    with pytest.raises(SetupError):
        Seal("one").open(Seal("other").close("address"))


def test_there_is_no_seal_without_a_secret() -> None:
    with pytest.raises(SetupError):
        Seal("")
