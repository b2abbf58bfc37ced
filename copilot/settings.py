"""Every setting, read once at the entry into one frozen object that is passed down.

A setting is an environment variable `COPILOT_<NAME>` (the bot token keeps its usual name TELEGRAM_BOT_TOKEN);
a file `.env` in the working directory is read too. Each field's description is the line that the README prints,
and a test holds the two together.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from copilot.errors import SettingsError
from copilot.validation import in_chinese

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost"})


class Settings(BaseSettings):
    """The settings of one process. Unknown `COPILOT_…` variables are reported by `copilot doctor`."""

    model_config = SettingsConfigDict(
        env_prefix="COPILOT_", env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True,
        populate_by_name=True,
    )  # fmt: skip

    home: Path = Field(
        default_factory=lambda: user_data_path("agent-copilot"),
        description="Folder of the index, the database and cached models; default: the user-data folder.",
        json_schema_extra={"zh": "存放索引、数据库和已训练模型的文件夹；默认在用户数据文件夹。"},
    )
    workspace: Path | None = Field(
        None,
        description="Folder with your own knowledge/ and prompts/; default: the built-in workspace.",
        json_schema_extra={"zh": "自己团队的工作区文件夹（含 knowledge/ 和 prompts/）；默认用内置的。"},
    )
    database_url: str | None = Field(
        None,
        description="Database as a SQLAlchemy URL; default: an SQLite file in COPILOT_HOME.",
        json_schema_extra={"zh": "数据库地址（SQLAlchemy 写法）；默认是数据文件夹里的 SQLite 文件。"},
    )
    web_host: str = Field(
        "127.0.0.1",
        description="Address of the web console; only this machine is accepted.",
        json_schema_extra={"zh": "控制台监听的地址；目前只接受本机。"},
    )
    web_port: int = Field(
        8000, ge=1, le=65535, description="Port of the web console.", json_schema_extra={"zh": "控制台的端口。"}
    )
    web_agent: str = Field(
        "",
        max_length=20,
        description="Name of the agent at this console; consoles that share a database each need one of their own.",
        json_schema_extra={"zh": "用这个控制台的客服叫什么；几个控制台共用一个数据库时各填各的，才能互相转交。"},
    )
    telegram_bot_token: SecretStr | None = Field(
        None, validation_alias=AliasChoices("telegram_bot_token", "TELEGRAM_BOT_TOKEN"),
        description="Token of the Telegram bot, from @BotFather; without it only the web console runs.", json_schema_extra={"zh": "Telegram 机器人的令牌，向 @BotFather 申请；不填就只开网页控制台。"},
    )  # fmt: skip
    telegram_users: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Telegram user ids or @names that may use the bot, separated by commas.",
        json_schema_extra={"zh": "可以使用机器人的用户号或 @用户名，用逗号隔开。"},
    )
    supervisor_chat: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Telegram chat ids of the supervisors who are alerted in an emergency, in order, separated by commas.",
        json_schema_extra={"zh": "紧急情况时依次通知的值班主管的 Telegram 会话号，用逗号隔开。"},
    )
    supervisor_minutes: float = Field(
        5.0,
        gt=0,
        le=120,
        description="Minutes that each supervisor has to acknowledge an emergency before the next one is alerted.",
        json_schema_extra={"zh": "每位主管确认接手的分钟数，超过就通知下一位。"},
    )
    telegram_api: str = Field(
        "https://api.telegram.org",
        description="Base address of the Bot API server, for a local or test server.",
        json_schema_extra={"zh": "Bot API 服务器的地址，用于自建或测试服务器。"},
    )
    model: str | None = Field(
        None,
        description="Language model as LangChain names it, e.g. openai:gpt-4o-mini; without it all runs offline.",
        json_schema_extra={"zh": "语言模型（LangChain 的写法，如 openai:gpt-4o-mini）；不填则全部离线运行。"},
    )
    model_base_url: str | None = Field(
        None,
        description="Base address of the language model's API, if not the usual.",
        json_schema_extra={"zh": "语言模型接口的地址，与默认不同时填写。"},
    )
    model_api_key: SecretStr | None = Field(
        None, description="Key for the language model's API.", json_schema_extra={"zh": "语言模型接口的密钥。"}
    )
    model_timeout_s: float = Field(
        3.0,
        gt=0,
        le=60,
        description="Seconds to wait for the language model's first usable words before the offline result stands alone.",
        json_schema_extra={"zh": "等语言模型第一句可用的话的秒数，超过就只用离线结果。"},
    )
    model_daily_tokens: int | None = Field(
        None,
        gt=0,
        description="Tokens that the language model may use a day, in and out; default: no limit.",
        json_schema_extra={"zh": "语言模型每天最多用多少 token（进出合计）；不填不限。"},
    )
    model_daily_cost: float | None = Field(
        None,
        gt=0,
        description="What the language model may cost a day, in the currency of the prices; default: no limit.",
        json_schema_extra={"zh": "语言模型每天最多花多少钱（与单价同一币种）；不填不限。"},
    )
    model_price_in: float = Field(
        0.0,
        ge=0,
        description="Price of a million tokens sent to the language model, for the daily cost.",
        json_schema_extra={"zh": "发给语言模型每百万 token 的单价，用来算每天的花费。"},
    )
    model_price_out: float = Field(
        0.0,
        ge=0,
        description="Price of a million tokens written by the language model.",
        json_schema_extra={"zh": "语言模型写出每百万 token 的单价。"},
    )
    model_failures: int = Field(
        3,
        ge=1,
        le=100,
        description="Failures in a row after which the language model is left alone for a while.",
        json_schema_extra={"zh": "语言模型连续失败几次后暂停使用。"},
    )
    model_rest_s: float = Field(
        60.0,
        gt=0,
        le=3600,
        description="Seconds to leave a failing language model alone before one new try.",
        json_schema_extra={"zh": "暂停多少秒后再试一次。"},
    )
    embeddings: str | None = Field(
        None,
        description="Embedding model for search: a sentence-transformers or model2vec name or folder; default: the one "
        "that comes with the package.",
        json_schema_extra={"zh": "检索用的语义模型：sentence-transformers 或 model2vec 的名称或文件夹；不填用自带的小模型。"},
    )
    reranker: str | None = Field(
        None,
        description="Cross-encoder that orders the best clauses anew: a sentence-transformers name or folder.",
        json_schema_extra={"zh": "给最相近的条款重新排序的模型：sentence-transformers 交叉编码器的名称或文件夹；不填就不用。"},
    )
    chroma_url: str | None = Field(
        None,
        description="Address of a Chroma server for the vectors, e.g. http://127.0.0.1:8001; default: files in COPILOT_HOME.",
        json_schema_extra={"zh": "存放向量的 Chroma 服务地址，如 http://127.0.0.1:8001；不填就存在数据文件夹里。"},
    )
    chroma_token: SecretStr | None = Field(
        None,
        description="Token for the Chroma server, sent as Authorization: Bearer and X-Chroma-Token.",
        json_schema_extra={"zh": "Chroma 服务的令牌，随请求以 Authorization: Bearer 和 X-Chroma-Token 发送。"},
    )
    chroma_tenant: str = Field(
        "default_tenant",
        description="Tenant on the Chroma server; it must exist.",
        json_schema_extra={"zh": "Chroma 服务上的租户，须已存在。"},
    )
    chroma_database: str = Field(
        "default_database",
        description="Database on the Chroma server; it must exist.",
        json_schema_extra={"zh": "Chroma 服务上的数据库，须已存在。"},
    )
    record_key: SecretStr | None = Field(
        None,
        description="Key that encrypts the contact data of service records; `copilot records key` makes one.",
        json_schema_extra={"zh": "加密服务记录里联系方式的密钥，用 copilot records key 生成；不填则不加密。"},
    )
    record_old_key: SecretStr | None = Field(
        None,
        description="Former key of the service records, until `copilot records rekey` has moved them to the new one.",
        json_schema_extra={"zh": "服务记录原来的密钥；换密钥时填上，用 copilot records rekey 换好后去掉。"},
    )
    record_months: int = Field(
        6,
        ge=1,
        le=600,
        description="Months that service records and their conversations are kept.",
        json_schema_extra={"zh": "服务记录和对话保留几个月。"},
    )
    complaint_months: int = Field(
        24,
        ge=1,
        le=600,
        description="Months that records of complaints and their conversations are kept.",
        json_schema_extra={"zh": "投诉的记录和对话保留几个月。"},
    )
    log_level: str = Field(
        "WARNING",
        description="DEBUG, INFO, WARNING or ERROR.",
        json_schema_extra={"zh": "日志级别：DEBUG、INFO、WARNING 或 ERROR。"},
    )

    @field_validator("supervisor_chat", mode="after")
    @classmethod
    def _chat_ids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for chat in value:
            if not chat.removeprefix("-").isdigit() or not chat.isascii():
                raise ValueError(f"{chat!r} 不是会话号，请填数字（群以 - 开头），用逗号隔开")
        return value

    @field_validator("telegram_users", "supervisor_chat", mode="before")
    @classmethod
    def _split_users(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.replace("，", ",").split(",") if part.strip())
        return value

    @field_validator("home", "workspace", mode="after")
    @classmethod
    def _expand(cls, value: Path | None) -> Path | None:
        return value.expanduser().absolute() if value is not None else None

    @field_validator("log_level", mode="after")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("请用 DEBUG、INFO、WARNING 或 ERROR")
        return value.upper()

    @field_validator("web_agent", mode="after")
    @classmethod
    def _plain_name(cls, value: str) -> str:
        name = value.strip()
        if name in {"local", "practice"} or any(mark.isspace() or mark in ":,，" for mark in name):
            raise ValueError("请填一个名字，不带空格、逗号和冒号，也不用 local、practice")
        return name

    @field_validator("web_host", mode="after")
    @classmethod
    def _only_this_machine(cls, value: str) -> str:
        if value not in LOOPBACK_HOSTS:
            raise ValueError("控制台还没有访问控制，只能在本机打开，请用 127.0.0.1")
        return value

    @field_validator("chroma_url", mode="after")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:  # a port that is no number
            usable = False
        if not usable:
            raise ValueError("请写成 http://主机:端口，例如 http://127.0.0.1:8001")
        return value.rstrip("/")

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite+aiosqlite:///{self.home / 'copilot.db'}"


def variable_name(field: str) -> str:
    """The environment variable of a settings field."""
    return "TELEGRAM_BOT_TOKEN" if field == "telegram_bot_token" else f"COPILOT_{field.upper()}"


def load_settings(**overrides: object) -> Settings:
    """Settings from environment and `.env`; keyword arguments that are not None win.

    Raises SettingsError that names each variable, its value and the remedy.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        problems = []
        for item in error.errors():
            field = str(item["loc"][0]) if item["loc"] else "?"
            name = variable_name(field if field in Settings.model_fields else field.lower())
            shown = "******" if "token" in field.lower() or "key" in field.lower() else repr(item["input"])
            problems.append(f"设置 {name} 的值 {shown} 不可用：{in_chinese(item)}。")
        raise SettingsError("\n".join(problems)) from error
