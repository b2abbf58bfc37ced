"""What a reply asks the customer for, read from its own words, so that nobody is asked for what they have given."""

from __future__ import annotations

import re
from functools import lru_cache

_GIVE = "发|提供|告诉|告知|说|报|给|请问|麻烦"
_BACK = "发我|发来|给我|是多少|是什么|告诉我|也发|一起发|发一下"
_NEAR = "[^，。？；！]"
# Bounded repeats on our own texts of at most 200 characters.
_ASKED: dict[str, re.Pattern[str]] = {
    "order": re.compile(
        f"({_GIVE}){_NEAR}{{0,8}}(订单号|运单号|单号|订单尾号)|(订单号|运单号|单号|订单){_NEAR}{{0,6}}({_BACK})"
    ),
    "photo": re.compile(
        f"(发|拍|提供|录){_NEAR}{{0,14}}(照片|图片|截图|视频)|(照片|图片|截图|视频){_NEAR}{{0,6}}(发|给)"
    ),
    "model": re.compile(f"(什么|哪个|哪款|{_GIVE}){_NEAR}{{0,8}}型号|型号{_NEAR}{{0,8}}({_BACK})"),
    "address": re.compile(f"({_GIVE}){_NEAR}{{0,6}}地址|地址{_NEAR}{{0,6}}(是|在|{_BACK})"),
    "phone": re.compile(f"({_GIVE}|哪个){_NEAR}{{0,6}}(手机号|电话号码|联系电话)(?!后四位)"),
}
_TAKEN_NOTE = re.compile("记下|看到|收到了|(照片|图片|截图|视频|单号)收到|核对|不用|不需要")


@lru_cache(maxsize=4_096)  # the same few hundred phrases come by with every message
def asked(text: str) -> frozenset[str]:
    """The kinds of fact that a reply asks for; a sentence that takes note of a fact does not ask for it."""
    parts = [part for part in re.split("(?<=[，。？；！])", text) if not _TAKEN_NOTE.search(part)]
    return frozenset(fact for fact, pattern in _ASKED.items() if any(pattern.search(part) for part in parts))
