"""Word, PDF and Excel files of invented companies, made anew for each run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fakes.papers import number_list, numbered, write_pdf, write_workbook


def outsourcing_docx(path: Path) -> Path:
    """An agreement whose numbers are Word's own: 第%1条, %1.%2, （%4）; a table with a merged cell, a signature block."""
    from docx import Document

    document = Document()
    levels = [("chineseCounting", "第%1条"), ("decimal", "%1.%2"), ("decimal", "%1.%2.%3"), ("decimal", "（%4）")]
    numbers = number_list(document, 90, levels)

    def item(text: str, level: int) -> None:
        numbered(document.add_paragraph(text), numbers, level)

    document.add_paragraph("云栈网络客户服务外包协议", style="Title")
    document.add_paragraph("甲方：云栈网络有限公司")
    document.add_paragraph("乙方：＿＿＿＿＿＿")
    item("服务范围", 0)
    item("乙方负责甲方电话、在线两个渠道的客户接待，每日八点至二十二点在岗。", 1)
    item("夜间值守", 1)
    document.add_paragraph("二十二点以后由乙方安排两名客服值守，接到重大故障须在十分钟内通知甲方。")
    item("值守人员应当完成下列工作：", 1)
    item("登记来电人的姓名和回拨号码；", 3)
    item("判断是否属于重大故障。", 3)
    item("费用与结算", 0)
    item("结算标准见下表，按月结清。", 1)
    table = document.add_table(rows=4, cols=3)
    rows = [
        ["项目", "单价", "说明"], ["电话接待", "每通 3.5 元", "满意度低于 90% 不计费"], ["在线接待", "每次 2 元", ""],
        ["夜间值守", "每晚 300 元", "法定节假日加倍"],
    ]  # fmt: skip
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    table.cell(2, 2).merge(table.cell(3, 2))
    item("争议解决", 0)
    document.add_paragraph("双方协商不成的，提交甲方所在地仲裁委员会仲裁。")
    document.add_paragraph("甲方（盖章）：__________    乙方（盖章）：__________")
    document.add_paragraph("日期：____年__月__日")
    document.sections[0].header.paragraphs[0].text = "云栈网络  内部文件"
    document.save(str(path))
    return path


def insurance_docx(path: Path) -> Path:
    """A handbook with Word's heading styles, typed numbers and bullets."""
    from docx import Document

    document = Document()
    document.add_heading("平安顺意车险理赔服务手册", 0)
    document.add_paragraph("适用范围：个人及单位投保的机动车。")
    document.add_heading("一、报案", 1)
    document.add_paragraph("1、出险后48小时内拨打客服热线报案，特殊情况可以延后，但须说明原因。")
    document.add_paragraph("2、报案时需要提供以下信息：")
    document.add_paragraph("保单号或车牌号", style="List Bullet")
    document.add_paragraph("事故时间和地点", style="List Bullet")
    document.add_heading("二、查勘", 1)
    document.add_paragraph("3公里以内30分钟到达现场，其余地区60分钟。")
    document.add_paragraph("（1）单方事故可以线上拍照。")
    document.add_paragraph("（2）有人受伤的必须现场查勘。")
    document.add_heading("三、赔付时限", 1)
    table = document.add_table(rows=3, cols=2)
    for at, row in enumerate([["损失金额", "到账时限"], ["5000元以下", "1个工作日"], ["5000元及以上", "3个工作日"]]):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    document.add_heading("四、投诉", 1)
    document.add_paragraph("对理赔结果不满意的，可以拨打总部监督电话。")
    document.save(str(path))
    return path


