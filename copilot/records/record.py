"""The service record of agreement 2.4 as a plain value: its fields, what is missing, how it reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from copilot.conversation import ClauseRef

FIELDS: dict[str, str] = {
    "customer_name": "客户姓名",
    "contact": "联系方式",
    "service_time": "服务时间",
    "content": "服务内容",
    "resolution": "解决情况",
    "satisfaction": "客户满意度",
}
"""The fields that article 2.4 of the agreement asks for, in its order, with their Chinese titles."""

QUESTIONS: dict[str, str] = {
    "customer_name": "请问怎么称呼您？",
    "contact": "方便留一个联系电话吗？有进展我第一时间告诉您。",
    "service_time": "请问这次服务是什么时间开始的？",
    "content": "麻烦您再说说遇到的情况，我好完整地记下来，可以吗？",
    "resolution": "我跟您确认一下处理办法，您看这样可以吗？",
    "satisfaction": "请问这次的处理结果，您还满意吗？",
}
"""What to ask the customer, politely, for each field that is still empty."""

TIME_FORMAT = "%Y-%m-%d %H:%M"


@dataclass(frozen=True, slots=True)
class MissingField:
    """A field that is still empty, and the question that would fill it."""

    name: str
    title: str
    question: str


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """One service record. A text field that is not known yet is an empty string.

    `content` and `resolution` hold no contact data; `steps` are the titles of the steps completed so far.
    """

    customer_name: str
    contact: str
    service_time: datetime
    content: str
    resolution: str
    satisfaction: str
    complaint: bool = False
    steps: tuple[str, ...] = ()
    clauses: tuple[ClauseRef, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Chinese titles of the empty fields, in the order of article 2.4."""
        return tuple(field.title for field in self.questions)

    @property
    def questions(self) -> tuple[MissingField, ...]:
        """The empty fields in the order of article 2.4, each with the question that fills it."""
        return tuple(
            MissingField(name, title, QUESTIONS[name]) for name, title in FIELDS.items() if not getattr(self, name)
        )

    @property
    def complete(self) -> bool:
        """Whether article 2.4 is met: no field is empty."""
        return not self.missing

    def lines(self) -> tuple[str, ...]:
        """The record in plain Chinese, a line for each field; what is missing says so."""
        shown = []
        for name, title in FIELDS.items():
            value = self.service_time.strftime(TIME_FORMAT) if name == "service_time" else getattr(self, name)
            shown.append(f"{title}：{value or '（待补充）'}")
        shown.append(f"是否投诉：{'是' if self.complaint else '否'}")
        if self.steps:
            shown.append(f"已完成步骤：{'、'.join(self.steps)}")
        if self.clauses:
            shown.append(f"依据条款：{'、'.join(str(ref) for ref in self.clauses)}")
        return tuple(shown)

    def as_dict(self) -> dict[str, Any]:
        """JSON values; `service_time` is ISO 8601, `missing` lists the names of empty fields."""
        return {
            "customer_name": self.customer_name,
            "contact": self.contact,
            "service_time": self.service_time.isoformat(),
            "content": self.content,
            "resolution": self.resolution,
            "satisfaction": self.satisfaction,
            "complaint": self.complaint,
            "steps": list(self.steps),
            "clauses": [{"document": ref.document, "clause": ref.clause} for ref in self.clauses],
            "missing": [field.name for field in self.questions],
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> ServiceRecord:
        """The record that `as_dict` wrote. Raises KeyError or ValueError when it is not that."""
        return cls(
            content["customer_name"], content["contact"], datetime.fromisoformat(content["service_time"]),
            content["content"], content["resolution"], content["satisfaction"], bool(content["complaint"]),
            tuple(content["steps"]), tuple(ClauseRef(ref["document"], ref["clause"]) for ref in content["clauses"]),
        )  # fmt: skip
