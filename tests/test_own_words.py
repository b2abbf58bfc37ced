"""A rule told word for word is a quotation; everything around it is judged as ever."""

from __future__ import annotations

from dataclasses import replace

import pytest

from copilot.conversation import Conversation
from copilot.engine import Copilot
from copilot.own_words import QuotationAwareReviewer


def test_every_clause_may_be_told_in_its_own_words(copilot: Copilot) -> None:
    flagged = [
        str(clause.ref)
        for clause in copilot.index.clauses
        if copilot.review(f"《{clause.document_title}》{clause.number} {clause.title}：{clause.text}", Conversation()).verdict
        != "pass"
    ]
    assert flagged == []


@pytest.mark.parametrize("rude", ["滚开，别来烦我。", "你脑子有病吧。", "加我微信，私下转你钱。"])
def test_what_stands_beside_a_quoted_rule_is_still_flagged(copilot: Copilot, rude: str) -> None:
    rule = next(clause for clause in copilot.index.clauses if clause.number == "1.3.4").text
    review = copilot.review(f"{rule}{rude}", Conversation())
    assert review.verdict != "pass"
    draft = f"{rule}{rude}"
    assert all(draft[f.start : f.end] == f.quote for f in review.findings)


def test_a_rule_told_in_other_words_gets_no_licence(copilot: Copilot) -> None:
    judge = QuotationAwareReviewer(copilot.reviewer, lambda: copilot.index.clauses)
    assert judge.without_own_words("你给我滚远点。") == "你给我滚远点。"


def test_a_blanked_text_keeps_its_length(copilot: Copilot) -> None:
    for clause in copilot.index.clauses[:40]:
        text = f"前言，{clause.text}后语"
        assert len(copilot.judge.without_own_words(text)) == len(text)


def test_a_new_document_s_sentences_are_known_without_a_restart(copilot: Copilot) -> None:
    clauses = list(copilot.index.clauses[:1])
    standing = tuple(clauses)
    judge = QuotationAwareReviewer(copilot.reviewer, lambda: standing)
    sentence = "客服不得对客户说滚远点之类的话。"
    assert judge.without_own_words(sentence) == sentence
    standing = (*standing, replace(clauses[0], number="9.9", text=sentence))
    assert judge.without_own_words(sentence).strip() == ""
