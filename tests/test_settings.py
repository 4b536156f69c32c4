from dataclasses import fields
from pathlib import Path

import pytest

from assistant.errors import SetupError
from assistant.settings import ROOT, Settings


def test_without_any_variable_everything_has_its_default() -> None:
    assert Settings.from_env({}) == Settings()


def test_the_defaults_lie_in_the_checkout() -> None:
    settings = Settings()

    assert settings.kb_dir == ROOT / "kb"
    assert (ROOT / "pyproject.toml").is_file()
    assert str(ROOT) in settings.database_url


def test_a_variable_sets_its_setting(tmp_path: Path) -> None:
    environ = {"ONECALL_PORT": "9000", "ONECALL_KB_DIR": str(tmp_path), "ONECALL_UNDERSTANDING": "builtin", "PORT": "1"}

    settings = Settings.from_env(environ)

    assert (settings.port, settings.kb_dir, settings.understanding) == (9000, tmp_path, "builtin")


def test_every_setting_can_be_set_from_the_environment() -> None:
    texts = {field.name for field in fields(Settings)} - {"understanding", "widget_origins"}
    environ = {f"ONECALL_{name.upper()}": "7" for name in texts}

    settings = Settings.from_env(environ)

    assert all(getattr(settings, name) != getattr(Settings(), name) for name in texts)


def test_an_empty_variable_is_no_setting() -> None:
    assert Settings.from_env({"ONECALL_PORT": ""}).port == Settings().port


@pytest.mark.parametrize("value", ["zero", "0", "-1", "8000.5", "8000 9000"])
@pytest.mark.parametrize("name", ["ONECALL_PORT", "ONECALL_TICKET_HOURS", "ONECALL_RASA_TIMEOUT_MS"])
def test_a_number_that_is_none_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SetupError, match=name):
        Settings.from_env({name: value})


def test_an_unknown_understanding_is_refused_by_name() -> None:
    with pytest.raises(SetupError, match=r"ONECALL_UNDERSTANDING.*'gpt'"):
        Settings.from_env({"ONECALL_UNDERSTANDING": "gpt"})


def test_a_misspelt_setting_is_refused_by_name() -> None:
    with pytest.raises(SetupError, match="ONECALL_DATABASE_ULR"):
        Settings.from_env({"ONECALL_DATABASE_ULR": "sqlite://"})


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Settings().port = 1  # type: ignore[misc]


def test_origins_of_the_widget_are_a_list() -> None:
    settings = Settings.from_env({"ONECALL_WIDGET_ORIGINS": "https://Shop.example/, http://localhost:3000,"})

    assert settings.allowed_origins == {"https://shop.example", "http://localhost:3000"}
    assert Settings().allowed_origins == frozenset()


@pytest.mark.parametrize(
    "origin", ["*", "null", "shop.example", "https://*.shop.example", "https://shop.example/x", "ftp://a"]
)
def test_what_is_no_origin_is_refused_by_name(origin: str) -> None:
    with pytest.raises(SetupError, match="ONECALL_WIDGET_ORIGINS"):
        Settings.from_env({"ONECALL_WIDGET_ORIGINS": f"https://shop.example,{origin}"})
