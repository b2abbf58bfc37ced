"""What must be refused before a file is opened: locked, damaged, disguised or absurdly large ones."""

from __future__ import annotations

import io
import zipfile

from copilot.errors import DocumentError

MOST_BYTES = 50 * 1024 * 1024
MOST_TEXT_BYTES = 10 * 1024 * 1024  # of txt, md, html and csv: some 100,000 clauses
_MOST_UNPACKED_BYTES = 400 * 1024 * 1024
_MOST_RATIO = 200  # unpacked to packed; Word's XML packs some 10 to 30 times
_SMALL = 20 * 1024 * 1024  # bytes unpacked below which any ratio is harmless
_MOST_MEMBERS = 5000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_ZIP = b"PK\x03\x04"
_MAIN_PARTS = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}
_KINDS = {".docx": "Word 文档", ".xlsx": "Excel 表格"}

ADVICE = {
    **dict.fromkeys((".doc", ".wps", ".rtf", ".odt", ".pages", ".dot"), "请用 Word 或 WPS 打开，另存为 docx 或 PDF 再试"),
    **dict.fromkeys((".xls", ".et", ".ods", ".numbers", ".xlsb"), "请用 Excel 或 WPS 打开，另存为 xlsx 再试"),
    **dict.fromkeys((".ppt", ".pptx", ".dps", ".key"), "请把内容另存为 PDF 或复制到 Word 里再试"),
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic"), "图片里的文字读不了，请用 OCR 软件转成文字，或找到 Word 版再试"),
    **dict.fromkeys((".zip", ".rar", ".7z", ".tar", ".gz"), "请先解压，再读入里面的文件"),
    **dict.fromkeys((".eml", ".msg", ".mht", ".mhtml"), "请把正文另存为网页（html）、docx 或 PDF 再试"),
}  # fmt: skip


def check_office(content: bytes, suffix: str, name: str) -> None:
    """Nothing for a sound docx or xlsx file. Raises DocumentError with what to do for any other."""
    kind = _KINDS[suffix]
    if content.startswith(_OLE):
        if _LOCKED in content[: 4 * 1024 * 1024] or _LOCKED in content:
            raise DocumentError(f"{name}：{kind}有密码保护，读不了。请打开后去掉密码（文件-信息-保护），另存一份再试。")
        raise DocumentError(f"{name}：是旧格式的文件，只是改了扩展名。{ADVICE['.doc' if suffix == '.docx' else '.xls']}。")
    if not content.startswith(_ZIP):
        raise DocumentError(f"{name}：不是真正的 {kind}，或文件已损坏。请用 Office 或 WPS 打开后另存一份再试。")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_members(archive, name)
            names = set(archive.namelist())
            if _MAIN_PARTS[suffix] not in names:
                raise DocumentError(f"{name}：不是真正的 {kind}（里面没有正文）。请用 Office 或 WPS 打开后另存一份再试。")
            if archive.testzip() is not None or _declares_entities(archive, names):
                raise DocumentError(f"{name}：{kind}已损坏。请用 Office 或 WPS 打开后另存一份再试。")
    except DocumentError:
        raise
    except Exception as error:  # zipfile and zlib raise many kinds for damaged archives
        raise DocumentError(f"{name}：{kind}已损坏，打不开。请重新下载或另存一份再试。") from error


def _check_members(archive: zipfile.ZipFile, name: str) -> None:
    """Refuses what unpacks to far more than it is (a "zip bomb"), by the sizes that the archive states, before unpacking."""
    members = archive.infolist()
    unpacked, packed = sum(each.file_size for each in members), sum(each.compress_size for each in members)
    if len(members) > _MOST_MEMBERS or unpacked > _MOST_UNPACKED_BYTES or (unpacked > _SMALL and unpacked > _MOST_RATIO * max(packed, 1)):
        raise DocumentError(f"{name}：解压后异常地大，可能是恶意文件，没有打开。请确认来源，或另存一份再试。")
    if any(each.flag_bits & 1 for each in members):
        raise DocumentError(f"{name}：文件有密码保护，读不了。请去掉密码后再试。")


def _declares_entities(archive: zipfile.ZipFile, names: set[str]) -> bool:
    """Whether a part has a DOCTYPE: Office never writes one, and it can make a small file unfold without end."""
    for part in names:
        if part.endswith((".xml", ".rels")):
            with archive.open(part) as stream:
                if b"<!DOCTYPE" in stream.read(4096):
                    return True
    return False
