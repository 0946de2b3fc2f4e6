"""Spans of the entity model as findings: their edges, and what is too little or something else."""

# ruff: noqa: RUF001  typographic marks

import re

from pipelines.filtering.privacy.address_words import counts_something
from pipelines.filtering.privacy.fiction import FICTION, SOFTWARE
from pipelines.filtering.privacy.findings import Finding
from pipelines.filtering.privacy.no_persons import NUMBERS, is_nobody

SCORE = 0.85
"""Of a span of the entity model: spaCy's greedy parser gives none, and this is Presidio's own."""
_INITIAL = re.compile(r"[ .][^\W\d_]\Z")  # "Seth K." keeps its full stop
_EDGE = " \t\n\r\f\v\u00a0.,;:!?¡¿'\"“”‘’()[]{}<>*_~|/\\-–—&+=#@"
_LETTERS_MIN = 2
_ADDRESS_CHARS_MIN = 6
_NUMBER_CHARS = 8
_NOBODY = FICTION | SOFTWARE
_LEADING_NUMBER = re.compile(r"\d{1,6}")
_NO_ADDRESS = re.compile(
    # a day and no other number ("17 Agustus 1945", "29 Ekim 2023'te yüzüncü")
    r"\d{1,2}[.ºª°]?\s(?:d[ei]l?\s)?[^\W\d_]{3,}\.?,?\s(?:del?\s)?(?:1[5-9]|20)\d\d"
    r"(?:['’]?[^\W\d_]{1,4})?(?:\s\D*)?"
    r"|[^\W\d_]+\s\d{4,}[-/]\d{4,}"  # one word and the number of an order
    r"|\D*\s(?:e[nm]|i[nm]|nel|w|в|anno)\s(?:1[0-9]|20)\d\d"  # a year alone: "Louis XIV en 1683"
    r"|(?:[^\W\d_]+\s)?[\da-f]{8}-(?:[\da-f]{4}-){2}.*",  # a UUID
    re.IGNORECASE,
)
_ROMAN = re.compile(r"(?=.{3})L?X{0,4}(?:IX|IV|V?I{0,3})")
_EASTERN = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
_NUMBER_BEFORE = re.compile(r"(?<![\w.,$])\d{1,6},? \Z")  # a house number that the model left out


def tidy_span(text: str, entity_type: str, start: int, end: int) -> Finding | None:
    """Cut the edge marks off a span; None where too little is left for its type."""
    if entity_type == "STREET_ADDRESS":
        end = start + len(text[start:end].partition("\n")[0])  # a line of a form is one thing
        number = _NUMBER_BEFORE.search(text, max(0, start - _NUMBER_CHARS), start)
        start = number.start() if number else start
    said = text[start:end]
    edge = _EDGE.replace("_", "") if text[:start].endswith("@ ") else _EDGE  # accounts end in it
    start += len(said) - len(said.lstrip(edge))
    bare = said.strip(edge)
    stop = said.lstrip(edge)[len(bare) : len(bare) + 1]
    said = (
        bare + stop if stop == "." and _INITIAL.search(bare) and entity_type == "PERSON" else bare
    )
    letters, digits = sum(map(str.isalpha, said)), sum(map(str.isdigit, said))
    if letters < _LETTERS_MIN:
        return None
    if entity_type == "PERSON" and (
        digits > letters
        or (digits and (" " in said or _EASTERN.search(said)))
        or "://" in said
        or said.casefold().removesuffix("'s") in _NOBODY
        or said.casefold() in NUMBERS
        or _ROMAN.fullmatch(said)
        or is_nobody(text, start, start + len(said))
    ):
        return None  # "SKU-779" and "driver 408" are things
    if entity_type == "STREET_ADDRESS" and (
        _is_measure(text.lower(), start, said) or _NO_ADDRESS.fullmatch(said)
    ):
        return None
    if entity_type == "STREET_ADDRESS" and (
        len(said) < _ADDRESS_CHARS_MIN or not any(map(str.isdigit, said))
    ):
        return None
    return Finding(entity_type, start, start + len(said), SCORE)


def _is_measure(low: str, start: int, said: str) -> bool:
    """Say whether the number that begins an address counts something: "180 Grad Umluft, 35"."""
    number = _LEADING_NUMBER.match(said)
    return number is not None and counts_something(low, start + number.end())
