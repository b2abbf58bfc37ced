"""A case goes from one agent to another in two real browser sessions: two consoles, each with its agent, one database."""

from __future__ import annotations

import shutil
from pathlib import Path

from fakes.browser import IN_CHROMIUM, open_page, submit
from fakes.console import running_copilot
from playwright.sync_api import Browser, expect

pytestmark = IN_CHROMIUM
COMPLAINT = "快递等了五天还没到，客服电话没人接，太气人了，我要投诉！电话13800138000"
REPLY = "非常抱歉让您等了这么久，换作是我也会着急，麻烦您告诉我订单号，我两小时内给您回电。"


def test_a_colleague_takes_a_case_over_and_goes_on_where_it_stopped(
    browser: Browser, built_home: Path, tmp_path: Path
) -> None:
    homes = [Path(shutil.copytree(built_home, tmp_path / name)) for name in ("chen", "zhao")]
    shared = f"sqlite:///{tmp_path / 'team.db'}"
    with (
        running_copilot(homes[0], COPILOT_DATABASE_URL=shared, COPILOT_WEB_AGENT="小陈") as first,
        running_copilot(homes[1], COPILOT_DATABASE_URL=shared, COPILOT_WEB_AGENT="小赵") as second,
    ):
        chen, zhao = open_page(browser, first.url), open_page(browser, second.url)
        cards, offers = chen.locator(".pane.help .scroll"), zhao.locator(".pane.help .scroll")
        submit(chen, COMPLAINT)
        expect(cards.locator(".line-suggestion").first).to_be_visible()
        submit(chen, REPLY)
        cards.get_by_role("button", name="复制").first.click()
        cards.get_by_role("button", name="前提醒我").click()
        expect(cards).not_to_contain_text("不用提醒")
        chen.get_by_role("button", name="转交", exact=True).click()
        cards.get_by_role("button", name="小赵", exact=True).click()
        expect(cards).to_contain_text("已请 小赵 接手")

        expect(offers).to_contain_text("小陈 想请您接手一位客户")
        expect(offers).to_contain_text("进行到：投诉 第2/6步")
        expect(offers).to_contain_text("两小时内给您回电")
        assert "13800138000" not in offers.inner_text()
        assert offers.inner_text().count("2/6") == 1
        offers.get_by_role("button", name="接手", exact=True).click()

        expect(zhao.locator(".bubble.customer")).to_have_text([COMPLAINT])
        expect(zhao.locator(".bubble.agent")).to_have_text([REPLY])
        expect(offers).to_contain_text("第2/6步")
        expect(chen.locator(".bubble")).to_have_count(0)
        zhao.get_by_role("button", name="承诺", exact=True).click()
        expect(offers).to_contain_text("答应客户的事（1）")
        submit(zhao, "订单号是 HM20261108，买的是电水壶，说好三天到的。")
        expect(zhao.locator(".bubble.customer")).to_have_count(2)
        expect(offers.locator(".card-title").first).to_contain_text("/6步")
        for page in (chen, zhao):
            page.context.close()
