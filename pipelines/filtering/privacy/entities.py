"""The model of privacy: a spaCy pipeline that finds persons and addresses, sentence by sentence."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from pipelines.errors import ConfigurationError
from pipelines.filtering.privacy.cued_names import CuedNames
from pipelines.filtering.privacy.entity_spans import SCORE, tidy_span
from pipelines.filtering.privacy.evidence_words import WORD, NameLists, find_words, read_words
from pipelines.filtering.privacy.findings import Finding, merge_findings
from pipelines.filtering.privacy.listed_forms import LISTS, sure_names
from pipelines.filtering.privacy.listed_names import ListedNames
from pipelines.filtering.privacy.markup import blank_markup
from pipelines.filtering.privacy.name_tagger import SOURCES as TAGGER_SOURCES
from pipelines.filtering.privacy.name_tagger import NameTagger
from pipelines.filtering.privacy.names_in_context import Reading, settle_names
from pipelines.filtering.privacy.no_persons import CUES, is_nobody, ordinary_words
from pipelines.filtering.privacy.no_persons import LISTS as NO_PERSONS
from pipelines.filtering.privacy.shaped_names import ShapedNames
from pipelines.identity import fingerprint
from pipelines.models.checksums import require_sums
from pipelines.models.fast_ner import Entity, EntityReader, open_reader
from pipelines.models.fast_tok2vec import speed_up
from pipelines.models.model_places import find_files
from pipelines.models.source_revision import fingerprint_sources, modules_of
from pipelines.models.spacy_folder import load_spacy

COMMON_WORDS = "common_words.txt"
"""Beside a model: words that name nobody in small letters; without it all is read."""
NAME_WORDS = "name_words.txt"
"""Beside a model: words of names, that call for a look even in lower case, or with a capital."""
CUE_WORDS = "cue_words.txt"
"""Beside a model: words such as "friend", beside which a strange word may be a name."""

TYPES: Mapping[str, str] = {"PERSON": "PERSON", "PER": "PERSON", "STREET_ADDRESS": "STREET_ADDRESS"}
"""From labels of pipelines to entity types; labels not named here are left out."""
_REMEDY = (
    "Train it with jobs/train_privacy.py, or give the folder of a spaCy pipeline with an entity "
    "model."
)
# Not behind "Dr.", "J." or "Mrs."; it begins with the blank, so that nothing else is looked behind
_BREAK = re.compile(r"\s(?:(?<=[^\W\d_A-Z]{3}[.!?]\s)\s*|(?<=[।?!]\s)\s*|(?<=\n)\s*\n)")
SOURCES: tuple[str | Path, ...] = (
    *modules_of(
        "pipelines.filtering.privacy",
        "address_tail",
        "address_words",  # what counts something is no house number
        "called_names",
        "character_names",
        "cued_names",
        "entities",
        "entity_spans",
        "evidence_words",
        "fiction",
        "findings",
        "inflection",
        "listed_forms",
        "listed_names",
        "listed_sentence",
        "markup",
        "names_in_context",
        "names_chinese",
        "names_japanese",
        "names_korean",
        "names_latin",
        "names_romanised",
        "no_persons",
        "prefilter",
        "segmenting",
        "shaped_names",
        "settings",
    ),
    *modules_of(
        "pipelines.models", "checksums", "fast_ner", "fast_tok2vec", "model_places", "spacy_folder"
    ),
    *TAGGER_SOURCES,
    CUES,
    LISTS,
    NO_PERSONS,
)
"""What decides, beside the model's folder, what is found."""
_PIECE_CHARS = 400
_BATCH = 256
_SENTENCES_KEPT = 16_384
_NEXT = re.compile(rf" ({WORD.pattern})")
_LAST = re.compile(rf"(?<![^\W_])({WORD.pattern}) \Z")
_NAME_CHARS = 40
_NAME_MIN = 3  # letters of a name that is looked for once more
_HOUSE = re.compile(  # a street of everyday words ("Calle Mayor 12", "12 High Street") is one too
    r"\d[a-z]?,? [A-ZÀ-Þ]|[A-ZÀ-Þ][^\W\d_]{2,30},? (?:[Nn][ro]?[.º°]? ?|# ?)?\d{1,4}(?!\d)"
)
_DIGIT = re.compile(r"\d")


def _holds_house(piece: str) -> bool:
    """Say whether a street with a number may stand here; most sentences have no digit at all."""
    return _DIGIT.search(piece) is not None and _HOUSE.search(piece) is not None


