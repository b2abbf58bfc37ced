"""`copilot norms`: what trainers see of norms and examples, and what a change of them does to replies."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.norms import norms_workspace

from copilot.cli.norm_checking import Inspection
from copilot.cli.norm_comparing import judge_of
from copilot.cli.norm_impact import Tally, changes
from copilot.cli.norm_judging import judge_examples
from copilot.cli.norm_replies import Reply, StoredReplies, replies_in
from copilot.cli.norm_testing import held_back
from copilot.cli.norm_words import in_words
from copilot.conversation import ClauseRef, Conversation
from copilot.engine import Copilot
from copilot.errors import DocumentError
from copilot.norms import Norm, When
from copilot.norms.situation import Situation
from copilot.store import Store
from copilot.workspace import Workspace, copy_builtin

COPILOT = Path(sys.executable).parent / "copilot"
NORM = """- id: no-jargon
  clause: '1.2.1'
  kind: forbid
  severity: warn
  title: 不说黑话
  reason: 客户听不懂我们内部的词。
  advice: 请换成客户听得懂的话。
  patterns: ['拉齐口径|抓手']
  unless: ['抓手杯']
"""
EXAMPLES = """- norm: no-jargon
  bad:
    - '这件事我们内部先拉齐口径'
    - '您好，马上为您核实物流'
  good:
    - '这款抓手杯有现货，今天就能发出'
