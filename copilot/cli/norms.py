"""`copilot norms`: norms as trainers look after them: checked, listed, shown, begun, tried, and their effect seen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copilot.cli.norm_disputes import accept, decline, disputes
from copilot.cli.norm_stats import stats
from copilot.cli.opening import open_documents
from copilot.errors import CopilotError

if TYPE_CHECKING:
    from rich.console import Console

    from copilot.clauses import Clause
    from copilot.cli.norm_checking import Inspection, Trouble
    from copilot.conversation import ClauseRef
    from copilot.norms import Norm
    from copilot.workspace import Workspace

norms_app = typer.Typer(
    help="审核规范：检查、查看、新建、试一句、看改动的影响；复核误报，看次数。", no_args_is_help=True, rich_markup_mode=None
)
_MOST_LISTED = 20  # hints and misjudged examples, unless all are asked for
_SEVERITIES = {"block", "warn", "tip"}
Identity = Annotated[str, typer.Argument(metavar="编号", help="规范的编号，例如 argue。", show_default=False)]
Everything = Annotated[bool, typer.Option("--all", help="全部列出，不只前 20 处。")]


@norms_app.command("check")
def check(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[文件]…", help="只看这些文件；不填则全部。", show_default=False)] = None,
    everything: Everything = False,
) -> None:
    """检查规范和例句：写错的地方、漏报和误报的例句。退出码：0 没有问题，1 有问题。"""
    from rich.console import Console

    from copilot.cli.norm_checking import Inspection

    settings, workspace = open_documents()
    clauses, trouble = _clauses_or_why(workspace)
    inspection = Inspection.of(workspace, None if clauses is None else set(clauses))
    inspection.troubles.extend(trouble)
    raise typer.Exit(_report(Console(), inspection, _chosen(workspace, files or []), settings.home, everything))


def _chosen(workspace: Workspace, files: Sequence[Path]) -> set[str] | None:
    """The names of the files that are meant; None for all. Raises CopilotError for a file that is no norm's."""
    from copilot.norms.model import EXAMPLES_FOLDER, NORMS_FOLDER

    known = {path.resolve() for folder in (NORMS_FOLDER, EXAMPLES_FOLDER) for path in workspace.files(folder, ".yaml")}
    names: set[str] = set()
    for file in files:
        found = next((path for path in (file.resolve(), (workspace.root / file).resolve()) if path in known), None)
        if found is None:
            raise CopilotError(f"{file}：不是工作区 {workspace.root} 里的规范或例句文件，请检查文件名。")
        names.add(workspace.name_of(found))
    return names or None


def _report(console: Console, inspection: Inspection, chosen: set[str] | None, home: Path, everything: bool) -> int:
    from copilot.cli.norm_words import plain

    def mine(troubles: Sequence[Trouble]) -> list[Trouble]:
        return [each for each in troubles if chosen is None or each.place.rpartition(":")[0] in chosen]

    troubles, hints = mine(inspection.troubles), mine(inspection.hints)
    for trouble in troubles:
        plain(console, str(trouble), "red")
    wrong = 0
    if inspection.troubles:
        elsewhere = "" if troubles else "别的文件有写错的地方（copilot norms check 可看全部），"
        plain(console, f"{elsewhere}改好写错的地方后，再检查例句。", "yellow")
    else:
        wrong = _judge(console, inspection, chosen, home, everything)
    if inspection.troubles and not everything:
        hints = []  # first things first
    for hint in hints if everything else hints[:_MOST_LISTED]:
        plain(console, f"提示　{hint}", "dim")
    if len(hints) > _MOST_LISTED and not everything:
        plain(console, f"提示　另有 {len(hints) - _MOST_LISTED} 处，加 --all 全部列出。", "dim")
    sound = not inspection.troubles and not wrong
    counts = f"规范 {len(inspection.norms)} 条；写错的 {len(inspection.troubles)} 处"
    judged = "" if inspection.troubles else f"，判得不对的例句 {wrong} 句"
    plain(console, f"{'没有问题。' if sound else ''}{counts}{judged}。", "bold green" if sound else "bold")
    return 0 if sound else 1


