"""Marks the clause inside which the file breaks off: no sign ends it, at the end or before words of a website."""

from __future__ import annotations

from collections.abc import Collection

from copilot.documents.tree import Node

_ENDS = tuple("。！？；.!?;”’」』）)》】…~～")
_GOES_ON = tuple("，,、：:和与及或的在对将被把给为由从向")
_LEAST_CHARACTERS = 16  # shorter texts are names and titles, which need no sign at their end
_MOST_WITHOUT_SIGN = 0.4  # share of texts without a sign above which its lack says nothing


def mark_truncated(root: Node, broken_off: Collection[int]) -> None:
    """Sets `truncated` where the last line of a node is among `broken_off` and its sentence is not finished."""
    texts = [node.last_text for node in root.walk() if len(node.last_text) >= _LEAST_CHARACTERS]
    unsigned = sum(not text.endswith(_ENDS) for text in texts)
    signs_matter = unsigned - 1 <= len(texts) * _MOST_WITHOUT_SIGN
    for node in root.walk():
        text = node.last_text
        if node.last_line in broken_off and len(text) >= _LEAST_CHARACTERS and not text.endswith(_ENDS):
            node.truncated = signs_matter or text.endswith(_GOES_ON)
