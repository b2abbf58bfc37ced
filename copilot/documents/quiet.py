"""markitdown, kept quiet: its converters alone, no plugins, no network, no guessing of formats, no output."""

from __future__ import annotations

import io
import warnings
from typing import Any

from copilot.errors import DocumentError


def converted(kind: str, content: bytes, name: str) -> str:
    """The Markdown that markitdown makes of a docx file or of an HTML page in UTF-8. Raises DocumentError."""
    from markitdown import StreamInfo
    from markitdown.converters import DocxConverter, HtmlConverter

    converter: Any = (DocxConverter if kind == "docx" else HtmlConverter)()
    info = StreamInfo(extension=f".{kind}", charset=None if kind == "docx" else "utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return str(converter.convert(io.BytesIO(content), info).markdown)
        except Exception as error:  # the converters raise whatever their parsers raise
            raise DocumentError(f"{name}：文件已损坏，读不出内容。请用 Word 或 WPS 打开后另存一份再试。") from error
