"""A dispute from the agent's tap to the trainer's decision in another process, and back to the running desk."""

from __future__ import annotations

import asyncio
import io
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from fakes.plain_copilot import PlainFinding

from copilot.cli.machine import run_jsonl
from copilot.cli.periods import beginning
from copilot.desk import Card, Desk, Pressed, TextWritten
from copilot.engine import Copilot
from copilot.errors import CopilotError
from copilot.store import KeptDispute, NewDispute, Store
from copilot.workspace import builtin_workspace, copy_builtin

COPILOT = Path(sys.executable).parent / "copilot"
NOW = datetime.now(UTC)
CUSTOMER = "我的手机号是13800138000，快递到哪了"
DRAFT = "这个不归我管，您自己问快递公司去，到了会打您电话13800138000"


@pytest.fixture(scope="module")
def home(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of its own with trained weights and an index."""
    return Path(shutil.copytree(built_home, tmp_path_factory.mktemp("trainer") / "home"))


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'disputes.db'}"


def run(home: Path, database: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("COPILOT_") and k != "TELEGRAM_BOT_TOKEN"}
    return subprocess.run(
        [COPILOT, *arguments], capture_output=True, text=True, timeout=120, check=False,
        env={**clean, "COPILOT_HOME": str(home), "COPILOT_DATABASE_URL": database, "COLUMNS": "200"},
    )  # fmt: skip


async def seeded(database: str, *disputes: dict[str, object], outcome: str = "sent") -> None:
    """Disputes of one review each, as the desk keeps them."""
    store = await Store.open(database)
    async with store.unit_of_work() as work:
        for number, changes in enumerate(disputes):
            norm = str(changes.get("norm", "shirking"))
            finding = PlainFinding(norm, "agreement", "2.2", "warn", 2, 6, "不归我管", "这是在把问题推出去。")
            review = await work.add_review(await work.open_conversation("a", NOW), "x", "warn", [finding], None, NOW)  # type: ignore[list-item]
            await work.decide_review(review, outcome, NOW)  # type: ignore[arg-type]
            given: dict[str, object] = {
                "review": review, "position": 0, "agent": "web:local", "norm": norm, "document": "agreement", "clause": "2.2",
                "severity": "warn", "draft": "这个不归我管[注]，请问物业", "start": 2, "end": 6, "quote": "不归我管",
                "reason": "这是在把问题推出去。", "turns": ({"role": "customer", "text": "路灯坏了"},), "reply_key": "k",
                "situation": "calm other", "at": NOW - timedelta(minutes=number), **changes,
            }  # fmt: skip
            await work.add_dispute(NewDispute(**given))  # type: ignore[arg-type]
        await work.commit()
    await store.close()


async def kept(database: str) -> tuple[KeptDispute, ...]:
    store = await Store.open(database)
    async with store.unit_of_work() as work:
        found = await work.disputes()
    await store.close()
    return found


async def test_an_agent_taps_a_trainer_accepts_elsewhere_and_the_same_reply_passes_in_the_running_desk(
    home: Path, database: str
) -> None:
    copilot = Copilot(builtin_workspace(), home)
    store = await Store.open(database)
    desk = Desk(copilot, store, customer_voice=lambda _text: 0.5)

    async def tell(text: str, role: str) -> Card:
        return (await desk.handle("web:local", TextWritten(text, role=role))).cards[-1]  # type: ignore[arg-type]

    await tell(CUSTOMER, "customer")
    card = await tell(DRAFT, "agent")
    assert "可以发送" not in card.title
    while "误报" in (labels := [button.label for row in card.buttons for button in row]):
        card = (await desk.handle("web:local", Pressed(card.button("误报").action))).cards[-1]
    assert "撤回误报" in labels

    found = await kept(database)
    shown = await asyncio.to_thread(run, home, database, "norms", "disputes", *(str(each.id) for each in found))
    exported = await asyncio.to_thread(run, home, database, "norms", "disputes", "--jsonl")
    done = await asyncio.to_thread(
        run, home, database, "norms", "accept", "--later", *(str(each.id) for each in found), "--reason", "问过13900139000"
    )
    assert done.returncode == 0, done.stderr
    written = (home / "knowledge" / "norm_examples" / "disputed.yaml").read_text("utf-8")
    rows = [json.loads(line) for line in exported.stdout.splitlines()]
    assert [row["id"] for row in rows] == [each.id for each in found]
    for row in rows:
        assert row["reply"][row["start"] : row["end"]] == row["quote"]
        assert "agent" not in row
    for text in (shown.stdout, exported.stdout, json.dumps(rows, ensure_ascii=False), written):
        assert "13800138000" not in text
        assert "13900139000" not in text
    assert "【手机号】" in shown.stdout
    assert "【手机号】" in written

    assert (await tell(DRAFT, "agent")).title == "✅ 可以发送"
    other_number = DRAFT.replace("13800138000", "18600001111")
    assert (await tell(other_number, "agent")).title == "✅ 可以发送"
    assert "可以发送" not in (await tell(DRAFT + "，烦不烦", "agent")).title
    await tell("我很生气！你们怎么回事，我要投诉你们！", "customer")
    assert "可以发送" not in (await tell(DRAFT, "agent")).title
    line, sink = json.dumps({"reply": DRAFT, "customer": CUSTOMER}), io.BytesIO()
    run_jsonl("review", copilot, io.BytesIO(line.encode()), sink)
    assert json.loads(sink.getvalue())["verdict"] == "pass"
    await store.close()


async def test_a_trainer_sees_what_was_said_and_why_it_was_reported(home: Path, database: str) -> None:
    await seeded(database, {}, {"draft": "另一句不归我管", "reply_key": "x", "norm": "no-such-norm", "turns": ()}, {})
    listed = (await asyncio.to_thread(run, home, database, "norms", "disputes")).stdout
    assert "待复核的误报 3 条" in listed
    assert "[3] shirking " in listed or "[1] shirking " in listed
    assert "共 2 次" in listed
    assert "（规范已删去）" in listed
    shown = (await asyncio.to_thread(run, home, database, "norms", "disputes", "1")).stdout
    for words in ("客：路灯坏了", "答：这个不归我管[注]，请问物业", "“不归我管” 这是在把问题推出去。", "协议 2.2"):
        assert words in shown
    assert "web:local" not in shown + listed  # words are judged, not people


async def test_a_declined_dispute_is_settled_with_its_reason_for_all_who_said_the_same(home: Path, database: str) -> None:
    await seeded(database, {}, {}, {"situation": "complaint angry other"})
    refused = await asyncio.to_thread(run, home, database, "norms", "decline", "1")
    assert refused.returncode == 2
    assert "写明原因（--reason）" in refused.stderr
    done = await asyncio.to_thread(run, home, database, "norms", "decline", "1", "--reason", "路灯归我们报修。")
    assert "同样的另有 1 条" in done.stdout
    assert {each.id: (each.status, each.answer) for each in await kept(database)} == {
        1: ("declined", "路灯归我们报修。"), 2: ("declined", "路灯归我们报修。"), 3: ("open", ""),
    }  # fmt: skip
    again = await asyncio.to_thread(run, home, database, "norms", "accept", "--later", "1")
    assert again.returncode == 2
    assert "已有人复核：不认可，原因：路灯归我们报修。" in again.stderr


async def test_of_two_trainers_at_once_one_decides_and_the_other_is_told(home: Path, database: str) -> None:
    await seeded(database, {"draft": "两个人一起看的这句不归我管"})
    first, second = await asyncio.gather(
        asyncio.to_thread(run, home, database, "norms", "accept", "--later", "1"),
        asyncio.to_thread(run, home, database, "norms", "decline", "1", "--reason", "不行"),
    )
    assert sorted((first.returncode, second.returncode)) == [0, 2]
    assert "已有人复核" in first.stderr + second.stderr
    (dispute,) = await kept(database)
    path = home / "knowledge" / "norm_examples" / "disputed.yaml"
    assert ("两个人一起看的" in (path.read_text("utf-8") if path.exists() else "")) == (dispute.status == "accepted")


async def test_what_cannot_be_decided_says_so_and_the_rest_still_is(home: Path, database: str) -> None:
    await seeded(database, {"norm": "no-such-norm"}, {"draft": "这一句不归我管", "reply_key": "y"})
    done = await asyncio.to_thread(run, home, database, "norms", "accept", "--later", "99", "1", "2")
    assert done.returncode == 1
    assert "没有第 99 条误报" in done.stderr
    assert "规范 no-such-norm 已经没有了" in done.stderr
    assert "已认可第 2 条" in done.stdout
    assert {each.id: each.status for each in await kept(database)} == {1: "open", 2: "accepted"}
    assert (await asyncio.to_thread(run, home, database, "norms", "decline", "1", "--reason", "规范已删去")).returncode == 0


async def test_a_broken_file_of_the_team_is_named_with_its_line_and_the_dispute_stays_open(
    home: Path, database: str, tmp_path: Path
) -> None:
    team = copy_builtin(tmp_path / "team")
    file = team.knowledge / "norm_examples" / "disputed.yaml"
    file.write_text("- norm: shirking\n  good: ['不归'\n- norm: x\n", "utf-8")
    await seeded(database, {})
    done = await asyncio.to_thread(run, home, database, "--workspace", str(team.root), "norms", "accept", "--later", "1")
    assert done.returncode == 2
    assert "knowledge/norm_examples/disputed.yaml:3：YAML 格式有误" in done.stderr
    assert (await kept(database))[0].status == "open"
    file.unlink()
    done = await asyncio.to_thread(run, home, database, "--workspace", str(team.root), "norms", "accept", "--later", "1")
    assert done.returncode == 0
    assert "这个不归我管[注]，请问物业" in file.read_text("utf-8")


async def test_the_counts_per_norm_are_printed_exported_and_written(home: Path, database: str, tmp_path: Path) -> None:
    await seeded(database, {}, {"reply_key": "b"}, {"norm": "argue"}, outcome="overridden")
    table = (await asyncio.to_thread(run, home, database, "norms", "stats")).stdout
    assert table.index("shirking") < table.index("argue")
    assert "有 3 条误报待复核" in table
    file = tmp_path / "规范.xlsx"
    done = await asyncio.to_thread(run, home, database, "norms", "stats", "--jsonl", "--xlsx", str(file), "--since", "24h")
    row = json.loads(done.stdout.splitlines()[0])
    assert (row["norm"], row["reported"], row["overridden"], row["disputes"]["open"]) == ("shirking", 2, 0, 2)
    assert row["disputed_rate"] == 1.0
    sheet = openpyxl.load_workbook(file).active
    assert [cell.value for cell in sheet[1]][:4] == ["规范", "标题", "程度", "报出"]
    assert (sheet["A2"].value, sheet["D2"].value, sheet["M2"].value, sheet["M2"].number_format) == ("shirking", 2, 1, "0%")


def test_periods_are_read_as_people_write_them() -> None:
    assert NOW - beginning("30d", NOW) == timedelta(days=30)
    assert NOW - beginning(" 2W ", NOW) == timedelta(weeks=2)
    assert NOW - beginning("24h", NOW) == timedelta(hours=24)
    assert beginning("2026-03-01", NOW) == datetime(2026, 3, 1).astimezone()
    for text in ("", "30", "d", "-3d", "999999w", "昨天"):
        with pytest.raises(CopilotError, match="看不懂时间"):
            beginning(text, NOW)
