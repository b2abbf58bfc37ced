"""The console in a real Chromium: an angry delivery complaint from the first message to confirmed satisfaction."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes.browser import IN_CHROMIUM, open_page, submit
from fakes.console import RunningCopilot, running_copilot
from fakes.model_copilot import replies
from fakes.model_copilot import reply as written
from fakes.openai_api import openai_server
from playwright.sync_api import Browser, Page, expect

from copilot.conversation import Conversation
from copilot.engine import Copilot

pytestmark = IN_CHROMIUM

DIALOGUE = (
    "你们怎么回事！快递等了十天还没到，客服电话也打不通，太气人了！",
    "订单号是 HM20261108，买的是电水壶，说好三天到的。",
    "好的，那就先按补发来办吧，可以。",
    "新的收到了，没问题，谢谢你，挺满意的。",
)
REPLIES = (
    "非常抱歉让您等了这么久，电话也没打通，换作是我也会着急，这件事我来负责跟进。麻烦您告诉我订单号，我马上为您核实物流。",
    "感谢您提供订单号，我已经登记。经查询包裹在中转站滞留，是我们的物流安排出了问题。我建议为您补发一件，您看这样处理可以吗？",
    "好的，补发申请已经为您提交，我会一直跟进物流进度，发出后第一时间把单号告诉您。",
    "很高兴问题解决了，感谢您的理解和耐心，祝您生活愉快！",
)


@pytest.fixture
def home(built_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built_home, tmp_path / "home"))


@pytest.fixture
def console(home: Path) -> Iterator[RunningCopilot]:
    with running_copilot(home) as running:
        yield running


def bubbles(page: Page, role: str) -> list[str]:
    return page.locator(f".bubble.{role}:not(.draft)").all_inner_texts()


def test_an_angry_delivery_complaint_is_helped_from_first_message_to_confirmed_satisfaction(
    browser: Browser, console: RunningCopilot, tmp_path: Path
) -> None:
    page = open_page(browser, console.url)
    cards = page.locator(".pane.help .scroll")

    submit(page, DIALOGUE[0])
    expect(cards.locator(".card-title").first).to_contain_text("生气")
    expect(cards.locator(".card-title").first).to_contain_text("第1/6步")
    assert 1 <= cards.locator(".line-suggestion").count() <= 3
    expect(cards.locator(".line-cite").first).to_contain_text("依据")

    box = page.locator("textarea")
    box.fill("急什么，快递又不是我送的，等着吧。")
    box.press("Enter")
    expect(cards.get_by_role("button", name="一键改写")).to_be_visible()
    expect(cards.locator(".line-quote").first).to_be_visible()
    expect(page.locator(".bubble.draft")).to_have_count(1)
    expect(box).to_have_value("急什么，快递又不是我送的，等着吧。")  # to be mended, not typed again

    cards.get_by_role("button", name="一键改写").click()
    expect(box).to_have_value("")
    cards.get_by_role("button", name="其实没发").click()
    expect(page.locator(".bubble.agent")).to_have_count(0)

    for turn, (said, reply) in enumerate(zip(DIALOGUE, REPLIES, strict=True)):
        if turn:
            page.get_by_role("button", name="客户说的").click()
            submit(page, said)
        submit(page, reply)
        expect(cards.locator(".card-title").first).to_contain_text("可以发送")
        page.get_by_role("button", name="复制").last.click()
        expect(cards.locator(".card-title").first).to_contain_text("已记为您的回复")
        assert page.evaluate("navigator.clipboard.readText()") == reply

    assert bubbles(page, "customer") == list(DIALOGUE)
    assert bubbles(page, "agent") == list(REPLIES)
    page.get_by_role("button", name="六步指引").click()
    expect(cards).to_contain_text("各步都已完成")
    page.context.close()


def test_a_suggestion_is_copied_and_recorded_with_one_tap(browser: Browser, console: RunningCopilot) -> None:
    page = open_page(browser, console.url)
    submit(page, "我买的水壶漏水，把桌子都泡了，你们怎么赔？")
    first = page.locator(".offer").first
    expect(first).to_be_visible()
    first.get_by_role("button").click()
    expect(page.locator(".bubble.agent")).to_have_count(1)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert bubbles(page, "agent") == [copied]
    page.context.close()


def test_a_shortcut_copies_a_suggestion(browser: Browser, console: RunningCopilot) -> None:
    page = open_page(browser, console.url)
    submit(page, "发票抬头开错了，能重开吗")
    expect(page.locator(".offer").first).to_be_visible()
    page.keyboard.press("Alt+Digit1")
    expect(page.locator(".bubble.agent")).to_have_count(1)
    page.context.close()


def test_after_a_crash_the_conversation_goes_on_where_it_stopped(browser: Browser, home: Path) -> None:
    with running_copilot(home) as first:
        page = open_page(browser, first.url)
        submit(page, DIALOGUE[0])
        expect(page.locator(".line-suggestion").first).to_be_visible()
        first.kill()
        page.context.close()
    with running_copilot(home) as second:
        page = open_page(browser, second.url)
        assert bubbles(page, "customer") == [DIALOGUE[0]]
        expect(page.locator(".line-suggestion").first).to_be_visible()
        page.context.close()


def test_what_a_customer_writes_is_shown_as_text_and_never_runs(browser: Browser, console: RunningCopilot) -> None:
    page = open_page(browser, console.url)
    attack = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script> 我要退货"
    submit(page, attack)
    expect(page.locator(".bubble.customer")).to_have_text(attack)
    assert page.locator(".bubble img, .card img, .card script").count() == 0
    assert page.title() != "owned"
    page.context.close()


def test_a_second_enter_does_not_submit_the_message_again(browser: Browser, console: RunningCopilot) -> None:
    page = open_page(browser, console.url)
    box = page.locator("textarea")
    box.fill("我要查一下快递到哪了")
    box.press("Enter")
    box.press("Enter")
    expect(page.locator(".line-suggestion").first).to_be_visible()
    submit(page, "请您告诉我订单号，我马上为您核实。")
    expect(page.locator(".pane.help .card-title").first).to_contain_text("可以发送")
    assert bubbles(page, "customer") == ["我要查一下快递到哪了"]
    page.context.close()


def test_a_text_that_is_too_long_stays_in_the_box(browser: Browser, console: RunningCopilot) -> None:
    page = open_page(browser, console.url)
    box = page.locator("textarea")
    box.fill("等" * 9000)
    box.press("Enter")
    expect(page.get_by_text("一次最多处理")).to_be_visible()
    expect(box).to_have_value("等" * 9000)
    page.context.close()


def test_a_saved_record_is_confirmed(browser: Browser, console: RunningCopilot) -> None:
    page = open_page(browser, console.url)
    submit(page, "快递到哪了")
    page.get_by_role("button", name="服务记录").click()
    page.get_by_role("button", name="确认保存").click()
    expect(page.get_by_text("服务记录已保存")).to_be_visible()
    expect(page.get_by_text("请点“新对话”")).to_be_visible()
    page.context.close()


def test_a_pasted_dialogue_is_taken_apart_by_its_prefixes(browser: Browser, console: RunningCopilot) -> None:
    page = open_page(browser, console.url)
    submit(page, "客：快递到哪了\n我：请您告诉我订单号，我马上为您核实。\n客：HM20261108")
    expect(page.locator(".bubble.customer")).to_have_text(["快递到哪了", "HM20261108"])
    expect(page.locator(".bubble.agent")).to_have_text(["请您告诉我订单号，我马上为您核实。"])
    page.context.close()


def test_a_question_is_answered_with_its_clause(browser: Browser, console: RunningCopilot) -> None:
    page = open_page(browser, console.url)
    box = page.get_by_placeholder("问协议和制度")
    box.fill("邮件最晚多久要回")
    box.press("Enter")
    expect(page.locator(".pane.help .card").first).to_contain_text("24")
    expect(page.locator(".pane.help .card").first).to_contain_text("2.1")
    page.context.close()


def test_on_a_phone_everything_is_reachable_without_scrolling_sideways(
    browser: Browser, console: RunningCopilot
) -> None:
    page = open_page(browser, console.url, width=390, height=780)
    submit(page, DIALOGUE[0])
    expect(page.locator(".line-suggestion").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator("textarea").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 780
    page.context.close()


def test_practice_ends_with_a_scorecard(browser: Browser, console: RunningCopilot) -> None:
    page = open_page(browser, f"{console.url}/practice")
    page.locator(".pane.help .card button").first.click()
    expect(page.locator(".bubble.customer").first).to_be_visible()
    submit(page, "您好，非常抱歉给您带来这样的体验，我完全理解您的心情，麻烦您说一下订单号好吗？")
    expect(page.locator(".bubble.agent")).to_have_count(1)
    page.get_by_role("button", name="结束练习").first.click()
    expect(page.locator(".pane.help")).to_contain_text("分")
    page.context.close()


def test_a_request_for_another_host_is_refused(console: RunningCopilot) -> None:
    import httpx

    assert httpx.get(f"{console.url}/health").json() == {"status": "ok"}
    assert httpx.get(f"{console.url}/health", headers={"host": "evil.example"}).status_code == 400


def test_the_console_will_not_bind_beyond_this_machine(home: Path) -> None:
    with pytest.raises(AssertionError, match="COPILOT_WEB_HOST"), running_copilot(home, COPILOT_WEB_HOST="0.0.0.0"):
        pass


def test_a_taken_port_is_said_plainly(console: RunningCopilot, home: Path) -> None:
    port = console.url.rpartition(":")[2]
    with pytest.raises(AssertionError, match=f"端口 {port} 无法使用"), running_copilot(home, COPILOT_WEB_PORT=port):
        pass


@pytest.mark.skipif(not os.environ.get("SCREENSHOT"), reason="set SCREENSHOT=file.png to take one")
def test_screenshot_for_the_readme(browser: Browser, console: RunningCopilot) -> None:
    page = open_page(browser, console.url, width=1200, height=820)
    submit(page, DIALOGUE[0])
    expect(page.locator(".line-suggestion").first).to_be_visible()
    page.locator("textarea").fill("急什么，快递又不是我送的，等着吧。")
    page.locator("textarea").press("Enter")
    expect(page.get_by_role("button", name="一键改写")).to_be_visible()
    page.screenshot(path=os.environ["SCREENSHOT"])
    page.context.close()


def test_a_rough_draft_is_polished_and_sent_from_the_box(browser: Browser, console: RunningCopilot) -> None:
    page = open_page(browser, console.url)
    expect(page.get_by_role("button", name="润色")).not_to_be_visible()  # not for what the customer says
    submit(page, "鞋子小了，我要退货")
    box = page.locator("textarea")
    box.fill("退不了 过7天了")
    page.get_by_role("button", name="润色").click()
    card = page.locator(".pane.help .card").first
    expect(card).to_contain_text("7 天")
    expect(box).to_have_value("退不了 过7天了")
    card.get_by_role("button", name="复制").click()
    expect(page.locator(".bubble.agent")).to_have_count(1)
    expect(box).to_have_value("")
    page.get_by_role("button", name="小结").click()
    expect(page.locator(".pane.help .card").first).to_contain_text("客户诉求")
    page.get_by_role("button", name="话术").click()
    expect(page.locator(".pane.help .card").first).to_contain_text("话术")
    page.context.close()


def test_an_answer_and_the_help_can_be_closed_and_stay_closed(browser: Browser, console: RunningCopilot) -> None:
    page = open_page(browser, console.url)
    box = page.get_by_placeholder("问协议和制度")
    box.fill("电话响几声之内要接")
    box.press("Enter")
    expect(page.locator(".pane.help .card").first).to_contain_text("三声")
    box.fill("那邮件呢？")
    box.press("Enter")
    expect(page.locator(".pane.help .card").first).to_contain_text("24 小时")
    page.get_by_role("button", name="帮助").click()
    expect(page.locator(".pane.help .card")).to_have_count(2)
    for left in (1, 0):
        page.get_by_role("button", name="关闭").first.click()
        expect(page.locator(".pane.help .card")).to_have_count(left)
    page.reload()
    expect(page.locator("textarea")).to_be_visible()
    expect(page.locator(".pane.help .card")).to_have_count(0)
    page.context.close()


HOLD = """() => {
  const send = window.socket.emit.bind(window.socket), held = [];
  window.socket.emit = (...told) => told[0] === "event" ? held.push(told) : send(...told);
  window.goOn = () => { window.socket.emit = send; for (const told of held) send(...told); return held.length; };
}"""


def test_a_tap_under_way_while_a_models_suggestion_joins_is_not_lost(browser: Browser, home: Path, copilot: Copilot) -> None:
    said, better = "床垫十天了还没发货，真着急", "非常抱歉让您久等了，我这就为您核实发货情况。"
    ref = copilot.suggest(Conversation.from_customer(said)).suggestions[0].cites[0]
    with openai_server(keep_alive=True) as (fake, url):
        fake.script.append(("slow", 3.0, replies(written(better, ref.document, ref.clause))))
        settings = {"COPILOT_MODEL": "openai:m", "COPILOT_MODEL_BASE_URL": url, "COPILOT_MODEL_API_KEY": "k"}
        with running_copilot(home, COPILOT_MODEL_TIMEOUT_S="20", **settings) as running:
            deadline = time.monotonic() + 60
            while not fake.greeted and time.monotonic() < deadline:
                time.sleep(0.05)
            assert fake.greeted, "a connection is opened before anybody needs it"
            page = open_page(browser, running.url)
            submit(page, said)
            first = page.locator(".offer").first
            seen = first.locator(".line-suggestion").inner_text().removeprefix("1. ")
            page.evaluate(HOLD)
            first.get_by_role("button").click()  # and the line is slow
            expect(page.locator(".line-suggestion").first).to_contain_text(better, timeout=30_000)
            assert page.evaluate("goOn()") >= 1
            expect(page.locator(".pane.help .card-title").first).to_contain_text("已记为您的回复")
            assert bubbles(page, "agent") == [seen]
            page.context.close()
