"""Great Expectations suites: what may enter the phases, what may be published."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import great_expectations as gx
import great_expectations.expectations.core as gxe
import polars as pl
from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.expectation import Expectation
from pyspark.sql import DataFrame

from pipelines.checks import Check

# Every other format but BOOLEAN_ONLY quotes values of the rows.
_FORMAT = {"result_format": "SUMMARY", "partial_unexpected_count": 0}


@dataclass(frozen=True, slots=True)
class Suite:
    """A named list of expectations."""

    name: str
    expectations: Sequence[Expectation]


def samples_suite() -> Suite:
    """Return what the samples of a night must be before any phase decides about them."""
    return Suite(
        "samples",
        [
            # Empty frames pass every other expectation.
            gxe.ExpectTableRowCountToBeBetween(min_value=1),
            gxe.ExpectColumnValuesToNotBeNull(column="conversation_id"),
            gxe.ExpectColumnValuesToBeUnique(column="sample_id"),
            gxe.ExpectColumnValueLengthsToEqual(column="user_key", value=32),
            gxe.ExpectColumnValuesToBeBetween(column="turn_index", min_value=0),
            gxe.ExpectColumnValuesToBeInSet(column="source", value_set=["user", "internal"]),
            gxe.ExpectColumnValuesToBeInSet(
                column="difficulty", value_set=["low", "medium", "high", "unknown"]
            ),
            gxe.ExpectColumnValuesToBeBetween(column="quality", min_value=0.0, max_value=1.0),
        ],
    )


def published_suite() -> Suite:
    """Return what the rows of train and eval must be."""
    return Suite(
        "published",
        [
            gxe.ExpectTableRowCountToBeBetween(min_value=1),
            gxe.ExpectColumnValuesToBeUnique(column="sample_id"),
            gxe.ExpectColumnValueLengthsToEqual(column="text_hash", value=64),
            gxe.ExpectColumnValuesToBeBetween(column="prompt_chars", min_value=1),
            gxe.ExpectColumnValuesToBeBetween(column="weight", min_value=0.0, strict_min=True),
        ],
    )


def validate(suite: Suite, rows: pl.DataFrame | DataFrame, what: str) -> list[Check]:
    """Return one check per expectation of a suite.

    Args:
        suite: what is expected.
        rows: only the columns the suite reads, no text; of Polars in a small night, where
            pandas checks them five times faster than Spark jobs, of Spark in a large one.
        what: the rows, in words.
    """
    is_local = isinstance(rows, pl.DataFrame)
    with _quiet():
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        sources = context.data_sources
        source = (
            sources.add_pandas(suite.name)
            if is_local
            else sources.add_spark(suite.name, persist=True)
        )
        asset = source.add_dataframe_asset(name=suite.name)
        batch = asset.add_batch_definition_whole_dataframe("night")
        frame = rows.to_pandas() if isinstance(rows, pl.DataFrame) else rows
        expected = ExpectationSuite(name=suite.name, expectations=list(suite.expectations))
        found = batch.get_batch(batch_parameters={"dataframe": frame}).validate(
            expected, result_format=_FORMAT
        )
    return [_check(suite.name, what, result) for result in found.results]


def _check(suite: str, what: str, result: object) -> Check:
    config = result.expectation_config  # type: ignore[attr-defined]
    column = config.kwargs.get("column")
    counts = result.result  # type: ignore[attr-defined]
    shown = {
        key: counts[key]
        for key in ("observed_value", "element_count", "unexpected_count")
        if key in counts
    }
    subject = f" of {column}" if column else ""
    return Check(
        name=f"{suite}.{config.type.removeprefix('expect_')}{f'.{column}' if column else ''}",
        promise=f"{what}: {config.type.removeprefix('expect_').replace('_', ' ')}{subject}",
        passed=bool(result.success),  # type: ignore[attr-defined]
        evidence=", ".join(f"{key.replace('_', ' ')} {value}" for key, value in shown.items())
        or "no result",
    )


@contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