def _judge(console: Console, inspection: Inspection, chosen: set[str] | None, home: Path, everything: bool) -> int:
    """Judge the examples and print those judged otherwise; how many there are."""
    from rich.console import Console as Errors

    from copilot.cli.norm_judging import judge_examples
    from copilot.cli.norm_words import plain, short
    from copilot.cli.quality import progress_on
    from copilot.engine import Copilot

    only: Collection[str] | None = None
    if chosen is not None:
        only = {entry.record.id for entry in inspection.norms if entry.name in chosen}
        only |= {entry.record.norm for entry in inspection.examples if entry.name in chosen}
    reviewer = Copilot(inspection.workspace, home).reviewer
    with progress_on(Errors(stderr=True)) as progress:
        wrong, total = judge_examples(inspection, reviewer, only, lambda done, of: progress("判例句", done, of))
    for each in wrong if everything else wrong[:_MOST_LISTED]:
        said = f"客：{short(each.customer, 30)}　答：" if each.customer else ""
        others = "、".join(name for name in each.norms if name != each.norm)
        what = "漏报" if each.bad else "误报" if each.norm in each.norms else f"被别的规范误报（{others}）"
        plain(console, f"{each.place}：{each.norm} {what}：{said}{short(each.reply, 60)}", "yellow")
    if len(wrong) > _MOST_LISTED and not everything:
        plain(console, f"另有 {len(wrong) - _MOST_LISTED} 句，加 --all 全部列出。", "yellow")
    plain(console, f"判了 {total:,} 句例句：漏报 {sum(e.bad for e in wrong)} 句，误报 {sum(not e.bad for e in wrong)} 句。")
    return len(wrong)


@norms_app.command("list")
def list_norms(
    clause: Annotated[str | None, typer.Option(help="只看这一条款的，如 1.3 或 returns。", show_default=False)] = None,
    severity: Annotated[str | None, typer.Option(help="只看这种程度的：block、warn 或 tip。", show_default=False)] = None,
) -> None:
    """列出规范：编号、程度、条款、标题、例句数。"""
    from rich.console import Console

    from copilot.cli.norm_words import show_list
    from copilot.norms import read_examples, read_norms

    if severity is not None and severity not in _SEVERITIES:
        raise CopilotError("--severity 只能是 block（先别发送）、warn（建议修改）或 tip（提示）。")
    _, workspace = open_documents()
    norms = read_norms(workspace)
    counts: dict[str, tuple[int, int]] = {}
    for each in read_examples(workspace, norms):
        bad, good = counts.get(each.norm, (0, 0))
        counts[each.norm] = bad + len(each.bad), good + len(each.good)
    found = [n for n in norms if (clause is None or _under(n, clause)) and severity in (None, n.severity)]
    if not found:
        raise CopilotError("没有这样的规范。copilot norms list 列出全部。")
    show_list(Console(), sorted(found, key=lambda n: (n.document != "agreement", n.document, _places(n.clause))), counts)


def _under(norm: Norm, clause: str) -> bool:
    wanted = clause.strip()
    return any(
        name == wanted or name.startswith((f"{wanted}.", f"{wanted} ")) for name in (norm.clause, f"{norm.document} {norm.clause}")
    )


def _places(clause: str) -> list[tuple[int, str]]:
    """A key that sorts 1.10 after 1.9."""
    return [(int(part) if part.isascii() and part.isdigit() else 0, part) for part in clause.split(".")]


@norms_app.command("show")
def show(
    identity: Identity,
    patterns: Annotated[bool, typer.Option("--patterns", help="把句式也列出来。")] = False,
) -> None:
    """看一条规范：依据、为什么、怎么做、什么时候适用、例句。"""
    from rich.console import Console

    from copilot.cli.norm_words import show_norm
    from copilot.norms import read_examples, read_norms
    from copilot.norms.model import NORMS_FOLDER, place_of

    _, workspace = open_documents()
    norms = read_norms(workspace)
    norm = _named(norms, identity)
    examples = [each for each in read_examples(workspace, norms) if each.norm == norm.id]
    place = place_of(workspace, NORMS_FOLDER, f"id: {norm.id}")
    show_norm(Console(), norm, _clauses(workspace), examples, place, patterns=patterns)


@norms_app.command("new")
def new(
    identity: Annotated[str, typer.Argument(metavar="编号", help="新规范的编号：小写字母、数字、-。", show_default=False)],
    clause: Annotated[str, typer.Option(help="依据哪一条，如 1.3.2；公司制度写 \"returns 2.1\"。", show_default=False)],
    title: Annotated[str | None, typer.Option(help="标题，不超过十来个字。", show_default=False)] = None,
) -> None:
    """新建一条规范：写好规范和例句两个文件，等您填写。"""
    from copilot.cli.norm_writing import write_new_norm
    from copilot.conversation import AGREEMENT, ClauseRef
    from copilot.norms import read_norms
    from copilot.norms.model import NORMS_FOLDER, place_of
    from copilot.workspace import builtin_workspace

    _, workspace = open_documents()
    if workspace.root == builtin_workspace().root:
        raise CopilotError(
            "内置工作区不能改。请先用 copilot init 我的工作区 复制一份，再运行 "
            f"copilot --workspace 我的工作区 norms new {identity} --clause \"{clause}\"。"
        )
    document, _, number = clause.strip().rpartition(" ")
    found = _clauses(workspace).get(ClauseRef(document.strip() or AGREEMENT, number))
    if found is None:
        raise CopilotError(f"没有条款 {clause}。协议写 1.3.2，公司制度写 \"returns 2.1\"；copilot index status 列出全部文件。")
    if any(norm.id == identity for norm in read_norms(workspace)):
        raise CopilotError(f"编号 {identity} 已经有了（{place_of(workspace, NORMS_FOLDER, f'id: {identity}')}），请换一个编号。")
    for path in write_new_norm(workspace, identity, found, title):
        typer.echo(f"已写好 {path}")
    typer.echo(f"请把两个文件里带【待填写】的地方填好，再运行 copilot --workspace {workspace.root} norms check。")
    typer.echo(f"填好后看影响：copilot --workspace {workspace.root} norms impact {identity}")


