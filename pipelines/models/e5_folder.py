"""A packed e5 model as a sentence-transformers folder, which every tool and our encoder read."""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from pipelines.models.packed_e5 import PackedE5, Pieces, Sizes

SOURCE_FILE = "source.json"
"""What a folder was made of, hashes of our own sources among it: it decides no vector."""
WEIGHTS_FILE = "model.safetensors"
_SPACE_SIGN = "\u2581"
# NFKC would read this sign as "~", the model's own table keeps it: it waits as a private sign
# meanwhile.
_KEPT, _STAND_IN = "\uff5e", "\ue000"
# Name in the packed file -> name in a BERT's weights; every bias and norm is next to its weight.
_IN_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_WIDE_INPUT = "fo"  # the one map that reads the intermediate width


def write_folder(packed: PackedE5, folder: Path, prefix: str = "") -> None:
    """Write a folder that sentence-transformers loads: weights in float32, tokenizer, pooling.

    Args:
        packed: the model.
        folder: made if missing.
        prefix: put before every text by default, for instance `query: `.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "1_Pooling").mkdir(exist_ok=True)
    save_file(dict(_name_tensors(packed)), folder / WEIGHTS_FILE, metadata={"format": "pt"})
    make_tokenizer(packed.pieces).save(str(folder / "tokenizer.json"))
    files = _describe(packed.sizes, packed.pieces, prefix)
    for name, content in files.items():
        text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
        (folder / name).write_text(text + "\n", encoding="utf-8")


def make_tokenizer(pieces: Pieces) -> Tokenizer:
    """Return the unigram tokenizer of XLM-R; it normalises by nmt_nfkc of SentencePiece.

    Raises:
        ValueError: the table of characters differs from the normaliser made here.
    """
    scored = list(zip(pieces.texts, pieces.scores.astype(float).tolist(), strict=True))
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=pieces.unknown, byte_fallback=False))
    tokenizer.normalizer = _make_normalizer(pieces.readings)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Metaspace(_SPACE_SIGN, prepend_scheme="always"),
        ]
    )
    begin, end = pieces.texts[pieces.begin], pieces.texts[pieces.end]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, pieces.begin), (end, pieces.end)],
    )
    tokenizer.decoder = decoders.Metaspace(_SPACE_SIGN, prepend_scheme="always")
    special = {pieces.begin, pieces.end, pieces.padding, pieces.unknown, len(pieces.texts) - 1}
    tokenizer.add_special_tokens([pieces.texts[number] for number in sorted(special)])
    return tokenizer


def _make_normalizer(readings: Mapping[str, str]) -> normalizers.Normalizer:
    """Return NFKC, applied after the few characters that the table drops or maps to a blank."""
    own = {
        sign: read for sign, read in readings.items() if unicodedata.normalize("NFKC", sign) != read
    }
    if odd := sorted(sign for sign, read in own.items() if read not in {"", " "}):
        message = (
            f"the table reads {len(odd)} characters as NFKC does not, first U+{ord(odd[0]):04X}"
        )
        raise ValueError(message)
    dropped, blanks = (
        _any_of(s for s, read in own.items() if read == wanted) for wanted in ("", " ")
    )
    return normalizers.Sequence(
        [
            normalizers.Replace(Regex(dropped), ""),
            normalizers.Replace(Regex(blanks), " "),
            normalizers.Replace(_KEPT, _STAND_IN),
            normalizers.NFKC(),
            normalizers.Replace(_STAND_IN, _KEPT),
        ]
    )


def _any_of(signs: Iterator[str]) -> str:
    return "[" + "".join(f"\\x{{{ord(sign):X}}}" for sign in sorted(signs)) + "]"


def _name_tensors(packed: PackedE5) -> Iterator[tuple[str, npt.NDArray[np.float32]]]:
    hidden = packed.sizes.hidden
    embeddings = {
        "word": "word_embeddings",
        "pos": "position_embeddings",
        "type": "token_type_embeddings",
    }
    for short, long in embeddings.items():
        yield f"embeddings.{long}.weight", packed.tensor(f"emb.{short}", hidden)
    for short, long in (("w", "weight"), ("b", "bias")):
        yield f"embeddings.LayerNorm.{long}", packed.tensor(f"emb.ln.{short}", hidden)[0]
    for layer in range(packed.sizes.layers):
        for name, place in _IN_LAYER.items():
            where = f"encoder.layer.{layer}.{place}"
            width = packed.sizes.intermediate if name == _WIDE_INPUT else hidden
            weight = packed.tensor(
                f"l{layer}.{name}.w", width if not name.endswith("ln") else hidden
            )
            yield f"{where}.weight", weight[0] if name.endswith("ln") else weight
            yield f"{where}.bias", packed.tensor(f"l{layer}.{name}.b", 1)[:, 0]


def _describe(sizes: Sizes, pieces: Pieces, prefix: str) -> dict[str, Any]:
    """Return the small files of the folder by name."""
    begin, end, padding, unknown = (
        pieces.texts[number]
        for number in (pieces.begin, pieces.end, pieces.padding, pieces.unknown)
    )
    names = {
        "bos_token": begin, "cls_token": begin, "eos_token": end, "sep_token": end,
        "pad_token": padding, "unk_token": unknown, "mask_token": pieces.texts[-1],
    }  # fmt: skip
    kinds = [
        "sentence_transformers.models." + kind for kind in ("Transformer", "Pooling", "Normalize")
    ]
    places = ["", "1_Pooling", "2_Normalize"]
    return {
        "config.json": _describe_network(sizes, pieces),
        "tokenizer_config.json": names
        | {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": sizes.positions},
        "special_tokens_map.json": names,
        "modules.json": [
            {"idx": number, "name": str(number), "path": place, "type": kind}
            for number, (place, kind) in enumerate(zip(places, kinds, strict=True))
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": sizes.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "sentence_bert_config.json": {"max_seq_length": sizes.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: ", "default": prefix},
            "default_prompt_name": "default" if prefix else None,
            "similarity_fn_name": "cosine",
        },
    }


def _describe_network(sizes: Sizes, pieces: Pieces) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "attention_probs_dropout_prob": 0.1,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "hidden_size": sizes.hidden,
        "initializer_range": 0.02,
        "intermediate_size": sizes.intermediate,
        "layer_norm_eps": round(sizes.epsilon, 15),
        "max_position_embeddings": sizes.positions,
        "num_attention_heads": sizes.heads,
        "num_hidden_layers": sizes.layers,
        "pad_token_id": pieces.padding,
        "position_embedding_type": "absolute",
        "type_vocab_size": sizes.token_types,
        "vocab_size": sizes.vocabulary,
        "dtype": "float32",
    }
