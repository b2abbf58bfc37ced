"""Postal addresses: from the largest region named down to the room, as one piece.

A city or a road alone identifies nobody. What makes an address is its end: a house number on a road, a building or
room of a compound, a group or house of a village. From there the regions in front are taken along.
"""

from __future__ import annotations

from typing import Any

from copilot.language import compile_pattern
from copilot.reading.numbers import Found, WordList

_N = r"(?:[0-9]{1,4}[a-z]|[甲乙丙丁附]?[0-9]{1,5}|[a-z][0-9]{0,4}|[一二三四五六七八九十百零〇两]{1,5}|[甲乙丙丁东南西北])"
_REGION = r"(?:[\p{Han}]{2,10}?(?:特别行政区|自治区|自治州|自治县|自治旗|省|市|地区|盟|区|县|旗|镇|乡|街道|新区|开发区|高新区|园区))"
_ROAD = r"(?:[\p{Han}0-9]{1,10}?(?:大道|大街|公路|环路|支路|路|街|巷|弄|胡同|里|道|坊)(?:[东南西北中]?[一二三四五六七八九十]?(?:段|路|街|巷)|[东南西北中](?:段|侧|口)?)?)"
_NUMBER = rf"(?:{_N}(?:(?:-|之|附){_N})?号(?:院|楼|库|仓库|附{_N}号|之{_N})?)"
_PLACE = r"(?:[\p{Han}a-z0-9·]{2,14}?(?:小区|小镇|新城|国际城|花园|家园|公寓|大厦|广场|苑|府|城|湾|庭|居|园|邸|庄|国际|中心|新村|公馆|名都|雅居|华府|学校|大学|学院|中学|小学|医院|宿舍|家属院|写字楼|商城|商场|基地|总部|仓库|市场|大楼|工业园|产业园|科技园|厂|楼|村|屯|寨|庄|营|堡|超市|驿站|酒店|宾馆|店|轩|阁|里|郡|座|社区|农场|林场)(?:广场|大厦|大楼|中心|公寓|花园|家园|小区|酒店|商城|商场|写字楼)?)"
_BUILDING = rf"(?:[东南西北中]?{_N}(?:期|区|组团|号院)){{0,2}}[ ]?(?:{_N}(?:-{_N})?(?:号楼|栋|幢|座|号门|号?公寓|舍|号?宿舍楼?|号厂房|号仓库?|号别墅|号商铺|号铺|号门面|号店铺))"
_UNIT = rf"(?:{_N}单元|[0-9]{{1,2}}门)"
_FLOOR = rf"(?:{_N}(?:楼|层))"
_ROOM = rf"(?:{_N}(?:-{_N}){{0,2}}(?:室|号房|房|户|号)?)"
_NAMED_ROOM = rf"(?:{_N}(?:-{_N}){{0,2}}(?:室|号房|房|户)|{_N}-{_N})"
_VILLAGE = rf"(?:(?:[\p{{Han}}]{{1,8}}?|[0-9]{{1,2}})(?:村委会|大队|村|屯|寨|庄|营|堡|社区|嘎查|组)[ ]?(?:[\p{{Han}}]{{0,4}}[村屯庄寨营社沟坪湾])?(?:{_N}(?:组|队|社))?(?:(?:[\p{{Han}}]{{2,10}}(?:旁边?|对面|隔壁|后面?))?{_NUMBER})?)"

_FRONT = r"(?:(?:底商|商铺|铺面|门面房?|门市房?|档口|摊位|铺位|铺|车位|储物间|工位)[ ]?[a-z]?[0-9]{1,4}(?:号|铺|室)?)"
_DASHED = r"(?:[a-z]?[0-9]{1,3}-(?:[0-9]{1,2}-[0-9]{1,4}|[0-9]{3,4})(?:室|号|房)?)"
_SIDE = r"(?:[东南西北中]?[门区院苑])"
_HOUSE = (
    r"(?:[\p{Han}0-9]{2,10}?(?:大厦|大楼|公寓|写字楼|商务楼|小区|花园|家园|宿舍|公馆|雅苑|佳苑|新苑|名苑|华庭|豪庭))"
)
_IN_THE_VILLAGE = r"(?:[东西南北村][头口边]|[东南西北]街|里)"

