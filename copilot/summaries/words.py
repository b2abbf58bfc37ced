"""What a customer's short words mean for a case, and what of anybody's words carries nothing: greetings, calls, regrets."""

from __future__ import annotations

from typing import Literal

from copilot.language import compile_pattern, normalise

Answer = Literal["gives up", "considers", "waits", "agrees"]

_LONGEST_ANSWER = 16  # characters: who writes more says something of their own
_HELLO = "(你好|您好|哈喽|hello|hi|喂|在吗|在不在|在么|在不|在嘛|有人吗|有人在吗|有人么|有人不|人呢|客服|客服呢|亲+|亲爱的|嗨|早上好|下午好|晚上好|打扰了?|请问|请问一下|麻烦问下|嗯+|哦+|啊+|额+|那个|图片|\\[[^\\]]{1,6}\\])"
_FILLER = compile_pattern(f"(?:{_HELLO}|[^a-z0-9\\p{{Han}}])*")
_LEADING = compile_pattern(f"^(?:{_HELLO}+[呀啊哦呢哈]?[,.!?~\\s]+)+")
_REGRET = compile_pattern(
    "^(?:(?:好的?|收到|您好|你好|嗯|是的|可以的|亲|明白|了解)[,!.~ ]{0,2}|[^,.!?]{0,6}(?:抱歉|对不起|不好意思)[^,.!?0-9]{0,16}[,!. ]{1,2}|感谢您[^,.!?0-9]{0,12}[,!.]{1,2})+"
)
_ANSWERS: tuple[tuple[Answer, str], ...] = (
    ("gives up", "算了|不用了|不要了|不买了|不弄了|不办了|没事了"),
    ("considers", "(再|考虑)想想|考虑(一下|下|看看)|想一下|商量(一下|下)?|看看再说|再看看"),
    ("waits", "我?(再)?等(等看|你们|着|通知|消息|电话|一下|等)|等你们"),
    ("agrees", "^(那?就?(这样|这么办)吧?|好(的|吧|嘞|呀|滴)?|行(吧|的)?|可以(的|吧)?|ok|嗯+|成|没问题|同意|听你们的|麻烦了?)([^a-z0-9\\p{Han}]|$)|(也|都)?(可以|行|没问题)(的|吧|啊)?[^\\p{Han}]*$|^(行|好|可以)[^\\p{Han}]"),
)  # fmt: skip
_MEANS = tuple((answer, compile_pattern(pattern)) for answer, pattern in _ANSWERS)
_ASKS = compile_pattern("吗|呢|怎么|什么|多少|几|哪|为何|为啥|能不能|^不(可以|行|同意)")
_WANTS_DETAIL = compile_pattern("请(您)?(先)?(提供|告诉|发|拍|说|描述|上传|留)|麻烦(您|你)?(把|提供|发|拍|告诉|说|上传)|发给我|告诉我|报一下|拍一下")
_DUE = compile_pattern("预计[^,.!?]{0,12}(到|好|完成|送达|出|审核)|[前内](到|送到|上门|回复|答复|联系|给您|发)|最晚|(今天|明天|后天|周[一二三四五六日天]|[0-9]+[号日点])[^,.!?]{0,8}(到|来|上门|送|发|回复|答复|出)")


def is_filler(text: str) -> bool:
    """Whether a sentence only calls, greets or hums."""
    return _FILLER.fullmatch(normalise(text).text.strip()) is not None


def without_greeting(text: str) -> str:
    """A customer's sentence from its matter on; as it was where nothing else stands in it."""
    return _cut(_LEADING, text)


def without_regret(text: str) -> str:
    """An agent's sentence from its matter on: the regrets before it are told by the act."""
    return _cut(_REGRET, text)


def answer_of(text: str) -> Answer | None:
    """What a customer's short answer to an agent amounts to; None where it says something of its own."""
    plain = normalise(text).text.strip()
    if not plain or len(plain) > _LONGEST_ANSWER or _ASKS.search(plain):
        return None
    return next((answer for answer, pattern in _MEANS if pattern.search(plain)), None)


def wants_detail(text: str) -> bool:
    """Whether an agent's text asks the customer for something."""
    return bool(_WANTS_DETAIL.search(normalise(text).text)) or text.rstrip().endswith(("？", "?"))


def names_a_time(text: str) -> bool:
    """Whether an agent's sentence says by when something will be so."""
    return bool(_DUE.search(normalise(text).text))


def _cut(pattern: object, text: str) -> str:
    same = normalise(text)
    found = pattern.search(same.text)  # type: ignore[attr-defined]
    if found is None or len(same.text) != len(text) or len(text) - found.end() < 4:
        return text
    return text[found.end() :]
