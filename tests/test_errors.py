import inspect

import pytest

from assistant import errors
from assistant.errors import AssistantError, BadInputError, TooLargeError

ALL = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, AssistantError)]


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_error_has_a_code_a_status_and_a_sentence(kind: type[AssistantError]) -> None:
    error = kind("문장이에요.")

    assert error.message == str(error) == "문장이에요."
    assert 400 <= error.status <= 599
    assert error.code.replace("_", "").isalpha()


def test_codes_are_unique() -> None:
    assert len({kind.code for kind in ALL}) == len(ALL)


def test_one_error_may_name_its_cause_more_closely() -> None:
    error = BadInputError("질문을 적어 주세요.", code="empty")

    assert error.code == "empty"
    assert BadInputError.code == "bad_input"


def test_too_large_is_a_bad_input() -> None:
    assert issubclass(TooLargeError, BadInputError)


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind is not AssistantError], ids=lambda kind: kind.__name__)
def test_the_docstring_draws_the_whole_tree(kind: type[AssistantError]) -> None:
    assert errors.__doc__ is not None
    assert kind.__name__ in errors.__doc__