def credit_card_pdf(path: Path) -> Path:
    """Rules in Chinese with a table of contents, a header, page numbers, wrapped lines and a ruled table."""
    flow = [
        "# 澄海银行信用卡客户服务管理办法", "目  录", "第一章 总则 ........................ 1", "第二章 服务要求 .................... 2",
        "第三章 监督检查 .................... 3", "\f", "第一章 总则",
        "第一条 为提升信用卡客户服务质量，保护持卡人的合法权益，根据监管要求和本行实际情况，制定本办法，适用于信用卡中心全体坐席人员以及外包服务商派驻人员。",
        "第二条 本办法所称客户，是指持有或者申请本行信用卡的个人，也包括其授权的代理人以及向本行咨询信用卡业务但尚未申请的个人。",
        "第二章 服务要求",
        "第三条 坐席人员接听来电时，应当在二十秒内应答。遇到排队的，系统每隔三十秒播报一次预计等候时间，等候超过三分钟的，应当提供回拨选择，并且在两小时之内完成回拨，不得以任何理由推脱。",
        "（一）核对身份不得少于三项信息；", "（二）不得索取密码和短信验证码。", "\f",
        "第四条 挂失业务应当当场办理，办理完成后立即告知持卡人挂失生效的时间，并发送确认短信。", "下列时限应当遵守：",
        [["业务", "时限", "负责岗位"], ["挂失", "即时", "坐席"], ["调额", "2 个工作日", "授信岗"], ["账单争议", "10 个工作日", "争议岗"]],
        "第三章 监督检查",
        "第五条 质检部门每月抽查录音不少于百分之三，抽查发现问题的，应当在五个工作日内反馈至班组，并跟踪整改情况，整改不到位的纳入年度考核。",
        "第六条 本办法自2025年7月1日起施行。",
    ]  # fmt: skip
    return write_pdf(path, flow, header="澄海银行 信用卡中心", footer="第 {page} 页 共 {pages} 页", pages=3)


def hotel_pdf(path: Path) -> Path:
    """A standard in English with clauses, decimals and letters."""
    flow = [
        "# Guest Relations Standard", "Table of Contents", "Clause 1 Purpose .......... 1", "Clause 2 Reservations .......... 1",
        "Clause 3 Complaints .......... 2", "\f", "Clause 1 Purpose",
        "This standard sets out how the guest relations desk of every hotel answers calls, letters and messages, and which compensation an "
        "agent may offer without asking a manager first.",
        "Clause 2 Reservations",
        "2.1 A reservation may be cancelled free of charge until 6 p.m. on the day before arrival. After that, the first night is charged, "
        "unless the guest shows a medical certificate.",
        "2.2 Group reservations",
        "Groups of ten rooms or more need a deposit of 30 percent. The deposit is returned when the group cancels at least 14 days before "
        "arrival.",
        "\f", "Clause 3 Complaints",
        "3.1 Every complaint receives a first answer within two hours. The answer names the person who is in charge of the case and says when "
        "the guest will hear again.",
        "(a) noise: offer another room;", "(b) cleanliness: send housekeeping within 20 minutes;", "(c) billing errors: correct them at once.",
        "3.2 Compensation above 100 euros needs the consent of the duty manager.",
    ]  # fmt: skip
    return write_pdf(path, flow, header="Seaview Hotels - internal", footer="Page {page} of {pages}", pages=3)


def account_faq_xlsx(path: Path) -> Path:
    """Two sheets of questions and answers, their headings named differently."""
    sheets = {
        "账户": [
            ["序号", "问题", "答案", "更新日期"],
            [1, "忘记密码怎么办？", "在登录页点“找回密码”，用绑定手机接收验证码后重设。", "2025-01-03"],
            [2, "一个手机号能绑几个账户？", "一个手机号只能绑定一个账户。", ""],
        ],
        "配送": [
            ["客户问题", "标准答复"], ["下单后多久发货？", "现货 24 小时内发出，预售按页面时间。"],
            ["可以改地址吗？", "出库前可以改一次，出库后请拒收重拍。"],
        ],
    }  # fmt: skip
    return write_workbook(path, sheets)


