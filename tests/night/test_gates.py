"""Every gate sees its fault, on frames alone: no run, no session."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from pipelines.checks import Check
from pipelines.config import Gates
from pipelines.drift.profile import read_profile
from pipelines.drift.settings import DriftLimits
from pipelines.night.gates import GateFrames, NightLimits, RunIdentity, check_tables, check_vectors
from pipelines.sampling.shingles import hash_shingles
from schemas.ledger import DECISIONS, RUNS
from tests.factories import FIRST
from tests.publishing.test_gates import LIMITS as COUNTED
from tests.publishing.test_gates import frame, whole_night

RUN = RunIdentity(ds=FIRST, config_hash="c", code_version="v", revisions={"rules": "1"})
LIMITS = NightLimits(
    COUNTED, Gates(), shared_words=13, gaps={"train": 0.0, "eval": 0.0}, moved=0, run=RUN
)
CUTS = {"e5": 0.97, "char_ngrams": 0.9}


def prompts(*texts: str) -> pl.LazyFrame:
    """Return the runs of words of prompts that other nights published on a side."""
    rows = [{"sample_id": f"o{number}", "text": text} for number, text in enumerate(texts)]
    schema = {"sample_id": pl.String, "text": pl.String}
    return hash_shingles(pl.DataFrame(rows, schema=schema), 13).select("shingle").lazy()


def whole() -> GateFrames:
    """Return the frames of a night that breaks no promise."""
    night = whole_night()
    quarantined = {"phase": "intake", "outcome": "quarantine", "reason": "no_messages"}
    night = replace(
        night,
        train=night.train.with_columns(prompt=pl.concat_str(pl.lit("trained on "), "sample_id")),
        eval=night.eval.with_columns(prompt=pl.concat_str(pl.lit("held out "), "sample_id")),
        decisions=pl.concat([night.decisions, frame(DECISIONS, [quarantined])]),
    )
    kept = [
        {"sample_id": f"s{n}", "text_hash": f"t{n}", "kept": True, "reason": "leader"}
        | {"witness_hash": None}
        for n in range(4)
    ]
    return GateFrames(
        night=night,
        pruning=pl.LazyFrame(kept, schema_overrides={"witness_hash": pl.String}),
        cleared=pl.LazyFrame({"cleared": [["jtbd"], None, ["jtbd", "arm"]]}),
        runs_elsewhere={"train": prompts(), "eval": prompts()},
        runs=frame(RUNS, []).collect(),
        published_since=None,
        uncompared={"2026-01-30": 3},
        suites=[Check("samples.x", "a promise of a suite", passed=True, evidence="")],
        loud_tables=[],
    )


def failed(frames: GateFrames, limits: NightLimits = LIMITS) -> set[str]:
    """Return the names of the gates that do not hold."""
    return {check.name for check in check_tables(frames, limits).checks if not check.passed}


def test_a_whole_night_passes_every_gate_and_is_counted() -> None:
    """The night that is broken below is good before."""
    findings = check_tables(whole(), LIMITS)

    assert {check.name for check in findings.checks if not check.passed} == set()
    assert findings.counts["sampling.keep"] == 4
    assert (findings.counts["published.train"], findings.counts["published.eval"]) == (3, 1)
    assert findings.counts["not_compared.2026-01-30"] == 3
    assert {k: n for k, n in findings.counts.items() if k.startswith("cleared.")} == {
        "cleared.arm": 1,
        "cleared.jtbd": 2,
    }


def test_a_fault_of_any_frame_reaches_the_findings() -> None:
    """Each frame is checked by its own gate."""
    frames = whole()
    run = " ".join(f"word{number}" for number in range(13))
    doubled = replace(frames.night, eval=frames.night.eval.with_columns(prompt=pl.lit(run)))
    train_too = replace(doubled, train=frames.night.train.with_columns(prompt=pl.lit(f"and {run}")))
    faults = {
        "every_row_answered": replace(
            frames,
            night=replace(frames.night, decisions=frames.night.decisions.filter(phase="privacy")),
        ),
        "word_runs_apart": replace(frames, night=train_too),
        "log_is_silent": replace(frames, loud_tables=["train"]),
        "samples.x": replace(frames, suites=[replace(frames.suites[0], passed=False)]),
        "quarantine_share": replace(
            frames, night=replace(frames.night, quarantine=pl.concat([frames.night.quarantine] * 5))
        ),
    }

    assert {name: name in failed(broken) for name, broken in faults.items()} == dict.fromkeys(
        faults, True
    )


def test_a_night_unlike_the_nights_before_is_held_until_a_person_accepts_it() -> None:
    """Of a thousand rows a night five came; what was accepted is counted for the nights to come."""
    usual = {"intake.keep": 1_000, "drift.language=known": 1_000}
    earlier = [read_profile(f"2026-01-{day}", usual) for day in range(10, 24)]
    frames = replace(whole(), earlier=earlier)
    accepted = check_tables(frames, replace(LIMITS, accepted="a holiday"))

    assert failed(frames) == {"traffic_as_usual"}
    assert failed(replace(frames, earlier=earlier[:6])) == set()
    assert failed(frames, replace(LIMITS, drift=DriftLimits(nights=0))) == set()
    assert all(check.passed for check in accepted.checks)
    assert accepted.counts["drift.accepted.traffic"] == 1
    assert accepted.counts["drift.samples.locale=en-US"] == 4


@pytest.mark.parametrize("side", ["train", "eval"])
def test_a_run_of_words_of_another_night_is_seen_on_either_side(side: str) -> None:
    """This night's eval against all nights' train, and the other way round."""
    frames = whole()
    run = " ".join(f"word{number}" for number in range(13))
    own = "eval" if side == "train" else "train"
    night = replace(
        frames.night, **{own: getattr(frames.night, own).with_columns(prompt=pl.lit(run))}
    )
    elsewhere = dict(frames.runs_elsewhere) | {side: prompts(f"so {run} it was")}

    assert failed(replace(frames, night=night)) == set()
    assert failed(replace(frames, night=night, runs_elsewhere=elsewhere)) == {"word_runs_apart"}


def test_a_sample_far_from_the_best_fails() -> None:
    """A search that gave up must not pass as the optimum that was required."""
    far = replace(LIMITS, gaps={"train": 0.02, "eval": 0.0})

    found = [check for check in check_tables(whole(), far).checks if not check.passed]

    assert [check.name for check in found] == ["optimum_proven"]
    assert "0.02" in found[0].evidence


def test_a_script_of_which_one_text_stands_for_all_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an encoder that cannot read a script makes of it."""
    monkeypatch.setattr("pipelines.retention.LEAST_TEXTS", 4)
    frames = whole()
    is_first = pl.col("sample_id") == "s0"
    merged = frames.pruning.with_columns(
        reason=pl.when(is_first).then(pl.lit("leader")).otherwise(pl.lit("near_duplicate")),
        witness_hash=pl.when(~is_first).then(pl.lit("t0")),
    )

    assert failed(frames) == set()
    assert failed(replace(frames, pruning=merged)) == {"slices_survive"}


