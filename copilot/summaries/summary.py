"""The value that summarising gives away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

TITLES = {"wants": "客户诉求", "done": "已经做的", "open": "还没完的"}


@dataclass(frozen=True, slots=True)
class Summary:
    """A case in three lines, none of them empty. Nobody is named or can be reached by what stands in it."""

    wants: str
    done: str
    open: str
    source: Literal["offline", "llm"] = "offline"

    def lines(self) -> tuple[str, str, str]:
        """The three lines with their titles."""
        wants, done, still_open = (f"{title}：{getattr(self, name)}" for name, title in TITLES.items())
        return wants, done, still_open

    def as_dict(self) -> dict[str, str]:
        """JSON values."""
        return {"wants": self.wants, "done": self.done, "open": self.open, "source": self.source}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Summary:
        """The summary that `as_dict` wrote. Raises KeyError when it is not that."""
        return cls(str(content["wants"]), str(content["done"]), str(content["open"]), content["source"])
