"""The tables are the contract: names, keys, nulls and meanings, written out."""

import importlib
import pkgutil

import pyarrow as pa
import pytest

import schemas
from schemas.ledger import DECISIONS
from schemas.night import DECIDED
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.table import Table, column

TABLES = [
    table
    for module in pkgutil.iter_modules(schemas.__path__)
    for table in vars(importlib.import_module(f"schemas.{module.name}")).values()
    if isinstance(table, Table)
]
SAMPLE = (
    "sample_id, conversation_id, turn_index, user_key, character_id, locale, language, source, "
    "model_version, started_at, is_first_turn, depth, text_hash, jtbd, quality, reward_count, "
    "reward_variance, best_reward, difficulty"
)
NIGHT = ", ds, run_id"
REWARDS = "reward_mean, reward_model, hardness"
CONTRACT = {
    "samples": f"{SAMPLE}, {REWARDS}{NIGHT}",
    "train": f"{SAMPLE}, {REWARDS}, messages, prompt, cluster_id, weight{NIGHT}",
    "eval": f"{SAMPLE}, {REWARDS}, messages, prompt, cluster_id, weight{NIGHT}",
    "privacy": f"sample_id, model, model_revision, findings{NIGHT}",
    "safety": f"sample_id, model, model_revision, unsafe, labels{NIGHT}",
    "language": "sample_id, model, model_revision, language, confidence, romanised, mixed, "
    f"declared_language, script{NIGHT}",
    "embeddings": "text_hash, model, model_revision, embedding",
    "prompt_safety": "text_hash, model, model_revision, unsafe, labels",
    "pruning": "sample_id, text_hash, model, cluster_id, kept, reason, witness_id, witness_ds, "
    f"similarity, novelty, witness_hash{NIGHT}",
    "decisions": "sample_id, conversation_id, phase, outcome, reason, rule, "
    f"rule_fingerprint{NIGHT}",
    "constraints": "constraint, dimension, side, value, hard, required_min, required_max, "
    f"achieved, pool, met, binding, slack, shadow_price{NIGHT}",
}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_is_whole(table: Table) -> None:
    """A key that may be null names no row; a column needs a meaning."""
    columns = {c.name: c for c in table.all_columns}

    assert len(columns) == len(table.all_columns)
    assert [c.name for c in columns.values() if not c.meaning.strip()] == []
    assert set(table.key) <= set(columns)
    is_ledger = table in (DECISIONS, DECIDED)
    assert [c for c in table.key if columns[c].null] == (
        ["sample_id", "conversation_id"] if is_ledger else []
    )
    assert table.version >= 1
    assert [c.name for c in columns.values() if c.null and "null" not in c.meaning] == []


def test_names_and_order_are_those_of_the_contract() -> None:
    """Notebooks and schedulers read these columns; renaming one is a breaking change."""
    found = {table.name: ", ".join(table.names) for table in TABLES if table.name in CONTRACT}

    assert found == CONTRACT


def test_only_side_tables_of_all_nights_have_no_night() -> None:
    """Vectors, what the head says beside them, erasures and the claim outlive a night.

    Tables between the phases of a running night are never published.
    """
    staged = {"facts", "encoded", "readings", "levels", "decided", "pruned", "sides", "drawn"}
    staged |= {"vectors", "prompt_scores", "candidates", "nearest_kept"}
    staged |= {"sided", "across", "rechecked", "earlier"}
    assert {table.name for table in TABLES if not table.nightly} - staged == {
        *("traffic", "scores", "embeddings", "prompt_safety", "erasures", "_claims")
    }


def test_every_table_has_a_name_of_its_own() -> None:
    """A table of another's name would be written over it."""
    assert (
        len({id(table) for table in TABLES})
        == len({table.name for table in TABLES})
        > len(CONTRACT)
    )


def test_the_stored_schema_has_types_and_nulls_of_the_columns() -> None:
    """Delta enforces what is written here and nothing else."""
    table = Table(
        name="t",
        version=1,
        key=("a",),
        columns=(
            column("a", pa.string(), "x"),
            column("b", pa.float64(), "null = none", null=True),
        ),
    )

    assert table.arrow == pa.schema(
        [
            pa.field("a", pa.string(), nullable=False),
            pa.field("b", pa.float64(), nullable=True),
            pa.field("ds", pa.string(), nullable=False),
            pa.field("run_id", pa.string(), nullable=False),
        ]
    )


def test_a_column_of_the_night_is_not_there_twice() -> None:
    """A table that declares `run_id` itself keeps its own."""
    own = column("run_id", pa.string(), "own")
    table = Table(name="t", version=1, key=("run_id",), columns=(own,))

    assert (table.names, table.all_columns[0]) == (["run_id", "ds"], own)


def test_published_rows_say_all_that_samples_say() -> None:
    """A reader of train alone needs no other table; both sides have the same columns."""
    assert TRAIN.columns == EVAL.columns
    assert TRAIN.columns[: len(SAMPLES.columns)] == SAMPLES.columns
