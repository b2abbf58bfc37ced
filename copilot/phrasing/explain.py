"""What the company's policies allow to be said about the question, as replies that cite them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from copilot.conversation import Conversation
from copilot.language import figures, normalise
from copilot.phrasing.compose import MAX_LENGTH, Draft
from copilot.phrasing.overlap import PairWeights
from copilot.phrasing.slots import WordFinder

if TYPE_CHECKING:
    from copilot.clauses import Clause

_CONSIDERED = 6
_ENOUGH = 0.2  # share of the question that the clause must take up before it counts as an answer
_BASE, _BY_OVERLAP, _BY_RANK = 7.5, 14.0, 1.0
# sentences that tell of one particular case ("核实下来是仓库漏发", "已经为您登记") are examples, not answers
_ONE_CASE = re.compile(
    r"已经?(为您|给您|发起|登记|提交|报|上报|批准|向|出库|收到|核实|补|退)|核实下来|查到是|单号尾号|刚才|昨天|您家在|您这单|周[一二三四五六日天]前|今天上午|那我们就"
    r"|您(是|这台|签收才|家|最近|现在的|要的|上次|今年)|去年|前天|工号|(女士|先生)您好|预计 ?[0-9]+ ?号|下次是|周[一二三四五六日天]|这个月|明年|这单|上次|换成米色|新款比|组长一小时|您的(金卡|银卡|黑卡|专属)|按规定补您"
    r"|已经[一二三四五六七八九十两]|[一二三四五六七八九十两]天没有|晚[了到]|这次(是|修|由)|是我们的(失误|质量|问题|疏忽)|之前已经|同样的事|您说的我都|无需再|现在已经|已经(在|发到|放进|回到|把|帮)"
)
_EDGES = re.compile(r"^[“”\"「」\s]+|[“”\"「」\s]+$")


class Explainer:
    """Turns the `say` sentences of clauses into replies."""

    def __init__(self, pairs: PairWeights, products: Sequence[str] = ()) -> None:
        """`products` are names of goods; a sentence that names one is only for a customer who named it."""
        self._pairs = pairs
        self._products = WordFinder(products)

    def drafts(self, clauses: Sequence[Clause], conversation: Conversation) -> list[Draft]:
        """One reply a sentence, for the clauses (best first) that take up enough of the customer's words."""
        question = self._pairs.shares(conversation.last_customer_text)
        drafts: list[Draft] = []
        named = frozenset(self._products.find(normalise("\n".join(turn.text for turn in conversation.turns)).text))
        for rank, clause in enumerate(clauses[:_CONSIDERED]):
            about = f"{clause.title}。{''.join(clause.say)}"
            overlap = self._pairs.overlap(question, about)
            if overlap < _ENOUGH:
                continue
            for sentence in clause.say:
                text = _EDGES.sub("", sentence)
                if named.issuperset(self._products.find(text)) and _sayable(text, clause.text, conversation):
                    score = _BASE + _BY_OVERLAP * min(0.5, overlap) - _BY_RANK * rank
                    drafts.append(Draft(text, (clause.ref,), "explain", score, "solve", False))
        return drafts


def _sayable(text: str, clause: str, conversation: Conversation) -> bool:
    """Whether a sentence holds in general: no particular case, and no figure from outside clause and conversation."""
    if not 4 <= len(text) <= MAX_LENGTH or "{" in text or _ONE_CASE.search(text):
        return False
    known = figures(clause).union(*(figures(turn.text) for turn in conversation.turns))
    return figures(text) <= known