_TAIL = rf"(?:[ ]?{_PLACE}|,{_PLACE}{_BUILDING})?(?:[ ,]?(?:[\p{{Han}}]{{1,8}}?)?{_BUILDING}(?:{_BUILDING})?)?(?:[ ,]?{_UNIT})?(?:[ ,]?{_FLOOR})?(?:[ ]?{_ROOM}|,{_NAMED_ROOM})?"
_SHAPES = (
    rf"{_REGION}{{0,5}}[ ,]?{_ROAD}[ ]?{_NUMBER}{_TAIL}",
    rf"{_REGION}{{0,5}}[ ,]?(?:{_ROAD})?{_PLACE}[ ,]?(?:{_BUILDING}(?:{_BUILDING})?|{_UNIT}|(?:{_N}区){{0,2}}{_FLOOR}{_N}(?:室|号|房|商位|铺|档))(?:[ ,]?{_UNIT})?(?:[ ,]?{_FLOOR})?(?:[ ,]?{_ROOM})?(?:底商)?",
    rf"{_REGION}{{1,5}}[ ,]?{_VILLAGE}",
    rf"{_REGION}{{0,5}}[\p{{Han}}]{{2,8}}(?:{_N}期{_BUILDING}(?:{_UNIT})?{_ROOM}?|{_BUILDING}(?:{_UNIT}{_ROOM}?|[0-9]{{3,4}}室?))",
    rf"{_REGION}{{0,5}}[ ,]?(?:{_ROAD})?{_PLACE}{_SIDE}?(?:{_N}期)?[ ,]?(?:{_DASHED}|{_FRONT})",
    rf"{_REGION}{{0,5}}[ ,]?[\p{{Han}}]{{1,6}}[村屯庄寨]{_IN_THE_VILLAGE}?(?:第?{_N}排)?{_NUMBER}(?:[0-9]{{3,4}}室?)?",
    rf"{_REGION}{{0,5}}[ ,]?(?:{_ROAD})?(?:{_NUMBER})?{_HOUSE}[0-9]{{3,4}}[a-z]?(?:室|房|号)?",
)
# As people write it in English: from the room out to the city; see _find_in_english.
_FROM_ONE_TO_ANOTHER = compile_pattern(r"搬到|搬去|改到|改成|改为|改送|改寄|换成|换到|送到|寄到|转到|转寄|不是|而是")
_COUNTED = compile_pattern(r"^(?:[元块万平米个人年户家多余m%次天月]|公里)")
_POINTED_AT = compile_pattern(r"(?:那|这)(?:家|个|边|里|栋|间).*|(?:对面|旁边|隔壁|附近|门口|楼下)的.*")
_ENGLISH = compile_pattern(
    r"(?:\b(?:room|rm|flat|unit|suite|apt|apartment|block|building|bldg|floor|tower|no)\.?[ ]?[a-z]?[0-9]{1,5}[a-z]?,?[ ]"
    r"|\b[0-9]{1,3}/f,?[ ])*\b(?:no\.?[ ]?)?[0-9]{1,5}[a-z]?,?[ ](?:[a-z']{2,15}[ ]){1,4}?"
    r"(?:road|street|avenue|lane|boulevard|drive|rd|st|ave|blvd|highway)\b\.?"
    r"(?:,[ ]?(?:[a-z]{3,12}[ ](?:district|city|new area|province|county)|[a-z]{4,12}))*"
)
_NOT_IN_ENGLISH = compile_pattern(
    r",[ ]?(?:thanks?|please|which|with|that|this|then|phone|mobile|tell|call|before|after|from|when|what|could|would|will|have|been|because|since|instead|near|next|where)\b.*"
)
_ANCHORS = compile_pattern(
    rf"{_NUMBER}|{_BUILDING}|{_UNIT}|{_N}组|{_N}(?:室|房)|{_FRONT}|{_DASHED}|[厦楼寓区园舍馆苑庭][0-9]{{3,4}}|[镇乡县区][\p{{Han}}]{{1,6}}村"
)


