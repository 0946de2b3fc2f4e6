"""Every gate finds its fault, and no other gate does."""

import hashlib
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.outcomes import Phase
from pipelines.publishing.gates import GateLimits, NightFrames, check_frames, fingerprint_frames
from schemas.ledger import CONSTRAINTS, DECISIONS, QUARANTINE, REVIEW
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.sidecars import LANGUAGE, PRIVACY, SAFETY
from schemas.table import Table

SAMPLE_IDS = ("s0", "s1", "s2", "s3")
LIMITS = GateLimits(
    rows_in=5,
    sizes={"train": 3, "eval": 1},
    max_quarantine_share=0.5,
    max_null_share=0.5,
    privacy_models=2,
    safety_models=("rules", "words"),
)


def frame(table: Table, rows: list[dict[str, Any]]) -> pl.LazyFrame:
    """Return rows in a table's columns; what a row does not say is null."""
    empty = pl.from_arrow(table.arrow.empty_table())
    assert isinstance(empty, pl.DataFrame)
    return pl.DataFrame(rows, schema=dict(empty.schema)).lazy()


def person(number: int) -> dict[str, Any]:
    """Return what every table says of a sample."""
    return {"sample_id": f"s{number}", "conversation_id": f"c{number}", "user_key": f"u{number}"}


def whole_night() -> NightFrames:
    """Return a night of four samples and one quarantined row that breaks no promise."""
    everyone = [
        person(n)
        | {"text_hash": f"t{n}", "jtbd": "advice", "quality": 0.5, "weight": 1.0, "locale": "en-US"}
        for n in range(4)
    ]
    decisions = [
        {
            "sample_id": s,
            "conversation_id": f"c{s[1]}",
            "phase": p,
            "outcome": "keep",
            "reason": "passed",
        }
        for s in SAMPLE_IDS
        for p in Phase
    ]
    found: list[dict[str, Any]] = []
    answers = [
        {"sample_id": s, "model": m, "findings": found}
        for s in SAMPLE_IDS
        for m in ("rules", "ner")
    ]
    scores = [
        {"sample_id": s, "model": m, "unsafe": 0.1} for s in SAMPLE_IDS for m in ("rules", "words")
    ]
    languages = [{"sample_id": s, "model": "language", "language": "en"} for s in SAMPLE_IDS]
    hard = [{"constraint": "0 x", "side": "train", "hard": True, "met": True}]
    return NightFrames(
        samples=frame(
            SAMPLES, [{k: v for k, v in row.items() if k != "weight"} for row in everyone]
        ),
        decisions=frame(DECISIONS, decisions),
        privacy=frame(PRIVACY, answers),
        safety=frame(SAFETY, scores),
        language=frame(LANGUAGE, languages),
        quarantine=frame(QUARANTINE, [{"reason": "no_messages"}]),
        review=frame(REVIEW, []),
        constraints=frame(CONSTRAINTS, hard),
        train=frame(TRAIN, everyone[:3]),
        eval=frame(EVAL, everyone[3:]),
        others=pl.LazyFrame(
            schema=dict.fromkeys(("conversation_id", "user_key", "text_hash", "side"), pl.String)
        ),
    )


def failed(night: NightFrames, limits: GateLimits = LIMITS) -> set[str]:
    """Return the names of the gates that do not hold."""
    return {check.name for check in check_frames(night, limits) if not check.passed}


def without(rows: pl.LazyFrame, sample_id: str, **where: str) -> pl.LazyFrame:
    """Return the rows without those of a sample."""
    same = pl.all_horizontal(pl.col(k) == v for k, v in {"sample_id": sample_id, **where}.items())
    return rows.filter(~same)


def test_a_night_that_breaks_nothing_passes_every_gate() -> None:
    """The night whose faults follow is good before."""
    assert failed(whole_night()) == set()


def test_a_published_row_that_a_phase_did_not_keep_fails() -> None:
    """One phase without an answer, a drop, or an open review is enough."""
    night = whole_night()
    unheard = without(night.decisions, "s2", phase="safety")
    dropped = night.decisions.with_columns(
        outcome=pl.when(sample_id="s2", phase="language").then(pl.lit("drop")).otherwise("outcome")
    )
    waiting = frame(REVIEW, [{"sample_id": "s0", "status": "open"}])
    nameless = frame(REVIEW, [{"sample_id": "s0"}])

    for fault in (
        {"decisions": unheard},
        {"decisions": dropped},
        {"review": waiting},
        {"review": nameless},
    ):
        assert failed(replace(night, **fault)) == {"only_kept_is_published"}


def test_a_repeated_row_fails() -> None:
    """Twice in train, or in train and eval, where its user is then on both sides too."""
    night = whole_night()
    twice = pl.concat([night.train, night.train.head(1)])
    both = pl.concat([night.eval, night.train.head(1)])

    assert failed(replace(night, train=twice)) == {"only_kept_is_published", "sizes_exact"}
    assert failed(replace(night, eval=both)) == {
        "only_kept_is_published",
        "sides_apart",
        "sizes_exact",
    }


@pytest.mark.parametrize("unsafe", [None, float("nan"), -0.1, 1.1])
def test_a_safety_score_that_is_no_probability_fails(unsafe: float | None) -> None:
    """Null, NaN and what lies outside [0, 1] are failures of the model, never a pass."""
    night = whole_night()
    broken = (
        pl.when(sample_id="s1", model="words").then(pl.lit(unsafe, pl.Float64)).otherwise("unsafe")
    )

    assert failed(replace(night, safety=night.safety.with_columns(unsafe=broken))) == {
        "models_answered"
    }


