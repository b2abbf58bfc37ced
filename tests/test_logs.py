"""Nothing secret reaches a log, whatever logs it and however."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from copilot.logs import MaskingFilter, mask_plainly, new_reference, protected_logs

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The text that a handler of the root logger writes."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def masked(text: str) -> str:
    return text.replace("张三", "[姓名]")


def test_token_and_personal_data_are_masked_in_message_arguments_and_traceback(log: io.StringIO) -> None:
    with protected_logs(masked, TOKEN):
        try:
            raise ValueError(f"张三 https://api/bot{TOKEN}/x")
        except ValueError:
            logging.getLogger("telegram.child").exception("failed for %s with %s", "张三", TOKEN)
    text = log.getvalue()
    assert "ValueError: [姓名]" in text
    assert "failed for [姓名] with ******" in text
    assert TOKEN not in text
    assert "张三" not in text


def test_somebody_elses_token_is_masked_too(log: io.StringIO) -> None:
    with protected_logs(masked, "1:other"):
        logging.getLogger("x").warning("url %s", TOKEN)
    assert log.getvalue() == "url ******\n"


def test_a_text_that_cannot_be_masked_is_not_shown(log: io.StringIO) -> None:
    def broken(text: str) -> str:
        raise RuntimeError

    with protected_logs(broken, TOKEN):
        logging.getLogger("x").warning("张三")
    assert "张三" not in log.getvalue()
    assert "RuntimeError" in log.getvalue()


def test_a_record_with_wrong_arguments_is_still_written(log: io.StringIO) -> None:
    with protected_logs(masked, TOKEN):
        logging.getLogger("x").warning("张三 %s %s", "one")  # noqa: PLE1206 - the mistake under test
    assert log.getvalue() == "[姓名] %s %s\n"


def test_http_libraries_are_quiet_at_info_and_as_before_afterwards() -> None:
    before = logging.getLogger("httpx").level
    with protected_logs(masked, TOKEN):
        assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
        assert not logging.getLogger("telegram").isEnabledFor(logging.DEBUG)
    assert logging.getLogger("httpx").level == before


def test_a_quieter_level_chosen_for_all_is_not_made_louder() -> None:
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.ERROR)
    try:
        with protected_logs(masked, TOKEN):
            assert not logging.getLogger("telegram").isEnabledFor(logging.INFO)
    finally:
        root.setLevel(before)


def test_handlers_mask_no_more_afterwards(log: io.StringIO) -> None:
    with protected_logs(masked, TOKEN):
        pass
    logging.getLogger("x").warning("张三")
    assert log.getvalue() == "张三\n"


def test_without_a_reader_long_numbers_and_mail_addresses_are_masked() -> None:
    assert mask_plainly("电话13800138000，li.si@example.com，第12单") == "电话[number]，[mail]，第12单"


def test_a_servers_address_keeps_its_port() -> None:
    assert mask_plainly("连不上 http://127.0.0.1:54321/api，另有 :13800138000") == "连不上 http://127.0.0.1:54321/api，另有 :[number]"
    assert mask_plainly("http://x.example:13800138000") == "http://x.example:[number]"


def test_the_better_masking_stands_in_for_the_plain_one_and_gives_way_again(log: io.StringIO) -> None:
    (handler,) = [each for each in logging.getLogger().handlers if getattr(each, "stream", None) is log]
    handler.addFilter(MaskingFilter(mask_plainly, ()))
    with protected_logs(masked, TOKEN):
        logging.getLogger("x").warning("张三 10086")
    logging.getLogger("x").warning("张三 10086")
    assert log.getvalue() == "[姓名] 10086\n张三 [number]\n"


def test_the_plain_masking_leaves_every_reference_readable() -> None:
    assert all(mask_plainly(reference) == reference for reference in (new_reference() for _ in range(200)))
