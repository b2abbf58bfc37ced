"""误报 in a real Chromium: an agent taps it, a trainer decides on the page, and the same reply passes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes.browser import IN_CHROMIUM, open_page, write
from fakes.console import RunningCopilot, running_copilot
from playwright.sync_api import Browser, Page, expect

pytestmark = IN_CHROMIUM

CUSTOMER = "你好，电饭煲到哪了，我电话13800138000"
DRAFT = "这个不归我管，您自己问快递公司去"


@pytest.fixture(scope="module")
def console(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCopilot]:
    with running_copilot(Path(shutil.copytree(built_home, tmp_path_factory.mktemp("disputes") / "home"))) as running:
        yield running


def dispute_all(page: Page) -> None:
    """Tap 误报 until nothing is left that could be disputed."""
    card = page.locator(".pane.help .card").first
    button = card.get_by_role("button", name="误报", exact=True)
    while True:
        expect(card.get_by_role("button", name="误报")).to_be_visible()
        if not button.count():
            return
        before = card.inner_text()
        button.click()
        expect(card).not_to_have_text(before, use_inner_text=True)


def test_a_tap_a_decision_and_the_same_reply_passes(browser: Browser, console: RunningCopilot, tmp_path: Path) -> None:
    agent = open_page(browser, console.url)
    title = agent.locator(".pane.help .card-title").first
    write(agent, CUSTOMER)
    expect(agent.locator(".line-suggestion").first).to_be_visible()
    write(agent, DRAFT)
    expect(agent.get_by_role("button", name="误报", exact=True)).to_be_visible()
    expect(title).not_to_contain_text("可以发送")
    dispute_all(agent)
    expect(agent.locator(".pane.help .card").first).to_contain_text("已记为误报，可以发送")

    trainer = open_page(browser, f"{console.url}/disputes")
    first = trainer.locator(".pane .card").first
    expect(first).to_contain_text(DRAFT)
    expect(first).to_contain_text("【手机号】")
    assert "13800138000" not in trainer.content()
    expect(trainer.locator(".q-table")).to_contain_text("1/0/0")
    trainer.get_by_role("button", name="不认可").first.click()
    expect(trainer.get_by_text("请先写一句原因")).to_be_visible()
    while (left := trainer.get_by_role("button", name="认可", exact=True).count()) > 0:
        trainer.get_by_role("button", name="认可", exact=True).first.click()
        expect(trainer.get_by_role("button", name="认可", exact=True)).to_have_count(left - 1)
    expect(trainer.get_by_text("没有待复核的误报")).to_be_visible()

    write(agent, DRAFT)
    expect(title).to_contain_text("可以发送")
    expect(agent.locator(".pane.help .card").first).to_contain_text("已复核")
    for page in (agent, trainer):
        page.context.close()


def test_a_declined_dispute_reaches_the_agent_with_its_reason(browser: Browser, console: RunningCopilot) -> None:
    agent = open_page(browser, console.url)
    agent.get_by_role("button", name="新对话").click()
    expect(agent.locator(".pane.help .card-title").first).to_contain_text("新对话开始")
    write(agent, CUSTOMER)
    expect(agent.locator(".line-suggestion").first).to_be_visible()
    write(agent, f"{DRAFT}，别来烦我")
    agent.get_by_role("button", name="误报", exact=True).click()
    expect(agent.get_by_role("button", name="撤回误报").or_(agent.get_by_role("button", name="仍要发送")).first).to_be_visible()
    trainer = open_page(browser, f"{console.url}/disputes")
    reason = trainer.get_by_placeholder("不认可就写原因").first
    reason.fill("<b>要说清楚</b>谁来跟进。")
    reason.press("Enter")
    expect(trainer.get_by_text("没有待复核的误报")).to_be_visible()
    write(agent, "您好，我马上为您核实物流，半小时内答复您。")
    expect(agent.locator(".pane.help .card").first).to_contain_text("仍按规范提醒。<b>要说清楚</b>谁来跟进。")
    for page in (agent, trainer):
        page.context.close()
