"""A table becomes a clause a row with its headings, a sheet of questions and answers a clause a pair."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copilot.documents.lines import Table
from copilot.documents.titles import short_title

ASKED = "问"
_QUESTION_HEADS = ("问题", "问", "客户问题", "常见问题", "用户问题", "标准问题", "标准问", "提问", "q", "question", "questions", "faq")
_ANSWER_HEADS = ("答案", "答", "回答", "答复", "标准答案", "标准回答", "标准答复", "参考答案", "话术", "回复", "a", "answer", "answers", "reply")
_ORDINAL_HEADS = ("序号", "编号", "no", "no.", "#", "id", "序")
_HEAD_WORDS = re.compile(
    r"(?:项目?|内容|名称?|类型|类别|种类|标准|说明|时限|时效|时间|期限?|日期|要求|备注|费用?|金额|额度|价格?|单价|方式|方法|等级|级别|渠道|问题?|答案|范围|对象|"
    r"条件|情形|情况|场景|结果|措施|办法|流程|步骤|部门|岗位|责任人|负责人|地区|区域|城市|位置|地点|比例|费率|率|数量?|次数|分值?|扣分|得分|商品|产品|品类|"
    r"套餐|业务|服务|材料|资料|电话|邮箱|地址|权益|话术|答复|回复)(?:[(（].{0,12}[)）])?$|^(?:item|name|type|time|fee|price|description|rule|limit|level|"
    r"channel|service|product|amount|note|remarks?|days?|question|answer)s?$", re.IGNORECASE,
)
_NUMBER_HEADS = re.compile(r"条款(?:号|编号|序号)?|条号|条目(?:号|编号)?|编号|序号|[Cc]lause|No\.?")
_CLAUSE_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3}){1,4}|第[一二三四五六七八九十百\d]{1,5}条")
_NOTE = re.compile(r"(?:注|备注|说明|附注|备注说明|提示|Note)s? ?[:：]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RowClause:
    """One row as a clause; `label` is "行3" or the clause number that the row holds, or "问" for a question, which is counted over the whole document."""

    label: str
    title: str
    text: str
    line: int


def rows_of(table: Table) -> list[RowClause]:
    """The clauses of a table in order; empty rows and the rows of headings give none."""
    heads, body, first_line = _parted(table)
    pair = _pair_columns(heads)
    naming = _naming_columns(heads, body)
    found: list[RowClause] = []
    numbers = _number_column(heads, body)
    for offset, row in enumerate(body):
        if not any(row):
            continue
        line = first_line + offset
        if pair is not None:
            found += _pair(row, heads, pair, line)
        elif len(row) > 2 and len({cell for cell in row if cell}) == 1 and (_NOTE.match(_only(row)) or len(_only(row)) > 20):
            found.append(RowClause(f"行{len(found) + 1}", short_title(_only(row)), _only(row), line))
        elif heads:
            label = row[numbers] if numbers is not None else f"行{len(found) + 1}"
            found.append(RowClause(label, _row_title(row, naming), _row_text(row, heads), line))
        else:
            found.append(RowClause(f"行{len(found) + 1}", short_title(row[0] or "".join(row)), _pairs_text(row), line))
    return found


def _only(row: tuple[str, ...]) -> str:
    return next(cell for cell in row if cell)


def _parted(table: Table) -> tuple[tuple[str, ...], list[tuple[str, ...]], int]:
    rows = [tuple(" ".join(cell.split()) for cell in row) for row in table.rows]
    count = table.header_rows if table.header_rows is not None else _header_rows(rows)
    heads = _merged_heads(rows[:count]) if count else ()
    return heads, rows[count:], table.number + count


def _header_rows(rows: list[tuple[str, ...]]) -> int:
    """1 where the first row looks like headings, 0 for a table of names and values."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return 0
    first = rows[0]
    if _pair_columns(first) is not None:
        return 1
    if any(len(cell) > 20 or not cell or any(sign in cell for sign in "。；，") for cell in first) or len(set(first)) < len(first):
        return 0
    if any(character.isdigit() for cell in first[1:] for character in cell):
        return 0
    if len(first) > 2:
        return 1
    # Two columns: names and values, unless both cells name what stands below and the names below are no such names.
    named_below = sum(_HEAD_WORDS.search(row[0]) is not None for row in rows[1:])
    longer_below = max(len(row[1]) for row in rows[1:]) > 2 * len(first[1]) + 4
    heads = _HEAD_WORDS.search(first[1]) and (_HEAD_WORDS.search(first[0]) or longer_below)
    return 1 if heads and named_below * 2 <= len(rows) - 1 else 0


def _merged_heads(rows: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Headings of several rows as one: 时限 over 电话 reads 时限-电话."""
    heads = []
    for column in zip(*rows, strict=True):
        parts = [part for at, part in enumerate(column) if part and part not in column[:at]]
        heads.append("-".join(parts))
    return tuple(heads)


def _pair_columns(heads: tuple[str, ...]) -> tuple[int, int] | None:
    """The columns of question and answer, where the headings name them."""
    names = [head.lower().strip(" ：:") for head in heads]
    question = next((at for at, name in enumerate(names) if name in _QUESTION_HEADS), None)
    answer = next((at for at, name in enumerate(names) if name in _ANSWER_HEADS and at != question), None)
    return None if question is None or answer is None else (question, answer)


def _pair(row: tuple[str, ...], heads: tuple[str, ...], pair: tuple[int, int], line: int) -> list[RowClause]:
    question, answer = row[pair[0]], row[pair[1]]
    if not question and not answer:
        return []
    others = [f"{heads[at]}：{cell}" for at, cell in enumerate(row) if at not in pair and cell and heads[at].lower() not in _ORDINAL_HEADS]
    text = "\n".join(part for part in (answer, *others) if part)
    return [RowClause(ASKED, question or short_title(answer), text or question, line)]


def _row_text(row: tuple[str, ...], heads: tuple[str, ...]) -> str:
    parts = [f"{head}：{cell}" if head else cell for head, cell in zip(heads, row, strict=True) if cell]
    return "；".join(parts)


def _number_column(heads: tuple[str, ...], body: list[tuple[str, ...]]) -> int | None:
    """The column that holds clause numbers ("1.1", 第三条), a different one in each row."""
    for at, head in enumerate(heads):
        cells = [row[at] for row in body]
        if _NUMBER_HEADS.fullmatch(head) and all(map(_CLAUSE_NUMBER.fullmatch, cells)) and len(set(cells)) == len(cells):
            return at
    return None


def _naming_columns(heads: tuple[str, ...], body: list[tuple[str, ...]]) -> list[int]:
    """The columns that can name a row, best first: those whose cells all differ, before merged and repeated ones."""
    columns = [at for at, head in enumerate(heads) if head.lower() not in _ORDINAL_HEADS and not _NUMBER_HEADS.fullmatch(head)]
    distinct = [at for at in columns if len({row[at] for row in body}) == len(body)]
    return [*distinct[:1], *columns] if distinct[:1] and distinct[0] <= len(heads) // 2 else columns


def _row_title(row: tuple[str, ...], naming: list[int]) -> str:
    return short_title(next((row[at] for at in naming if row[at]), _only(row)))


def _pairs_text(row: tuple[str, ...]) -> str:
    """A row of names and values: 客服热线：95500；服务时间：9:00-18:00."""
    cells = [cell for at, cell in enumerate(row) if cell and (at == 0 or cell != row[at - 1])]
    if len(cells) % 2:
        return "；".join(cells)
    return "；".join(f"{name.rstrip('：:')}：{value}" for name, value in zip(cells[::2], cells[1::2], strict=True))