class AddressFinder:
    """Finds postal addresses in a normal form."""

    def __init__(self, words: list[WordList]) -> None:
        values = {entry.id: entry.values.split() for entry in words}
        self._shapes = [compile_pattern(shape) for shape in _SHAPES]
        provinces, cities = values["provinces"], values["cities"]
        self._place = _any_of([*provinces, *cities])
        self._stop = _any_of(values["before_address"])
        self._never = _any_of(values["not_address"])

    def find(self, text: str) -> list[Found]:
        """Addresses, possibly overlapping."""
        places = [place for place, character in enumerate(text) if character != " "]
        packed = "".join(text[place] for place in places)  # people put spaces anywhere in an address
        english = self._find_in_english(text)
        if _ANCHORS.search(packed) is None:
            return english
        return english + [
            Found(item.type, places[item.start], places[item.end - 1] + 1, item.rank)
            for item in self._find_packed(packed)
        ]

    @staticmethod
    def _find_in_english(text: str) -> list[Found]:
        found = []
        for match in _ENGLISH.finditer(text):
            told = _NOT_IN_ENGLISH.sub("", match.group())
            found.append(Found("address", match.start(), match.start() + len(told), 2))
        return found

    def _find_packed(self, text: str) -> list[Found]:
        """Addresses in a text without blanks; of "从 A 搬到 B" each place by itself."""
        found: list[Found] = []
        begin = 0
        for end in [*(match.start() for match in _FROM_ONE_TO_ANOTHER.finditer(text)), len(text)]:
            found += [
                Found("address", begin + item.start, begin + item.end, item.rank)
                for item in self._find_in_part(text[begin:end])
            ]
            begin = end
        return found

    def _find_in_part(self, text: str) -> list[Found]:
        found: list[Found] = []
        for shape in self._shapes:
            for match in shape.finditer(text):
                start, end = self._trim(text, match.start(), match.end())
                if match.group()[-1].isdigit() and _COUNTED.search(text[end:]):
                    continue
                if end - start >= 5 and not self._never.search(text[start:end]):
                    found.append(Found("address", start, end, 3))
        return _joined(found)

    def _trim(self, text: str, start: int, end: int) -> tuple[int, int]:
        """Without the words in front ("麻烦改送到") and the spaces behind."""
        piece = text[start:end]
        place = self._place.search(piece)
        if place is not None:
            start += place.start()
        else:
            cuts = [match.end() for match in self._stop.finditer(piece) if len(piece) - match.end() >= 5]
            start += cuts[-1] if cuts else 0
            while end - start > 5 and text[start] in "送寄放请就":
                start += 1
        pointed = _POINTED_AT.search(text[start:end])
        if pointed is not None and pointed.start() >= 5:
            end = start + pointed.start()
        if text[end - 2 : end - 1] == "号" and text[end - 1] in "东南西北" and text[end : end + 1] not in "户室单":
            end -= 1  # 969 号|西门
        while end > start and text[end - 1] in " ,":
            end -= 1
        if text[start : start + 1] in ("那", "这", "我", "你", "咱", "他", "她", "有"):
            return start, start
        while start < end and text[start] in " ,0123456789是":
            start += 1
        return start, end


def _any_of(words: list[str]) -> Any:
    """A pattern that finds any of the words, the longest first."""
    return compile_pattern("|".join(word.replace("?", r"\?") for word in sorted(words, key=len, reverse=True)))


def _joined(found: list[Found]) -> list[Found]:
    """Overlapping and touching pieces become one."""
    result: list[Found] = []
    for item in sorted(found, key=lambda f: (f.start, f.end)):
        if result and item.start <= result[-1].end:
            last = result.pop()
            item = Found("address", last.start, max(last.end, item.end), last.rank)
        result.append(item)
    return result
