"""Numerals in Chinese, Roman and letters, read and written."""

from __future__ import annotations

_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_ROMAN_SIGNS = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def chinese_number(numeral: str) -> int:
    """The value of a Chinese or Arabic numeral below ten thousand: 一百零三 → 103, 一二 → 12."""
    numeral = numeral.replace(" ", "")
    if numeral.isascii() and numeral.isdigit():
        return int(numeral)
    if not any(character in "十百千" for character in numeral):
        return int("".join(str(_DIGITS.get(character, character)) for character in numeral))
    total = digit = 0
    for character in numeral:
        unit = {"十": 10, "百": 100, "千": 1000}.get(character)
        if unit is None:
            digit = _DIGITS[character] if character in _DIGITS else int(character)
        else:
            total, digit = total + (digit or 1) * unit, 0
    return total + digit


def roman_number(numeral: str) -> int:
    """The value of a Roman numeral; 0 when it is none ("iiv")."""
    if len(numeral) == 1 and "Ⅰ" <= numeral <= "Ⅻ":
        return ord(numeral) - ord("Ⅰ") + 1
    values = [_ROMAN.get(character, 0) for character in numeral.lower()]
    total = sum(-v if v < w else v for v, w in zip(values, [*values[1:], 0], strict=True))
    return total if 0 < total < 90 and in_roman(total) == numeral.lower() else 0


def chinese_numeral(value: int) -> str:
    """1 → 一, 12 → 十二, 120 → 一百二十; up to 9999."""
    digits, text, zero = "零一二三四五六七八九", "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            text += ("零" if zero else "") + digits[digit] + sign
            zero = False
        else:
            zero = bool(text)
    return text[1:] if text.startswith("一十") else text or "零"


def in_letters(value: int) -> str:
    """1 → a, 27 → aa, as Word counts with letters."""
    return chr(97 + (value - 1) % 26) * ((value - 1) // 26 + 1)


def in_roman(value: int) -> str:
    """4 → iv; up to a few hundred."""
    text = ""
    for amount, sign in _ROMAN_SIGNS:
        text, value = text + sign * (value // amount), value % amount
    return text
