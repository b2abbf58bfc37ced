"""A small workspace: an agreement of four clauses, a policy of three, some questions, topics and concepts."""

from __future__ import annotations

from pathlib import Path

from copilot.workspace import Workspace

AGREEMENT_TEXT = """---
id: agreement
title: 客服行为规范协议
effective: 2026-01-01
---
# 1 态度
## 1.1 仪容仪表
上班着装要整洁、得体。不应邋遢上岗。
## 1.2 耐心倾听
认真听客户说完。不得打断客户讲话，不得敷衍。
# 2 标准
## 2.1 响应时间
电话在铃响三声之内接起；在线消息三十秒之内回复；邮件二十四小时之内回复。
## 2.2 奖励
<!-- truncated -->
公司奖励表现优秀的人。
"""
RETURNS_TEXT = """---
id: returns
title: 退货与退款政策
effective: 2026-01-01
---
# 1 适用范围
## 1.1 七天无理由退货
客户自签收次日起 7 天内可以无理由退货（见 returns 1.2）。
> 可以这样说：您签收后的七天内可以无理由退货。
## 1.2 退款到账时间
验货通过后 1 个工作日内发起退款，3 个工作日内到账。
## 1.3 退货运费
质量问题由公司承担运费。无理由退货由客户承担运费，禾木会员每年免 3 次。偏远地区另行说明，以页面为准。大件商品由公司预约上门取件，客户不用自己寄回。客户垫付的运费，凭面单照片在 3 个工作日内退还，每单最多 25 元。超过 25 元的部分要事先经组长同意。客户选择到付而没有事先说明的，仓库不得拒收，由客服在当天联系客户说明处理办法，并且把结果写进服务记录。
"""
QUESTIONS_TEXT = """
- id: agreement-1.1
  document: agreement
  clause: "1.1"
  questions: [穿拖鞋来上班行吗, 染个绿头发可以不, 能穿背心坐班吗]
- id: agreement-1.2
  document: agreement
  clause: "1.2"
  questions: [他说个没完我能插嘴吗, 复制粘贴一句应付一下行吗]
- id: agreement-2.1
  document: agreement
  clause: "2.1"
  questions: [电话响几声要接, 邮件隔天再回可以吗, how fast must I answer a chat]
- id: returns-1.2
  document: returns
  clause: "1.2"
  questions: [钱什么时候退给我, 退款几天到账]
"""
UNCOVERED_TEXT = """
- id: wide-world
  topic: 闲聊
  questions: [明天会不会下雨, 红烧肉怎么做才香, 推荐一部电影]
- id: pay
  topic: 工资
  questions: [底薪一个月多少钱, 年终奖发几个月]
"""
CONCEPTS_TEXT = """
- id: appearance
  words: [着装, 穿, 拖鞋, 背心, 头发, 打扮, 裙子, dress]
- id: interrupting
  words: [打断, 插嘴, 抢话, 敷衍, 应付]
- id: money-back
  words: [退款, 退钱, 到账]
- id: question-frame
  ignore: true
  words: [行吗, 可以吗, 可以不, 能不能, 吗, 我, 了, 的, can, i]
"""


def small_workspace(root: Path) -> Workspace:
    """The small workspace, written below `root`."""
    for name, text in {
        "agreement.md": AGREEMENT_TEXT,
        "policies/returns.md": RETURNS_TEXT,
        "questions/all.yaml": QUESTIONS_TEXT,
        "uncovered/all.yaml": UNCOVERED_TEXT,
        "concepts/all.yaml": CONCEPTS_TEXT,
    }.items():
        path = root / "knowledge" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Workspace(root)
