"""A new norm as two files with places to fill in: it loads at once, flags nothing yet, and `norms check` names each gap."""

from __future__ import annotations

import re
from pathlib import Path

from copilot.clauses import Clause
from copilot.cli.norm_checking import TO_FILL_IN
from copilot.conversation import AGREEMENT
from copilot.errors import CopilotError, reason_of
from copilot.norms.model import EXAMPLES_FOLDER, NORMS_FOLDER, ORDINARY
from copilot.workspace import Workspace

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NORM = """\
# 依据{name}。把带{todo}的地方换成自己的话，用不到的 # 行可以删去。
# 写好以后：copilot --workspace 工作区文件夹 norms check knowledge/norms/{id}.yaml
- id: {id}
{document}  clause: '{clause}'
  kind: forbid      # forbid 说了就报；require 该说的没说就报（patterns 写说到什么才算做到，或写 acts: [apologise]）
  severity: warn    # tip 提示，warn 建议修改，block 先别发送
  title: {title}
  reason: {todo}为什么不能这样说，客户会怎样想。
  advice: {todo}应该怎么说、怎么做。
  patterns:         # 不该出现的说法，一行一个；| 表示“或者”，(?:…)? 表示可有可无，.{{0,6}} 表示中间不超过六个字
    - '{todo}'
  # unless:         # 例外：同一句里有这些说法就不报
  #   - '例外的说法'
  # when:           # 只在这样的对话里适用；不写就是任何对话
  #   mood: [angry, dissatisfied]    # calm anxious dissatisfied angry distressed happy
  #   complaint: true
  #   customer: ['客户说到的话']
  # say: [改写时可以用的一整句。]
  # valid_from: 2026-01-01           # 从哪天起适用
"""
_EXAMPLES = """\
# {id} 的例句，每种四十句以上。每句单独写，不要套同一个句式换词；可以说的，写看上去像、其实没有问题的。
# 要看客户说了什么才能判断的，写成 ['客户的话', '回复']。
- norm: {id}
  bad:
    - '{todo}不该说的话'
  good:
    - '{todo}可以说的话'
"""


def write_new_norm(workspace: Workspace, identity: str, clause: Clause, title: str | None) -> tuple[Path, Path]:
    """The norm's file and its examples', written for the trainer to fill in.

    Raises CopilotError for an id that cannot be used; nothing is ever overwritten.
    """
    if not _ID.fullmatch(identity) or identity == ORDINARY:
        raise CopilotError(f"编号 {identity!r} 不能用。请用小写字母、数字和 -，例如 no-empty-promise。")
    norm, examples = (workspace.knowledge / folder / f"{identity}.yaml" for folder in (NORMS_FOLDER, EXAMPLES_FOLDER))
    taken = next((path for path in (norm, examples) if path.exists()), None)
    if taken is not None:
        raise CopilotError(f"{workspace.name_of(taken)} 已经有了，未作改动。请直接修改它，或换一个编号。")
    own = clause.document == AGREEMENT
    values = {
        "id": identity, "todo": TO_FILL_IN, "clause": clause.number.replace("'", "''"),
        "name": f"{'协议' if own else f'《{clause.document_title}》'} {clause.number} {clause.title}".rstrip(),
        "document": "" if own else f"  document: {clause.document}\n",
        "title": _quoted(title) if title and title.strip() else f"{TO_FILL_IN}标题",
    }  # fmt: skip
    _write(norm, _NORM.format(**values))
    _write(examples, _EXAMPLES.format(**values))
    return norm, examples


def _quoted(text: str) -> str:
    return "'{}'".format(" ".join(text.split()).replace("'", "''"))


def _write(path: Path, content: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(content)
    except OSError as error:
        raise CopilotError(f"无法写入 {path}（{reason_of(error)}）。请检查权限和磁盘空间。") from error
