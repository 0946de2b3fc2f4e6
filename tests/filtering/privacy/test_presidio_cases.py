"""Where our rules differ from Presidio's tests, `presidio_cases.yaml` has the reason."""

import hashlib
from pathlib import Path

import polars as pl
import pytest
import yaml

from pipelines.filtering.privacy.rules import IdentifierRules
from tests.factories import ROOT

HERE = Path(__file__).parent
CASES = ROOT.parent / "shared" / "data" / "pii" / "presidio_recogniser_cases.parquet"
TOLD = yaml.safe_load((HERE / "presidio_cases.yaml").read_text("utf-8"))


def key_of(recogniser: str, text: str) -> str:
    """Return the name of a case in the file: a hash, since its text is not ours to copy."""
    return hashlib.sha256(f"{recogniser}|{text}".encode()).hexdigest()[:12]


def differing() -> dict[str, str]:
    """Return the cases whose findings differ in number or span from what Presidio wants, by key."""
    table = pl.read_parquet(CASES)
    differ = {}
    for found, (recogniser, text, expected, spans) in zip(
        IdentifierRules().find(table["text"].to_list()), table.iter_rows(), strict=True
    ):
        wanted = [(span["start"], span["end"]) for span in spans or ()]
        said = [(finding.start, finding.end) for finding in found or ()]
        count = len(wanted) if expected is None else expected
        if len(said) != count or (count and wanted and said != wanted):
            differ[key_of(recogniser, text)] = f"{recogniser}: {text!r} {said}"
    return differ


def test_every_reason_is_written_out_and_used() -> None:
    """A code without a sentence explains nothing."""
    assert set(TOLD["cases"].values()) == set(TOLD["reasons"])
    assert all(len(reason.split()) > 4 for reason in TOLD["reasons"].values())


@pytest.mark.skipif(not CASES.exists(), reason="the cases lie beside a checkout, not in it")
def test_every_case_that_differs_is_explained_and_no_other() -> None:
    """A changed rule must not silently change one of them, for better or worse."""
    differ = differing()

    assert {case: said for case, said in differ.items() if case not in TOLD["cases"]} == {}
    assert sorted(set(TOLD["cases"]) - set(differ)) == []