def split_pieces(text: str) -> Iterator[tuple[int, str]]:
    """Yield a text's sentences with their offsets, none longer than 400 characters."""
    start = 0
    for stop in [*(m.end() for m in _BREAK.finditer(text)), len(text)]:
        while stop - start > _PIECE_CHARS:
            space = text.rfind(" ", start + _PIECE_CHARS // 2, start + _PIECE_CHARS)
            end = space + 1 if space >= 0 else start + _PIECE_CHARS
            yield start, text[start:end]
            start = end
        if stop > start:
            yield start, text[start:stop]
        start = stop


class EntityModel:
    """Finds persons and street addresses with a spaCy pipeline.

    A sentence is read on its own, so what is found in it depends on nothing else. Where the
    folder holds `COMMON_WORDS`, a finding counts only if it has a word beyond them that is
    written with a capital, stands in `NAME_WORDS`, has a script without capitals, or stands in a
    sentence with a cue such as "my name is"; or a common one that is a name, with a capital inside
    the sentence. A sentence without such a word need not be read, but by a tagger where a word of
    it is not common.

    Args:
        path: folder of a spaCy pipeline whose documents have entities.
        tagger: place of a name tagger (`shipped/NAME` or a path), which judges by its sentence what
            lists and pipeline found; None = they have the last word.
        types: from the pipeline's labels to entity types; labels not named are left out.
        screened: leave out sentences that can hold no finding that counts; the findings are the
            same.
        chars_max: most characters of unread sentences in one text, else it counts as failed
            (a text of a megabyte would hold up its batch).

    Raises:
        ConfigurationError: no folder, or one that spaCy cannot load.
    """

    name = "ner"

    def __init__(
        self,
        path: Path | None = None,
        *,
        tagger: str | None = None,
        types: Mapping[str, str] = TYPES,
        screened: bool = True,
        chars_max: int = 100_000,
    ) -> None:
        self._reader = _load(path)
        self._tagger = None if tagger is None else NameTagger(find_files(tagger))
        self._types = dict(types)
        self._screened = screened
        self._chars_max = chars_max
        folder = Path(path or "")
        common = read_words(folder / COMMON_WORDS)
        if common:  # what our own lists know for sure is no everyday word, whatever texts hold
            common = (common - sure_names()) | ordinary_words()
        self._lists = NameLists(
            common,
            read_words(folder / NAME_WORDS),
            read_words(folder / CUE_WORDS),
        )
        # A sentence is asked about twice, whether it may hold a name and which.
        self._telling = lru_cache(_SENTENCES_KEPT)(self._tell)
        self._hinting = lru_cache(_SENTENCES_KEPT)(self._hint)
        self._cues = CuedNames(self._lists)
        self._listed = ListedNames(self._lists.common, self._lists.names)
        self._shaped = ShapedNames(self._lists, self._listed)
        self.revision = fingerprint(
            _content_hash(folder),
            fingerprint_sources(*SOURCES),
            repr((sorted(self._types.items()), chars_max)),
            "" if self._tagger is None else self._tagger.revision,
        )

    def find(self, texts: Sequence[str]) -> list[list[Finding] | None]:
        """Return what each text holds, in order of start; None = the model failed on that text."""
        pieces = [self._pieces(blank_markup(text)) for text in texts]
        found = self._read({piece for parts in pieces for _, piece in parts or ()})
        return [None if parts is None else _shifted(parts, found) for parts in pieces]

    def _pieces(self, text: str) -> list[tuple[int, str]] | None:
        try:
            text.encode()
        except UnicodeEncodeError:  # a lone surrogate is no text that spaCy could hold
            return None
        wanted, seen, chars = list[tuple[int, str]](), set[str](), 0
        for start, piece in split_pieces(text):
            if not self._may_hold(piece):
                continue
            wanted.append((start, piece))
            if piece not in seen:
                seen.add(piece)
                chars += len(piece)
                if chars > self._chars_max:
                    return None
        return wanted

    def _may_hold(self, piece: str) -> bool:
        if not self._lists.common or not self._screened:
            return bool(piece.strip())
        return self._hinting(piece) or self._is_strange(piece)

    def _is_strange(self, piece: str) -> bool:
        return self._tagger is not None and self._lists.has_strange(piece)

    def _hint(self, piece: str) -> bool:
        """Say whether house numbers, lists or cues hint at an address or a name."""
        if _holds_house(piece):
            return True
        if self._listed.may_hold(piece) or any(True for _ in self._shaped.accounts(piece)):
            return True
        return not self._lists.is_plain(piece) and (
            bool(self._telling(piece))
            or bool(self._cues.find(piece))
            or bool(self._shaped.small(piece))
        )

    def _tell(self, piece: str) -> tuple[tuple[int, int], ...]:
        return tuple(self._lists.telling(piece))

    def _read(self, pieces: set[str]) -> dict[str, list[Finding] | None]:
        ordered = sorted(pieces, key=lambda piece: (len(piece), piece))
        found: dict[str, list[Finding] | None] = {}
        for at in range(0, len(ordered), _BATCH):
            found.update(self._read_batch(ordered[at : at + _BATCH]))
        return found

    def _read_batch(self, pieces: Sequence[str]) -> dict[str, list[Finding] | None]:
        try:
            read = self._reader.read(pieces)
            readings = [
                self._reading(piece, found) for piece, found in zip(pieces, read, strict=True)
            ]
            settled = self._settle(readings)
            return {
                reading.text: _finish(reading, found)
                for reading, found in zip(readings, settled, strict=True)
            }
        except Exception:  # noqa: BLE001  a model that raises answers for one text alone
            if len(pieces) == 1:
                return {pieces[0]: None}
            return {
                key: value for piece in pieces for key, value in self._read_batch([piece]).items()
            }

    def _reading(self, text: str, entities: Sequence[Entity]) -> Reading:
        """Return what pipeline and lists say of a sentence."""
        spans = ((self._types.get(label), start, end) for label, start, end in entities)
        tidy = [tidy_span(text, kind, start, end) for kind, start, end in spans if kind]
        found = [finding for finding in tidy if finding is not None]
        if not self._lists.common:
            return Reading(text, found)
        tells = sorted({*self._telling(text), *self._listed.unsure(text)})
        house = _holds_house(text)
        found = [
            f
            for f in found
            if (house and f.entity_type == "STREET_ADDRESS")
            or any(start < f.end and f.start < end for start, end in tells)
        ]
        found = [
            f
            for f in found
            if f.entity_type != "PERSON" or not self._listed.is_word_here(text, f.start, f.end)
        ]
        found = [self._grown(text, f) if f.entity_type == "PERSON" else f for f in found]
        cued = self._cues.find(text)
        listed = (span for span in self._listed.find(text) if not is_nobody(text, *span))
        found += self._shaped.find(text)
        found += [Finding("PERSON", start, end, SCORE) for start, end in (*cued, *listed)]
        accounts = ((f.start, f.end) for f in self._shaped.accounts(text))
        plain = {
            word.span()
            for word in find_words(text)
            if word[0].islower() and word[0] in self._lists.common
        }
        strange = not self._hinting(text) and self._is_strange(text)
        return Reading(text, found, (*cued, *accounts), tells, plain, strange)

    def _settle(self, readings: Sequence[Reading]) -> list[list[Finding]]:
        """Return the findings of each sentence, as the tagger leaves them where there is one."""
        if self._tagger is None:
            return [list(reading.findings) for reading in readings]
        return settle_names(readings, self._tagger)

    def _grown(self, text: str, person: Finding) -> Finding:
        """Return a person with the names that stand right beside it, as "पूजा" with "वर्मा"."""
        start, end = person.start, person.end
        while (behind := _NEXT.match(text, end)) and self._lists.is_name(behind[1]):
            end = behind.end()
        while (
            before := _LAST.search(text, max(0, start - _NAME_CHARS), start)
        ) and self._lists.is_name(before[1]):
            start = before.start(1)
        return Finding(person.entity_type, start, end, person.score)


def _finish(reading: Reading, found: Sequence[Finding]) -> list[Finding]:
    """Return the findings with those that follow from them: names once more, the signs before."""
    whole = [*found, *_again(reading.text, found, reading.words)]
    return [*_signs(reading.text, whole), *whole]


def _signs(text: str, found: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the sign before an account's name where a blank parts them, as in tokenised posts."""
    for f in found:
        if f.entity_type == "PERSON" and text[max(0, f.start - 2) : f.start] == "@ ":
            yield Finding(f.entity_type, f.start - 2, f.start - 1, f.score)


def _again(
    text: str, found: Sequence[Finding], telling: Sequence[tuple[int, int]]
) -> Iterator[Finding]:
    """Yield the words of found persons where they stand once more."""
    persons = [(f.start, f.end) for f in found if f.entity_type == "PERSON"]
    said = {
        text[start:end]
        for start, end in telling
        for a, b in persons
        if a <= start
        and end <= b
        and _NAME_MIN <= end - start < b - a  # of a name of several words
    }
    for start, end in telling if said else ():
        if text[start:end] in said and not any(start < f.end and f.start < end for f in found):
            yield Finding("PERSON", start, end, SCORE)


def _shifted(
    parts: Iterable[tuple[int, str]], found: Mapping[str, Sequence[Finding] | None]
) -> list[Finding] | None:
    shifted = []
    for offset, piece in parts:
        answer = found[piece]
        if answer is None:
            return None
        shifted.append(
            [Finding(f.entity_type, f.start + offset, f.end + offset, f.score) for f in answer]
        )
    return merge_findings(shifted)


def _load(path: Path | None) -> EntityReader:
    if path is None or not path.is_dir():
        message = f"models: the entity model's folder {path} is missing. {_REMEDY}"
        raise ConfigurationError(message)
    require_sums(path, _REMEDY)
    try:
        return open_reader(speed_up(load_spacy(path)))
    except Exception as error:
        message = (
            f"models: {path} is no readable spaCy pipeline ({type(error).__name__}). {_REMEDY}"
        )
        raise ConfigurationError(message) from error


def _content_hash(folder: Path) -> str:
    digest = sha256()
    for file in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".md"):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