def test_a_model_without_an_answer_fails() -> None:
    """A missing row, a null answer, the same model's answer twice in place of both."""
    night = whole_night()
    missing = without(night.privacy, "s3", model="ner")
    twice = night.privacy.with_columns(model=pl.lit("rules"))
    silent = night.language.with_columns(language=pl.lit(None, pl.String))

    for fault in ({"privacy": missing}, {"privacy": twice}, {"language": silent}):
        assert failed(replace(night, **fault)) == {"models_answered"}


def test_an_approved_sample_may_lack_an_answer() -> None:
    """A reviewer's answer replaces the model's missing one."""
    night = whole_night()
    approved = frame(REVIEW, [{"sample_id": "s3", "status": "approved"}])

    assert failed(replace(night, review=approved, privacy=without(night.privacy, "s3"))) == set()


@pytest.mark.parametrize("column", ["user_key", "conversation_id", "text_hash"])
def test_a_user_conversation_or_text_on_both_sides_fails(column: str) -> None:
    """Within the night, and with any night before."""
    night = whole_night()
    value = night.train.select(column).collect()[column][0]
    known = {
        "conversation_id": "c9",
        "user_key": "u9",
        "text_hash": "t9",
        "side": "eval",
        column: value,
    }
    before = pl.LazyFrame([known])
    here = night.eval.with_columns(pl.lit(value).alias(column))
    same_side = pl.LazyFrame([known | {"side": "train"}])

    assert failed(replace(night, others=before)) == {"sides_apart"}
    assert failed(replace(night, eval=here)) == {"sides_apart"}
    assert failed(replace(night, others=same_side)) == set()


def test_bounds_sizes_and_shares_are_gates() -> None:
    """What the draw promised, how much could be read, and that scorers answered."""
    night = whole_night()
    unmet = night.constraints.with_columns(met=pl.lit(value=False))
    unsure = night.constraints.with_columns(met=pl.lit(None, pl.Boolean))
    jobless = night.samples.with_columns(jtbd=pl.lit(None, pl.String))

    assert failed(replace(night, constraints=unmet)) == {"hard_constraints_met"}
    assert failed(replace(night, constraints=unsure)) == {"hard_constraints_met"}
    assert failed(replace(night, samples=jobless)) == {"scorers_answered"}
    assert failed(night, replace(LIMITS, sizes={"train": 2, "eval": 1})) == {"sizes_exact"}
    assert failed(night, replace(LIMITS, max_quarantine_share=0.1)) == {"quarantine_share"}


@given(st.permutations(SAMPLE_IDS), st.sampled_from(["text_hash", "jtbd", "locale"]))
def test_a_fingerprint_knows_values_and_not_order(order: list[str], column: str) -> None:
    """It says whether an equal run gave the same rows; the order of rows means nothing."""
    night = whole_night()
    places = pl.LazyFrame({"sample_id": order, "place": range(4)})
    shuffled = night.samples.join(places, on="sample_id").sort("place").drop("place")
    changed = night.samples.with_columns(
        pl.when(sample_id=order[0]).then(pl.lit("other")).otherwise(column).alias(column)
    )
    moved = night.samples.with_columns(
        pl.when(sample_id=order[0]).then(pl.lit(None, pl.String)).otherwise(column).alias(column)
    )
    seen = fingerprint_frames(night)[0]

    assert fingerprint_frames(replace(night, samples=shuffled))[0] == seen
    assert (
        len({fingerprint_frames(replace(night, samples=s))[0] for s in (changed, moved)} | {seen})
        == 3
    )


def digest(rows: list[str]) -> str:
    """Return what schemas/ledger.py says of a fingerprint, by plain Python."""
    numbers = [int(hashlib.blake2b(row.encode(), digest_size=16).hexdigest(), 16) for row in rows]
    return f"{sum(numbers) % 2**128:032x}-{len(rows)}"


def test_a_fingerprint_is_what_the_table_says_it_is() -> None:
    """It is stored and compared with runs of years ago: no library's version may change it.

    One user is ü (two bytes), one quality is null, one has more digits than are kept.
    """
    night = whole_night()
    first = pl.col("sample_id") == "s0"
    samples = night.samples.with_columns(
        user_key=pl.when(first).then(pl.lit("ü")).otherwise("user_key"),
        quality=pl.when(first).then(None).otherwise(pl.lit(0.123456789499)),
    )
    seen = ["2:s02:t02:ü-5:en-US6:advice-"]
    seen += [f"2:s{n}2:t{n}2:u{n}-5:en-US6:advice9:123456789" for n in (1, 2, 3)]
    phases = ("6:intake", "7:privacy", "6:safety", "8:language")
    said = [f"2:s{n}2:c{n}{phase}6:passed" for n in range(4) for phase in phases]
    published = ["2:s05:train2:t0", "2:s15:train2:t1", "2:s25:train2:t2", "2:s34:eval2:t3"]

    assert fingerprint_frames(replace(night, samples=samples)) == (
        digest(seen + said),
        digest(published),
    )
    assert digest(published) == "fc017eea2ddf12ce87788384400322d0-4"


def test_repeated_rows_do_not_cancel_each_other() -> None:
    """By exclusive or they would cancel, and a run that doubled a row would look the same."""
    night = whole_night()
    doubled = [replace(night, train=pl.concat([night.train] * times)) for times in (1, 2, 3)]

    assert len({fingerprint_frames(frames)[1] for frames in doubled}) == 3
