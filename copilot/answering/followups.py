"""Questions that lean on the one before: whether one does, and what it asks when written out.

"那邮件呢？" after "电话响几声要接" asks "邮件响几声要接": the thing that it names takes the place of the thing of the same
kind. Where there is none to replace, both are asked together.
"""

from __future__ import annotations

from copilot.answering.asked import is_english
from copilot.answering.topics import Mention, Topics
from copilot.language import normalise, squeeze, words
from copilot.language.patterns import compile_pattern

_MOST_CHARACTERS = 24  # squeezed; who writes more says what is meant
_MOST_ENGLISH = 48
_MOST_WITHOUT_SUBJECT = 8  # "漏了怎么办": so short and about nothing, a question leans on what was said
_SUBJECTS_OF_ITS_OWN = 2  # telling words that make a question complete, whatever it begins with
_CONDITION = compile_pattern("^(?:那|那么|可是|但是|但|不过|然后)?(?:如果|要是|假如|万一|碰到|遇到|换成|换做|换作|换了|改成|轮到)")
_OPENS = compile_pattern(
    "^(?:那|那么|还有|另外|至于|然后|接着|可是|但是|但|不过|同样|也)"
    "|^(?:what about|how about|and if|and for|and what|but what|and the|and when|what if|then what)"
)
_ENDS = compile_pattern("(?:呢|的话|又怎样|又如何|也一样吗|一样吗|也是吗|也行吗|也可以吗|也要吗|也算吗|也这样吗|too|as well)$")
_POINTS = compile_pattern("这种|这个|这条|那个|那条|那种|这样|那样|刚才|上面|上一条|前面说的|它|此时|这时|这步|这一步|同样的")
_BARE_ASK = compile_pattern(
    "^(?:那|那么|然后)?(?:又|都|是|要|得|该)?(?:多久|几天|几个小时|几分钟|多长时间|什么时候|为什么|为啥|为何|凭什么|怎么办|咋办|怎么做|怎么弄|谁|"
    "(?:该|要|应该)?(?:由|找|向|跟|报给|问)?谁(?:来|去|负责)?.{0,3}|第几条|哪一条|哪条|依据是什么|有依据吗|例外呢|有例外吗|有没有例外|必须吗|一定要吗|可以吗|可以不|行吗|"
    "不行吗|不这样做会怎样|不照做会怎样|违反了会怎样|违反了怎么办|会怎样|后果呢|还有吗|还有别的吗|具体呢|举个例子|"
    "下一步|下一步呢|接下来|接下来呢|接下来怎么做|第[一二三四五六七八九十]步(?:呢|是什么|做什么)?|最后一步(?:呢|是什么)?|"
    "why|why not|how long|who|when|and then|then what|any exceptions|really)$"
)
# Words that no question is about: frames, persons, time words, empty verbs.
_FRAME = frozenset(
    "那 那么 如果 要是 假如 万一 呢 吗 么 吧 啊 呀 的 话 了 是 就 也 都 还 还是 又 再 会 能 可以 可 不 没 有 没有 要 得 该 应该 需要 必须 怎么 怎么办 "
    "怎样 如何 什么 多久 几 几天 多少 为什么 谁 哪 哪些 哪个 我 我们 你 他 她 它 他们 她们 对方 人家 客户 顾客 客人 客服 公司 这 那个 这个 这样 那样 "
    "时候 情况 问题 办 做 弄 处理 算 行 一样 换成 换做 换 遇到 碰到 在 对 把 被 给 跟 和 与 向 为 为了 来 去 到 上 下 里 中 内 时 后 前 之前 之后 以后 "
    "一下 一个 个 种 一定 真 真的 只 最 很 太 同样 另外 至于 然后 接着 但是 但 不过 可是 吗 不了 说 讲 问 想 知道 规定 要求 "
    "what about how and if for the a an is are it they he she customer customers i we my our does do can then too as well but to in on of by with".split()
)


def is_follow_up(question: str, previous: str, topics: Topics) -> bool:
    """Whether `question` can only be understood in view of the `previous` one."""
    plain = normalise(question).text.strip().rstrip("?!。,~ ")
    said = squeeze(plain)
    if not said or not squeeze(previous) or said == squeeze(previous):
        return False
    if len(said) > (_MOST_ENGLISH if is_english(question) or said.isascii() else _MOST_CHARACTERS):
        return False
    if _BARE_ASK.search(plain):
        return True
    telling = _telling(plain, topics)
    if not telling:
        return len(said) <= _MOST_WITHOUT_SUBJECT or bool(_OPENS.search(plain) or _ENDS.search(plain) or _POINTS.search(plain))
    complete = len(telling) >= _SUBJECTS_OF_ITS_OWN and not plain.endswith(("呢", "的话"))
    if _OPENS.search(plain) or _CONDITION.search(plain):
        return not complete
    if _ENDS.search(plain) or _POINTS.search(plain):
        return not complete or len(telling) <= 2
    return _is_bare_thing(plain, previous, topics)


def may_stand_alone(question: str) -> bool:
    """Whether a follow-up could be a question of its own after all: a condition with a subject, without a "呢"."""
    plain = normalise(question).text.strip().rstrip("?!。,~ ")
    return bool(_CONDITION.search(plain)) and not plain.endswith(("呢", "的话"))


def written_out(question: str, previous: str, topics: Topics) -> str:
    """The follow-up as a question of its own: the previous one with the thing that changed, or both together."""
    before = previous.strip().rstrip("？?。！! ")
    new = [each for each in topics.mentions(question) if each.kind not in ("person", "act")]
    replaced = before
    for mention in new:
        replaced = _replaced(replaced, question[mention.start : mention.end], mention, topics)
    rest = _rest(question, new)
    if replaced != before and not rest:
        return f"{replaced}？"
    return f"{replaced} {question.strip()}" if replaced == before else f"{replaced}，{rest}？"


def _replaced(text: str, word: str, mention: Mention, topics: Topics) -> str:
    """`text` with `word` in place of what it names of the same kind; as it was where it names nothing of that kind."""
    old = [each for each in topics.mentions(text) if each.kind == mention.kind and each.id != mention.id]
    if not old or any(each.id == mention.id for each in topics.mentions(text)):
        return text
    for each in reversed(old[1:]):
        text = text[: each.start] + text[each.end :]
    return text[: old[0].start] + word + text[old[0].end :]


def _rest(question: str, named: list[Mention]) -> str:
    """What the follow-up says besides naming things; empty where that is only its frame ("那…呢")."""
    left = question
    for each in sorted(named, key=lambda mention: -mention.start):
        left = left[: each.start] + left[each.end :]
    return left.strip(" ？?。！!，,") if any(word not in _FRAME for word in words(left)) else ""


def _telling(plain: str, topics: Topics) -> list[str]:
    """The words that say what a question is about; a thing named counts as one word."""
    named = [each for each in topics.mentions(plain) if each.kind != "person"]
    left = plain
    for each in sorted(named, key=lambda mention: -mention.start):
        left = f"{left[: each.start]} {left[each.end :]}"
    return [*(each.id for each in named), *(word for word in words(left) if word not in _FRAME and len(word) > 1)]


def _is_bare_thing(plain: str, previous: str, topics: Topics) -> bool:
    """Whether the text is nothing but a thing ("邮件？", "VIP客户？") of a kind that the question before names."""
    named = [each for each in topics.mentions(plain) if each.kind not in ("person", "act")]
    if not named or _rest(plain, named):
        return False
    kinds = {each.kind for each in topics.mentions(previous)}
    return any(each.kind in kinds for each in named) or len(squeeze(plain)) <= 4
