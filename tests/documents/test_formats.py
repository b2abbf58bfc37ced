"""Files as they come: encodings, damaged and locked files, folders."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from fakes.papers import write_pdf, write_workbook

from copilot.documents import find_files, read_file
from copilot.documents.encoding import looks_garbled
from copilot.documents.formats import FORMATS
from copilot.documents.safety import MOST_BYTES, MOST_TEXT_BYTES
from copilot.errors import DocumentError

SENTENCE = "第一条 客服应当在三分钟内回复客户，并记录处理结果。"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def error_of(path: Path) -> str:
    with pytest.raises(DocumentError) as caught:
        read_file(path)
    message = str(caught.value)
    assert message.startswith(path.name + "：")
    assert "\n" not in message
    return message.removeprefix(path.name + "：")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".csv"])
def test_the_usual_encodings_are_told_apart(tmp_path: Path, encoding: str, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes((f"条款,内容\n甲,{SENTENCE}\n" if suffix == ".csv" else SENTENCE).encode(encoding))
    assert "客服应当在三分钟内回复客户，并记录处理结果。" in read_file(path).clauses[0].text


@pytest.mark.parametrize(
    "content",
    [
        "客戶服務人員應當在三分鐘內回覆客戶的詢問，並且記錄處理的結果。".encode("big5"),
        "お客様からのお問い合わせには三分以内に返信してください。".encode("shift_jis"),
        SENTENCE.encode().decode("gbk", "replace").encode(),
        SENTENCE.encode().decode("latin-1").encode(),
        SENTENCE.encode()[:-2],
        "锟斤拷锟斤拷客服锟斤拷".encode(),
        bytes(range(256)),
        b"\x89PNG\r\n\x1a\n" + bytes(40),
    ],
    ids=["big5", "shift-jis", "utf-8 read as gbk", "utf-8 read as latin-1", "cut inside a character", "lost for good", "binary", "picture"],
)
def test_what_cannot_be_decoded_is_refused_and_never_indexed(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    message = error_of(path)
    assert "乱码" in message or "编码" in message or "二进制" in message


@pytest.mark.parametrize("text", [SENTENCE, "The agent answers within 30 seconds – naïve café rules.", "退貨須於七日內提出，逾期不予受理。", "1. 犇羴鱻餐厅退菜须当场提出，由值班经理处理。"])
def test_readable_text_is_not_taken_for_garbled(text: str) -> None:
    assert not looks_garbled(text)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.doc", b"x", "另存为 docx"), ("a.wps", b"x", "另存为 docx"), ("a.xls", b"x", "另存为 xlsx"), ("a.ppt", b"x", "PDF"), ("a.png", b"x", "OCR"),
        ("a.zip", b"x", "解压"), ("a.xyz", b"x", FORMATS), ("a.txt", b"", "空的"), ("a.txt", b"\xef\xbb\xbf \n\n", "空的"), ("a.pdf", b"hello", "不是真正的 PDF"),
        ("a.docx", b"<html>", "不是真正的 Word"), ("a.docx", b"PK\x03\x04" + b"junk" * 50, "损坏"), ("a.docx", OLE + bytes(600), "旧格式"),
        ("a.docx", OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "密码"), ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
        ("a.html", b"<html><script>1</script></html>", "没有读到"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_gets_one_line_that_says_what_to_do(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert words in error_of(path)


@pytest.mark.parametrize(
    ("part", "content", "words"),
    [
        ("word/document.xml", b"0" * 30_000_000, "异常地大"), ("word/document.xml", b"<not xml", "读到一半"), ("a.txt", b"x", "没有正文"),
        ("word/document.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "lol">]><a>&x;</a>', "损坏"),
    ],
    ids=["bomb", "no xml", "no text part", "entities"],
)  # fmt: skip
def test_a_hostile_or_broken_archive_is_refused(tmp_path: Path, part: str, content: bytes, words: str) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, content)
    assert words in error_of(path)


@pytest.mark.parametrize(("name", "most"), [("a.pdf", MOST_BYTES), ("a.txt", MOST_TEXT_BYTES)])
def test_a_file_above_the_limit_is_refused_before_it_is_read(tmp_path: Path, name: str, most: int) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(most + 1)
    assert f"超过 {most // 1024 // 1024} MB" in error_of(path)


def test_a_locked_a_cut_and_a_scanned_pdf_get_a_line_each(tmp_path: Path) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen import canvas

    locked = write_pdf(tmp_path / "locked.pdf", [SENTENCE], encrypt=StandardEncryption("geheim", canPrint=0))
    assert "密码" in error_of(locked)
    cut = tmp_path / "cut.pdf"
    cut.write_bytes(locked.read_bytes()[: locked.stat().st_size // 2])
    assert "损坏" in error_of(cut)
    scan = canvas.Canvas(str(tmp_path / "scan.pdf"))
    scan.rect(50, 50, 300, 300, fill=1)
    scan.showPage()
    scan.save()
    assert "OCR" in error_of(tmp_path / "scan.pdf")


def test_a_broken_workbook_gets_a_line(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", {"表": [["问", "答"], ["能退吗？", "能。"]]})
    assert read_file(path).clauses[0].number == "问1"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<not xml")
    assert "损坏" in error_of(path)


def test_folders_give_their_readable_files_without_hidden_and_lock_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "~$a.docx", ".hidden.txt", "notes.xyz", "old.doc", "sub/c.csv", ".git/d.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    named = tmp_path / "notes.xyz"
    found = find_files([tmp_path, named, tmp_path / "b.txt"])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["a.md", "b.txt", "old.doc", "sub/c.csv", "notes.xyz"]


def test_a_path_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="找不到"):
        find_files([tmp_path / "gone"])
