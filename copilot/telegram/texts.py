"""The bot's own sentences, all in one place; everything else that agents read comes from the desk's cards."""

from __future__ import annotations

COMMANDS: tuple[tuple[str, str], ...] = (
    ("new", "开始一位新客户的对话"),
    ("ask", "查协议和公司政策，例如 /ask 七天无理由怎么算"),
    ("review", "检查一段准备发出的话，例如 /review 您好……"),
    ("guide", "查看当前投诉处理到第几步"),
    ("record", "填写、保存这次服务的记录"),
    ("handover", "把这位客户转给同事或主管"),
    ("find", "按手机号、姓名或编号找以前的服务记录"),
    ("phrase", "存、找、用自己和团队的常用话术"),
    ("promises", "答应客户、还没办到的事"),
    ("channel", "客户从哪个渠道来，按哪个时限计时"),
    ("polish", "把草稿改得体，例如 /polish 退不了 过7天了"),
    ("translate", "把回复译成英文（需要语言模型）"),
    ("summary", "把这次对话写成三行小结"),
    ("practice", "选一个情景做练习"),
    ("help", "怎么使用这个助手"),
    ("start", "打开助手"),
)
COMMAND_NAMES = frozenset(name for name, _ in COMMANDS)

READY = "Telegram 机器人已启动：{link}"
CODE = "一次性口令 {code}：把它发给机器人，即为该用户开通；用过一次即失效，重新启动会换新的。"
NOT_ADMITTED = (
    "您好，这个助手只为登记过的客服开放：请发来启动时显示的一次性口令（口令不对或已用过时不再回复），"
    "或请管理员登记您的编号 {user_id}。"
)
ADMITTED = "口令正确，已为您开通。"
ONLY_PRIVATE = "您好，这个助手只在私聊中使用，请点我的头像发起私聊。"
ONLY_TEXT = "抱歉，目前只能读文字。请把客户的话转发或粘贴过来；图片请附上文字说明。"
UNKNOWN_COMMAND = "没有 /{name} 这个命令。可以用的命令有：\n{commands}"
OLD_BUTTON = "这个按钮已经失效，请用最新的卡片，或发 /guide 查看当前进度。"
ALREADY_HANDLED = "这条内容之前已收到并保存，没有重复计入。"
FAILED = "抱歉，这一步没有完成，请稍后再发一次。如果仍然不行，请把编号 {reference} 告诉管理员。"
FAILED_BECAUSE = "{reason}\n（编号 {reference}）"
SAVED_NOT_SHOWN = "您的内容已经保存，只是卡片没能显示出来，不用重发。请发 /guide 继续；编号 {reference}。"
NOTHING_TO_SHOW = "（没有内容）"
TAP_TO_COPY = "（较长，点下面的灰色框即可复制）"
SENT_LABEL = "已发"
SENT_HINT = f"复制后在客户那边发出，再点旁边的“{SENT_LABEL}”，我就知道说到哪一步了。"


def unknown_command(name: str) -> str:
    """What to say to a command that does not exist: the list of those that do."""
    return UNKNOWN_COMMAND.format(name=name[:32], commands="\n".join(f"/{known}　{text}" for known, text in COMMANDS))