def quality_xlsx(path: Path) -> Path:
    """A sheet with a title, merged cells and a last line, and a sheet of names and values."""
    sheets = {
        "质检标准": [
            ["在线客服质检评分标准（2025版）"], ["类别", "序号", "检查项", "扣分标准", "扣分"],
            ["服务态度", 1, "首次响应超过30秒", "每次扣2分", 2], ["", 2, "使用反问语气", "每次扣5分", 5],
            ["业务能力", 3, "答复错误", "每次扣10分", 10], ["编制：质检部", "", "", "", ""],
        ],
        "联系方式": [["投诉升级电话", "分机6601"], ["技术支持", "分机6602（工作日9:00-18:00）"]],
    }  # fmt: skip
    return write_workbook(path, sheets, merges={"质检标准": ["A1:E1", "A3:A4"]})


def medical_docx(path: Path) -> Path:
    """A promise with four levels of automatic numbers, a second list, a title over two lines, a seal."""
    from docx import Document

    document = Document()
    levels = [("chineseCountingThousand", "%1、"), ("chineseCountingThousand", "（%2）"), ("decimal", "%3.")]
    main, other = number_list(document, 70, levels), number_list(document, 71, [("decimal", "%1)")])
    document.add_paragraph("江湾医疗器械有限公司")
    document.add_paragraph("售后服务承诺书")
    document.add_paragraph("为让客户用得放心，我公司就呼吸机、制氧机两类产品郑重承诺：")
    for text, numbers, level in (
        ("响应", main, 0), ("热线全年无休，来电二十秒内接听。", main, 1), ("生命支持类设备故障，工程师四小时内到场：", main, 1),
        ("市区两小时；", main, 2), ("郊县四小时。", main, 2), ("保修", main, 0), ("整机保修二十四个月，自安装验收之日起算。", main, 1),
        ("下列情形不在保修范围：", main, 1), ("私自拆机的", other, 0), ("使用非原厂耗材的", other, 0), ("备件", main, 0),
    ):  # fmt: skip
        numbered(document.add_paragraph(text), numbers, level)
    document.add_paragraph("常用备件库存不少于三个月用量，停产后继续供应五年。")
    document.add_paragraph("承诺人（盖章）：江湾医疗器械有限公司")
    document.add_paragraph("二〇二五年五月六日")
    document.save(str(path))
    return path


def fresh_food_pdf(path: Path) -> Path:
    """A guide numbered 1, 2.1, （1）, with a table and the bare page number as footer."""
    flow = [
        "# 青禾生鲜门店", "# 客诉处理指引（试行）", "1 目的",
        "统一各门店处理顾客投诉的口径，减少升级投诉，让一线员工在现场就能够作出决定，不必层层请示，也不必让顾客等待。", "2 权限",
        "2.1 店员可以当场决定五十元以内的退款或者换货，只需要在系统里登记顾客的手机号后四位以及商品的批次号，事后由店长抽查。",
        "2.2 店长可以决定三百元以内的赔付。超过三百元的，应当在一小时之内报告区域经理，由区域经理在当天二十二点之前答复顾客。", "3 时限",
        [["投诉类型", "首次回应", "办结"], ["商品变质", "10 分钟", "当场"], ["称重不符", "10 分钟", "当场"], ["员工态度", "30 分钟", "24 小时"]],
        "注：节假日时限相同。", "4 禁止行为", "（1）与顾客争吵；", "（2）私下转账；", "（3）未经同意拍摄顾客。",
    ]  # fmt: skip
    return write_pdf(path, flow, footer="{page}")


MADE_FILES: dict[str, Callable[[Path], Path]] = {
    "outsourcing.docx": outsourcing_docx, "insurance.docx": insurance_docx, "credit_card.pdf": credit_card_pdf, "hotel.pdf": hotel_pdf,
    "medical.docx": medical_docx, "fresh_food.pdf": fresh_food_pdf,
    "account_faq.xlsx": account_faq_xlsx, "quality.xlsx": quality_xlsx,
}  # fmt: skip