@norms_app.command("test")
def try_reply(
    identity: Identity,
    reply: Annotated[str, typer.Argument(metavar="回复", help="要试的回复。", show_default=False)],
    customer: Annotated[str | None, typer.Option(help="客户的上一句话。", show_default=False)] = None,
) -> None:
    """试一句：这条规范报不报、报在哪里；不报是什么拦住了。退出码：0 不报，1 报。"""
    from rich.console import Console

    from copilot.cli.norm_comparing import judge_of
    from copilot.cli.norm_testing import show_test
    from copilot.conversation import Conversation
    from copilot.engine import Copilot
    from copilot.norms.situation import Situation

    settings, workspace = open_documents()
    engine = Copilot(workspace, settings.home)
    _named(engine.reviewer.norms, identity)
    conversation = Conversation.from_customer(customer or "")
    review = judge_of(engine, workspace).review(reply, conversation, with_rewrite=False)
    situation = Situation(reply, conversation, engine.reader)
    norms = {norm.id: norm for norm in engine.reviewer.norms}
    raise typer.Exit(show_test(Console(), identity, norms, situation, review, _clauses(workspace)))


@norms_app.command("impact")
def impact(
    identity: Annotated[str | None, typer.Argument(metavar="[编号]", help="只看这一条规范；不填则看全部。", show_default=False)] = None,
    file: Annotated[
        Path | None, typer.Option(help="一批回复：txt、csv、xlsx 或 jsonl；不填则看数据库里的回复和可以说的例句。", show_default=False)
    ] = None,
    against: Annotated[Path | None, typer.Option(help="与这个工作区比；不填则与内置的比。", show_default=False)] = None,
    top: Annotated[int, typer.Option(min=0, max=1000, help="每条规范列出前几条回复。")] = 5,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="每条变化输出一行 JSON，最后一行是合计。")] = False,
) -> None:
    """看改动的影响：哪些回复会新报出来，哪些不再报。"""
    from copilot.cli.norm_comparing import Question, compare
    from copilot.engine import Copilot
    from copilot.workspace import open_workspace

    settings, workspace = open_documents()
    baseline = open_workspace(against).with_home(settings.home)
    if baseline.root == workspace.root:
        raise CopilotError(
            "这是同一个工作区，没有可比的。请指明自己的：copilot --workspace 文件夹 norms impact …，"
            "或用 --against 指明与哪个比。"
        )
    # Trained weights of one workspace take the place of another's, so the baseline's have a folder of their own.
    old, new = Copilot(baseline, settings.home / "compared"), Copilot(workspace, settings.home)
    if identity is not None:
        _named([*old.reviewer.norms, *new.reviewer.norms], identity)
    raise typer.Exit(compare(old, new, workspace, settings, Question(identity, file, top, jsonl)))


for _command in (disputes, accept, decline, stats):
    norms_app.command(_command.__name__)(_command)


# What several commands need


def _named(norms: Sequence[Norm], identity: str) -> Norm:
    """The norm of this id. Raises CopilotError that names the nearest ones."""
    from difflib import get_close_matches

    found = next((norm for norm in norms if norm.id == identity), None)
    if found is not None:
        return found
    near = get_close_matches(identity, [norm.id for norm in norms], n=3) or [n.id for n in norms if identity in n.title][:3]
    hint = f"是不是 {'、'.join(near)}？" if near else ""
    raise CopilotError(f"没有编号为 {identity} 的规范。{hint}copilot norms list 列出全部。")


def _clauses(workspace: Workspace) -> dict[ClauseRef, Clause]:
    """The clauses by name; of several versions the one in force today. Raises WorkspaceError."""
    from copilot.clauses import read_clauses
    from copilot.cli.norm_words import today

    day = today()
    return {clause.ref: clause for clause in sorted(read_clauses(workspace), key=lambda each: each.valid_on(day))}


def _clauses_or_why(workspace: Workspace) -> tuple[dict[ClauseRef, Clause] | None, list[Trouble]]:
    from copilot.cli.norm_checking import Trouble
    from copilot.errors import WorkspaceError

    try:
        return _clauses(workspace), []
    except WorkspaceError as error:
        place, _, text = str(error).partition("：")
        return None, [Trouble(place, text)]