"""


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("COPILOT_") and k != "TELEGRAM_BOT_TOKEN"}
    return subprocess.run(
        [COPILOT, *arguments], capture_output=True, text=True, timeout=120, check=False,
        env={**clean, "COPILOT_HOME": str(home), "COLUMNS": "200"},
    )  # fmt: skip


def inspected(workspace: Workspace) -> Inspection:
    return Inspection.of(workspace, {ClauseRef("agreement", "1.2.1"), ClauseRef("returns", "2.1")})


def norm_of(**fields: object) -> Norm:
    given = {"id": "x", "clause": "1.2.1", "kind": "forbid", "severity": "warn", "title": "例", "reason": "说明一下", "advice": "换个说法"}
    return Norm.model_validate({**given, **fields})


@pytest.fixture(scope="module")
def home(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the trained weights, so that only a change of the examples costs a training."""
    own = tmp_path_factory.mktemp("trainer")
    for place in (own / "models", own / "compared" / "models"):
        shutil.copytree(built_home / "models", place)
    return own


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A copy of the built-in workspace with one norm more."""
    workspace = copy_builtin(tmp_path_factory.mktemp("own") / "team")
    (workspace.knowledge / "norms" / "jargon.yaml").write_text(NORM, encoding="utf-8")
    return workspace


@pytest.fixture
def situation(copilot: Copilot) -> Callable[..., Situation]:
    def make(draft: str, customer: str = "") -> Situation:
        return Situation(draft, Conversation.from_customer(customer), copilot.reader)

    return make


# check


def test_every_problem_is_told_with_its_line_not_only_the_first(tmp_path: Path) -> None:
    broken = (
        NORM.replace("'拉齐口径|抓手'", "'<叫>什么', '(抓手', '(?=抓)'")
        + NORM.replace("1.2.1", "9.9")
        + NORM.replace("no-jargon", "other").replace("severity: warn", "severity: loud").replace("  reason: 客户听不懂我们内部的词。\n", "")
        + NORM.replace("no-jargon", "acts").replace("  patterns: ['拉齐口径|抓手']", "  acts: [dance]\n  when: {mood: [grumpy]}")
    )
    examples = EXAMPLES.replace("  good:\n", "  good:\n    - '这件事我们内部先拉齐口径'\n") + "- norm: nobody\n  bad: [哼]\n"
    told = {str(trouble) for trouble in inspected(norms_workspace(tmp_path, broken, examples=examples)).troubles}

    def says(place: str, *parts: str) -> bool:
        return any(line.startswith(f"knowledge/{place}：") and all(part in line for part in parts) for line in told)

    assert says("norms/a.yaml:8", "<叫>", "norm_words.yaml", "添加")
    assert says("norms/a.yaml:8", "句式用不了", "missing )", "括号")
    assert says("norms/a.yaml:10", "no-jargon", "norms/a.yaml:1", "不同的 id")
    assert says("norms/a.yaml:11", "agreement 里没有条款 9.9")
    assert says("norms/a.yaml:22", "severity", "只能是")
    assert says("norms/a.yaml:19", "缺少字段 reason")
    assert says("norms/a.yaml:34", "acts", "只能是")
    assert says("norms/a.yaml:35", "mood", "只能是")
    assert says("norm_examples/a.yaml:6", "又在不该说的里", "a.yaml:3")
    assert says("norm_examples/a.yaml:8", "没有编号为 nobody 的规范")


def test_a_file_that_is_no_yaml_does_not_hide_the_other_files(tmp_path: Path) -> None:
    workspace = norms_workspace(tmp_path, NORM.replace("clause: '1.2.1'", "document: nowhere\n  clause: '1.2.1'"))
    (tmp_path / "knowledge" / "norms" / "b.yaml").write_text("- id: [\n", encoding="utf-8")
    (tmp_path / "knowledge" / "norms" / "c.yaml").write_bytes("- id: 名".encode("gbk"))
    told = [str(trouble) for trouble in inspected(workspace).troubles]
    assert [line.split("：")[0] for line in told] == [f"knowledge/norms/{name}" for name in ("b.yaml:2", "c.yaml:1", "a.yaml:2")]
    assert "没有编号为 nowhere 的文件" in told[2]


def test_few_examples_and_a_line_written_twice_are_hints_and_no_problems(tmp_path: Path) -> None:
    found = inspected(norms_workspace(tmp_path, NORM, examples=EXAMPLES.replace("  good:", "    - '您好，马上为您核实物流'\n  good:")))
    assert found.troubles == []
    assert ["两遍" in hint.text or "不该说的 3 句、可以说的 1 句" in hint.text for hint in found.hints] == [True, True]


def test_a_good_example_may_be_a_bad_one_of_a_mere_tip(tmp_path: Path) -> None:
    norms = NORM + NORM.replace("no-jargon", "hint").replace("warn", "tip")
    both = EXAMPLES + "- norm: hint\n  bad: ['这款抓手杯有现货，今天就能发出']\n"
    assert inspected(norms_workspace(tmp_path, norms, examples=both)).troubles == []


def test_examples_are_judged_and_those_missed_or_flagged_are_named(copilot: Copilot, tmp_path: Path) -> None:
    examples = EXAMPLES.replace("no-jargon", "vulgar-words").replace("这件事我们内部先拉齐口径", "滚远点，傻逼") + "    - '你个傻逼'\n"
    found = inspected(norms_workspace(tmp_path, NORM.replace("no-jargon", "vulgar-words"), examples=examples))
    wrong, total = judge_examples(found, copilot.reviewer, None, lambda done, of: None)
    assert [(each.place.rpartition(":")[2], each.bad) for each in wrong] == [("4", True), ("7", False)]
    assert total == 4
    assert judge_examples(found, copilot.reviewer, {"argue"}, lambda done, of: None) == ([], 0)


# list, show


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("new", "x-y", "--clause", "2.1"), "copilot init"),
        (("show", "argu"), "argue"),
        (("impact",), "同一个工作区"),
        (("list", "--severity", "loud"), "block"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line_with_the_remedy(home: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run(home, "norms", *arguments)
    assert (done.returncode, said in done.stderr, done.stderr.count("\n")) == (2, True, 1)


def test_list_and_show_speak_plainly_and_keep_patterns_for_those_who_ask(team: Workspace, home: Path) -> None:
    listed = run(home, "--workspace", str(team.root), "norms", "list", "--clause", "1.2", "--severity", "warn").stdout
    assert "不说黑话" in listed
    assert not {"1.3.1", "1.4", "先别发送"} & set(listed.split())
    shown = run(home, "--workspace", str(team.root), "norms", "show", "no-jargon", "--patterns").stdout
    assert "依据：协议 1.2.1" in shown
    assert "拉齐口径|抓手" in shown
    assert "拉齐口径|抓手" not in run(home, "--workspace", str(team.root), "norms", "show", "no-jargon").stdout


def test_conditions_are_told_in_words_without_the_names_of_fields() -> None:
    when = When(mood=("angry",), complaint=True, not_before=("apologise",), within=4, customer=("烫",), max_chars=9)
    assert in_words(when) == "客户生气，客户在投诉，客户说到了规定的话题（1 个句式），客服在最近 4 条消息里还没有道歉，回复不超过 9 个字"


# test


@pytest.mark.parametrize(
    ("fields", "draft", "customer", "expected"),
    [
        ({"patterns": ["抓手"]}, "这是抓手", "", []),
        ({"patterns": ["抓手"]}, "这是把手", "", ["没有句式匹配。"]),
        ({"patterns": ["抓手"], "unless": ["抓手杯"]}, "这是抓手杯哦", "", ["有例外：同一句里有“抓手杯”。"]),
        ({"patterns": ["抓手"]}, "您说的“抓手”我记下了", "", ["这些字在引号里，当作引用客户的话。"]),
        ({"patterns": ["抓手"], "valid_until": "2020-01-01"}, "这是抓手", "", ["不在有效期内（2020-01-01 之前）。"]),
        (
            {"patterns": ["抓手"], "unless_draft": ["抱歉"], "when": {"customer": ["烫"], "max_chars": 50}}, "抱歉，这是抓手", "冷",
            ["对话不符合，要这样才算：客户说到了规定的话题（1 个句式）。", "有例外：回复里有“抱歉”。"],
        ),
        ({"kind": "require", "acts": ["apologise"]}, "非常抱歉给您添麻烦了", "", ["已经做到了：道歉。"]),
    ],
)  # fmt: skip
def test_what_holds_a_norm_back_is_said(
    situation: Callable[..., Situation], fields: dict[str, object], draft: str, customer: str, expected: list[str]
) -> None:
    assert held_back(norm_of(**fields), situation(draft, customer)) == expected


def test_trying_a_reply_shows_the_words_and_the_other_norms(team: Workspace, home: Path) -> None:
    done = run(home, "--workspace", str(team.root), "norms", "test", "no-jargon", "先拉齐口径，滚远点")
    assert "报：建议修改　“拉齐口径”" in done.stdout
    assert "别的规范：vulgar-words" in done.stdout
    assert done.returncode == 1


# impact


def test_impact_counts_exactly_what_a_new_norm_newly_flags(team: Workspace, home: Path, tmp_path: Path) -> None:
    clean = [f"您好，您的第 {number} 件包裹今天下午送到，请留意电话。" for number in range(290)]
    flagged = [f"您好，第 {number} 件我和仓库拉齐口径，一小时内回复您。" for number in range(7)]
    replies = [*clean[:150], *flagged, "滚远点，没有抓手", *clean[150:], "这款抓手杯有现货，今天发出。"]
    (tmp_path / "replies.jsonl").write_text(
        "".join(json.dumps({"reply": reply, "customer": "我的件到哪了，电话13912345678"}) + "\n" for reply in replies) + "{]\n", encoding="utf-8"
    )
    options = ("--workspace", str(team.root), "norms", "impact", "--file", str(tmp_path / "replies.jsonl"))
    done = run(home, *options, "--jsonl")
    *rows, last = map(json.loads, done.stdout.splitlines())
    assert last["summary"] == {
        "replies": 299,
        "new": {"replies": 7, "norms": {"no-jargon": 7}},
        "gone": {"replies": 0, "norms": {}},
        "changed": {"replies": 1, "norms": {"no-jargon": 1}},
    }
    assert [row["reply"] for row in rows if row["change"] == "new"] == flagged
    assert rows[0]["source"] == "replies.jsonl:151"
    assert "13912345678" not in done.stdout
    assert (done.returncode, "replies.jsonl:300" in done.stderr) == (1, True)
    shown = run(home, *options, "--top", "2").stdout
    assert "看了 299 条回复：新报 7 条（建议修改 7），占 2.3%；不再报 0 条。" in shown
    assert shown.count("仓库拉齐口径") == 2


def test_impact_of_one_norm_says_which_others_flag_anyway_and_of_its_loss(copilot: Copilot, team: Workspace, home: Path) -> None:
    replies = [Reply(str(n), text, Conversation()) for n, text in enumerate(("好的，先拉齐口径再回您", "滚远点，没有抓手", "您好，马上为您核实"))]
    with_it, without = (judge_of(each, each.workspace) for each in (Copilot(team, home), copilot))
    counted: list[int] = []

    def tally(before: object, after: object) -> Tally:
        result = Tally(5)
        for change in changes(replies, before, after, "no-jargon", lambda: counted.append(1)):  # type: ignore[arg-type]
            result.take(change)
        return result

    gained, lost = tally(without, with_it), tally(with_it, without)
    assert (gained.kinds["new"], gained.anyway, lost.kinds["gone"], lost.kinds["new"]) == (2, 1, 2, 0)
    assert sum(counted) == 6


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", "好的\n\n在的呢", [("", "好的"), ("", "在的呢")]),
        ("a.csv", "客户,回复\n在吗,在的呢\n,好的", [("在吗", "在的呢"), ("", "好的")]),
        ("b.csv", "会话,角色,内容\n1,客户,在吗\n1,客服,在的呢\n1,客户,还在吗\n1,客服,好的", [("在吗", "在的呢"), ("还在吗", "好的")]),
        ("c.csv", "在的呢\n好的", [("", "在的呢"), ("", "好的")]),
        ("a.jsonl", '"好的"\n{"reply":"在的呢","history":[{"role":"customer","text":"在吗"}]}', [("", "好的"), ("在吗", "在的呢")]),
        ("b.jsonl", '{"turns":[{"role":"customer","text":"在吗"},{"role":"agent","text":"在的呢"}]}\n{"text":"?"}', [("在吗", "在的呢")]),
    ],
)
def test_replies_are_read_from_any_file_with_what_the_customer_said(
    copilot: Copilot, tmp_path: Path, name: str, content: str, expected: list[tuple[str, str]]
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    found = replies_in(tmp_path / name, copilot.workspace, lambda line: None)
    assert [(reply.before.last_customer_text, reply.text) for reply in found] == expected


def test_a_table_without_a_column_of_replies_is_refused_with_the_remedy(copilot: Copilot, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("日期,金额\n1,2\n", encoding="utf-8")
    with pytest.raises(DocumentError, match="“回复”一列"):
        list(replies_in(tmp_path / "a.csv", copilot.workspace, lambda line: None))


def test_stored_replies_of_all_agents_come_with_the_conversation_before_them(tmp_path: Path) -> None:
    import asyncio

    url, now = f"sqlite+aiosqlite:///{tmp_path / 'desk.db'}", datetime(2026, 1, 2, tzinfo=UTC)

    async def fill() -> None:
        store = await Store.open(url)
        async with store.unit_of_work() as work:
            for agent in ("a", "b"):
                number = await work.open_conversation(agent, now)
                await work.add_turn(number, "customer", f"{agent} 问", "typed", now)
                await work.add_turn(number, "agent", f"{agent} 答", "draft", now)
                gone = await work.add_turn(number, "agent", "收回的", "draft", now)
                await work.withdraw_turn(gone, now)
            await work.commit()
        await store.close()

    asyncio.run(fill())
    expected: list[int] = []
    found = list(StoredReplies(url).all(expected.append))
    assert [(reply.before.last_customer_text, reply.text) for reply in found] == [("a 问", "a 答"), ("b 问", "b 答")]
    assert expected == [2]


# new: last, because other examples mean another training


def test_a_filled_in_skeleton_passes_check_and_an_unfilled_one_names_each_gap(team: Workspace, home: Path) -> None:
    options = ("--workspace", str(team.root), "norms")
    assert run(home, *options, "new", "no-shout", "--clause", "returns 2.1", "--title", "别'喊").returncode == 0
    norm, examples = (team.knowledge / folder / "no-shout.yaml" for folder in ("norms", "norm_examples"))
    try:
        unfilled = run(home, *options, "check", str(norm), "knowledge/norm_examples/no-shout.yaml")
        assert unfilled.returncode == 1
        assert unfilled.stdout.count("还没有填写") == 5
        again = run(home, *options, "new", "no-shout", "--clause", "returns 2.1")
        assert (again.returncode, "换一个编号" in again.stderr) == (2, True)
        norm.write_text(norm.read_text("utf-8").replace("'【待填写】'", "'大声嚷嚷'").replace("【待填写】", "本公司认为"), encoding="utf-8")
        lines = examples.read_text("utf-8").replace("【待填写】不该说的话", "您别在这里大声嚷嚷").replace("【待填写】可以说的话", "您慢慢说，我记着呢")
        examples.write_text(lines, encoding="utf-8")
        filled = run(home, *options, "check", str(norm), str(examples))
        assert "没有问题" in filled.stdout, filled
        assert filled.returncode == 0
    finally:
        norm.unlink()
        examples.unlink()
