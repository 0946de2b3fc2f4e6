"""Load a spaCy model without the parts of other packages, unless it uses one of them."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import spacy
from spacy.language import Language


def load_spacy(folder: Path) -> Language:
    """Return the pipeline of a folder.

    spaCy first imports every package that offers parts of pipelines. Presidio does, and brings
    transformers with it: 6 processor seconds for a model that uses none of either.

    Raises:
        OSError, ValueError: the folder is not one of spaCy's, or is damaged.
    """
    # Why it failed is told by the second call, which is the library's own.
    with contextlib.suppress(Exception), _without_offers():
        return spacy.load(folder)
    return spacy.load(folder)


@contextlib.contextmanager
def _without_offers() -> Iterator[None]:
    offered = spacy.util.registry._entry_point_factories  # noqa: SLF001 it has no public name
    was, offered.entry_points = offered.entry_points, False
    try:
        yield
    finally:
        offered.entry_points = was
