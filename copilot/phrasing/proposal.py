"""What the agent has just proposed, in the agent's own words, so that a reply to a nod can say what is now done.

Nothing here comes from the customer: of the ways offered, the customer only tells which one.
"""

from __future__ import annotations

import re

from copilot.language import normalise

# Bounded repeats on at most 1,000 characters.
_STOP = "，。？！；：、,?!;: \n"
_DOES = (
    "派单|提交|申请|办理|登记|安排|预约|改约|改签|改到|改为|改成|换成|约|换|退|补|更换|更正|修改|开通|开具|寄|派|加急|转接|取消|关闭|"
    "撤销|停用|打开|调整|设置|变更|绑定|解除|恢复|升级|重新|延长|延后|推迟|注销|冻结|解冻|联系|预留|保留|核实|催"
)
_WILL = re.compile(
    f"(?:为您|帮您|给您|替您)(?:先|马上|立即|现在|尽快|这就|直接|统一)?((?:把[^{_STOP}]{{1,8}})?(?:{_DOES})[^{_STOP}]{{0,18}})"
)
_NOT_SAID = re.compile("您|我|他|还是|或者?|什么|哪|怎么|吗|呢|好的|不了|不能|无法")
_END = re.compile("(?:可以|好|行|方便|合适)?[吗呢吧]$|(?:，|,)?(?:您看|可以|好不好|行不行)$|的$")
_ORDINAL = "一二三四"
_ENUMERATED = re.compile(
    f"(?:[第]?[{_ORDINAL}1-4a-d](?:种|个)?是|(?:第[{_ORDINAL}]|方案[{_ORDINAL}1-4a-d])(?:种|个|，|、|：|:)?|[1-4a-d][.、:：）)])([^{_STOP}]{{2,16}})",
    re.IGNORECASE,
)
_EITHER = re.compile(
    f"(?:是|想|要|选|给您|为您|帮您|安排)?([^{_STOP}]{{2,10}}?)(?:，|、)?(?:还是|或者|或)([^{_STOP}]{{2,10}})"
)
_LEAD = re.compile("^(?:请问|您|是|想要|想|要|选择|选|希望|更|倾向|可以|给|为|帮|我们|安排|看|方便|愿意)+")
_TAIL = re.compile("(?:呢|吗|吧|都可以|更(?:合适|方便|好)|比较(?:好|方便))+$")
_PLACE = {mark: at for at, marks in enumerate(("前一1a", "二两2b", "三3c", "四4d")) for mark in marks}
_TAKES = re.compile(
    "(?:^|选|要|用|就|按|走|那)(?:了|第|方案|选项)?([前一二两三四1-4a-d])(?:个|种|项|条|者|套|方案|吧|$)|第([一二三四1-4])|(后)(?:者|面那|一[个种])"
)
_LEAST = 2  # characters; of what is proposed
_SHORT = 20  # characters; of a choice that is told by its place


def proposed_by(offer: str) -> str | None:
    """What an agent's text offers to do for the customer ("申请换新"), the last such thing; None where it offers none."""
    found = None
    for match in _WILL.finditer(offer):
        words = _END.sub("", match.group(1))
        if len(words) >= _LEAST and not match.group(1).endswith("了") and not _NOT_SAID.search(words):
            found = words
    return found


def ways_offered(offer: str) -> list[str]:
    """The ways that an agent's text offers to choose from, in their order; empty where it offers no choice."""
    ways = [match.group(1) for match in _ENUMERATED.finditer(offer)]
    if len(ways) < 2:
        either = _EITHER.search(offer)
        ways = [either.group(1), either.group(2)] if either else []
    cleaned = [_TAIL.sub("", _LEAD.sub("", way)) for way in ways]
    return cleaned if len(cleaned) >= 2 and all(len(way) >= 2 and not _NOT_SAID.search(way) for way in cleaned) else []


def chosen_of(offer: str, answer: str) -> str | None:
    """The way, in the agent's words, that a short answer takes of those offered: by its place or by its words."""
    ways = ways_offered(offer)
    said = normalise(answer).text.strip()
    if not ways or len(said) > _SHORT or "?" in said or "不" in said or "都" in said:
        return None
    if place := _TAKES.search(said):
        mark = next(group for group in place.groups() if group)
        at = len(ways) - 1 if mark == "后" else _PLACE[mark]
        return ways[at] if at < len(ways) else None
    parts = [said[at : at + 2] for at in range(len(said) - 1)] or [said]
    shared = [sum(part in way for part in parts) for way in ways]
    best = max(shared)
    return ways[shared.index(best)] if best and shared.count(best) == 1 else None
