"""The service record of article 2.4, drafted from what was said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from fakes.acting import PlainUrgency, ScriptedActs

from copilot.conversation import ClauseRef, Conversation, PersonalDatum, Turn
from copilot.procedures import Tracker
from copilot.records import FIELDS, QUESTIONS, ServiceRecord, case_number, draft_record, without_contacts
from copilot.workspace import builtin_workspace

NOW = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
READER = ScriptedActs(
    {"坏": ("complain",), "给您换": ("propose",), "已经": ("carry_out",), "满意": ("confirm_satisfied",), "不行": ("reject",)},
    {"13812345678": "phone", "a@b.cn": "email", "周敏": "name", "柳巷3号": "address", "T2210": "order_id"},
)
REPAIR = (
    Turn("customer", "我叫周敏，电话13812345678，订单T2210的风扇转两下就坏了"),
    Turn("agent", "非常抱歉。风扇是哪天收到的？"),
    Turn("customer", "上周五"),
    Turn("agent", "记下了：上周五收到。"),
    Turn("agent", "查过了，是电机问题。给您换一台新的，寄到柳巷3号，您看可以吗？"),
    Turn("customer", "可以"),
    Turn("agent", "已经下好换货单，后天到，我会跟进。"),
    Turn("agent", "新风扇签收了，您用着还满意吗？"),
    Turn("customer", "满意，联系我就打13812345678"),
)


def draft(turns: tuple[Turn, ...], *, tracked: bool = False, complaint: bool = False) -> ServiceRecord:
    progress = Tracker(builtin_workspace(), READER).track(turns) if tracked else None
    return draft_record(Conversation(turns), PlainUrgency(complaint=complaint), progress, READER, NOW)


def test_all_fields_are_drafted_from_a_whole_case() -> None:
    record = draft(REPAIR, tracked=True)
    assert record.customer_name == "周敏"
    assert record.contact == "13812345678"
    assert record.service_time == NOW
    assert "风扇转两下就坏了" in record.content
    assert record.resolution.splitlines()[0].startswith("方案：查过了，是电机问题。给您换一台新的")
    assert record.resolution.splitlines()[1].startswith("执行：已经下好换货单")
    assert record.satisfaction.startswith("满意")
    assert record.complete
    assert len(record.steps) == 6


def test_without_a_procedure_the_acts_tell_solution_and_satisfaction() -> None:
    record = draft(REPAIR)
    assert record.resolution.startswith("方案：查过了")
    assert record.satisfaction.startswith("满意")
    assert record.steps == ()


def test_content_resolution_and_satisfaction_hold_no_contact_data_but_the_order_number_stays() -> None:
    record = draft(REPAIR, tracked=True)
    written = record.content + record.resolution + record.satisfaction
    for private in ("13812345678", "周敏", "柳巷3号"):
        assert private not in written
    assert "T2210" in record.content
    assert "[电话]" in record.content


class CuedNames(ScriptedActs):
    """Knows a name only behind its cue, as the real reader does."""

    def personal_data(self, text: str) -> tuple[PersonalDatum, ...]:
        start = text.find("我叫")
        return (PersonalDatum("name", start + 2, start + 4),) if start >= 0 else ()


def test_a_name_that_comes_again_without_its_cue_is_masked_too() -> None:
    reader = CuedNames({"坏": ("complain",)})
    turns = (Turn("customer", "我叫周敏，风扇坏了"), Turn("customer", "坏的那台还是周敏签收的"))
    record = draft_record(Conversation(turns), PlainUrgency(), None, reader, NOW)
    assert record.customer_name == "周敏"
    assert "周敏" not in record.content


def test_a_phone_counts_before_a_mail_address_and_the_newest_one_counts() -> None:
    reader = ScriptedActs({}, {"13812345678": "phone", "13900000000": "phone", "a@b.cn": "email"})
    turns = (Turn("customer", "13812345678"), Turn("customer", "换成13900000000，邮箱a@b.cn"))
    record = draft_record(Conversation(turns), PlainUrgency(), None, reader, NOW)
    assert record.contact == "13900000000"


def test_nothing_is_invented_for_an_empty_conversation() -> None:
    record = draft(())
    assert record.missing == ("客户姓名", "联系方式", "服务内容", "解决情况", "客户满意度")
    assert not record.complete


def test_each_missing_field_has_its_polite_question() -> None:
    questions = draft(()).questions
    assert [item.question for item in questions] == [QUESTIONS[item.name] for item in questions]
    assert set(QUESTIONS) == set(FIELDS)


def test_satisfaction_stays_open_until_something_was_done() -> None:
    assert draft(REPAIR[:6], tracked=True).satisfaction == ""
    assert draft((Turn("customer", "满意你们的态度"),)).satisfaction == ""


def test_a_customer_who_rejects_the_result_is_recorded_as_dissatisfied() -> None:
    turns = (*REPAIR[:7], Turn("customer", "不行，送来的还是坏的"))
    assert draft(turns).satisfaction.startswith("不满意")


def test_service_time_is_that_of_the_first_turn_in_the_zone_of_now() -> None:
    shanghai = timezone(timedelta(hours=8))
    at = datetime(2026, 3, 1, 1, 5, tzinfo=UTC)
    turns = (Turn("customer", "坏了", at),)
    record = draft_record(Conversation(turns), PlainUrgency(), None, READER, NOW.astimezone(shanghai))
    assert record.service_time.isoformat() == "2026-03-01T09:05:00+08:00"


def test_a_complaint_is_marked_and_its_clauses_are_named() -> None:
    record = draft(REPAIR, tracked=True)
    assert record.complaint
    assert record.clauses == (ClauseRef("agreement", "2.4"), ClauseRef("agreement", "2.3"))


def test_an_emergency_adds_its_clause() -> None:
    record = draft_record(Conversation(), PlainUrgency("emergency"), None, READER, NOW)
    assert ClauseRef("agreement", "2.5") in record.clauses


def test_lines_show_every_field_of_article_2_4_and_what_is_missing() -> None:
    lines = draft(REPAIR[:1]).lines()
    assert [line.split("：")[0] for line in lines[:6]] == list(FIELDS.values())
    assert "解决情况：（待补充）" in lines
    assert "服务时间：2026-03-02 04:30" in lines


def test_a_record_survives_its_json_values() -> None:
    record = draft(REPAIR, tracked=True)
    assert ServiceRecord.from_dict(record.as_dict()) == record


def test_masking_replaces_every_datum_at_its_place() -> None:
    assert without_contacts("周敏的电话13812345678，订单T2210", READER) == "[姓名]的电话[电话]，订单T2210"


def test_promises_are_the_sentences_that_promise_without_contact_data() -> None:
    reader = ScriptedActs({"回电": ("promise_time",)}, {"13812345678": "phone"})
    turns = (
        Turn("customer", "什么时候给我回电"), Turn("agent", "非常抱歉！两小时内给您回电13812345678。请保持畅通。"),
        Turn("agent", "两小时内给您回电13812345678。"),
    )  # fmt: skip
    assert draft(turns[:1]).promises == ()
    record = draft_record(Conversation(turns), PlainUrgency(), None, reader, NOW)
    assert record.promises == ("两小时内给您回电[电话]",)


def test_a_quote_of_the_customer_becomes_a_plain_line() -> None:
    record = draft((Turn("customer", "喂，风扇转两下就坏了！！！😡"),))
    assert record.content == "风扇转两下就坏了"


def test_a_record_kept_before_promises_and_numbers_can_still_be_read() -> None:
    values = {name: value for name, value in draft(REPAIR).as_dict().items() if name not in ("promises", "number")}
    assert ServiceRecord.from_dict(values) == draft(REPAIR)


def test_a_case_number_is_the_same_whenever_it_is_asked_for() -> None:
    assert case_number(17, NOW) == "20260302-0017"
    assert case_number(123456, NOW) == "20260302-123456"
