"""The bytes of a text file become text, or a clear refusal: a wrongly decoded file must never be indexed."""

from __future__ import annotations

import codecs
import re

from copilot.errors import DocumentError

_SAVE_AS_UTF8 = "请用记事本或 WPS 打开，确认文字正常后另存为 UTF-8 编码，再试一次"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HANZI = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_STRANGE = re.compile(r"[\ufffd\ue000-\uf8ff\x80-\x9f]")  # replacement, private use and C1 control characters
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_LATIN_MOJIBAKE = re.compile(r"[\xc2-\xf4][\x80-\xbf\u0152-\u2122]")  # UTF-8 read as Latin-1 or Windows-1252: "ä½\xa0"
_MOST_STRANGE = 0.01  # share of characters; a single damaged character in a long text is let through with a note
_LEAST_COMMON_HANZI = 0.80  # share of hanzi in level 1 of GB 2312 or Big5 (characters in daily use); Chinese prose has > 0.95


def decode(content: bytes, name: str) -> str:
    """The text of a txt, md, csv or html file: UTF-8, UTF-16 with BOM or GB 18030, told apart by their bytes.

    Raises DocumentError where it is none of them or the result is no readable text.
    """
    text = _decoded(content, name)
    if looks_garbled(text):
        raise DocumentError(f"{name}：文字是乱码，可能保存时选错了编码。{_SAVE_AS_UTF8}。")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(content: bytes, name: str) -> str:
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return _strictly(content, encoding, name)
    if _CONTROL.search(content[:65536].decode("latin-1")):
        raise DocumentError(f"{name}：不是文本文件（内容是二进制数据）。请确认文件的格式，或另存为 docx、PDF 再试。")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(content, "gb18030", name)


def _strictly(content: bytes, encoding: str, name: str) -> str:
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, UnicodeError) as error:
        raise DocumentError(f"{name}：看不出文字的编码（不是完整的 UTF-8、UTF-16 或 GBK）。{_SAVE_AS_UTF8}。") from error
    if _CONTROL.search(text[:65536]):
        raise DocumentError(f"{name}：不是文本文件（内容是二进制数据）。请确认文件的格式，或另存为 docx、PDF 再试。")
    return text


def looks_garbled(text: str) -> bool:
    """Whether a text is what a wrong decoding leaves behind ("锟斤拷", "ä½\\xa0", rare characters in a row)."""
    sample = text[:200_000]
    letters = sum(1 for character in sample if not character.isspace()) or 1
    if len(_STRANGE.findall(sample)) / letters > _MOST_STRANGE or sample.count("锟斤拷") * 3 / letters > _MOST_STRANGE:
        return True
    if len(_LATIN_MOJIBAKE.findall(sample)) * 2 / letters > 0.2:
        return True
    hanzi = _HANZI.findall(sample)
    if len(hanzi) < 8:
        return False
    return sum(map(_is_common, hanzi)) / len(hanzi) < _LEAST_COMMON_HANZI


def _is_common(character: str) -> bool:
    return _lead(character, "gb2312") in range(0xB0, 0xD8) or _lead(character, "big5") in range(0xA4, 0xC7)


def _lead(character: str, encoding: str) -> int:
    try:
        return character.encode(encoding)[0]
    except UnicodeEncodeError:
        return 0
