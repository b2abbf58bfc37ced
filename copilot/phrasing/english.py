"""English words that customers mix into Chinese ("我的order还没到"), put into Chinese so that patterns and word lists see them."""

from __future__ import annotations

import re
from collections.abc import Mapping

_CHINESE = re.compile("[一-龥]")
_ENOUGH = 2  # Chinese characters; a message that is all English is answered as such
_ENGLISH = re.compile("[a-z]+(?: in| out| up)?")


class MixedIn:
    """Puts listed English words of a mixed text into Chinese."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = {word.lower(): chinese for word, chinese in words.items()}

    def in_chinese(self, text: str) -> str:
        """The normalised text with its listed English words in Chinese; unchanged where it holds hardly any Chinese."""
        if not self._words or len(_CHINESE.findall(text)) < _ENOUGH or not _ENGLISH.search(text):
            return text
        return _ENGLISH.sub(lambda match: self._words.get(match.group(0), match.group(0)), text)
