"""The agreement and the policies are complete, cite each other correctly, and every question points to a clause."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from copilot.clauses import Clause, read_clauses
from copilot.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
KNOWLEDGE = ROOT / "knowledge"
HELDOUT = Path(__file__).with_name("heldout_questions.jsonl")
BLIND = Path(__file__).with_name("blind_questions.jsonl")  # a development set by now, see tests/README.md
EVALUATION = KNOWLEDGE / "evaluation" / "ask.jsonl"

ARTICLES = [
    "1.1",
    *(f"1.2.{n}" for n in range(1, 4)),
    *(f"1.3.{n}" for n in range(1, 5)),
    "1.4",
    *(f"2.{n}" for n in range(1, 6)),
    *(f"3.1.{n}" for n in range(1, 6)),
    *(f"3.2.{n}" for n in range(1, 9)),
    "4.1",
]
POLICIES = {
    "returns", "exchange", "delivery", "invoices", "warranty", "pricing", "accounts", "vip", "emergencies",
    "compensation", "escalation", "standards", "wording", "products", "subscriptions", "complaints",
}  # fmt: skip

# What each article must say; a word here is a fact that an answer has to be able to quote.
FACTS = {
    "1.1": ["着装", "卫生", "整洁", "得体", "规定"],
    "1.2.1": ["礼貌", "规范", "简洁", "清晰", "中文", "粗俗", "歧义", "负面", "歧视", "不得"],
    "1.2.2": ["积极", "热情", "耐心", "情绪", "单调", "冷漠", "激昂"],
    "1.2.3": ["适中", "过快", "过慢"],
    "1.3.1": ["欢迎", "感谢", "积极", "友好"],
    "1.3.2": ["倾听", "打断", "敷衍"],
    "1.3.3": ["感受", "同理心", "角度", "帮助"],
    "1.3.4": ["意见", "选择", "隐私", "争执", "人身攻击"],
    "1.4": ["诚信", "保密", "负责", "谋取私利", "形象", "利益"],
    "2.1": ["三声", "三十秒", "30 秒", "二十四小时", "24 小时", "公司的规定为准"],
    "2.2": ["记录", "分析", "提供", "执行", "跟进", "满意"],
    "2.3": ["倾听", "歉意", "详细记录", "政策", "协商", "同意", "跟踪", "反馈", "满意"],
    "2.4": ["格式", "完整", "准确", "姓名", "联系方式", "服务时间", "服务内容", "解决情况", "满意度", "追溯"],
    "2.5": ["VIP", "个性化", "紧急", "立即上报", "应急预案"],
    "3.1.1": ["有权", "产品知识", "服务技能", "沟通技巧"],
    "3.1.2": ["劳动报酬", "劳动保障", "《中华人民共和国劳动合同法》", "平等自愿", "协商一致"],
    "3.1.3": ["业务需要", "有权", "法律法规", "征求"],
    "3.1.4": ["服务体系", "工具", "资源"],
    "3.1.5": ["定期", "绩效", "薪酬", "晋升"],
    "3.2.1": ["培训", "支持", "职责", "绩效"],
    "3.2.2": ["薪酬", "福利"],
    "3.2.3": ["建议", "意见", "工作安排"],
    "3.2.4": ["法律法规", "规章制度", "本协议"],
    "3.2.5": ["流程", "标准", "认真履行", "满意度"],
    "3.2.6": ["积极参加", "服务技能", "综合素质"],
    "3.2.7": ["爱护", "财产", "损害"],
    "3.2.8": ["商业秘密", "客户信息", "财务数据", "经营策略", "第三方"],
    "4.1": ["绩效考核", "服务质量", "表现优秀", "中断"],
}

# The steps of 2.2 and 2.3, each by a word that stands in it, in the order of the source.
STEPS = {
    "2.2": ["记录客户", "分析问题", "提供解决方案", "执行解决方案", "跟进处理结果"],
    "2.3": ["耐心倾听", "详细了解", "分析问题", "协商方案", "执行方案", "反馈给客户"],
}

# A figure that several clauses depend on stands in the one clause that owns it.
FIGURES = {
    "returns 1.1": ["7 天"],
    "returns 3.1": ["1 个工作日", "3 个工作日", "7 个工作日"],
    "exchange 1.3": ["48 小时"],
    "delivery 1.1": ["48 小时"],
    "invoices 1.3": ["180 天"],
    "warranty 1.1": ["1 年", "3 年", "10 年", "2 年"],
    "pricing 1.1": ["15 天", "30 天"],
    "accounts 2.1": ["10 分钟"],
    "vip 1.1": ["2000 元", "8000 元", "30000 元"],
    "emergencies 1.3": ["5 分钟"],
    "emergencies 2.6": ["12356"],
    "emergencies 2.7": ["96110", "110"],
    "compensation 1.2": ["50 元", "300 元", "2000 元"],
    "escalation 1.5": ["2 小时", "24 小时", "48 小时"],
    "standards 1.2": ["三声"],
    "standards 1.3": ["30 秒"],
    "standards 1.4": ["24 小时"],
    "subscriptions 1.1": ["19.9 元", "198 元"],
    "complaints 1.9": ["3 个工作日", "7 个工作日"],
}

_REFERENCE = re.compile(r"\b([a-z]{3,20}) (\d+(?:\.\d+)+)")
_PHONE_OR_CARD = re.compile(r"\d{11}")


@cache
def clauses() -> tuple[Clause, ...]:
    return tuple(read_clauses(Workspace(ROOT)))


@cache
def by_reference() -> dict[str, Clause]:
    return {f"{clause.document} {clause.number}": clause for clause in clauses()}


def agreement() -> list[Clause]:
    return [clause for clause in clauses() if clause.document == "agreement"]


def question_records() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((KNOWLEDGE / "questions").rglob("*.yaml")):
        for record in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield path.stem, record


def heldout(path: Path = HELDOUT) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def bare(question: str) -> str:
    """The question without signs and case: two questions that differ only in these are the same."""
    return "".join(character for character in question.lower() if character.isalnum())


def test_articles_of_the_agreement_are_complete_and_in_order() -> None:
    assert [clause.number for clause in agreement()] == ARTICLES
    assert set(FACTS) == set(ARTICLES)


@pytest.mark.parametrize("number", ARTICLES)
def test_article_keeps_every_fact_of_its_source(number: str) -> None:
    text = by_reference()[f"agreement {number}"].text
    assert [fact for fact in FACTS[number] if fact not in text] == []


@pytest.mark.parametrize("number", sorted(STEPS))
def test_steps_stand_numbered_in_the_order_of_the_source(number: str) -> None:
    lines = [line for line in by_reference()[f"agreement {number}"].text.splitlines() if line[:1].isdigit()]
    assert [line.split(".")[0] for line in lines] == [str(n) for n in range(1, len(STEPS[number]) + 1)]
    assert all(words in line for words, line in zip(STEPS[number], lines, strict=True))


def test_only_the_last_article_is_marked_as_cut_off() -> None:
    assert [clause.number for clause in agreement() if clause.truncated] == ["4.1"]


def test_the_policies_are_those_that_a_service_floor_needs() -> None:
    found = {clause.document for clause in clauses()} - {"agreement"}
    assert found == POLICIES
    assert len(found) >= 12
    assert {path.stem for path in (KNOWLEDGE / "policies").glob("*.md")} == found


def test_each_policy_holds_six_to_twelve_clauses() -> None:
    sizes = Counter(clause.document for clause in clauses() if clause.document != "agreement")
    assert {document: size for document, size in sizes.items() if not 6 <= size <= 12} == {}


def test_every_clause_has_a_title_and_more_than_a_stub_of_text() -> None:
    assert [f"{c.document} {c.number}" for c in clauses() if not c.title or len(c.text) < 20] == []


def test_numbers_rise_within_each_document() -> None:
    for document in {clause.document for clause in clauses()}:
        numbers = [tuple(map(int, c.number.split("."))) for c in clauses() if c.document == document]
        assert numbers == sorted(set(numbers)), document


@pytest.mark.parametrize("reference", sorted(FIGURES))
def test_policy_states_its_figures(reference: str) -> None:
    text = by_reference()[reference].text
    assert [figure for figure in FIGURES[reference] if figure not in text] == []


def test_every_reference_resolves_and_none_points_to_its_own_clause() -> None:
    found = [
        (f"{clause.document} {clause.number}", " ".join(match.groups()))
        for clause in clauses()
        for match in _REFERENCE.finditer(clause.text)
    ]
    assert len(found) >= 40
    assert [pair for pair in found if pair[1] not in by_reference() or pair[0] == pair[1]] == []


def test_every_policy_has_sentences_that_one_may_say() -> None:
    speaking = Counter(clause.document for clause in clauses() if clause.say)
    assert {document for document in POLICIES if speaking[document] < 5} == set()


@pytest.mark.parametrize(
    "word", ["保证", "绝对", "百分之百", "一定", "肯定", "永远", "马上", "亲，", "你", "不归我", "没办法", "必须"]
)
def test_no_sentence_for_customers_uses_a_word_that_the_wording_policy_forbids(word: str) -> None:
    assert [(c.document, c.number) for c in clauses() for sentence in c.say if word in sentence] == []


def test_no_sentence_for_customers_holds_a_whole_phone_number_or_many_signs() -> None:
    sentences = [sentence for clause in clauses() for sentence in clause.say]
    assert [s for s in sentences if _PHONE_OR_CARD.search(s) or s.count("！") > 1] == []
    assert [s for s in sentences if len(s) > 120 or s[-1] not in "。？！"] == []


def test_a_sentence_that_asks_for_patience_names_a_time() -> None:
    asking = [s for clause in clauses() for s in clause.say if "稍等" in s]
    assert asking
    assert [s for s in asking if not re.search(r"[一二两三五十\d]+ ?(?:分钟|小时|秒)", s)] == []


def test_every_question_record_points_to_a_clause_and_its_name_ends_with_it() -> None:
    for stem, record in question_records():
        assert set(record) == {"id", "document", "clause", "questions"}, record
        kind = stem.removeprefix(f"{record['document']}").strip("-")
        assert record["id"].startswith((f"{stem}-", f"{record['document']}-{kind}")), record["id"]
        assert record["id"].endswith(f"-{record['clause']}"), record["id"]
        assert f"{record['document']} {record['clause']}" in by_reference(), record["id"]


def test_every_clause_has_enough_questions_and_one_record_in_a_file() -> None:
    sizes: Counter[str] = Counter()
    places: Counter[tuple[str, str]] = Counter()
    for stem, record in question_records():
        reference = f"{record['document']} {record['clause']}"
        sizes[reference] += len(record["questions"])
        places[stem, reference] += 1
    assert max(places.values()) == 1
    enough = {reference: 350 if reference.startswith("agreement ") else 15 for reference in by_reference()}
    assert {reference for reference, number in enough.items() if sizes[reference] < number} == set()


def test_no_question_stands_twice() -> None:
    counted = Counter(bare(question) for _, record in question_records() for question in record["questions"])
    assert [question for question, times in counted.items() if times > 1] == []


def test_heldout_questions_cover_every_article_and_are_well_formed() -> None:
    lines = heldout()
    assert len({line["id"] for line in lines}) == len(lines)
    answered = [line for line in lines if not line.get("unanswerable")]
    assert (len(answered), len(lines) - len(answered)) == (60, 40)
    assert {clause for line in answered for clause in line["clauses"]} == set(ARTICLES)


def test_blind_questions_cover_every_article_and_point_to_clauses() -> None:
    lines = heldout(BLIND)
    assert len({line["id"] for line in lines}) == len(lines)
    answered = [line for line in lines if not line.get("unanswerable")]
    conduct = [line for line in answered if line["document"] == "agreement"]
    assert len(conduct) >= 80
    assert len(answered) - len(conduct) >= 40
    assert len(lines) - len(answered) >= 50
    assert {clause for line in conduct for clause in line["clauses"]} == set(ARTICLES)
    named = {f"{line['document']} {clause}" for line in answered for clause in line["clauses"]}
    named |= {reference for line in answered for reference in line.get("also", ())}
    assert named <= set(by_reference())


def test_three_in_four_blind_questions_share_at_most_two_characters_in_a_row_with_their_clause() -> None:
    conduct = [line for line in heldout(BLIND) if line.get("document") == "agreement"]
    far = [line for line in conduct if not shares_three(line)]
    assert len(far) / len(conduct) >= 0.75


def shares_three(line: dict[str, Any]) -> bool:
    """Whether three characters in a row of the question stand in one of its clauses, signs aside."""
    texts = [by_reference()[f"{line['document']} {clause}"] for clause in line["clauses"]]
    said = line["question"]
    threes = [said[i : i + 3] for i in range(len(said) - 2) if said[i : i + 3].isalnum()]
    return any(three in clause.title + clause.text for three in threes for clause in texts)


def test_no_heldout_question_is_in_the_index() -> None:
    asked = {bare(question) for _, record in question_records() for question in record["questions"]}
    for path in (KNOWLEDGE / "uncovered").rglob("*.yaml"):
        for record in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
            asked |= {bare(question) for question in record.get("questions", [])}
    lines = [*heldout(), *heldout(BLIND), *heldout(EVALUATION)]
    assert [line["id"] for line in lines if bare(line["question"]) in asked] == []
