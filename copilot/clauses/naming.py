"""The id of an imported document, made from its file's name so that next year's edition gets the same one."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator

from copilot.clauses.header import is_document_id

_COPY_MARKS = re.compile(
    r"\d{4}[-._/年]?\d{1,2}[-._/月]\d{1,2}日?|20\d{6}|20\d{2}(?:年度|年版|年|版)?|(?:^|[^a-z])v\d{1,3}(?:\.\d{1,3}){0,3}"
    r"|[(（]\d{1,2}[)）]|(?:修订|修正|更新|最终|正式|试行|征求意见|最新|新|旧)?(?:版|稿)|副本|最终|定稿|终稿"
    r"|(?:^|[^a-z])(?:final|draft|copy|latest|new|old|rev\d{0,2})(?:$|(?=[^a-z]))"
)
_NOT_IN_IDS = re.compile(r"[^a-z0-9]+")
_LONGEST = 48


def suggested_id(stem: str, title: str) -> str:
    """An id from the name of a file without its ending, or from the title where the name says nothing.

    Latin names are kept readable ("Refund Policy v2" is refund-policy); others become doc- and six characters that
    depend on the name alone.
    """
    for name in (stem, title):
        cleaned = _COPY_MARKS.sub(" ", unicodedata.normalize("NFKC", name).lower()).strip()
        if any(c.isalnum() and not c.isascii() for c in cleaned):
            squeezed = "".join(c for c in cleaned if c.isalnum())
            return f"doc-{hashlib.sha256(squeezed.encode()).hexdigest()[:6]}"
        latin = _NOT_IN_IDS.sub("-", cleaned)[:_LONGEST].strip("-")
        if is_document_id(latin) and not latin.isdigit():
            return latin
    return f"doc-{hashlib.sha256(stem.encode('utf-8', 'replace')).hexdigest()[:6]}"


def numbered_ids(identity: str) -> Iterator[str]:
    """The id itself, then id-2, id-3 and so on."""
    yield identity
    count = 2
    while True:
        yield f"{identity}-{count}"
        count += 1
