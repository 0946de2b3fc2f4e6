"""Other names and streets in the same sentences: a model learns where names occur, not which."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pipelines.training.privacy import Sentence
from pipelines.word_files import read_word_file

_ORDER = 3  # letters that decide the next one of an invented name
_NAME_LETTERS = range(3, 13)
_INVENTED_SHARE = 0.35
_JOINED_NAMES_MAX = 4
_STREET_WORDS = Path(__file__).parent / "street_words.yaml"


def gather_names(sentences: Iterable[Sentence]) -> list[str]:
    """Return the words of the persons in Latin letters with a capital first letter, sorted."""
    words = {
        word
        for sentence in sentences
        for start, end, label in sentence.spans
        if label == "PERSON"
        for word in sentence.text[start:end].split()
    }
    return sorted(
        w for w in words if len(w) in _NAME_LETTERS and w.isalpha() and w.istitle() and w < "\u0250"
    )


def invent_names(names: Sequence[str], count: int, seed: int) -> list[str]:
    """Return made-up names that sound like these: letters follow one another as in them."""
    follow: Mapping[str, list[str]] = defaultdict(list)
    for name in names:
        marked = "^" * _ORDER + name + "$"
        for at in range(_ORDER, len(marked)):
            follow[marked[at - _ORDER : at]].append(marked[at])
    chance = random.Random(seed)  # noqa: S311  not for secrets
    invented: dict[str, None] = {}
    while len(invented) < count:
        said = "^" * _ORDER
        while not said.endswith("$") and len(said) < _NAME_LETTERS.stop + _ORDER:
            said += chance.choice(follow[said[-_ORDER:]])
        word = said.strip("^$")
        if said.endswith("$") and len(word) in _NAME_LETTERS:
            invented[word] = None
    return list(invented)


def swap_spans(
    sentences: Iterable[Sentence], names: Sequence[str], seed: int
) -> Iterator[Sentence]:
    """Yield each sentence that names a person or a street with others in their place.

    The same text gets the same replacement within a sentence; a third of the names are invented;
    as many words as before, written as before (capitals, lower case).
    """
    chance = random.Random(seed)  # noqa: S311  not for secrets
    invented = invent_names(names, len(names), seed)
    for sentence in sentences:
        if any(label in {"PERSON", "STREET_ADDRESS"} for *_, label in sentence.spans):
            yield _swap(sentence, names, invented, chance)


def _swap(
    sentence: Sentence, names: Sequence[str], invented: Sequence[str], chance: random.Random
) -> Sentence:
    text, spans, reached = "", list[tuple[int, int, str]](), 0
    known: dict[str, str] = {}
    for start, end, label in sorted(sentence.spans):
        if start < reached:
            continue
        said = sentence.text[start:end]
        if said not in known:
            known[said] = _other(said, label, names, invented, chance)
        text += sentence.text[reached:start]
        spans.append((len(text), len(text) + len(known[said]), label))
        text += known[said]
        reached = end
    return Sentence(text + sentence.text[reached:], tuple(spans))


def _other(
    said: str, label: str, names: Sequence[str], invented: Sequence[str], chance: random.Random
) -> str:
    words = said.split()
    if label == "STREET_ADDRESS" and not said.isdigit():
        return write_street(names, chance)
    if (
        label != "PERSON"
        or len(words) > _JOINED_NAMES_MAX
        or not all(w[0] < "\u0250" for w in words)
    ):
        return said
    pool = invented if chance.random() < _INVENTED_SHARE else names
    other = " ".join(w if len(w.strip(".")) == 1 else chance.choice(pool) for w in words)
    if said.islower():
        return other.lower()
    # "Al" may be "AL".
    return other.upper() if said.isupper() and len(said) > 3 else other  # noqa: PLR2004


def write_street(names: Sequence[str], chance: random.Random) -> str:
    """Return a street and house number as they are written in one of many countries."""
    words = read_word_file(_STREET_WORDS)
    number = str(chance.randint(1, 9999 if chance.random() < 0.4 else 220))  # noqa: PLR2004
    stems = words["stems"] if chance.random() < 0.6 else names  # noqa: PLR2004
    stem = chance.choice(stems)
    kind = chance.randrange(4)
    if kind == 0:
        street = stem + chance.choice(words["glued_endings"])
    elif kind == 1:
        street = f"{stem} {chance.choice(words['words_behind'])}"
    elif kind == 2:  # noqa: PLR2004  the third form of four
        street = f"{chance.choice(words['words_before'])} {stem}"
        if chance.random() < 0.4:  # noqa: PLR2004
            street += f" {chance.choice(names)}"
    else:
        street = f"{stem} {chance.choice(names)}"
    first = chance.random() < (0.8 if kind == 1 else 0.3)
    said = f"{number} {street}" if first else f"{street}{chance.choice((' ', ' ', ', '))}{number}"
    if chance.random() < 0.25:  # noqa: PLR2004
        said += chance.choice((" ", ", ")) + chance.choice(words["units"]).format(
            n=chance.randint(1, 999)
        )
    return said