def run_before(
    frames: GateFrames,
    **changes: Any,  # noqa: ANN401 columns of several types
) -> pl.DataFrame:
    """Return the table `runs` after the same run of the same night."""
    prints = check_tables(frames, LIMITS).fingerprints
    row: dict[str, Any] = {
        "config_hash": RUN.config_hash,
        "code_version": RUN.code_version,
        "model_revisions": list(RUN.revisions.items()),
        "counts": [("not_compared.2026-01-30", 3)],
        "input_fingerprint": prints[0],
        "fingerprint": prints[1],
        "started_at": datetime(2026, 1, 31, tzinfo=UTC),
        "finished_at": datetime(2026, 1, 31, 1, tzinfo=UTC),
        "ds": FIRST,
        "train_version": 3,
    }
    given = row | changes
    maps = {name: given.pop(name) for name in ("model_revisions", "counts")}
    rows = frame(RUNS, [given]).collect()
    kinds = dict(rows.schema)
    entries = {
        name: pl.Series(
            name, [[{"key": key, "value": value} for key, value in pairs]], strict=False
        ).cast(kinds[name])
        for name, pairs in maps.items()
    }
    return rows.with_columns(**entries)


def test_the_same_run_must_publish_the_same_rows() -> None:
    """Whatever differs else makes the runs incomparable, and is no fault."""
    frames = whole()
    same = replace(frames, runs=run_before(frames))
    other_rows = replace(frames, runs=run_before(frames, fingerprint="another"))
    excused: list[dict[str, Any]] = [
        {"config_hash": "d"},
        {"code_version": "w"},
        {"input_fingerprint": "other"},
        {"model_revisions": [("rules", "2")]},
        {"counts": []},
        {"ds": "2026-01-30"},
    ]

    assert failed(same) == set()
    assert failed(other_rows) == {"reproducible"}
    for change in excused:
        before = run_before(frames, fingerprint="another", **change)
        assert failed(replace(frames, runs=before)) == set(), change


def test_a_night_published_since_excuses_a_difference_whatever_the_clocks_say() -> None:
    """Its rows may be leaders for this night; what was published before is in both runs."""
    frames = whole()
    last = run_before(frames, fingerprint="another")

    def with_other(version: int) -> set[str]:
        return failed(replace(frames, runs=last, published_since=version))

    assert with_other(last["train_version"][0] + 1) == set()
    assert with_other(last["train_version"][0] - 1) == {"reproducible"}


def test_the_gate_of_word_runs_says_what_it_looked_at() -> None:
    """Where nothing was compared the report must not say that nothing was found."""

    def evidence_of(words: int) -> str:
        checks = check_tables(whole(), replace(LIMITS, shared_words=words, moved=2)).checks
        return next(check.evidence for check in checks if check.name == "word_runs_apart")

    assert evidence_of(13).startswith(
        "runs of 13 words: 0 prompts share one with the other side; 2 rows"
    )
    assert evidence_of(0).startswith("not looked at; 2 rows")


def evidence(**values: float) -> pl.DataFrame:
    """Return what the vectors of one model say."""
    rows = [{"model": "e5", "name": name, "value": value} for name, value in values.items()]
    return pl.DataFrame(rows, schema={"model": pl.String, "name": pl.String, "value": pl.Float64})


def names_of_failed(found: pl.DataFrame) -> set[str]:
    """Return the gates of vectors that do not hold."""
    return {check.name for check in check_vectors(found, CUTS, 0.005) if not check.passed}


def test_vectors_that_are_too_near_fail() -> None:
    """At the cut a pair is a near-duplicate; below it, it is none."""
    good = {"closest_across": 0.9699, "kept_pairs": 0.0}

    assert names_of_failed(evidence(**good)) == set()
    assert names_of_failed(evidence(**(good | {"closest_across": 0.9701}))) == {
        "near_duplicates_apart"
    }
    assert names_of_failed(evidence(**(good | {"kept_pairs": 1.0}))) == {
        "near_duplicates_witnessed"
    }
    assert names_of_failed(evidence()) == set()
