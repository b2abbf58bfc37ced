"""The doctor's look at what search stands on: the embedding, the reranker and where the vectors lie."""

from __future__ import annotations

from contextlib import suppress

from copilot.errors import ModelError, VectorsUnavailableError
from copilot.settings import Settings

Remark = tuple[bool, str]  # whether all is well, and what was seen


def look_at_embedding(settings: Settings) -> Remark:
    """Which embedding is in force. Loads a chosen model, for only that shows that it works."""
    from copilot.retrieval.backends import ChosenEmbeddings
    from copilot.retrieval.concepts import Lexicon

    if settings.embeddings is None:
        return True, "用自带的小模型（不需要下载）。设置 COPILOT_EMBEDDINGS 可以换成别的。"
    chosen = ChosenEmbeddings(settings.embeddings)
    with suppress(ModelError):  # `fault` tells of it
        chosen(Lexicon()).vectors(["多久回复客户"])
    if chosen.fault:
        return False, f"{chosen.fault}目前用自带的小模型代替。"
    return True, f"{settings.embeddings} 可以使用。"


def look_at_reranker(settings: Settings) -> Remark:
    """Whether the chosen cross-encoder works; reads one pair with it."""
    from copilot.retrieval.backends import chosen_reranker

    if settings.reranker is None:
        return True, "没有设置 COPILOT_RERANKER，不重排（这是正常的）。"
    reranker = chosen_reranker(settings.reranker)
    reranker.load()
    reranker.order("多久回复客户", ["三十秒之内回复", "上班着装整洁"], [0.5, 0.5])
    if reranker.fault:
        return False, f"{reranker.fault}目前不重排。"
    return True, f"{settings.reranker} 可以使用，给最相近的条款重新排序。"


def look_at_vectors(settings: Settings) -> Remark:
    """Where the vectors lie and how many there are; brings them there when the server can be reached."""
    from copilot.wiring import open_index

    index = open_index(settings)
    try:
        count = index.count_vectors()
    except VectorsUnavailableError as error:
        return False, f"{error}目前只用词语检索，恢复后会自动用上。"
    finally:
        index.close()
    if settings.chroma_url is None:
        return True, f"存在数据文件夹里，共 {count} 条。"
    return True, f"Chroma 服务 {settings.chroma_url} 可以连接，共 {count} 条向量。"
