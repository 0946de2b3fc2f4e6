"""No text of an identifier stands in a table: rules read every string that is stored again."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from pipelines.auditing.findings import Finding, Invariant, find_ids, show_id
from pipelines.auditing.night import AuditedNight
from pipelines.filtering.facts import in_placeholder
from pipelines.filtering.privacy.rules import IdentifierRules
from pipelines.filtering.privacy.settings import PrivacyLimits
from pipelines.intake.carried import PLAIN_COLUMNS, Holds, clear_texts
from schemas.samples import SAMPLES

_PURGE = (
    "Erase the conversation by jobs/erase.py, or run the night again by jobs/curate.py and vacuum "
    "the table; the text stays in the table's history until then."
)

INVARIANTS = (
    Invariant(
        "unredacted",
        "No published text, name or value of a column holds an identifier that the rules find.",
        _PURGE,
    ),
    Invariant(
        "quarantine_unredacted",
        "A row of quarantine holds no text: only codes, and how long each text was.",
        _PURGE,
    ),
)
_TEXTS = ("prompt", "messages")
_NAMED = {"clusters": ("name",), "constraints": ("value",)}
"""Columns of other tables that quote what was sent: the words of a cluster, a bounded value."""
_IDS = {"sample_id", "conversation_id", "user_key", "character_id", "text_hash", "ds", "run_id"}
"""Never cleared: rows are found by them. See `pipelines.intake.carried`."""
_LENGTH = re.compile(r"<\d+ characters>")
_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_MESSAGE = re.compile(r"(system|user|assistant|<unknown role>): (null|<\d+ characters>)")


@cache
def _rules() -> IdentifierRules:
    return IdentifierRules()


def check_texts(night: AuditedNight) -> Iterator[Finding]:
    """Yield rows in which the rules find an identifier.

    Published texts are read as the second scan of Phase I reads them: what a placeholder explains,
    and types that the run leaves in a text, are none.
    """
    own = [*PLAIN_COLUMNS, *_extra(night.tables["samples"])]
    wanted = {"samples": own, "train": [*_TEXTS, *own], "eval": [*_TEXTS, *own], **_NAMED}
    columns = [
        (name, column, night.tables[name][column].to_arrow())
        for name, names in wanted.items()
        for column in names
        if column in night.tables[name].columns
    ]
    holds = _read_once(
        [values for _, _, values in columns], night.limits.privacy or PrivacyLimits()
    )
    hits = [(name, column, clear_texts(values, holds)[1]) for name, column, values in columns]
    for name in wanted:
        mine = {column: hit for table, column, hit in hits if table == name and hit.any()}
        if mine:
            yield _tell(name, night.tables[name], mine)
    yield from _check_quarantine(night.tables["quarantine"])


def _read_once(columns: Sequence[pa.Array], limits: PrivacyLimits) -> Holds:
    """Return what says of columns' texts whether they hold an identifier; each is read once."""
    texts: dict[str, None] = {}

    def gather(found: Sequence[str]) -> list[bool]:
        texts.update(dict.fromkeys(found))
        return [False] * len(found)

    for values in columns:
        clear_texts(values, gather)
    known = dict(zip(texts, hold_identifiers(list(texts), limits), strict=True))
    return lambda asked: [known[text] for text in asked]


def _tell(name: str, rows: pl.DataFrame, hits: Mapping[str, NDArray[np.bool_]]) -> Finding:
    is_bad = np.logical_or.reduce(list(hits.values()))
    note = ", ".join(show_id(column) for column in hits)
    ids = rows.filter(pl.Series(is_bad))["sample_id"].to_list() if "sample_id" in rows else []
    return find_ids("unredacted", name, ids, note, int(is_bad.sum()))


def hold_identifiers(texts: Sequence[str], limits: PrivacyLimits) -> list[bool]:
    """Return whether each text holds an identifier by the rules; one they cannot read does."""
    return [
        found is None
        or any(
            not in_placeholder(text, f) and not limits.leaves(f.entity_type, f.score) for f in found
        )
        for text, found in zip(texts, _rules().find(texts), strict=True)
    ]


def _extra(samples: pl.DataFrame) -> list[str]:
    """Return the columns that the traffic carries beyond the contract's."""
    return [name for name in samples.columns if name not in SAMPLES.names and name not in _IDS]


def _check_quarantine(rows: pl.DataFrame) -> Iterator[Finding]:
    is_bad = [not _is_redacted(row) for row in rows["row"].fill_null("").to_list()]
    if any(is_bad):
        bad = rows.filter(pl.Series(is_bad))
        yield find_ids("quarantine_unredacted", "quarantine", bad["conversation_id"].to_list())


def _is_redacted(row: str) -> bool:
    """Whether a row of quarantine is as `pipelines.intake.conversations.redact_row` writes it."""
    try:
        shown = json.loads(row)
        messages = shown.pop("messages", [])
    except (ValueError, AttributeError):
        return False
    parts = shown.pop("parts", [])
    lines = isinstance(messages, list) and all(_is_line(message) for message in messages)
    kinds = isinstance(parts, list) and all(_is_code(part) for part in parts)
    return lines and kinds and all(_is_code(value) for value in shown.values())


def _is_line(message: object) -> bool:
    return message is None or (isinstance(message, str) and _MESSAGE.fullmatch(message) is not None)


def _is_code(value: object) -> bool:
    if value is None or isinstance(value, int):
        return True
    if not isinstance(value, str):
        return False
    return _CODE.fullmatch(value) is not None or _LENGTH.fullmatch(value) is not None
