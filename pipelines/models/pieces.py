"""Measure how much of a text a tokenizer does not know: the share in unknown and byte pieces."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

_BYTE = re.compile(r"<0x[0-9A-Fa-f]{2}>")


class PieceReader:
    """Measures texts by a tokenizer's pieces; works for every model of the library `tokenizers`.

    The share is of characters and not of pieces, as tokenizers differ in the number of pieces for
    what they do not know: WordPiece has one for a whole word, Unigram merges neighbours into one,
    byte fallback has four for an emoji. The unknown characters are the same in all of these cases.

    A tokenizer of bytes (GPT-2's) has no unknown piece. There, a piece of bytes that are not whole
    characters counts as unknown.

    Args:
        tokenizer: texts are read up to its truncation limit, if it has one.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._unknown = frozenset(_find_unknown(tokenizer))

    def unread_shares(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the share, 0 to 1, of each text's characters that are unknown: [n].

        White space and what the tokenizer drops do not count. A text without a piece has a share of
        1.
        """
        valid = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        found = self._tokenizer.encode_batch(valid, add_special_tokens=False)
        shares = [self._share(text, encoding) for text, encoding in zip(valid, found, strict=True)]
        return np.array(shares, dtype=np.float64)

    def _share(self, text: str, encoding: Encoding) -> float:
        if not encoding.ids:
            return 1.0
        unknown = [span for piece, span in zip(encoding.ids, encoding.offsets, strict=True)
                   if piece in self._unknown]  # fmt: skip
        if not unknown:
            return 0.0
        read = _places(text, encoding.offsets)
        return len(_places(text, unknown)) / len(read) if read else 1.0


def _places(text: str, spans: Iterable[tuple[int, int]]) -> set[int]:
    """Return the positions of the characters in spans, each once, without white space."""
    return {
        place for start, end in spans for place in range(start, end) if not text[place].isspace()
    }


def _find_unknown(tokenizer: Tokenizer) -> list[int]:
    """Return the ids of the pieces that mark what the tokenizer does not know."""
    written = json.loads(tokenizer.to_str())
    model = written["model"]
    named = model.get("unk_token")
    number = tokenizer.token_to_id(named) if named is not None else model.get("unk_id")
    vocabulary = tokenizer.get_vocab()
    ids = [number] if number is not None else []
    ids += [id_ for piece, id_ in vocabulary.items() if _BYTE.fullmatch(piece)]
    if _is_of_bytes(written.get("pre_tokenizer")):
        byte_of = {sign: byte for byte, sign in _byte_signs().items()}
        ids += [id_ for piece, id_ in vocabulary.items() if not _is_whole(piece, byte_of)]
    return ids


def _is_of_bytes(part: Any) -> bool:  # noqa: ANN401 plain JSON
    if not isinstance(part, dict):
        return False
    return part.get("type") == "ByteLevel" or any(map(_is_of_bytes, part.get("pretokenizers", ())))


def _is_whole(piece: str, byte_of: dict[str, int]) -> bool:
    """Say whether a piece's bytes are whole characters; a special piece counts as whole."""
    if any(sign not in byte_of for sign in piece):
        return True
    try:
        bytes(byte_of[sign] for sign in piece).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _byte_signs() -> dict[int, str]:
    """Return GPT-2's character for each byte; printable Latin-1 characters stay as they are."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(0x100) if byte not in set(printable)]
    return {b: chr(b) for b in printable} | {b: chr(0x100 + k) for k, b in enumerate(others)}
