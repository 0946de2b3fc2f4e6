"""The cards of the two learned safety layers: training data, figures, limits."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.training.card_tables import CARD_FILE, show_rows
from pipelines.training.safety_head import HeadSettings

_RETRAIN = """Retrain both learned layers:
`python jobs/train_safety.py --data DATA --out pipelines/shipped`
(one thread, fixed seeds; about twenty minutes of one core: the encoder's pass, then the head; with
`--states DIR` a second run reads the encoder's states there).
"""

_DATA = """## Data and licences

| set | licence |
|---|---|
| davidson_tweets, openai_moderation, surge_toxicity | MIT |
| edos_sexism | CC0-1.0 |
| hatecheck, multilingual_hatecheck, hatemojibuild, hatemojicheck | CC-BY-4.0 |
| identity_templates, xstest_completions, convabuse | CC-BY-4.0 |
| wikipedia_comments | CC-BY-4.0; 282 rows Apache-2.0 with CC-BY-SA-3.0 comments |
| stormfront_sentences | CC-BY-SA-3.0-ES |
| unsafe_and_safe_prompts, jailbreak_prompts | Apache-2.0, MIT, CC-BY-4.0 by origin |
| clean chat: self_dialogue, chatterbot_corpus | BSD-3-Clause |
| clean chat: synthetic_persona_chat, taskmaster4 | CC-BY-4.0 |
| clean chat: schema_guided_dialogue | CC-BY-SA-4.0 |
| clean chat: topical_chat | CDLA-Sharing-1.0 |
| clean chat: xpersona, gpteacher_roleplay; codemixed_dstc2 | MIT; Apache-2.0 |
| clean requests: botbots; open_assistant_tree, arena_hard_prompts | MIT; Apache-2.0 |
| clean requests: intents (clinc150, banking77, hwu64, others) | by source: CC-BY-3.0, CC-BY-4.0 |
| clean requests: hinglish_top; questions of xquad_en_es_hi | Apache-2.0; CC-BY-SA-4.0 |
| clean sentences: tatoeba, leipzig_short | CC-BY-2.0-FR; CC-BY |
| written_chat, _clean, _harm, _identity (ours, in `pipelines/training`) | this repository's |
| phrases_clean, phrases_harm: templates in all served languages (ours) | this repository's |
| hatecheck_devanagari: multilingual_hatecheck's romanised Hindi, respelt | CC-BY-4.0 |

The models hold weights, no texts. A training text is also joined to a clean sentence of its
language (`joined_texts.py`): in a chat harm seldom stands alone.

Split: by a hash of data set and group (template, contrast pair, prompt or conversation), 75 %
train, 10 % calibrate (calibration, combination, cuts), 15 % test (every figure below).
"""

_FASTTEXT = """# fastText safety layer (layer 2)

A supervised fastText over words, word pairs and 2- to 5-character parts, in eight classes (safe and
seven harms); `unsafe` = calibrated 1 - P(safe) of the worst 600-character window. Texts are read
without their disguises, emoji and Devanagari in Latin words
(`pipelines/filtering/safety/deobfuscation.py`). It judges every text of a sample; its own cuts hold
for what stands before the prompt, so they lie high.
"""

_FASTTEXT_LIMITS = """
## Limits

- It reads words, not meaning: counter-speech, quotations and reclaimed slurs are often taken for
  hate, and unsafe requests without a telling word pass. For prompts the head (layer 3) corrects it.
- Sexual text, violence and self-harm have a few hundred examples, most of them our own sentences.
- Probabilities are calibrated on this mixture: unsafe text is far more frequent in it than in real
  traffic.
"""

_ROWS = f"{HeadSettings().rows:,}"
_HEAD = f"""# Safety head on the encoder (layer 3), and the combination

A network of one million weights beside the encoder's own pass (ladder side-tuning): the hidden
states of layers 4, 8 and 12 of multilingual-e5-small (MIT, not shipped here) are mixed to 224
channels, one small transformer layer lets tokens see each other, learned averages, mean and maximum
are judged in eight classes. Its row is the cascade's answer to a prompt: the calibrated combination
of its log-odds with those of the fastText layer on the same text, rounded to 0.001. It reads a
prompt without its disguises and with its emoji in words; only such a prompt costs a second pass.

The job makes three rounds of 3, 2 and 2 passes over {_ROWS} drawn texts, each with a falling rate,
and ships the mean of the last two rounds' weights. Nothing is chosen by the test rows: calibration,
combination and cuts come from the part `calibrate`, the number of passes is fixed.
"""

_HEAD_LIMITS = """
## Limits

- On everyday sentences that nobody had read it stops 5 %, of single languages up to 10 %. By
  language, with harm found, sources left out, XSTest, identity groups: `docs/phase_one.md`.
- Hindi in Latin letters and in Devanagari falls behind every other language: the encoder has read
  little of the one, and cases of the other are respelt by rule. MiniLM's head had .81 and .84 on
  these rows.
- Adversarial emoji (hatemojibuild) are its weakest set: the sense is often in the picture, not in
  its name.
- It reads the first 96 tokens; what follows is judged by the layers before it alone.
- Sexual content about minors is caught by critical rules only: there is and will be no training
  data.
- Probabilities are calibrated on a mixture in which unsafe text is far more frequent than in real
  traffic.
"""


def write_safety_cards(figures: Mapping[str, Any], out: Path) -> str:
    """Write the cards of both layers into their folders below `out` and return the head's."""
    own = [_FASTTEXT, _RETRAIN, _DATA, _show_figures(figures, "fasttext_safety"), _FASTTEXT_LIMITS]
    (out / "safety_fasttext" / CARD_FILE).write_text("\n".join(own), encoding="utf-8")
    both = [_HEAD, _RETRAIN, _DATA, _show_figures(figures, "encoder_head"), _show_cascade(figures)]
    card = "\n".join([*both, _HEAD_LIMITS])
    (out / "safety_head" / CARD_FILE).write_text(card, encoding="utf-8")
    return card


def _show_figures(figures: Mapping[str, Any], layer: str) -> str:
    areas = [[name, entry[layer], entry["rows"]] for name, entry in sorted(figures["sets"].items())]
    spoken = [[name, entry[layer]] for name, entry in sorted(figures["languages"].items())]
    cut = figures["cuts"][layer]
    return "\n".join([
        "## Figures on held-out rows\n",
        f"Cuts: review from {cut['review_from']}, drop from {cut['drop_from']}.",
        f"ROC-AUC, mean of the public sets: {figures['mean'][layer]:.3f}.\n",
        show_rows(("set", "ROC-AUC", "rows"), areas),
        ("\n"
        "ROC-AUC on multilingual_hatecheck by language; `hi` is its romanised Hindi in "
        "Devanagari:\n"),
        show_rows(("language", "ROC-AUC"), spoken),
        "\nReliability (per tenth: mean probability, share unsafe, rows):\n",
        show_rows(("probability", "share unsafe", "rows"), figures["reliability"][layer]),
    ])  # fmt: skip


def _show_cascade(figures: Mapping[str, Any]) -> str:
    columns = ("unsafe stopped", "unsafe dropped", "safe stopped", "safe dropped")
    sets = [
        [name, *(entry[column] for column in columns)]
        for name, entry in sorted(figures["sets"].items())
    ]
    clean = figures["clean_prompts"] | {"together": figures["clean_prompts_together"]}
    clean |= {"whole chats, layers 1 and 2": figures["clean_chats"]}
    costs = [
        [name, entry["stopped"], entry["dropped"], entry["rows"]] for name, entry in clean.items()
    ]
    languages = sorted(figures["clean_languages"].items())
    spoken = [
        [name, entry["stopped"], entry["dropped"], entry["rows"]] for name, entry in languages
    ]
    return "\n".join([
        "\n## The cascade: all three layers, stopped = reviewed or dropped\n",
        show_rows(("set", *columns), sets),
        f"\nJailbreak prompts stopped: {figures['jailbreaks']['stopped']:.3f}.",
        "\nWhat it costs clean chat:\n",
        show_rows(("clean prompts", "stopped", "dropped", "rows"), costs),
        "\nThe same by language:\n",
        show_rows(("clean prompts", "stopped", "dropped", "rows"), spoken),
    ])  # fmt: skip
