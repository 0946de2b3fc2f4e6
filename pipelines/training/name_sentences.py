"""Sentences that teach the name tagger: those of the entity model, our own chat, plain talk."""

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipelines.filtering.privacy.entities import EntityModel
from pipelines.training.names_in_chat import Written, read_written_chat
from pipelines.training.phrases import write_phrases_clean
from pipelines.training.privacy import Sentence
from pipelines.training.privacy_frames import LANGUAGES, NamePool, take_name
from pipelines.training.privacy_training import gather_sentences

_INFLECTED = frozenset({"pl", "ru"})  # a name's case is part of the word: none other fits its place
_CHARS_MAX = 400  # of a sentence


def gather_name_sentences(data: Path, entities: Path, seed: int) -> list[Sentence]:
    """Return what the tagger is taught; no text comes twice.

    Args:
        data: folder of the public data, as the entity model reads it.
        entities: folder of the entity model: plain talk in which it finds somebody is left out,
            because a name may be in it.
        seed: of every draw.

    Raises:
        ConfigurationError: a table of the public data is missing; one line for each.
    """
    found = gather_sentences(data, seed)
    written = read_written_chat(held=False)
    every = [
        *(one.sentence for one in written),
        *_renamed(written, seed),
        *found.sentences,
        *found.turns,
        *_plain_talk(entities),
    ]
    kept = {s.text: s for s in reversed(every) if s.text.strip() and len(s.text) <= _CHARS_MAX}
    held = {one.sentence.text for one in read_written_chat(held=True)}
    return [kept[text] for text in sorted(kept.keys() - held)]


def _renamed(written: Iterable[Written], seed: int) -> Iterator[Sentence]:
    """Yield the sentences with other names in the place of those that are marked."""
    pools = {language: NamePool(language, held=False) for language in LANGUAGES}
    chance = random.Random(seed)  # noqa: S311  training data
    for one in written:
        if one.language in _INFLECTED or one.language not in pools or not one.sentence.spans:
            continue
        text, spans, reached = "", list[tuple[int, int, str]](), 0
        for start, end, _ in one.sentence.spans:
            said = one.sentence.text[start:end]
            name = take_name("P" if " " in said else "G", pools[one.language], chance)
            name = name.lower() if said.islower() else name
            text += one.sentence.text[reached:start]
            spans.append((len(text), len(text) + len(name), "PERSON"))
            text, reached = text + name, end
        yield Sentence(text + one.sentence.text[reached:], tuple(spans))


def _plain_talk(entities: Path) -> Iterator[Sentence]:
    """Yield clean sentences of every served language that name nobody."""
    texts = write_phrases_clean().unique("group", keep="first", maintain_order=True)["text"]
    found = EntityModel(entities).find(texts.to_list())
    for text, findings in zip(texts, found, strict=True):
        if findings is not None and not any(f.entity_type == "PERSON" for f in findings):
            yield Sentence(text, ())
