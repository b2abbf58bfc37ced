"""Settings: read once, with errors that name variable, value and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.errors import SettingsError
from copilot.settings import load_settings


def test_a_console_address_other_than_this_machine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPILOT_WEB_HOST", "0.0.0.0")
    with pytest.raises(SettingsError, match=r"COPILOT_WEB_HOST.*127\.0\.0\.1"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [("WEB_PORT", "abc", "应为整数"), ("WEB_PORT", "70000", "应不大于 65535"), ("LOG_LEVEL", "LOUD", "请用 DEBUG"),
     ("MODEL_TIMEOUT_S", "0", "应大于 0")],
)  # fmt: skip
def test_a_value_that_cannot_be_used_is_named_with_its_variable_and_the_remedy(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, remedy: str
) -> None:
    monkeypatch.setenv(f"COPILOT_{name}", value)
    with pytest.raises(SettingsError, match=f"COPILOT_{name}.*{value}.*{remedy}"):
        load_settings()


def test_telegram_users_may_be_separated_by_either_comma(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPILOT_TELEGRAM_USERS", "123, @anna，456")
    assert load_settings().telegram_users == ("123", "@anna", "456")


def test_the_token_is_read_under_its_usual_name_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:secret")
    settings = load_settings()
    assert settings.telegram_bot_token is not None
    assert settings.telegram_bot_token.get_secret_value() == "123:secret"
    assert "secret" not in repr(settings)


def test_an_empty_variable_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPILOT_WORKSPACE", "")
    assert load_settings().workspace is None


def test_the_database_defaults_to_a_file_in_home(tmp_path: Path) -> None:
    assert load_settings(home=tmp_path).database == f"sqlite+aiosqlite:///{tmp_path / 'copilot.db'}"


@pytest.mark.parametrize("value", ["127.0.0.1:8001", "ftp://host", "http://", "http://host:notaport"])
def test_a_chroma_address_that_is_none_is_named_with_an_example(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("COPILOT_CHROMA_URL", value)
    with pytest.raises(SettingsError, match=r"COPILOT_CHROMA_URL.*http://127\.0\.0\.1:8001"):
        load_settings()


def test_the_chroma_token_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPILOT_CHROMA_URL", "http://127.0.0.1:8001/")
    monkeypatch.setenv("COPILOT_CHROMA_TOKEN", "s3cret")
    settings = load_settings()
    assert settings.chroma_url == "http://127.0.0.1:8001"
    assert "s3cret" not in repr(settings)
