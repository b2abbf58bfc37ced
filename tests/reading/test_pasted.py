from __future__ import annotations

import pytest

from copilot.conversation import Conversation
from copilot.reading import Reader
from copilot.reading.pasted import own_words

PAGES = [
    "商品名称：万和燃气热水器JSQ30 天然气 型号：零冷水16L 价格：2399元 功能：一氧化碳报警 防漏气保护 熄火保护",
    "品牌：方太 产品类型：燃气报警器 报警浓度：5%LEL 供电方式：220V",
    "订单编号：20260311998271\n商品：美的燃气灶双灶 液化气\n规格：5.0kW 熄火保护防泄漏\n实付款：899.00\n什么时候发货呀",
    "收件商品：灭火器4kg干粉 火灾报警器 防烟面罩 x1 运单状态：运输中",
    "商品名称：燃气热水器 价格：￥2,399 功能：防漏电保护，熄火保护",
    "品名：洗衣液 注意事项：避免儿童接触，如误食请立即就医 ￥39",
]


@pytest.mark.parametrize("text", PAGES)
def test_a_pasted_page_tells_of_no_danger_however_dangerous_its_goods_sound(reader: Reader, text: str) -> None:
    reading = reader.read(Conversation.from_customer(text))
    assert reading.urgency == "normal"
    assert not reading.complaint


@pytest.mark.parametrize(
    "text",
    [
        "订单号：77120981 商品：美的燃气热水器 现在一屋子煤气味 头晕",
        "商品：小米插线板 规格：6孔 刚才冒火星了 墙都熏黑了",
        "品牌：爱玛 型号：A500 价格：3299 充电的时候着火了，还在冒烟！",
        "订单号：202611230045 型号：GX-3，插上电就漏电手都麻了",
        "品牌：好家 型号：X3,插座短路起火",
        "订单号：8812 规格：5kg，孩子误食后呕吐不止",
        "订单号：7715 型号：K2 保护器坏了漏电把娃电了",
        "商品名称：电热毯 数量：1，昨晚睡着烧起来，腿上烫出大泡",
    ],
)
def test_a_danger_told_beside_a_pasted_page_is_an_emergency(reader: Reader, text: str) -> None:
    assert reader.read(Conversation.from_customer(text)).urgency == "emergency"


def test_what_is_left_beside_a_page_are_the_customers_own_words() -> None:
    assert own_words("品牌：方太 型号：JQC2 这个能寄到青岛吗") == "这个能寄到青岛吗"


@pytest.mark.parametrize(
    "text", ["颜色：灰的就行", "收件人：陈志远 电话：15912345678", "我说：不行！ 他说：那算了", "你好"]
)
def test_where_there_is_no_page_nothing_is_taken_away(text: str) -> None:
    assert own_words(text) == text
