"""Print the budgets of the design with measured values beside them: `make bench`, or `make bench LARGE=1`.

Everything is measured on this machine, offline, warm unless the row says cold, over a workspace of 1,000 clauses (the
built-in one plus invented clauses). LARGE=1 adds the row for 100,000 clauses, which takes minutes to build.
"""

from __future__ import annotations

import asyncio
import io
import itertools
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from copilot.cli.machine import run_jsonl
from copilot.conversation import Conversation, Turn
from copilot.engine import Copilot
from copilot.quality import Dialogue, Examiner
from copilot.retrieval import Index
from copilot.workspace import Workspace, copy_builtin

EXCHANGES = sorted((Path(__file__).parents[1] / "norms").glob("heldout*.jsonl"))
COPILOT = str(Path(sys.executable).parent / "copilot")
CUSTOMER = (
    "快递怎么还没到，都等了五天了", "你们的洗衣机才用一周就坏了，我要投诉！", "在吗", "发票抬头开错了能重开吗",
    "充电宝冒烟了，桌子都烧黑了，怎么办", "谢谢，问题解决了", "这个月多扣了我三十块钱", "能不能改个地址，明天我不在家",
    "可真行，等半个月就给我发个空盒子", "会员续费怎么取消",
)  # fmt: skip
DRAFTS = (
    "您好，非常抱歉让您久等了，我马上为您核实物流信息，请您稍等两分钟。", "这不归我管，你爱找谁找谁去。", "亲，在的呢~",
    "给您带来不便非常抱歉，请您提供一下订单号和照片，我这边为您登记，24 小时内给您回复。", "好的，收到",
    "您看清楚页面再下单会比较好呢", "请您先关闭总闸，离开现场，我立即上报主管。", "加我微信，私下给您便宜点",
    "已为您记录，我们会在两个工作日内电话联系您，请保持手机畅通。", "不支持的哦",
)  # fmt: skip
QUESTIONS = (
    "在线客户发来消息后多久必须回复", "电话响几声要接", "可以把客户的事讲给朋友听吗", "投诉分几步", "退款几天到账",
    "服务记录要写什么", "客户骂人怎么办", "赔偿我能答应多少", "明天北京天气怎么样", "VIP 有什么待遇",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `value` and `budget` in the same unit, lower is better unless it says `at_least`."""

    what: str
    value: float
    budget: float
    unit: str
    at_least: bool = False

    @property
    def kept(self) -> bool:
        return self.value >= self.budget if self.at_least else self.value <= self.budget


def times_ms(work: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """Milliseconds that each call took, `rounds` times through all of `work`."""
    taken = []
    for _ in range(rounds):
        for call in work:
            start = time.perf_counter()
            call()
            taken.append((time.perf_counter() - start) * 1000)
    return sorted(taken)


def percentile(ordered: Sequence[float], percent: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def invented_clauses(workspace: Workspace, count: int, seed: int = 7) -> None:
    """Add policies with `count` clauses to the workspace, 100 a file."""
    chance = random.Random(seed)
    things = "热水器 路由器 行李箱 信用卡 会员卡 套餐 机票 酒店 外卖 保险 账单 软件 课程 家具 油烟机 手机 宽带 积分".split()
    doings = "退订 更换 维修 延期 补寄 开票 改签 预约 核销 清洗 升级 注销 转让 冻结 解绑 验收 安装 续费".split()
    conditions = "签收后 付款后 激活后 到店后 登记后 验货后 拆封前 出库前 到期前 审核后".split()
    for part in range((count + 99) // 100):
        lines = ["---", f"id: extra{part}", f"title: 补充制度{part}", "---"]
        for number in range(min(100, count - part * 100)):
            thing, doing, condition = chance.choice(things), chance.choice(doings), chance.choice(conditions)
            lines += [
                f"## {number // 10 + 1}.{number % 10 + 1} {thing}{doing}第{part}-{number}条",
                f"{condition} {chance.randint(1, 90)} 天内可以办理{thing}的{doing}，"
                f"费用 {chance.randint(1, 999)} 元，由第 {chance.randint(1, 400)} 组受理，编号 {part:03d}{number:03d}。",
            ]
        (workspace.knowledge / "policies" / f"extra{part}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def engine_rows(copilot: Copilot) -> list[Row]:
    """Each measured call has words of its own, so nothing that a part remembers makes it look faster."""
    talks = [Conversation.from_customer(f"{text}，第{number}次说了") for text in CUSTOMER for number in range(20)]
    drafts = [f"{text}工号{number}" for text in DRAFTS for number in range(20)]
    words = list(itertools.product(drafts[::4], CUSTOMER, ("review", "rewrite")))
    pairs = {
        purpose: [
            (draft, Conversation.from_customer(f"{text}，单子{number}"))
            for number, (draft, text, kind) in enumerate(words) if kind == purpose
        ]
        for purpose in ("review", "rewrite")
    }  # fmt: skip
    review = times_ms([lambda d=d, c=c: copilot.reviewer.review(d, c, with_rewrite=False) for d, c in pairs["review"]], 1)
    with_rewrite = times_ms([lambda d=d, c=c: copilot.review(d, c) for d, c in pairs["rewrite"]], 1)
    read = times_ms([lambda c=c: copilot.read(c.followed_by("customer", "您看呢")) for c in talks], 1)
    ask = times_ms([lambda q=q, n=n: copilot.ask(f"{q} {n}") for q in QUESTIONS for n in range(20)], 1)
    suggest = times_ms([lambda c=c: copilot.suggest(c.followed_by("customer", "麻烦快点")) for c in talks], 1)
    said = list(zip(talks, drafts, strict=True))
    dialogues = [
        [turn for talk, draft in said[start::10] for turn in (*talk.turns, Turn("agent", draft))] for start in range(10)
    ]
    guide = [taken / len(dialogues[0]) for taken in times_ms([lambda d=d: copilot.guide(d) for d in dialogues], 1)]
    return [
        Row("review p50 (verdict)", percentile(review, 50), 1, "ms"),
        Row("review p99 (verdict)", percentile(review, 99), 5, "ms"),
        Row("review with rewrite p50", percentile(with_rewrite, 50), 1, "ms"),
        Row("review with rewrite p99", percentile(with_rewrite, 99), 5, "ms"),
        Row("read p99", percentile(read, 99), 5, "ms"),
        Row("ask p95, 1,000 clauses", percentile(ask, 95), 15, "ms"),
        Row("suggest p95", percentile(suggest, 95), 30, "ms"),
        Row("guide, a turn, slowest dialogue", max(guide), 10, "ms"),
    ]


def file_rows(copilot: Copilot) -> list[Row]:
    """Replies in a second of one core, each another exchange.

    In real logs a few replies in a hundred are breaches; one that is costs twice as much, as its rewrite is judged too.
    """
    lines = [json.loads(line) for path in EXCHANGES for line in path.read_text("utf-8").splitlines()]
    breaches, others = ([row for row in lines if bool(row["violation"]) == bad] for bad in (True, False))
    as_in_logs = [*others, *breaches[: len(others) // 9]]
    return [*_speeds(copilot, as_in_logs, "1 in 10 a breach"), *_speeds(copilot, lines, "every second a breach")]


def _speeds(copilot: Copilot, lines: Sequence[dict[str, str]], mix: str) -> list[Row]:
    said = [(f"{row['customer']}，{more}", row["reply"]) for more in ("您看", "麻烦了", "在吗", "急") for row in lines]
    given = b"".join(
        json.dumps({"id": number, "customer": customer, "reply": reply}).encode() + b"\n"
        for number, (customer, reply) in enumerate(said)
    )
    run_jsonl("review", copilot, io.BytesIO(given[: len(given) // 4]), io.BytesIO())
    started = time.process_time()
    run_jsonl("review", copilot, io.BytesIO(given), io.BytesIO())
    alone = time.process_time() - started
    turns = [(Turn("customer", f"{customer}啊"), Turn("agent", reply)) for customer, reply in said]
    dialogues = [
        Dialogue(str(start), tuple(itertools.chain.from_iterable(turns[start : start + 6])))
        for start in range(0, len(turns), 6)
    ]
    examiner = Examiner(copilot)
    for dialogue in dialogues[: len(dialogues) // 4]:
        examiner.check(dialogue)
    started = time.process_time()
    for dialogue in dialogues:
        examiner.check(dialogue)
    together = time.process_time() - started
    return [
        Row(f"review --jsonl, replies/s, {mix}", len(said) / alone, 1_000, "/s", at_least=True),
        Row(f"review --conversation, replies/s, {mix}", len(said) / together, 1_000, "/s", at_least=True),
    ]


def index_rows(workspace: Workspace, home: Path) -> list[Row]:
    started = time.perf_counter()
    index = Index.open(workspace, home)
    first = time.perf_counter() - started
    assert len(index.clauses) >= 1000, "the bench workspace is too small"
    changed = workspace.knowledge / "policies" / "extra0.md"
    changed.write_text(changed.read_text(encoding="utf-8").replace("1 天", "2 天"), encoding="utf-8")
    started = time.perf_counter()
    Index.open(workspace, home)
    return [
        Row("first index of 1,000 clauses", first, 20, "s"),
        Row("one changed file of 1,000 clauses", time.perf_counter() - started, 2, "s"),
    ]


def command_s(*arguments: str, home: Path, workspace: Path) -> float:
    """Seconds of a cold command, the median of three."""
    environment = {**os.environ, "COPILOT_HOME": str(home), "COPILOT_WORKSPACE": str(workspace)}
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run([COPILOT, *arguments], env=environment, capture_output=True, check=False)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def serving_rows(home: Path, workspace: Path) -> list[Row]:
    environment = {
        **os.environ, "COPILOT_HOME": str(home), "COPILOT_WORKSPACE": str(workspace), "COPILOT_WEB_PORT": "18473",
    }  # fmt: skip
    environment.pop("TELEGRAM_BOT_TOKEN", None)
    started = time.perf_counter()
    server = subprocess.Popen([COPILOT, "run"], env=environment, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    try:
        for line in server.stderr:
            if "http://" in line:
                break
        ready = time.perf_counter() - started
        time.sleep(5)  # by then the search has loaded beside the server, and memory is what it stays at
        status = Path(f"/proc/{server.pid}/status")
        memory = re.search(r"VmRSS:\s+(\d+)", status.read_text()) if status.exists() else None
        torch_loaded = "libtorch" in Path(f"/proc/{server.pid}/maps").read_text() if status.exists() else False
    finally:
        server.terminate()
        server.wait(15)
    rows = [Row("ready to serve, second start", ready, 3, "s")]
    if memory:
        rows.append(Row("resident memory, serving", int(memory.group(1)) / 1024, 350, "MB"))
        rows.append(Row("torch loaded while serving (0 is no)", float(torch_loaded), 0, ""))
    return rows


def model_rows(workspace: Workspace, home: Path) -> list[Row]:
    """With a language model that speaks HTTP on this machine, through the desk: on the agent's screen, in order."""
    sys.path.insert(0, str(Path(__file__).parents[1]))  # where the tests' stand-ins are
    from fakes.model_at_desk import cold_model_ms, model_at_desk_ms

    offline, on_card, own = asyncio.run(model_at_desk_ms(workspace, home, CUSTOMER))
    return [
        Row("offline suggestions on the card, model set, p95", percentile(offline, 95), 150, "ms"),
        Row("model's first on the card, 0.3 s + 60 tokens/s, p95", percentile(on_card, 95), 3000, "ms"),
        Row("of that ours, beyond the model's own writing, p95", percentile(own, 95), 150, "ms"),
        Row("of that ours, first message after the start", asyncio.run(cold_model_ms(workspace, home)), 300, "ms"),
    ]


def large_rows(folder: Path) -> list[Row]:
    workspace = copy_builtin(folder / "large")
    invented_clauses(workspace, 100_000)
    copilot = Copilot(workspace, folder / "large-home")
    started = time.perf_counter()
    _ = copilot.index
    built = time.perf_counter() - started
    copilot.ask(QUESTIONS[0])
    ask = times_ms([lambda q=q: copilot.ask(q) for q in QUESTIONS], 10)
    return [
        Row("ask p95, 100,000 clauses", percentile(ask, 95), 60, "ms"),
        Row("first index of 100,000 clauses (no budget)", built, float("inf"), "s"),
    ]


def show(rows: Sequence[Row]) -> None:
    table = Table("what", "measured", "budget", "")
    for row in rows:
        budget = "-" if row.budget == float("inf") else f"{row.budget:g} {row.unit}"
        table.add_row(row.what, f"{row.value:.2f} {row.unit}", budget, "ok" if row.kept else "MISSES")
    Console(width=100).print(table)


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="copilot-bench-"))
    try:
        workspace = copy_builtin(folder / "workspace")
        invented_clauses(workspace, 1000)
        home = folder / "home"
        rows = index_rows(workspace, home)
        copilot = Copilot(workspace, home)
        copilot.warm()
        rows = engine_rows(copilot) + file_rows(copilot) + rows
        cold = {"home": home, "workspace": workspace.root}
        rows.append(Row("copilot --help, cold", command_s("--help", **cold), 0.4, "s"))
        rows.append(
            Row("copilot review, cold", command_s("review", "这不归我管", "--customer", "快递呢", **cold), 1.5, "s")
        )
        serving_rows(home, workspace.root)  # the first start trains what a first start trains
        rows += serving_rows(home, workspace.root)
        rows += model_rows(workspace, home)
        if os.environ.get("LARGE"):
            rows += large_rows(folder)
        show(rows)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
