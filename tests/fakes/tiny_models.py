"""Real models, as small as they come: random weights over single characters, saved for the real code to load by path."""

from __future__ import annotations

from pathlib import Path
from typing import Any

CHARACTERS = "退款几天到账电话响声要接穿拖鞋上班邮件多久回钱什么时候给我底薪一个月少年终奖发明会不下雨红烧肉怎做才香推荐部影秒内工作日"
QUERY_PROMPT, DOCUMENT_PROMPT = "问题", "资料"


def tiny_sentence_transformer(folder: Path, *, seed: int = 0, prompts: bool = False) -> Path:
    """A two-layer BERT of 32 dimensions with mean pooling."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    torch.manual_seed(seed)
    bert = _tiny_bert(folder.with_name(folder.name + "-bert"), "BertModel")
    transformer = Transformer(str(bert))
    model = SentenceTransformer(
        modules=[transformer, Pooling(32)],
        prompts={"query": QUERY_PROMPT, "document": DOCUMENT_PROMPT} if prompts else None,
    )
    model.save(str(folder))
    return folder


def tiny_static_transformer(folder: Path) -> Path:
    """A sentence-transformers model of one StaticEmbedding."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    torch.manual_seed(1)
    SentenceTransformer(modules=[StaticEmbedding(_tokenizer(), embedding_dim=48)]).save(str(folder))
    return folder


def tiny_model2vec(folder: Path) -> Path:
    """A model2vec model."""
    import numpy as np
    from model2vec import StaticModel

    tokenizer = _tokenizer()
    vectors = np.random.default_rng(2).normal(size=(tokenizer.get_vocab_size(), 24)).astype(np.float32)
    StaticModel(vectors, tokenizer).save_pretrained(folder)
    return folder


def tiny_cross_encoder(folder: Path, *, labels: int = 1) -> Path:
    """A cross-encoder of random weights."""
    import torch
    from sentence_transformers import CrossEncoder

    torch.manual_seed(3)
    bert = _tiny_bert(folder.with_name(folder.name + "-bert"), "BertForSequenceClassification", num_labels=labels)
    CrossEncoder(str(bert), num_labels=labels).save_pretrained(str(folder))
    return folder


def _tiny_bert(folder: Path, kind: str, **settings: Any) -> Path:
    import transformers

    folder.mkdir(parents=True)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys(CHARACTERS + QUERY_PROMPT + DOCUMENT_PROMPT)]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), "utf-8")
    tokenizer = transformers.BertTokenizerFast(vocab={word: i for i, word in enumerate(vocabulary)})
    tokenizer.save_pretrained(str(folder))
    config = transformers.BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=512, **settings,
    )  # fmt: skip
    getattr(transformers, kind)(config).save_pretrained(str(folder))
    return folder


def _tokenizer() -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers

    vocabulary = {word: i for i, word in enumerate(["[PAD]", "[UNK]", *dict.fromkeys(CHARACTERS)])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    return tokenizer
