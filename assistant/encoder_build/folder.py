"""Writes the encoder as a sentence-transformers folder: for tuning, for comparing, and for reading it elsewhere."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from assistant.encoder_build.source import Floats, Ids, Source
from assistant.encoder_build.vocabulary import BOS, EOS, MASK, PAD, UNK

Halves = npt.NDArray[np.float16]

_MODULES = (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize"))
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_NORMS = ("aln", "oln")


def write_folder(folder: Path, source: Source, kept: Ids, tokenizer: Tokenizer) -> None:
    """Write the folder, which must not exist yet.

    The weights are stored in half precision, which costs less than 1e-6 of cosine, and are loaded in single.

    Args:
        folder: where to write.
        source: the weights.
        kept: ids of the pieces to keep, in the order of the new ids.
        tokenizer: the one that counts in the new ids.
    """
    for name, _ in _MODULES:
        (folder / name).mkdir(parents=True, exist_ok=True)
    weights = folder / "model.safetensors"
    save_file(_tensors(source, kept), weights, metadata={"format": "pt"})
    weights.chmod(0o644)  # safetensors keeps it to its owner, who need not be the one that serves
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    for name, content in _settings(source, tokenizer).items():
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _tensors(source: Source, kept: Ids) -> dict[str, Halves]:
    hidden = source.shape.hidden
    tensors: dict[str, Floats] = {
        "embeddings.word_embeddings.weight": source.blocks("emb.word", kept).dense(),
        "embeddings.position_embeddings.weight": source.vector("emb.pos").reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": source.vector("emb.type").reshape(-1, hidden),
        "embeddings.LayerNorm.weight": source.vector("emb.ln.w"),
        "embeddings.LayerNorm.bias": source.vector("emb.ln.b"),
        # Mean pooling never reads the pooler; without these, transformers would fill it by chance and say so.
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    for layer in range(source.shape.layers):
        for short, long in _LAYER.items():
            at = f"l{layer}.{short}"
            weight = source.vector(f"{at}.w") if short in _NORMS else source.blocks(f"{at}.w").dense()
            tensors[f"encoder.layer.{layer}.{long}.weight"] = weight
            tensors[f"encoder.layer.{layer}.{long}.bias"] = source.vector(f"{at}.b")
    return {name: np.ascontiguousarray(values, dtype=np.float16) for name, values in tensors.items()}


def _settings(source: Source, tokenizer: Tokenizer) -> Mapping[str, Any]:
    special = {"bos_token": BOS, "cls_token": BOS, "eos_token": EOS, "sep_token": EOS}
    special |= {"pad_token": PAD, "unk_token": UNK, "mask_token": MASK}
    length = source.shape.positions
    return {
        "config.json": _network(source, tokenizer),
        "special_tokens_map.json": special,
        "tokenizer_config.json": {
            **special,
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": length,
            "model_input_names": ["input_ids", "attention_mask"],
            "clean_up_tokenization_spaces": False,
        },
        "sentence_bert_config.json": {"max_seq_length": length, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "similarity_fn_name": "cosine",
        },
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (path, kind) in enumerate(_MODULES)
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": source.shape.hidden, "pooling_mode_mean_tokens": True},
    }


def _network(source: Source, tokenizer: Tokenizer) -> Mapping[str, Any]:
    shape = source.shape
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        # The type to compute in: without it the half precision of the file would be computed in, slowly.
        "dtype": "float32",
        "torch_dtype": "float32",
        "vocab_size": tokenizer.get_vocab_size(),
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.inner,
        "max_position_embeddings": shape.positions,
        "layer_norm_eps": shape.epsilon,
        "hidden_act": "gelu",
        "type_vocab_size": 2,
        "bos_token_id": tokenizer.token_to_id(BOS),
        "eos_token_id": tokenizer.token_to_id(EOS),
        "pad_token_id": tokenizer.token_to_id(PAD),
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
    }
