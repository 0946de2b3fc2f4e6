"""The codes of languages, and the code that is meant by a text that is not a code."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from pipelines.models.answers import UNCERTAIN_LANGUAGE
from pipelines.word_files import read_word_file

_NAMES = Path(__file__).with_name("codes.yaml")


@cache
def language_codes() -> Mapping[str, tuple[str, ...]]:
    """Return the codes of ISO 639-1, each with the names that people write, in lower case."""
    table = read_word_file(_NAMES)
    return {code: tuple(name.lower() for name in names) for code, names in table.items()}


def explain_code(code: str) -> str:
    """Return why a text is no code of a language of a prompt, and which is meant; empty for a code.

    >>> explain_code("EN"), explain_code("en")
    ('EN is no code of ISO 639-1, write en', '')
    """
    if code in language_codes():
        return ""
    if code.lower() == UNCERTAIN_LANGUAGE:
        return (
            f"{code} means that the language is not certain, which no setting serves; take it out"
        )
    meant = _guess(code)
    remedy = f"write {meant}" if meant else "write one such as en, es or hi"
    return f"{code} is no code of ISO 639-1, {remedy}"


def _guess(text: str) -> str | None:
    lower = text.strip().lower()
    codes, first = language_codes(), re.split(r"[-_ ]", lower, maxsplit=1)[0]
    of_name = {name: code for code, names in codes.items() for name in names}
    for known in (of_name.get(lower), first if first in codes else None, of_name.get(first)):
        if known is not None:
            return known
    near = get_close_matches(lower, of_name, n=1, cutoff=0.75)
    return of_name[near[0]] if near else None
