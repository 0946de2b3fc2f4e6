"""Find the prompts that a sentence encoder can compare: made of words that its tokenizer knows."""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipelines.identity import fingerprint

# Increase with every change of the rules below that can change an answer: it is part of the
# revision under which vectors are stored.
RULES = 1
# The first characters decide whether a text is words; an encoder reads about 2,000.
_READ_CHARS = 8_192
_WORDS_FROM = 0.5
_URL = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,15}://|www\.|mailto:)\S+"
    r"|\b[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]+"
    r"|\b(?:[a-z0-9-]{1,63}\.){1,8}(?:com|org|net|io|ai|dev|app|co|edu|gov|uk|de|fr|in|ru|jp|br|me)"
    r"(?:/\S*)?(?!\w)"
    r"|(?<!\w)@\w+(?![\w(])|&#?\w{1,8};"
    r"|(?<![\w/])(?:~?/|[A-Za-z]:\\)[\w.-]{1,255}[/\\]\S+",
    re.IGNORECASE,
)
# "ha" four times is not a word: a unit of up to four characters, four times or more.
_REPEATED = re.compile(r"(.{1,4}?)\1{3,}", re.DOTALL)
_FENCED = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
# A line with a statement is code. A semicolon alone is not enough: it is the Greek question mark.
_STATEMENT = re.compile(
    r"^\s*(?:def|class|func|fn|interface|struct)\s+\w+\s*[(:{<]"
    r"|^\s*(?:from\s+[\w.]+\s+import\s|import\s+[\w.{*]+(?:\s+as\s+\w+)?\s*;?$)"
    r"|^\s*(?:#include\b|#!/|>>>\s|\$\s+\w|//|/\*|<\?\w|@\w+\()"
    r"|^\s*(?:const|let|var|int|float|double|char|bool|string|auto|return|public|private|static)"
    r"\s[^.,!?]*[=;({]"
    r"|^\s*\w+(?:\.\w+|\[\w+\])*\s*[-+*/]?=\s*[\w\"'\[{(]"
    r"|^\s*(?:SELECT\b.*\bFROM|INSERT\s+INTO|UPDATE\b.*\bSET|DELETE\s+FROM"
    r"|(?:CREATE|DROP|ALTER)\s+TABLE)\b"
    r"|^\s*(?:sudo|git|pip|npm|docker|kubectl|curl|apt|cd|ls|grep)\s(?:.*\s)?--?\w"
)
# A line with an expression is code where few words surround it.
_EXPRESSION = re.compile(
    r"[=(){}\[\]<>].*;\s*$|[{}]\s*$|^\s*[{}\])]+[,;]?\s*$"
    r"|\w\(\)|\w\.\w+\(|\w\([^()]*[,\"'=\d_\[.][^()]*\)"
    r"|==|!=|&&|\|\||::|\+=|\+\+|</?[a-z][\w-]*(?:\s[^<>]*)?/?>|\w_\w+\s*[=(]|\w->\w"
)
_PROSE_FROM = 0.7
# Characters read at the beginning and at the end of a line: enough to recognise code, in bounded
# time.
_LINE_CHARS = 150
# In a text of classes (see `_ClassOf`): letters between blanks and punctuation.
_WORD = re.compile(r"(?<![a0_@#$\\=<>])a+(?:['-]a+)*(?![a0_@=\\<>{\[(])|h+")
_RUN = re.compile(r"([^ah0 ])\1+")


class _ClassOf(dict[int, str]):
    """Character code → class, computed once; marks are dropped, ASCII punctuation is kept.

    a = letter, h = letter of a script without capitals, many of which write no blanks, 0 = number.
    """

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        kind = unicodedata.category(sign)
        if sign.isspace():
            found = " "
        elif kind[0] == "L":
            found = "h" if kind == "Lo" else "a"
        elif kind[0] == "N":
            found = "0"
        elif kind[0] == "M" or kind in {"Cf", "Cc"}:
            found = ""
        elif sign == "\u2019":
            found = "'"
        else:
            found = sign if sign.isascii() else "," if kind[0] == "P" else "*"
        self[code] = found
        return found


_CLASS_OF = _ClassOf()


def is_read(
    texts: Sequence[str], unread_shares: NDArray[np.float64], unread_from: float
) -> NDArray[np.bool_]:
    """Say of each text whether an encoder's vector may compare it with others: [n].

    It may where less than `unread_from` of the characters are unknown to the tokenizer, and at
    least half of the characters belong to words. Emoji, numbers, dates, a repeated letter or
    syllable, punctuation, addresses and code are not words: an encoder trained on sentences gives
    two different ones of them nearly the same vector. An address counts as one character, and so
    does a run of the same punctuation mark; "look: https://…" and "ok!!!!!!" are therefore words.

    >>> texts = ["how are you 😀", "😀😂", "12.30 pm, 4/5/24", "hahahaha"]
    >>> texts += ["https://a.b/c", "x = f(y, 2)"]
    >>> is_read(texts, np.zeros(6), 0.4).tolist()
    [True, False, False, False, False, False]

    Args:
        texts: [n].
        unread_shares: [n], 0 to 1, of each text's characters that the tokenizer does not know.
        unread_from: from this share on a text is not read.
    """
    words = np.array([word_share(text) >= _WORDS_FROM for text in texts], dtype=np.bool_)
    return words & (unread_shares < unread_from)


def name_reading(encoder_revision: str, unread_from: float) -> str:
    """Return a revision that changes with encoder, limit or rules, as answers of `is_read` may."""
    return fingerprint(encoder_revision, str(unread_from), str(RULES))


def word_share(text: str) -> float:
    """Return which share, 0 to 1, of a text's characters belongs to words; 0 for a blank text.

    >>> word_share("Is this spam? https://example.com/a/b?c=d")
    0.8333333333333334
    """
    text = text[:_READ_CHARS]
    prose = _FENCED.sub(_as_digits, text) if "```" in text else text
    prose = _URL.sub(" * ", prose)
    classes = "\n".join(map(_classify_line, prose.splitlines()))
    return _share_of_words(classes)


def _share_of_words(classes: str) -> float:
    signs = len(classes) - classes.count(" ") - classes.count("\n")
    return sum(len(word) for word in _WORD.findall(classes)) / signs if signs else 0.0


def _classify_line(line: str) -> str:
    """Return the classes of a line, where code and repetitions are not letters."""
    edges = line if len(line) <= 2 * _LINE_CHARS else line[:_LINE_CHARS] + line[-_LINE_CHARS:]
    classes = _RUN.sub(r"\1", _REPEATED.sub(_as_run, line).translate(_CLASS_OF))
    is_code = _STATEMENT.search(edges) or (
        _EXPRESSION.search(edges) and _share_of_words(classes) < _PROSE_FROM
    )
    return "_" * len(classes.replace(" ", "")) if is_code else classes


def _as_digits(found: re.Match[str]) -> str:
    """Replace code by as many digits, so that the share of words is out of the same length."""
    return "\n" + "0" * len(found[0]) + "\n"


def _as_run(found: re.Match[str]) -> str:
    """Replace a repetition: with letters in it by as many digits, else by one of its units."""
    return f" {'0' * len(found[0])} " if any(sign.isalpha() for sign in found[1]) else found[1]
