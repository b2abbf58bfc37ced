"""The parts of both READMEs that are made from the program itself: `make docs` writes them, a test compares them.

Sections stand between `<!-- name:start -->` and `<!-- name:end -->`. The tour is real output; it is written by
`make docs` only, the reference of commands and settings is also checked by the test.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from copilot.settings import Settings, variable_name

ROOT = Path(__file__).parent.parent.parent
READMES = {"README.md": "en", "README.zh-CN.md": "zh"}
COMMANDS = ("review", "read", "suggest", "ask", "guide", "mask", "practice", "init", "index", "doctor", "run")
TOUR: tuple[tuple[str, ...], ...] = (
    ("read", "等了半个月还没发货，客服也没人理，我要投诉你们！我电话13912345678"),
    ("suggest", "等了半个月还没发货，客服也没人理，我要投诉你们！"),
    ("review", "急什么，快递又不是我送的，等着吧。", "--customer", "等了半个月还没发货，我要投诉你们！"),
    ("ask", "客户发消息过来，多久之内得回"),
    ("guide", "客：洗衣机才用一周就漏水，我要投诉\n我：非常抱歉给您添麻烦了，家里进水换谁都着急，我来负责跟进。"),
    ("mask", "我叫王小明，手机13912345678，快递单号SF1234567890123"),
)


def copilot(*arguments: str, home: Path) -> str:
    """What a command prints on standard output, 100 columns wide."""
    environment = {**os.environ, "COPILOT_HOME": str(home), "COLUMNS": "100", "NO_COLOR": "1"}
    command = [str(Path(sys.executable).parent / "copilot"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()).strip()


def settings_table(language: str) -> str:
    head = {"en": "| variable | default | meaning |", "zh": "| 变量 | 默认值 | 含义 |"}[language]
    rows = [head, "|---|---|---|"]
    for field, info in Settings.model_fields.items():
        extra = info.json_schema_extra
        assert isinstance(extra, dict), f"{field} has no Chinese description"
        meaning = info.description if language == "en" else extra["zh"]
        default = "" if info.default_factory is not None or info.default in (None, ()) else f"`{info.default}`"
        rows.append(f"| `{variable_name(field)}` | {default} | {meaning} |")
    return "\n".join(rows)


def command_reference(home: Path) -> str:
    parts = [copilot("--help", home=home), *(copilot(name, "--help", home=home) for name in COMMANDS)]
    return "```\n" + "\n\n".join(parts) + "\n```"


def tour(home: Path) -> str:
    parts = []
    for arguments in TOUR:
        shown = " ".join(f'"{each}"' if not each.startswith("-") and each != arguments[0] else each for each in arguments)
        parts.append(f"$ copilot {shown}\n{copilot(*arguments, home=home)}")
    return "```\n" + "\n\n".join(parts) + "\n```"


def section(text: str, name: str) -> str:
    """What stands in a section of a README."""
    match = re.search(rf"<!-- {name}:start -->\n(.*?)<!-- {name}:end -->", text, re.S)
    assert match, f"section {name} is missing"
    return match.group(1).strip()


def with_section(text: str, name: str, content: str) -> str:
    start, end = f"<!-- {name}:start -->", f"<!-- {name}:end -->"
    before, _, rest = text.partition(start)
    _, _, after = rest.partition(end)
    return f"{before}{start}\n{content}\n{end}{after}"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        copilot("ask", "多久回复", home=home)
        contents = {"tour": tour(home), "commands": command_reference(home)}
        for name, language in READMES.items():
            path = ROOT / name
            text = path.read_text(encoding="utf-8")
            for part, content in {**contents, "settings": settings_table(language)}.items():
                text = with_section(text, part, content)
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
