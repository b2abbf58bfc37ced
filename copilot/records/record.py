"""The service record of agreement 2.4 as a plain value: its fields, what is missing, how it reads."""

from __future__ import annotations

from collections.abc import Mapping
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

PERSONAL_FIELDS = ("customer_name", "contact")
"""The fields that name or reach a person; in the others such data may stand between the words."""

NOT_GIVEN = "未提供"
"""What a field says that the agent was asked for and that nobody can fill; it counts as filled."""

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

    As drafted, `content` and `resolution` hold no contact data; an agent may write some into them. `steps` are the
    titles of the steps completed so far, `promises` what the customer was promised for a time, in the agent's words.
    `number` is what the customer is told: the complaint number of GB/T 19012, 6.2.
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
    promises: tuple[str, ...] = ()
    number: str = ""

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

    @property
    def number_title(self) -> str:
        """What the number is called: a complaint's has a name of its own."""
        return "投诉编号" if self.complaint else "服务编号"

    def shown(self, name: str) -> str:
        """The field as people read it; empty where it is missing."""
        return self.service_time.strftime(TIME_FORMAT) if name == "service_time" else str(getattr(self, name))

    def lines(self) -> tuple[str, ...]:
        """The record in plain Chinese, a line for each field; what is missing says so."""
        lines = [f"{title}：{self.shown(name) or '（待补充）'}" for name, title in FIELDS.items()]
        lines.append(f"是否投诉：{'是' if self.complaint else '否'}")
        if self.number:
            lines.append(f"{self.number_title}：{self.number}")
        if self.steps:
            lines.append(f"已完成步骤：{'、'.join(self.steps)}")
        if self.promises:
            lines.append(f"答应客户的事：{'；'.join(self.promises)}")
        if self.clauses:
            lines.append(f"依据条款：{'、'.join(str(ref) for ref in self.clauses)}")
        return tuple(lines)

    def as_dict(self) -> dict[str, Any]:
        """JSON values; `service_time` is ISO 8601, `missing` lists the names of empty fields."""
        return {
            "number": self.number,
            "customer_name": self.customer_name,
            "contact": self.contact,
            "service_time": self.service_time.isoformat(),
            "content": self.content,
            "resolution": self.resolution,
            "satisfaction": self.satisfaction,
            "complaint": self.complaint,
            "steps": list(self.steps),
            "promises": list(self.promises),
            "clauses": [{"document": ref.document, "clause": ref.clause} for ref in self.clauses],
            "missing": [field.name for field in self.questions],
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> ServiceRecord:
        """The record that `as_dict` wrote, now or before promises and numbers. Raises KeyError or ValueError else."""
        return cls(
            content["customer_name"], content["contact"], datetime.fromisoformat(content["service_time"]),
            content["content"], content["resolution"], content["satisfaction"], bool(content["complaint"]),
            tuple(content["steps"]), tuple(ClauseRef(ref["document"], ref["clause"]) for ref in content["clauses"]),
            tuple(content.get("promises", ())), content.get("number", ""),
        )  # fmt: skip


def case_number(conversation: int, opened: datetime) -> str:
    """The number of a case, the same whenever it is asked for: the day it began and its place in the book."""
    return f"{opened:%Y%m%d}-{conversation:04d}"
