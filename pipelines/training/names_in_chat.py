"""Chat of our own with marked names, in fifteen languages, by writers who read nothing of ours.

A third of the sentences name somebody, a third hold the same words in another sense or other names,
a third is everyday talk. The texts are in `names_in_chat/`, one file per language.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from pipelines.training.privacy import Sentence
from pipelines.training.privacy_frames import is_held
from pipelines.word_files import read_lines

_FOLDER = Path(__file__).parent / "names_in_chat"
_MARK = re.compile(r"\[\[(.+?)\]\]")


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence of our own chat, with the names that are marked in it."""

    language: str
    sentence: Sentence


def read_written_chat(*, held: bool) -> list[Written]:
    """Return the sentences of `names_in_chat`: those held out to measure, or the others.

    A line is a sentence; a name stands in `[[ ]]`. An eighth is held out, by a hash of its letters.
    """
    return [
        Written(file.stem, sentence)
        for file in sorted(_FOLDER.glob("*.txt"))
        for sentence in map(_read_marks, read_lines(file))
        if is_held(sentence.text) is held
    ]


def _read_marks(line: str) -> Sentence:
    """Return a line without its marks.

    >>> _read_marks("is [[Ann]] here?")
    Sentence(text='is Ann here?', spans=((3, 6, 'PERSON'),))
    """
    text, spans, reached = "", list[tuple[int, int, str]](), 0
    for mark in _MARK.finditer(line):
        text += line[reached : mark.start()]
        spans.append((len(text), len(text) + len(mark[1]), "PERSON"))
        text, reached = text + mark[1], mark.end()
    return Sentence(text + line[reached:], tuple(spans))
