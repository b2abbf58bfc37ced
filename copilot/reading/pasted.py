"""What a customer pastes from a page is not what the customer says: "功能：漏气保护 ￥2399" tells of no leaking gas.

A page shows itself by its fields ("型号：…", "￥99", "已售2000+"). Two of them or more, and what the page says is left
out before the message is judged; what stays are the customer's own words. Words that may tell of something that happens
always stay: a piece is only left out that is a field, up to the next comma, or speaks as pages do ("防漏保护", "家用16升").
"""

from __future__ import annotations

from copilot.language import compile_pattern

_PIECE = compile_pattern(r"(?:\d,\d|[^\s;；|，,。!！?？])+[，,。!！?？]*")  # no piece ends within ￥2,399
_STOPS = "，,。"
_FIELD = compile_pattern(
    r"^[【\[]?(?:商品(?:名称?|编号|规格|详情|信息|参数)?|收件商品|宝贝(?:名称|标题)?|品名|产品(?:名称?|类型|型号|规格|参数|特点)?|品牌|型号|货号|款号|规格|尺码|尺寸"
    r"|颜色(?:分类)?|数量|单价|价格|到手价|售价|原价|总价|实付(?:款|金额)?|应付|合计|运费|优惠|功能|特点|卖点|材质|成分|配料|产地|重量|净含量|容量|功率|电压|供电方式"
    r"|能效(?:等级)?|气源|适用(?:人群|范围|面积)?|保质期|生产日期|注意事项|警示|包装(?:清单)?|质保|售后服务|订单(?:编)?号|订单(?:状态|时间)?|下单时间|付款时间|成交时间"
    r"|运单(?:编)?号|运单状态|物流(?:状态|公司)|店铺|商家|发货地|报警浓度|安装方式|排烟方式|认证)[】\]]?[:：]"
)
_PRICE = compile_pattern(
    r"^(?:[￥¥]\d[\d.,]*\S{0,4}|[x×*]\d{1,3}|共\d+件|(?:已售|月销|销量|热销)\S{1,8}|\d+(?:\.\d+)?(?:万)?\+?人(?:付款|收货)|【(?:官方|旗舰|限时|正品|自营|包邮)\S{0,40}|https?://\S+)$"
)
_AS_PAGES_SPEAK = compile_pattern(
    r"防[漏爆火电水烟摔撞触干烧一]|保护|\d(?:l|L|升|w|W|v|V|kw|kW|KW|kg|ml|毫安|mAh|寸|孔|匹)(?:[^a-zA-Z]|$)|家用|正品|包邮|旗舰|恒温|智能|\d[cC]认证|联保|强排|平衡式|零冷水|天然气$|液化气$"
    r"|(?:热水器|燃气灶|报警器|探测器|灭火器|面罩)$|避免儿童|如(?:误食|吞食|吸入)|请(?:立即)?就医"
)
_SAID = compile_pattern(
    r"[我你您他她咱俺吗呢吧啊呀?？!！]|现在|刚|正在|一直|已经|怎么|什么|麻烦|请问|[了把被]|冒烟|着火|满屋|一屋子|一股|头晕|闻到|出血|昏|味儿?$"
)
_FIELDS_OF_A_PAGE = 2


def own_words(text: str) -> str:
    """`text` without what was pasted from an order or product page; nothing is taken away where there is no page."""
    if ":" not in text and "：" not in text and "￥" not in text and "¥" not in text:
        return text
    pieces = _PIECE.findall(text)
    bare = [piece.rstrip(_STOPS) for piece in pieces]
    of_page = [_FIELD.search(piece) is not None or _PRICE.search(piece) is not None for piece in bare]
    if sum(of_page) < _FIELDS_OF_A_PAGE:
        return text
    kept = [
        piece
        for piece, words, field in zip(pieces, bare, of_page, strict=True)
        if _SAID.search(piece) or not (field or _AS_PAGES_SPEAK.search(words))
    ]
    return " ".join(kept)
